/**
 * The audit, the statuses, the metrics and the logs of the real Gatekeeper and ours, one after the other over one API server with the same
 * policies and objects: from discovery and from the cache. Most of a minute long, so it runs only with PORTCULLIS_SLOW=1; skips, saying why,
 * without the API server or the manager.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatekeeperIfBuilt } from "../../bench/rivals.ts";
import { startGatekeeper } from "../../bench/server/gatekeeper.ts";
import type { Policies } from "../../bench/server/policies.ts";
import type { PlainObject, Value } from "../../src/rego/index.ts";
import type { KubeClient } from "../../src/server/cluster/client.ts";
import { ADMISSION_POLICIES } from "../support/admission-cases.ts";
import { type ApiServer, apiServerMissing, freePort, startApiServer } from "../support/api-server.ts";
import { ask, connect, create, eventually, startServer } from "../support/cluster.ts";
import { namespaceReview } from "../support/embedded.ts";

const manager = gatekeeperIfBuilt();
const missing =
  process.env["PORTCULLIS_SLOW"] !== "1"
    ? "PORTCULLIS_SLOW is not 1"
    : (apiServerMissing ?? (manager === undefined ? "Gatekeeper's manager has not been built" : undefined));
if (missing !== undefined) process.stdout.write(`comparison of audits with Gatekeeper skipped: ${missing}\n`);

const FLAGS = [
  "--log-denies",
  "--audit-interval=2",
  "--log-level=INFO",
  "--enable-k8s-native-validation=true",
  "--default-wait-for-vapb-generation=1",
];
const VAP_FLAG = "--default-create-vap-binding-for-constraints=false";

const CONSTRAINTS = "constraints.gatekeeper.sh/v1beta1";
const constraint = (kind: string, name: string, spec: object): PlainObject =>
  ({ apiVersion: CONSTRAINTS, kind, metadata: { name }, spec }) as PlainObject;
const template = (kind: string, target: object): PlainObject =>
  ({
    apiVersion: "templates.gatekeeper.sh/v1",
    kind: "ConstraintTemplate",
    metadata: { name: kind.toLowerCase(), labels: { team: "a" } },
    spec: { crd: { spec: { names: { kind } } }, targets: [{ target: "admission.k8s.gatekeeper.sh", ...target }] },
  }) as PlainObject;
const cel = (expression: string): object => ({
  code: [
    {
      engine: "K8sNativeValidation",
      source: { validations: [{ expression, message: "names have at most 10 characters" }], generateVAP: true },
    },
  ],
});
const MAPS = { match: { kinds: [{ apiGroups: [""], kinds: ["ConfigMap"] }] } };
const scoped = (...actions: readonly (readonly [string, readonly string[]])[]): object => ({
  enforcementAction: "scoped",
  scopedEnforcementActions: actions.map(([action, points]) => ({ action, enforcementPoints: points.map((name) => ({ name })) })),
});

const POLICIES: Policies = {
  templates: [...ADMISSION_POLICIES.templates.slice(0, 1), template("ShortNames", cel("size(object.metadata.name) <= 10"))],
  constraints: [
    ...ADMISSION_POLICIES.constraints.slice(0, 4),
    constraint("DiffLabels", "original", { match: { source: "Original" }, parameters: { labels: ["owner"] } }),
    constraint("DiffLabels", "scoped", {
      ...scoped(["warn", ["audit.gatekeeper.sh"]], ["deny", ["validation.gatekeeper.sh"]]),
      parameters: { labels: ["q"] },
    }),
    constraint("ShortNames", "short", MAPS),
    constraint("ShortNames", "points", { ...MAPS, ...scoped(["warn", ["audit.gatekeeper.sh"]], ["dryrun", ["vap.k8s.io"]]) }),
  ],
};
const BROKEN: readonly PlainObject[] = [
  template("Broken", { rego: "package x\nviolation[{" }),
  template("CelBroken", cel("size(object.metadata.name <= 10")),
  constraint("DiffLabels", "unknown-point", scoped(["deny", ["foo"]])),
  {
    apiVersion: "externaldata.gatekeeper.sh/v1beta1",
    kind: "Provider",
    metadata: { name: "bad" },
    spec: { url: "http://localhost:1", timeout: 1 },
  },
];
const namespace = (name: string, labels: PlainObject = {}): PlainObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});
const map = (name: string, where: string, labels: PlainObject = {}): PlainObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: where, labels },
});
const OBJECTS: readonly PlainObject[] = [
  // Ours makes these; the original audits them all the same.
  { apiVersion: "v1", kind: "Secret", metadata: { name: "gatekeeper-webhook-server-cert", namespace: "gatekeeper-system" } },
  { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "portcullis-audit", namespace: "gatekeeper-system" } },
  namespace("team-a", { selected: "yes" }),
  namespace("unaudited-1"),
  namespace("unsynced-1"),
  map("a-name-that-is-long", "team-a"),
  map("tidy", "team-a", { owner: "a", "warn-me": "x", second: "x", dry: "x", x: "x", q: "x" }),
  map("hidden", "unaudited-1"),
  map("a-map-that-is-not-synced", "unsynced-1"),
  {
    apiVersion: "config.gatekeeper.sh/v1alpha1",
    kind: "Config",
    metadata: { name: "config", namespace: "gatekeeper-system" },
    spec: {
      sync: { syncOnly: ["Namespace", "ConfigMap"].map((kind) => ({ group: "", version: "v1", kind })) },
      match: [
        { processes: ["audit"], excludedNamespaces: ["unaudited-*"] },
        { processes: ["sync"], excludedNamespaces: ["unsynced-*"] },
      ],
    },
  },
];

/** What a server left at the API server, and said. */
interface Found {
  readonly statuses: unknown;
  readonly metrics: string;
  readonly logged: readonly string[];
}

