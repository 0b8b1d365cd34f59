/** The embedded server over real sockets: the answers of the webhook, its refusals, and that nothing a client sends takes it down. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, namespaceReview, post, postMany, startOver } from "../support/embedded.ts";

const example = (name: string): string => readFileSync(new URL(`../../examples/required-labels/policies/${name}`, import.meta.url), "utf8");
const policies = { "template.yaml": example("template.yaml"), "constraint.yaml": example("constraint.yaml") };
const MESSAGE = '[ns-must-have-gk] you must provide labels: {"gatekeeper"}';
const parsed = (body: string): { readonly response: unknown; readonly [field: string]: unknown } => JSON.parse(body);
const soon = async (claim: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (let i = 0; i < 50; i++) {
    if (await claim()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
};

describe("the embedded server", () => {
  let server: Embedded;
  beforeAll(async () => {
    server = await startOver(policies, ["--log-denies", "--exempt-namespace=kube-system"]);
  });
  afterAll(async () => await server.stop(0));

  it("denies with Gatekeeper's answer, field by field", async () => {
    const { status, body } = await post(server, "/v1/admit?timeout=3s", namespaceReview());
    expect(status).toBe(200);
    expect(parsed(body)).toEqual({
      kind: "AdmissionReview",
      apiVersion: "admission.k8s.io/v1",
      response: { uid: "u1", allowed: false, status: { metadata: {}, message: MESSAGE, reason: "Forbidden", code: 403 } },
    });
  });

  it("allows what obeys, without a message", async () => {
    const { body } = await post(server, "/v1/admit", namespaceReview({ gatekeeper: "yes" }));
    expect(parsed(body).response).toEqual({ uid: "u1", allowed: true, status: { metadata: {}, code: 200 } });
  });

  it("answers v1beta1 in v1beta1", async () => {
    const { body } = await post(server, "/v1/admit", namespaceReview({}, {}, "admission.k8s.io/v1beta1"));
    expect(parsed(body)["apiVersion"]).toBe("admission.k8s.io/v1beta1");
  });

  it("answers many requests over one HTTP/2 connection, each its own", async () => {
    const bodies = Array.from({ length: 50 }, (_, i) => namespaceReview(i % 2 === 0 ? {} : { gatekeeper: "x" }, { uid: `u${i}` }));
    const replies = await postMany(server, "/v1/admit", bodies);
    const answers = replies.map(({ body }) => parsed(body).response as { readonly uid: string; readonly allowed: boolean });
    expect(answers.map(({ uid }) => uid)).toEqual(bodies.map((_, i) => `u${i}`));
    expect(answers.map(({ allowed }) => allowed)).toEqual(bodies.map((_, i) => i % 2 === 1));
  });

  it("judges the old object when something is deleted", async () => {
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a" } };
    const { body } = await post(server, "/v1/admit", namespaceReview({}, { operation: "DELETE", object: null, oldObject: object }));
    expect(parsed(body).response).toMatchObject({ allowed: false, status: { message: MESSAGE } });
  });

  it("does not judge Gatekeeper's own service account", async () => {
    const { body } = await post(
      server,
      "/v1/admit",
      namespaceReview({}, { userInfo: { username: "system:serviceaccount:gatekeeper-system:gatekeeper-admin" } }),
    );
    expect(parsed(body).response).toMatchObject({ allowed: true, status: { message: "Gatekeeper does not self-manage" } });
  });

  it.each([
    ["another content type", "{}", { "content-type": "text/plain" }, "contentType=text/plain, expected application/json", 400],
    ["no body", "", { "content-type": "application/json" }, "request body is empty", 400],
    [
      "JSON that ends early",
      '{"request": ',
      { "content-type": "application/json" },
      "couldn't get version/kind; json parse error: unexpected EOF",
      400,
    ],
    [
      "7 MiB and more",
      "x".repeat(10_000_000),
      { "content-type": "application/json" },
      "request entity is too large; limit is 7340032 bytes",
      413,
    ],
  ])("refuses %s with a clear text", async (_, sent, headers, message, code) => {
    const { status, body } = await post(server, "/v1/admit", sent, headers);
    expect(status).toBe(200);
    expect(parsed(body)).toEqual({ response: { uid: "", allowed: false, status: { metadata: {}, message, code } } });
  });

  it("survives deep nesting, strange keys and lone surrogates", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const hostile = [
      namespaceReview().replace('"options":null', `"options":${deep}`),
      namespaceReview().replace('"labels":{}', '"labels":{"__proto__":"x","constructor":"y","toString":"z"}'),
      namespaceReview().replace('"team-a"', '"\\ud800"'),
      namespaceReview().replace('"dryRun":false', `"dryRun":${"9".repeat(400)}`),
    ];
    for (const body of hostile) expect((await post(server, "/v1/admit", body)).status).toBe(200);
    expect(parsed((await post(server, "/v1/admit", hostile[1] ?? "")).body).response).toMatchObject({ status: { message: MESSAGE } });
  });

  it("survives half-open connections, junk instead of TLS and clients that hang up", async () => {
    createConnection(server.port, "127.0.0.1")
      .on("error", () => undefined)
      .write("GET / HTTP/1.0\r\n\r\n");
    const slow = connectTls({ port: server.port, host: "127.0.0.1", ca: server.authority, servername: "localhost" });
    slow.on("error", () => undefined);
    slow.write("POST /v1/admit HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{");
    await new Promise((resolve) => setTimeout(resolve, 100));
    slow.destroy();
    expect((await post(server, "/v1/admit", namespaceReview())).status).toBe(200);
  });

  it("refuses the ignore label to all but exempt namespaces", async () => {
    const label = { "admission.gatekeeper.sh/ignore": "" };
    const denied = parsed((await post(server, "/v1/admitlabel", namespaceReview(label))).body).response;
    expect(denied).toMatchObject({
      allowed: false,
      status: { code: 403, message: "Only exempt namespace can have the admission.gatekeeper.sh/ignore label" },
    });
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", labels: label } };
    expect(parsed((await post(server, "/v1/admitlabel", namespaceReview(label, { object }))).body).response).toMatchObject({
      allowed: true,
    });
  });

  it("logs denials with Gatekeeper's keys", () => {
    expect(server.logged).toContainEqual(
      expect.objectContaining({
        event_type: "violation",
        process: "admission",
        constraint_name: "ns-must-have-gk",
        constraint_kind: "K8sRequiredLabels",
        constraint_action: "deny",
        resource_kind: "Namespace",
        resource_name: "team-a",
        request_username: "ann",
        msg: 'denied admission: you must provide labels: {"gatekeeper"}',
      }),
    );
  });

  it("serves health and metrics on their own port", async () => {
    const get = async (path: string): Promise<Response> => await fetch(`http://127.0.0.1:${server.healthPort}${path}`);
    expect(await (await get("/healthz")).text()).toBe("ok");
    expect(await (await get("/readyz?verbose")).text()).toBe("[+]tracker ok\nhealthz check passed\n");
    const metrics = await (await get("/metrics")).text();
    expect(metrics).toMatch(/gatekeeper_validation_request_count_total\{admission_status="deny",admission_dryrun="false"\} \d+/);
    expect(metrics).toContain('gatekeeper_validation_request_duration_seconds_bucket{le="0.001",admission_status="deny"}');
    expect((await get("/nowhere")).status).toBe(404);
  });
});

describe("a folder of policies", () => {
  it("is followed while it changes, and a broken file takes nothing down", async () => {
    const server = await startOver(policies);
    try {
      writeFileSync(join(server.folder, "broken.yaml"), "kind: [unclosed");
      writeFileSync(
        join(server.folder, "template-2.yaml"),
        example("template.yaml")
          .replace("k8srequiredlabels", "broken")
          .replace("K8sRequiredLabels", "Broken")
          .replace("count(missing) > 0", "count(missing) >"),
      );
      expect(await soon(() => server.logged.some((line) => String(line["msg"]).includes("broken.yaml")))).toBe(true);
      expect(
        await soon(() =>
          server.logged.some((line) => String(line["msg"]).includes("template:7: rego_compile_error: cannot assign to call")),
        ),
      ).toBe(true);
      const body = (await post(server, "/v1/admit", namespaceReview())).body;
      expect(body).toContain("you must provide labels");
      writeFileSync(join(server.folder, "constraint.yaml"), example("constraint.yaml").replace('["gatekeeper"]', '["owner"]'));
      expect(await soon(async () => (await post(server, "/v1/admit", namespaceReview())).body.includes('{\\"owner\\"}'))).toBe(true);
    } finally {
      await server.stop(0);
    }
  });

  it("keeps the policy of a file that breaks, and tells which of two counts", async () => {
    const server = await startOver(policies);
    try {
      writeFileSync(join(server.folder, "constraint.yaml"), "kind: [unclosed");
      expect(await soon(() => server.logged.some((line) => String(line["msg"]).includes("constraint.yaml: ")))).toBe(true);
      expect((await post(server, "/v1/admit", namespaceReview())).body).toContain("you must provide labels");
      writeFileSync(join(server.folder, "constraint.yaml"), policies["constraint.yaml"]);
      writeFileSync(join(server.folder, "twin.yaml"), policies["constraint.yaml"].replace('["gatekeeper"]', '["owner"]'));
      expect(
        await soon(() =>
          server.logged.some((line) => /twin[.]yaml:\d+: .* is already defined at .*this one counts/.test(String(line["msg"]))),
        ),
      ).toBe(true);
      expect(await soon(async () => (await post(server, "/v1/admit", namespaceReview())).body.includes('{\\"owner\\"}'))).toBe(true);
    } finally {
      await server.stop(0);
    }
  });

  it("may be a mounted ConfigMap, whose files are links into a folder that is swapped", async () => {
    const mount = mkdtempSync(join(tmpdir(), "portcullis-configmap-"));
    const version = (name: string, labels: string): void => {
      mkdirSync(join(mount, name));
      writeFileSync(join(mount, name, "template.yaml"), policies["template.yaml"]);
      writeFileSync(join(mount, name, "constraint.yaml"), policies["constraint.yaml"].replace('["gatekeeper"]', labels));
      symlinkSync(name, join(mount, "..next"));
      renameSync(join(mount, "..next"), join(mount, "..data"));
    };
    version("..2026_01_01", '["gatekeeper"]');
    for (const file of Object.keys(policies)) symlinkSync(join("..data", file), join(mount, file));
    const server = await startOver({}, [`--policies=${mount}`]);
    try {
      expect((await post(server, "/v1/admit", namespaceReview())).body).toContain('{\\"gatekeeper\\"}');
      version("..2026_01_02", '["owner"]');
      expect(await soon(async () => (await post(server, "/v1/admit", namespaceReview())).body.includes('{\\"owner\\"}'))).toBe(true);
      expect(server.logged.some((line) => String(line["msg"]).includes("already defined"))).toBe(false);
    } finally {
      await server.stop(0);
    }
  });

  it("must be there at the start", async () => {
    await expect(startOver(policies, ["--objects=/nowhere/objects"])).rejects.toThrow("/nowhere/objects: no such file or folder");
  });

  it("needs a template for a constraint, says so, and takes the constraint when the template comes", async () => {
    const server = await startOver({ "constraint.yaml": policies["constraint.yaml"] });
    try {
      expect(server.logged.some((line) => String(line["msg"]).includes("missing ConstraintTemplate"))).toBe(true);
      writeFileSync(join(server.folder, "template.yaml"), policies["template.yaml"]);
      expect(await soon(async () => (await post(server, "/v1/admit", namespaceReview())).body.includes("you must provide labels"))).toBe(
        true,
      );
    } finally {
      await server.stop(0);
    }
  });

  it("with a policy that runs away answers when the API server stops waiting, and goes on", async () => {
    const endless = "count([1 | some a in numbers.range(1, 100000); some b in numbers.range(1, 100000); a + b < 0]) == 0";
    const runaway = example("template.yaml")
      .replace("k8srequiredlabels", "runaway")
      .replace("K8sRequiredLabels", "Runaway")
      .replace("count(missing) > 0", endless);
    const only = example("constraint.yaml").replace("K8sRequiredLabels", "Runaway").replace("ns-must-have-gk", "runaway");
    const server = await startOver({ ...policies, "runaway.yaml": runaway, "only.yaml": only });
    try {
      const started = performance.now();
      const { body } = await post(server, "/v1/admit?timeout=1s", namespaceReview());
      expect(parsed(body).response).toMatchObject({
        allowed: false,
        status: { code: 500, message: "serving context canceled, aborting request" },
      });
      expect(performance.now() - started).toBeLessThan(5_000);
      rmSync(join(server.folder, "runaway.yaml"));
      expect(
        await soon(async () => (await post(server, "/v1/admit?timeout=1s", namespaceReview())).body.includes("you must provide labels")),
      ).toBe(true);
    } finally {
      await server.stop(0);
    }
  });

  it("audits its objects and says what violates what", async () => {
    const objects = readFileSync(new URL("../../examples/required-labels/objects/namespaces.yaml", import.meta.url), "utf8");
    const server = await startOver({ ...policies, "objects.yaml": objects }, ["--audit-interval=3600"]);
    try {
      expect(await soon(() => server.said.some((text) => text.includes("Audit")))).toBe(true);
      const report = server.said.find((text) => text.includes("Audit")) ?? "";
      expect(report).toContain("3 objects, 1 constraint, 2 violations");
      expect(report).toContain('deny Namespace sandbox: you must provide labels: {"gatekeeper"}');
    } finally {
      await server.stop(0);
    }
  });
});
