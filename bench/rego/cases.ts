/**
 * The workloads of the Rego benchmark: every policy of the Gatekeeper library with its samples as admission requests, the regorus workloads,
 * referential policies over inventories of growing size, and small programs that stress one thing each.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isPlainObject, type PlainObject, parseJson, parseYaml, readYaml, type Value } from "../../src/rego/index.ts";

/** One workload. `inputs` are JSON texts, so that every engine parses them itself. */
export interface BenchCase {
  readonly name: string;
  readonly group: "admission" | "workload" | "referential" | "micro";
  readonly modules: { readonly [name: string]: string };
  readonly dialect: "v0" | "v1";
  readonly query: string;
  readonly inputs: readonly string[];
  readonly data: PlainObject;
}

const SHARED = process.env["PORTCULLIS_CONFORMANCE"] ?? join(import.meta.dirname, "../../../shared/conformance");
const read = (path: string): string => readFileSync(join(SHARED, path), "utf8");
const at = (value: Value | undefined, ...path: readonly string[]): Value | undefined =>
  path.reduce<Value | undefined>((inner, key) => (isPlainObject(inner) ? inner[key] : undefined), value);

/** Returns all workloads; those that need the acceptance data are left out where it is absent. */
export function benchCases(): readonly BenchCase[] {
  const shared = existsSync(SHARED) ? [...libraryCases(), ...regorusCases()] : [];
  return [...shared, ...[10, 1_000, 10_000, 100_000].map(referentialCase), ...microCases()];
}

function libraryCases(): readonly BenchCase[] {
  const root = "gatekeeper-library/library";
  return ["general", "pod-security-policy"].flatMap((group) =>
    readdirSync(join(SHARED, root, group)).flatMap((name) => {
      const folder = `${root}/${group}/${name}`;
      return existsSync(join(SHARED, folder, "template.yaml")) ? libraryCase(folder, name) : [];
    }),
  );
}

function libraryCase(folder: string, name: string): readonly BenchCase[] {
  const parsed = parseYaml(read(`${folder}/template.yaml`));
  const targets = at(parsed.kind === "value" ? parsed.value : null, "spec", "targets") as readonly PlainObject[] | undefined;
  const source = sourceOf(targets?.[0] ?? {});
  const inputs = sampleInputs(folder);
  if (source === undefined || inputs.length === 0) return [];
  const libs = Object.fromEntries(source.libs.map((text, i) => [`lib_${i}.rego`, text]));
  const query = `data.${/package\s+(\S+)/.exec(source.rego)?.[1] ?? ""}.violation`;
  return [
    {
      name,
      group: "admission",
      modules: { "template.rego": source.rego, ...libs },
      dialect: source.dialect,
      query,
      inputs,
      data: { inventory: smallInventory(30) },
    },
  ];
}

function sourceOf(
  target: PlainObject,
): { readonly rego: string; readonly libs: readonly string[]; readonly dialect: "v0" | "v1" } | undefined {
  const code = ((target["code"] ?? []) as readonly PlainObject[]).find((entry) => entry["engine"] === "Rego");
  const source = (code === undefined ? target : code["source"]) as PlainObject;
  const rego = source["rego"];
  return typeof rego === "string"
    ? { rego, libs: (source["libs"] ?? []) as readonly string[], dialect: source["version"] === "v1" ? "v1" : "v0" }
    : undefined;
}

function sampleInputs(folder: string): readonly string[] {
  const samples = join(SHARED, folder, "samples");
  if (!existsSync(samples)) return [];
  const inputs = readdirSync(samples)
    .map((name) => `${folder}/samples/${name}`)
    .filter((path) => statSync(join(SHARED, path)).isDirectory() && existsSync(join(SHARED, path, "constraint.yaml")))
    .flatMap((path) => {
      const constraint = parseYaml(read(`${path}/constraint.yaml`));
      const parameters = at(constraint.kind === "value" ? constraint.value : null, "spec", "parameters") ?? {};
      const files = readdirSync(join(SHARED, path)).filter((file) => file.endsWith(".yaml") && file !== "constraint.yaml");
      return files
        .flatMap((file) =>
          readYaml(read(`${path}/${file}`))
            .documents.map(({ value }) => value)
            .filter(isPlainObject),
        )
        .map((object) => JSON.stringify({ review: reviewOf(object), parameters }));
    });
  return inputs.slice(0, 6);
}

// What an API server adds around an object, in its order and about its size.
function reviewOf(object: PlainObject): PlainObject {
  if (object["kind"] === "AdmissionReview") return object["request"] as PlainObject;
  const [group, version] = String(object["apiVersion"]).includes("/")
    ? String(object["apiVersion"]).split("/")
    : ["", String(object["apiVersion"])];
  const metadata = (object["metadata"] ?? {}) as PlainObject;
  const managed = {
    manager: "kubectl",
    operation: "Update",
    apiVersion: object["apiVersion"] ?? "",
    time: "2026-01-01T00:00:00Z",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:metadata": { "f:labels": { ".": {}, "f:app": {} } }, "f:spec": {} },
  };
  const added = {
    uid: "8b1f2f6e-0000-4000-8000-000000000000",
    creationTimestamp: "2026-01-01T00:00:00Z",
    resourceVersion: "12345",
    generation: 1,
    managedFields: [managed],
  };
  const kind = { group: group ?? "", version: version ?? "", kind: object["kind"] ?? "" };
  return {
    uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
    kind,
    resource: { group: kind.group, version: kind.version, resource: `${String(kind.kind).toLowerCase()}s` },
    name: metadata["name"] ?? "",
    namespace: metadata["namespace"] ?? "default",
    operation: "CREATE",
    userInfo: { username: "ann", uid: "1", groups: ["dev", "system:authenticated"] },
    object: { ...object, metadata: { ...metadata, ...added } },
    oldObject: null,
    dryRun: false,
  };
}

