import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Effects } from "../../src/cli/effects.ts";
import { main } from "../../src/cli/main.ts";
import { nodeEffects } from "../../src/cli/node-effects.ts";
import { BAD, CONSTRAINT, TEMPLATE } from "../support/policies.ts";
import { archive, digestOf, type Login, startRegistry, type TestRegistry } from "../support/registry.ts";

const LOGIN: Login = { kind: "bearer", user: "me", password: "secret" };
const artifacts = {
  p: [
    { title: "t.yaml", body: TEMPLATE },
    { title: "c.yml", body: CONSTRAINT },
    { title: "readme.md", body: "# not: [yaml" },
    { body: "no file" },
  ],
  "team/folder": [
    {
      title: "policy",
      unpack: true,
      body: archive({ "policy/t.yaml": TEMPLATE, "policy/sub/c.yaml": CONSTRAINT, "policy/again.txt": "->t.yaml" }),
    },
  ],
  out: [{ title: "../t.yaml", body: TEMPLATE }],
  "out-of-archive": [{ title: "policy", unpack: true, body: archive({ "policy/../../t.yaml": TEMPLATE }) }],
  "linked-out": [{ title: "policy", unpack: true, body: archive({ "policy/t.yaml": "->../../../etc/passwd" }) }],
  twice: [
    { title: "t.yaml", body: TEMPLATE },
    { title: "t.yaml", body: CONSTRAINT },
  ],
  forged: [{ title: "t.yaml", body: TEMPLATE, digest: digestOf(Buffer.from("another")) }],
  junk: [{ title: "policy", unpack: true, body: "no gzip" }],
  broken: [{ title: "t.yaml", body: "a: b: c" }],
};

let open: TestRegistry;
let closed: TestRegistry;
let basic: TestRegistry;
let home: string;
let bad: string;

beforeAll(async () => {
  [open, closed, basic] = await Promise.all([
    startRegistry(artifacts),
    startRegistry(artifacts, LOGIN),
    startRegistry(artifacts, { ...LOGIN, kind: "basic" }),
  ]);
  home = mkdtempSync(join(tmpdir(), "portcullis-"));
  bad = join(home, "bad.yaml");
  writeFileSync(bad, BAD);
});

