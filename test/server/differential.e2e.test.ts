/**
 * Our webhook and the real Gatekeeper's, side by side over one API server with the same policies: the same bytes go to both, and their answers
 * are compared field by field. Where we differ on purpose, `DIFFERENT` says how. Skips, saying why, without the API server or the manager.
 */
import { spawnSync } from "node:child_process";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatekeeperIfBuilt } from "../../bench/rivals.ts";
import { type Gatekeeper, startGatekeeper } from "../../bench/server/gatekeeper.ts";
import type { PlainObject } from "../../src/rego/index.ts";
import { FLAGS, type Flag } from "../../src/server/flags.table.ts";
import { ADMISSION_CASES, ADMISSION_POLICIES, type AdmissionCase } from "../support/admission-cases.ts";
import { type ApiServer, apiServerMissing, freePort, startApiServer } from "../support/api-server.ts";
import { type ClusterServer, connect, create, eventually, startServer } from "../support/cluster.ts";

const manager = gatekeeperIfBuilt();
const missing =
  apiServerMissing ?? (manager === undefined ? "Gatekeeper's manager has not been built (npm run bench -- server builds it)" : undefined);
if (missing !== undefined) process.stdout.write(`comparison with Gatekeeper skipped: ${missing}\n`);

const GIVEN = ["--log-denies", "--exempt-namespace=exempt", "--exempt-namespace-prefix=free-", "--exempt-namespace-suffix=-free"];

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