describe.skipIf(missing !== undefined)("beside the real Gatekeeper", { timeout: 200_000 }, () => {
  let api: ApiServer;
  let client: KubeClient;

  const list = async (path: string): Promise<readonly PlainObject[]> =>
    (await client.transport.request({ method: "GET", path }))["items"] as readonly PlainObject[];
  const paths = {
    labels: `/apis/${CONSTRAINTS}/difflabels`,
    names: `/apis/${CONSTRAINTS}/shortnames`,
    templates: "/apis/templates.gatekeeper.sh/v1/constrainttemplates",
    providers: "/apis/externaldata.gatekeeper.sh/v1beta1/providers",
    policies: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
    bindings: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
  };
  const STATUSES = ["constraintpodstatuses", "constrainttemplatepodstatuses", "configpodstatuses", "providerpodstatuses"];
  const podStatuses = (kind: string): string => `/apis/status.gatekeeper.sh/v1beta1/namespaces/gatekeeper-system/${kind}`;

  /** Waits for two audits after everything is settled, then takes everything down. */
  const collect = async (metricsUrl: string, logged: readonly string[]): Promise<Found> => {
    const ended = async (): Promise<number> =>
      Number(/^gatekeeper_audit_duration_seconds_count\S* (\d+)/m.exec(await (await fetch(metricsUrl)).text())?.[1] ?? 0);
    await eventually("every constraint has its status", async () => {
      const all = [...(await list(paths.labels)), ...(await list(paths.names))];
      return all.every((object) => Array.isArray((object["status"] as PlainObject | undefined)?.["byPod"]));
    });
    await eventually("the policy is there", async () => (await list(paths.policies)).length > 0);
    const before = await ended();
    await eventually("two more audits have ended", async () => (await ended()) >= before + 2, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const found: Record<string, unknown> = {};
    for (const [name, path] of Object.entries(paths)) found[name] = (await list(path)).map(shown);
    for (const kind of STATUSES) found[kind] = (await list(podStatuses(kind))).map(shown);
    return { statuses: found, metrics: await (await fetch(metricsUrl)).text(), logged: [...logged] };
  };
  const forget = async (): Promise<void> => {
    for (const path of [...STATUSES.map(podStatuses), paths.policies, paths.bindings])
      await client.transport.request({ method: "DELETE", path });
    for (const path of [paths.labels, paths.names, paths.templates])
      for (const object of await list(path)) {
        const { name } = object["metadata"] as { readonly name: string };
        await client.transport.request({
          method: "PATCH",
          path: `${path}/${name}/status`,
          body: { status: null },
          contentType: "application/merge-patch+json",
        });
      }
  };
  const theirs = async (flags: readonly string[]): Promise<Found> => {
    const gatekeeper = await startGatekeeper(manager ?? "", api, POLICIES, [...FLAGS, VAP_FLAG, ...flags]);
    for (const object of [...BROKEN, ...OBJECTS]) await create(client, object).catch(() => undefined);
    try {
      await ask(gatekeeper.port, namespaceReview());
      return await collect(`http://127.0.0.1:${gatekeeper.metricsPort}/metrics`, gatekeeper.logged.join("").split("\n"));
    } finally {
      await gatekeeper.stop();
      await forget();
    }
  };
  const ours = async (flags: readonly string[]): Promise<Found> => {
    const port = await freePort();
    const server = await startServer(api, port, "bench", [...FLAGS, VAP_FLAG, ...flags]);
    try {
      await eventually("the server is ready", async () => (await fetch(`http://127.0.0.1:${server.healthPort}/readyz`)).status === 200);
      await ask(port, namespaceReview());
      const found = await collect(`http://127.0.0.1:${server.healthPort}/metrics`, server.logged);
      return { ...found, logged: [...server.logged, ...readFileSync(server.logFile, "utf8").split("\n")] };
    } finally {
      await server.stop(0);
      await forget();
    }
  };

  let discovered: readonly [Found, Found];
  let cached: readonly [Found, Found];
  beforeAll(async () => {
    api = await startApiServer();
    client = await connect(api);
    discovered = [await theirs([]), await ours([])];
    cached = [await theirs(["--audit-from-cache"]), await ours(["--audit-from-cache"])];
  }, 180_000);
  afterAll(async () => {
    await client?.transport.close();
    await api?.stop();
  }, 30_000);

  it("audits by discovery to the same violations, and all statuses say the same", () => {
    expect(discovered[1].statuses).toEqual(discovered[0].statuses);
  });

  it("audits from the cache to the same violations: those of the synced kinds, sync's exclusions or not", () => {
    expect(cached[1].statuses).toEqual(cached[0].statuses);
    expect(JSON.stringify(cached[1].statuses)).toContain("a-map-that-is-not-synced");
    expect(JSON.stringify(cached[1].statuses)).not.toContain('"hidden"');
  });

  it("has every metric of Gatekeeper's own under its name, with its type, labels and buckets", () => {
    const [wanted, have] = discovered.map(({ metrics }) => shapeOf(metrics)) as [ReadonlySet<string>, ReadonlySet<string>];
    expect([...wanted].filter((line) => !have.has(line))).toEqual([]);
  });

  it("logs violations, audited constraints and runs with the same keys", () => {
    const [wanted, have] = discovered.map(({ logged }) => keysOf(logged)) as [
      Readonly<Record<string, string>>,
      Readonly<Record<string, string>>,
    ];
    expect(wanted["admission violation"]).toBeDefined();
    expect(have).toMatchObject(wanted);
  });
});

const TIMES = new Set(["auditTimestamp", "lastTransitionTime", "lastCacheUpdateTime", "errorTimestamp", "observedGeneration"]);
const UIDS = new Set(["templateUID", "constraintUID", "configUID", "providerUID"]);

/** An object's name and status without what differs from run to run; of a generated policy its name alone. */
function shown(object: PlainObject): unknown {
  const { name } = object["metadata"] as { readonly name: string };
  const status = steady(object["status"] ?? null);
  // The original counts no violations of a constraint that it does not enforce; we say nothing about one.
  return name === "unknown-point" ? { name, status: { ...(status as object), totalViolations: undefined } } : { name, status };
}

function steady(value: Value): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value as PlainObject).filter(([key]) => !TIMES.has(key) && !UIDS.has(key));
  return Object.fromEntries(fields.map(([key, field]) => [key, key === "violations" ? violationsOf(field) : steady(field)]));
}