afterAll(async () => {
  await Promise.all([open.close(), closed.close(), basic.close()]);
  rmSync(home, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Tests the bad Pod by an artifact's policies, with a Docker configuration. */
async function test(image: string, config?: object, change: Partial<Effects> = {}): Promise<Ran> {
  let out = "";
  let err = "";
  if (config !== undefined) writeFileSync(join(home, "config.json"), JSON.stringify(config));
  const environment = config === undefined ? {} : { DOCKER_CONFIG: home };
  const effects = {
    ...nodeEffects(),
    stdout: (text: string) => void (out += text),
    stderr: (text: string) => void (err += text),
    environment,
  };
  const code = await main(
    ["test", "-f", bad, "--image", image],
    { ...effects, stdinIsTty: true, stdoutIsTty: false, exit: () => undefined, ...change },
    "gator",
  );
  return { code, out, err };
}

const VIOLATION = 'v1/Pod ns/bad: ["pods-need-owners"] Message: "bad has no \\"owner\\""\n';

describe("--image", () => {
  it.each(["p:v1", "team/folder:v1", "p:all"])("reads policies from %s", async (name) => {
    expect(await test(`${open.host}/${name}`)).toEqual({ code: 1, out: VIOLATION, err: "" });
  });

  it("reads an artifact by its digest", async () => {
    const manifest = await (await fetch(`http://${open.host}/v2/p/manifests/v1`)).bytes();
    expect((await test(`${open.host}/p:any@${digestOf(manifest)}`)).out).toBe(VIOLATION);
  });

  it.each([
    ["out:v1", "failed to resolve path for writing: path traversal disallowed"],
    ["out-of-archive:v1", 'failed to extract tar to policy: "policy/../../t.yaml" is outside of "policy"'],
    ["linked-out:v1", 'failed to extract tar to policy: "../../../etc/passwd" is outside of "policy"'],
    ["twice:v1", "t.yaml: duplicate name"],
    ["forged:v1", "mismatched digest: "],
    ["junk:v1", "failed to extract tar to policy: gzip: invalid header"],
    ["nothing:v1", "nothing:v1: not found"],
  ])("refuses %s", async (name, reason) => {
    const { code, err } = await test(`${open.host}/${name}`);
    expect(code).toBe(1);
    expect(err).toContain(`reading: pulling image: pulling artifact "${open.host}/${name}": `);
    expect(err).toContain(reason);
  });

  it("names the file of an artifact that cannot be read", async () => {
    const { err } = await test(`${open.host}/broken:v1`);
    expect(err).toContain("yaml: mapping values are not allowed in this context\n");
    expect(err).toContain(`\n  ${open.host}/broken:v1/t.yaml:1:5\n    a: b: c\n`);
  });

  it.each([
    ["nothing", "missing registry or repository"],
    ["a b/c", 'invalid registry "a b"'],
    ["host/UPPER", 'invalid repository "UPPER"'],
    ["host/x:!", 'invalid tag "!"'],
    ["host/x@sha256:abc", 'invalid digest "sha256:abc": invalid checksum digest length'],
  ])("refuses the name %s", async (name, reason) => {
    expect((await test(name)).err).toBe(`reading: pulling image: parsing OCI reference "${name}": invalid reference: ${reason}\n`);
  });

  it("says which machine does not answer", async () => {
    const gone = await startRegistry({});
    await gone.close();
    expect((await test(`${gone.host}/p`)).err).toContain(`dial tcp ${gone.host}: connect: connection refused\n`);
  });

  it("refuses a folder for temporary files that is none", async () => {
    const { code, err } = await test(`${open.host}/p:v1`, undefined, { pathKind: (path) => (path === bad ? "file" : undefined) });
    expect([code, err]).toEqual([1, ""]);
    const ran = await main(
      ["test", "-f", bad, "-i", "x/y", "-d", "/none"],
      { ...nodeEffects(), stdinIsTty: true, stderr: () => undefined, exit: () => undefined },
      "gator",
    );
    expect(ran).toBe(1);
  });

  describe("from a registry that wants a login", () => {
    const auth = Buffer.from("me:secret").toString("base64");

    it("logs in with what Docker knows", async () => {
      expect((await test(`${closed.host}/p:v1`, { auths: { [closed.host]: { auth } } })).out).toBe(VIOLATION);
      expect(
        (await test(`${basic.host}/p:v1`, { auths: { [`https://${basic.host}/v2/`]: { username: "me", password: "secret" } } })).out,
      ).toBe(VIOLATION);
    });

    it("asks the credential helper that Docker names", async () => {
      const asked: unknown[] = [];
      const runProgram: Effects["runProgram"] = async (...call) => {
        asked.push(call);
        return { code: 0, stdout: '{"Username":"me","Secret":"secret"}' };
      };
      expect((await test(`${basic.host}/p:v1`, { credHelpers: { [basic.host]: "store" } }, { runProgram })).out).toBe(VIOLATION);
      expect(asked).toEqual([["docker-credential-store", ["get"], basic.host]]);
      expect((await test(`${basic.host}/p:v1`, { credsStore: "../evil" })).err).toContain("has no name of a program");
      expect((await test(`${basic.host}/p:v1`, { credsStore: "not-there" })).err).toContain("executable file not found");
    });

    it("says what is missing", async () => {
      expect((await test(`${basic.host}/p:v1`, {})).err).toContain("basic credential not found");
      expect((await test(`${closed.host}/p:v1`, {})).err).toContain("response status code 401: Unauthorized");
      expect((await test(`${closed.host}/p:v1`, { auths: { [closed.host]: { auth: "!" } } })).err).toContain("failed to decode auth field");
    });
  });
});