function askOnce(port: number, each: AdmissionCase): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { contentType = "application/json", path = "/v1/admit", method = "POST", body } = each;
    const headers = { "content-length": Buffer.byteLength(body), ...(contentType === "" ? {} : { "content-type": contentType }) };
    const call = request({ host: "127.0.0.1", port, path, method, headers, rejectUnauthorized: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      // The original names no content type for its answers, so Go takes a guess: text.
      const type = response.statusCode === 200 ? "" : String(response.headers["content-type"] ?? "");
      response.on("end", () => resolve({ status: response.statusCode ?? 0, type, body: bodyOf(text) }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** What we tell the authors of templates and constraints, and the original does not. */
const ADVICE = /^this (template cannot be used|constraint matches nothing): /;

/** Several messages of one answer may come in any order. */
function bodyOf(text: string): unknown {
  try {
    const review = JSON.parse(text) as {
      readonly response?: { readonly status?: { readonly message?: string }; readonly warnings?: readonly string[] };
    };
    const { response } = review;
    if (response === undefined) return review;
    const { status } = response;
    const warnings = response.warnings?.filter((warning) => !ADVICE.test(warning));
    return {
      ...review,
      response: {
        ...response,
        warnings: undefined,
        ...(status?.message === undefined ? {} : { status: { ...status, message: status.message.split("\n").sort() } }),
        ...(warnings === undefined || warnings.length === 0 ? {} : { warnings: warnings.toSorted().map(shownOf) }),
      },
    };
  } catch {
    return text;
  }
}

/** The warning that shows what a policy sees is JSON. */
function shownOf(warning: string): unknown {
  return warning.startsWith("[shown] ") ? { shown: JSON.parse(warning.slice(8)) as unknown } : warning;
}

describe.skipIf(missing !== undefined)("beside the real Gatekeeper", { timeout: 120_000 }, () => {
  let api: ApiServer;
  let gatekeeper: Gatekeeper;
  let server: ClusterServer;
  let port: number;

  beforeAll(async () => {
    api = await startApiServer();
    gatekeeper = await startGatekeeper(
      manager ?? "",
      api,
      { templates: [...ADMISSION_POLICIES.templates], constraints: [...ADMISSION_POLICIES.constraints] } as never,
      ["--operation=webhook", "--operation=status", "--operation=generate", ...GIVEN],
    );
    const client = await connect(api);
    await create(client, {
      apiVersion: "config.gatekeeper.sh/v1alpha1",
      kind: "Config",
      metadata: { name: "config", namespace: "gatekeeper-system" },
      spec: { match: [{ processes: ["webhook"], excludedNamespaces: ["excluded-*"] }] },
    } as PlainObject);
    await client.transport.close();
    port = await freePort();
    server = await startServer(api, port, "portcullis", [
      "--operation=webhook",
      "--disable-cert-rotation=false",
      "--enable-k8s-native-validation=false",
      ...GIVEN,
    ]);
    for (const each of [port, gatekeeper.port])
      await eventually("an excluded namespace is let through", async () =>
        JSON.stringify(await askOnce(each, EXCLUDED)).includes("ignored by Gatekeeper config"),
      );
  }, 90_000);

  afterAll(async () => {
    await server?.stop(0);
    await gatekeeper?.stop();
    await api?.stop();
  }, 30_000);

  it(`answers ${ADMISSION_CASES.length} requests as it does, save those that are told here`, async () => {
    const different: object[] = [];
    const unexpected: object[] = [];
    for (const each of ADMISSION_CASES) {
      const [ours, theirs] = await Promise.all([askOnce(port, each), askOnce(gatekeeper.port, each)]);
      if (JSON.stringify(sorted(ours)) === JSON.stringify(sorted(theirs))) continue;
      different.push({ name: each.name });
      if (!DIFFERENT.some(({ names }) => names.test(each.name))) unexpected.push({ name: each.name, ours, theirs });
    }
    expect(unexpected).toEqual([]);
    // A line that holds no more is to be taken out.
    const holding = DIFFERENT.filter(({ names }) => different.some((each) => names.test((each as { readonly name: string }).name)));
    expect(holding).toEqual(DIFFERENT);
  });
});

describe.skipIf(manager === undefined)("the flags of the real Gatekeeper", () => {
  it("are all taken, with its defaults", () => {
    const { stderr, stdout } = spawnSync(manager ?? "", ["--help"], { encoding: "utf8" });
    const flags = [...`${stderr}${stdout}`.matchAll(/^ {2}-([\w-]+)(?: \w+)?\n?((?:.|\n(?! {2}-))*)/gm)];
    expect(flags.length).toBeGreaterThan(70);
    const ours = new Map<string, Flag>(FLAGS.map((flag) => [flag.name, flag]));
    const different = flags.flatMap(([, name = "", meaning = ""]) => {
      const [, given = ""] = /\(default (.*)\)\s*$/.exec(meaning.trim()) ?? [];
      const flag = ours.get(name);
      if (flag === undefined) return [`${name} is not taken`];
      const have = String(flag.initial).replace(/^(false|0)$/, "");
      return given.replaceAll('"', "").replace(/^(false|0)$/, "") === have ? [] : [`${name}: ${given} there, ${have} here`];
    });
    // A duration is written in two ways; logs go to standard error either way; no operation given means all of them.
    const known = /^(port|logtostderr|operation|external-data-provider-response-cache-ttl): /;
    expect(different.filter((text) => !known.test(text))).toEqual([]);
  });
});

/** Where we differ on purpose; docs/differences.md says why. None of this is sent by an API server. */
const DIFFERENT: readonly { readonly names: RegExp; readonly how: string }[] = [
  {
    names: /^envelope: (an unknown version|another group|another kind|no kind|no version|neither kind nor version) at/,
    how: "refused: the original takes it for an AdmissionReview of v1",
  },
  {
    names: /^envelope: (no request|a request that is null|null|an empty object|blanks|YAML|a byte order mark) at/,
    how: "refused: the original reads YAML, and judges an empty request",
  },
  {
    names:
      /^envelope: (a kind that is a number|a request that is a text|no JSON|half a JSON|JSON and more|two JSONs|a list|a text|bytes that are no UTF-8) at/,
    how: "refused with a text of our own",
  },
  { names: /^envelope: (GET|PUT|PUT with a body of no JSON|DELETE|HEAD) at/, how: "405: the original answers any method" },
  { names: /^path: (with double slashes|climbing)$/, how: "404: the original redirects to the path without them" },
  { names: /^request: (an old object|options) that (is|are) a text$/, how: "taken for none" },
];

const EXCLUDED = ADMISSION_CASES.find(({ name }) => name === "request: an excluded namespace") as AdmissionCase;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
}
