/**
 * Makes up policies and objects at random, reproducibly: numbers in, templates with their constraints and Kubernetes objects out. Most policies
 * compile; some have the mistakes that people make.
 */
import fc from "fast-check";
import type { PlainObject, Value } from "../../src/rego/index.ts";
import {
  CEL_CONDITIONS,
  CEL_MESSAGES,
  CEL_MISTAKES,
  CEL_VARIABLES,
  REGO_CONDITIONS,
  REGO_MESSAGES,
  REGO_MISTAKES,
} from "./made-up.table.ts";

/** A template and its constraints. */
export interface MadeUpPolicy {
  readonly name: string;
  readonly manifests: readonly PlainObject[];
}

type Plain = { readonly [key: string]: Value };

const sometimes = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { freq: 1, nil: undefined });
const rarely = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: of, weight: 1 }, { arbitrary: fc.constant(undefined), weight: 12 });
const mostly = <T>(of: fc.Arbitrary<T>, otherwise: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: of, weight: 24 }, { arbitrary: otherwise, weight: 1 });
const some = <T>(of: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> => fc.array(of, { minLength: 1, maxLength: most });
const among = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Leaves out what is undefined. */
function compact(object: { readonly [key: string]: Value | undefined }): Plain {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

// Code.

const regoBody = fc.record({
  conditions: some(mostly(among(...REGO_CONDITIONS), among(...REGO_MISTAKES)), 4),
  message: among(...REGO_MESSAGES),
  details: rarely(among('{"n": 1}', "{}", "x", "[1]", '{"o": input.parameters}')),
});

function regoRule({ conditions, message, details }: { conditions: string[]; message: string; details: string | undefined }): string {
  const head = details === undefined ? '{"msg": msg}' : `{"msg": msg, "details": ${details}}`;
  return `violation[${head}] {\n${conditions.map((line) => `  ${line}\n`).join("")}  msg := ${message}\n}\n`;
}

const helpers = `
labels := object.get(input.review.object.metadata, "labels", {})
named(o) { startswith(o.metadata.name, "a") }
`;

const regoCode: fc.Arbitrary<Plain> = fc
  .record({
    rules: some(regoBody, 2),
    dialect: among("v0", "v0", "v1", "v0 in a code"),
    lib: rarely(among("package lib.m\n\nm(x) = y { y := x }\n", "package m\n\nm(x) = x\n", "package lib.m\n\nm(x) {\n")),
    slip: rarely(among("violation[{", "import data.foo\n", "import data.lib.m\n", "p := q\n", "default x = input\n", "violation = 1\n")),
  })
  .map(({ rules, dialect, lib, slip }) => {
    const libs = lib === undefined ? {} : { libs: [lib] };
    const text = `package p\n\n${slip ?? ""}${helpers}\n${rules.map(regoRule).join("\n")}`;
    if (dialect === "v0") return { rego: text, ...libs };
    const rego = dialect === "v1" ? asV1(text) : text;
    return { code: [{ engine: "Rego", source: { rego, ...libs, ...(dialect === "v1" ? { version: "v1" } : {}) } }] };
  });

function asV1(text: string): string {
  return text.replace(/^violation\[(.*)\] \{$/gm, "violation contains $1 if {").replace(/^named\(o\) \{/m, "named(o) if {");
}

const celCode: fc.Arbitrary<Plain> = fc
  .record({
    validations: some(
      fc.record({
        expression: mostly(among(...CEL_CONDITIONS), among(...CEL_MISTAKES)),
        message: rarely(among("no", " padded ", "")),
        text: rarely(among(...CEL_MESSAGES)),
      }),
      2,
    ),
    variables: rarely(some(fc.record({ name: among("v", "w"), expression: among(...CEL_VARIABLES) }), 2)),
    matchCondition: rarely(
      fc.record({ name: among("m", "n"), expression: among("object.kind == 'Pod'", "has(object.spec)", "object.spec.x", "1") }),
    ),
    failurePolicy: rarely(among("Fail", "Ignore", "Never")),
  })
  .map(({ validations, variables, matchCondition, failurePolicy }) => ({
    code: [
      {
        engine: "K8sNativeValidation",
        source: compact({
          validations: validations.map(({ expression, message, text }) => compact({ expression, message, messageExpression: text })),
          variables,
          matchCondition: matchCondition === undefined ? undefined : [matchCondition],
          failurePolicy,
        }),
      },
    ],
  }));

// Manifests.

const names = among("a", "ab", "x-1", "kube-system", "default", "z");
const globs = fc.oneof(names, among("a*", "*-1", "*", "*b*", "kube-*"));
const labelMap = fc.dictionary(among("app", "team", "n"), among("a", "b", "", "1"), { maxKeys: 3 });
const selector = fc.oneof(
  fc.record({ matchLabels: labelMap }),
  fc.record({
    matchExpressions: some(
      fc
        .record({
          key: among("app", "team", "n"),
          operator: mostly(among("In", "NotIn", "Exists", "DoesNotExist"), among("Is")),
          values: some(among("a", "b", ""), 2),
        })
        .map(({ values, ...rest }): Plain => (rest.operator.includes("In") ? { ...rest, values } : rest)),
      2,
    ),
  }),
);

const match: fc.Arbitrary<Plain> = fc
  .record({
    kinds: sometimes(
      some(
        fc
          .record({
            apiGroups: sometimes(some(among("", "apps", "*"), 2)),
            kinds: sometimes(some(among("Pod", "Namespace", "Deployment", "*"), 2)),
          })
          .map(compact),
        2,
      ),
    ),
    scope: rarely(mostly(among("Cluster", "Namespaced", "*"), among("cluster"))),
    namespaces: rarely(some(globs, 2)),
    excludedNamespaces: rarely(some(globs, 2)),
    labelSelector: rarely(selector),
    namespaceSelector: rarely(selector),
    name: rarely(globs),
    source: rarely(mostly(among("All", "Original", "Generated"), among("Other", "a**"))),
  })
  .map(compact);

const parameters: fc.Arbitrary<Plain> = fc
  .record({
    n: sometimes(mostly(fc.integer({ min: 0, max: 4 }), among<Value>(-1, "1", 1.5))),
    list: sometimes(some(among("a", "b", "app"), 3)),
    re: sometimes(among("^a", "(", "b$")),
    o: sometimes(among<Value>({}, { k: "v" }, { z: null })),
    extra: rarely(among<Value>(1)),
  })
  .map(compact);

const PARAMETERS_SCHEMA: Plain = {
  type: "object",
  properties: {
    n: { type: "integer", minimum: 0 },
    list: { type: "array", items: { type: "string" } },
    re: { type: "string" },
    o: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

const points = among("validation.gatekeeper.sh", "gator.gatekeeper.sh", "audit.gatekeeper.sh", "*", "nowhere");
const enforcement: fc.Arbitrary<Plain> = fc.oneof(
  among<Plain>({}, {}, { enforcementAction: "warn" }, { enforcementAction: "dryrun" }, { enforcementAction: "zork" }),
  some(
    fc.record({
      action: among("deny", "warn", "dryrun"),
      enforcementPoints: some(
        points.map((name) => ({ name })),
        2,
      ),
    }),
    2,
  ).map((scopedEnforcementActions) => ({ enforcementAction: "scoped", scopedEnforcementActions })),
);

const constraint = fc.record({ match, parameters, enforcement });

const policy = fc.record({
  code: fc.oneof({ arbitrary: regoCode, weight: 3 }, { arbitrary: celCode, weight: 2 }),
  schema: mostly<Value | undefined>(
    among(PARAMETERS_SCHEMA, PARAMETERS_SCHEMA, { type: "object", "x-kubernetes-preserve-unknown-fields": true }),
    fc.constant(undefined),
  ),
  constraints: some(constraint, 2),
});

/** Makes up policies under names of their own. */
export function madeUpPolicies(count: number, seed: number): readonly MadeUpPolicy[] {
  return fc.sample(policy, { numRuns: count, seed }).map(({ code, schema, constraints }, i) => {
    const kind = `MadeUp${i}`;
    const template: PlainObject = {
      apiVersion: "templates.gatekeeper.sh/v1",
      kind: "ConstraintTemplate",
      metadata: { name: kind.toLowerCase() },
      spec: {
        crd: { spec: { names: { kind }, ...(schema === undefined ? {} : { validation: { openAPIV3Schema: schema } }) } },
        targets: [{ target: "admission.k8s.gatekeeper.sh", ...code }],
      },
    };
    const manifests = constraints.map((each, at) => ({
      apiVersion: "constraints.gatekeeper.sh/v1beta1",
      kind,
      metadata: { name: `${kind.toLowerCase()}-${at}` },
      spec: { match: each.match, parameters: each.parameters, ...each.enforcement },
    }));
    return { name: kind, manifests: [template, ...manifests] };
  });
}

// Objects.

const odd: fc.Arbitrary<Value> = fc.oneof(
  among<Value>(null, true, 0, 1.5, "", "a", [], {}, [1, "a"], { a: { b: 1 } }),
  fc.integer({ min: -5, max: 1e6 }),
);
const containers = some(fc.record({ name: names, image: among("a", "b:1", "r.io/a@sha256:0"), x: sometimes(odd) }).map(compact), 3);
const spec: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ containers, x: sometimes(odd) }).map(compact),
  fc.record({ x: odd, replicas: fc.integer({ min: 0, max: 5 }) }),
  odd,
);
const object = fc.record({
  type: among(["v1", "Pod"], ["v1", "Namespace"], ["apps/v1", "Deployment"], ["v1", "Pod"], ["example.com/v1", "Odd"] as const),
  name: names,
  namespace: sometimes(among("a", "b", "default", "kube-system")),
  labels: sometimes(labelMap),
  annotations: sometimes(labelMap),
  spec: sometimes(spec),
});

/** Makes up objects, no two of one kind, name and namespace. */
export function madeUpObjects(count: number, seed: number): readonly PlainObject[] {
  return fc
    .sample(object, { numRuns: count, seed })
    .map(({ type: [apiVersion = "", kind = ""], name, namespace, labels, annotations, spec: own }, i) => {
      const metadata = compact({ name: `${name}-${i}`, namespace: kind === "Namespace" ? undefined : namespace, labels, annotations });
      return compact({ apiVersion, kind, metadata, spec: own });
    });
}