function smallInventory(count: number): PlainObject {
  const named = (make: (i: number) => PlainObject, prefix: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, make(i)]));
  const service = (i: number): PlainObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `service${i}`, namespace: "default" },
    spec: { selector: { key: `value${i}` } },
  });
  return {
    namespace: { default: { "networking.k8s.io/v1": { Ingress: named(ingress, "ingress") }, v1: { Service: named(service, "service") } } },
    cluster: { v1: { Namespace: {} } },
  };
}

function ingress(i: number): PlainObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: `ingress${i}`, namespace: "default" },
    spec: { rules: [{ host: i === 3 ? "example-host.example.com" : `host${i}.example.com` }] },
  };
}

function regorusCases(): readonly BenchCase[] {
  const list = parseJson(read("bench/regorus/workloads.json"));
  const workloads = (list.kind === "value" ? at(list.value, "workloads") : []) as readonly PlainObject[];
  return workloads.map((workload) => ({
    name: `regorus/${String(workload["name"])}`,
    group: "workload",
    modules: { "policy.rego": read(`bench/regorus/${String(workload["policy"])}`) },
    dialect: workload["dialect"] === "v0" ? "v0" : "v1",
    query: "data.bench.allow",
    inputs: (workload["inputs"] as readonly string[]).map((input) => read(`bench/regorus/${input}`)),
    data: {},
  }));
}

const UNIQUE_HOST = `package uniquehost

violation contains {"msg": msg} if {
  host := input.review.object.spec.rules[_].host
  other := data.inventory.namespace[_][version]["Ingress"][name]
  startswith(version, "networking.k8s.io/")
  other.spec.rules[_].host == host
  name != input.review.object.metadata.name
  msg := sprintf("host %v is taken", [host])
}
`;

function referentialCase(count: number): BenchCase {
  const ingresses = Object.fromEntries(Array.from({ length: count }, (_, i) => [`ingress${i}`, ingress(i)]));
  const inputs = ["example-host.example.com", "free.example.com"].map((host) =>
    JSON.stringify({ review: { object: { metadata: { name: "new" }, spec: { rules: [{ host }] } } }, parameters: {} }),
  );
  const data = { inventory: { namespace: { default: { "networking.k8s.io/v1": { Ingress: ingresses } } } } };
  return {
    name: `unique-host-${count}`,
    group: "referential",
    modules: { "unique.rego": UNIQUE_HOST },
    dialect: "v1",
    query: "data.uniquehost.violation",
    inputs,
    data,
  };
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

function microCases(): readonly BenchCase[] {
  const micro = (name: string, rules: string, inputs: readonly object[], data: PlainObject = {}): BenchCase => ({
    name: `micro/${name}`,
    group: "micro",
    modules: { "micro.rego": `package micro\n\n${rules}\n` },
    dialect: "v1",
    query: "data.micro.r",
    inputs: inputs.map((input) => JSON.stringify(input)),
    data,
  });
  const images = numbers(20).map((i) => `repo${i}/image${i}:v${i}`);
  const tree = {
    spec: {
      containers: numbers(8).map((i) => ({
        name: `c${i}`,
        image: i === 5 ? "nginx" : `repo/image${i}`,
        env: numbers(4).map((j) => ({ name: `E${j}`, value: "x" })),
      })),
    },
  };
  return [
    micro("nested-loops", "r if { some x in input.xs; some y in input.xs; some z in input.xs; x + y + z == 1000000 }", [
      { xs: numbers(50) },
    ]),
    micro("partial-set-1000", 'r contains x if { some i in input.xs; x := sprintf("k%d", [i]) }', [{ xs: numbers(1000) }]),
    micro("comprehension-in-loop", "r := [c | some x in input.xs; c := count([y | some y in input.ys; y > x])]", [
      { xs: numbers(100), ys: numbers(30) },
    ]),
    micro("function-calls-1000", "f(x) := x * 2 + 1\nr := sum([f(x) | some x in input.xs])", [{ xs: numbers(1000) }]),
    micro("walk", 'r := count([v | walk(input, [_, v]); v == "nginx"])', [tree]),
    micro("walk-with-path", 'r := [p | walk(input, [p, v]); v == "nginx"]', [tree]),
    micro(
      "rule-index-200",
      numbers(200)
        .map((i) => `r if { input.method == "M${i}"; input.path == "p${i}" }`)
        .join("\n"),
      [
        { method: "M150", path: "p150" },
        { method: "M3", path: "x" },
      ],
    ),
    micro("every", 'r if { every c in input.cs { c.image != ""; startswith(c.image, "repo/"); not c.bad } }', [
      { cs: numbers(20).map((i) => ({ image: `repo/x${i}` })) },
    ]),
    micro("join", "r contains i if { some i, a in input.as; some b in input.bs; a.id == b.id; b.v > 10 }", [
      { as: numbers(50).map((i) => ({ id: `a${i}` })), bs: numbers(50).map((i) => ({ id: `a${(i * 7) % 100}`, v: i })) },
    ]),
    micro("object-comprehension", "r := {k: v | some k, v in input.o; v > 5}", [
      { o: Object.fromEntries(numbers(100).map((i) => [`k${i}`, i % 11])) },
    ]),
    micro(
      "strings",
      'r contains m if { some c in input.cs; p := split(c, "/"); count(p) > 1; lower(p[0]) == p[0]; not contains(c, ":latest"); m := concat("-", p) }',
      [{ cs: images }],
    ),
    micro("regex", "r contains c if { some c in input.cs; regex.match(`^[a-z]+[0-9]*/.*$`, c) }", [{ cs: images }]),
  ];
}