/** Violations in one order: that of equal messages is chance with the original. The lists are cut at 20, so longer ones are not compared. */
function violationsOf(field: Value): unknown {
  const texts = (field as readonly Value[]).map((each) => JSON.stringify(steady(each))).sort();
  return texts.length < 20 ? texts : "many";
}

/** Names, types, labels and buckets of a text of metrics: what dashboards ask for. */
function shapeOf(text: string): ReadonlySet<string> {
  const lines = text.split("\n").filter((line) => /^(# TYPE )?gatekeeper_/.test(line));
  return new Set(
    lines.map((line) => {
      if (line.startsWith("#")) return line;
      const [, name = "", labels = ""] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
      const kept = labels.match(/\w+="[^"]*"/g)?.filter((label) => !label.startsWith("otel_scope")) ?? [];
      return `${name} ${kept.sort().join()}`;
    }),
  );
}

/** The keys of each kind of line that tools read. */
function keysOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const keys = new Map<string, string>();
  for (const line of lines) {
    if (!line.startsWith("{")) continue;
    const { event_type: type, process: from, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof type === "string" && EVENT_TYPES.has(type)) keys.set(`${String(from)} ${type}`, Object.keys(rest).sort().join());
  }
  return Object.fromEntries([...keys].sort());
}

const EVENT_TYPES = new Set(["violation", "violation_audited", "constraint_audited", "audit_started", "audit_finished"]);
