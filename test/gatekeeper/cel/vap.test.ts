import { describe, expect, test } from "vitest";
import { createAdmissionEnvironment, withParams } from "../../../src/gatekeeper/cel/admission-types.ts";
import {
  bindingName,
  type CelValue,
  compileExpression,
  generateBinding,
  generatePolicy,
  type VapOptions,
} from "../../../src/gatekeeper/cel.ts";
import { readTemplate, type Template } from "../../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../../src/rego/index.ts";

function template(source: PlainObject | undefined, operations?: readonly string[]): Template {
  const code = source === undefined ? [] : [{ engine: "K8sNativeValidation", source }];
  const read = readTemplate({
    apiVersion: "templates.gatekeeper.sh/v1",
    kind: "ConstraintTemplate",
    metadata: { name: "k8sfoo" },
    spec: {
      crd: { spec: { names: { kind: "K8sFoo" } } },
      targets: [{ target: "admission.k8s.gatekeeper.sh", code, ...(operations === undefined ? {} : { operations }) }],
    },
  });
  if ("error" in read) throw new Error(read.error);
  return read.template;
}

const plain: VapOptions = { version: "v1", webhook: undefined, excludedNamespaces: [], exemptedNamespaces: [] };

function policy(source: PlainObject, options: Partial<VapOptions> = {}): PlainObject {
  const result = generatePolicy(template(source), { ...plain, ...options });
  if (result.kind === "error") throw new Error(result.message);
  return result.policy;
}

function specOf(object: PlainObject): PlainObject {
  return object["spec"] as PlainObject;
}

const namesOf = (conditions: unknown) => (conditions as readonly PlainObject[]).map((condition) => condition["name"]);

describe("generated policies", () => {
  test("a policy carries the template's rules, with Gatekeeper's variables first", () => {
    const object = policy({ validations: [{ expression: "true", message: "m" }], variables: [{ name: "a", expression: "1" }] });
    expect(object).toMatchObject({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "gatekeeper-k8sfoo" },
      spec: {
        paramKind: { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: "K8sFoo" },
        matchConstraints: {
          resourceRules: [{ operations: ["CREATE", "UPDATE"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"] }],
        },
        validations: [{ expression: "true", message: "m" }],
        failurePolicy: "Fail",
      },
    });
    expect(namesOf(specOf(object)["variables"])).toEqual(["anyObject", "params", "a"]);
  });

  test("match conditions come in the order of the original", () => {
    const webhook = {
      rules: [{ operations: ["CREATE"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], scope: "*" }],
      namespaceSelector: { matchLabels: { a: "b" } },
      objectSelector: undefined,
      matchPolicy: "Exact",
      matchConditions: [{ name: "hook", expression: "true" }],
    };
    const object = policy(
      { matchCondition: [{ name: "own", expression: "true" }], failurePolicy: "Ignore" },
      { webhook, excludedNamespaces: ["kube-*"], exemptedNamespaces: ["x"] },
    );
    expect(namesOf(specOf(object)["matchConditions"])).toEqual([
      "own",
      "gatekeeper_internal_match_excluded_namespaces",
      "gatekeeper_internal_match_namespaces",
      "gatekeeper_internal_match_name",
      "gatekeeper_internal_match_kinds",
      "gatekeeper_internal_match_global_excluded_namespaces",
      "gatekeeper_internal_match_global_exempted_namespaces",
      "hook",
    ]);
    expect(specOf(object)).toMatchObject({ failurePolicy: "Ignore", matchConstraints: { matchPolicy: "Exact" } });
  });

  test("the scope of rules survives only in v1beta1", () => {
    const webhook = {
      rules: [{ operations: ["*"], scope: "Namespaced" }],
      namespaceSelector: undefined,
      objectSelector: undefined,
      matchPolicy: undefined,
      matchConditions: [],
    };
    const rules = (version: "v1" | "v1beta1") => specOf(policy({}, { webhook, version }))["matchConstraints"];
    expect(rules("v1")).toEqual({ resourceRules: [{ operations: ["*"] }] });
    expect(rules("v1beta1")).toEqual({ resourceRules: [{ operations: ["*"], scope: "Namespaced" }] });
  });

  test("operations are those of both the webhook and the template", () => {
    const webhook = {
      rules: [{ operations: ["CREATE", "UPDATE"] }],
      namespaceSelector: undefined,
      objectSelector: undefined,
      matchPolicy: undefined,
      matchConditions: [],
    };
    expect(generatePolicy(template({}, ["DELETE", "CREATE"]), { ...plain, webhook })).toMatchObject({
      kind: "policy",
      warning: "operations mismatch between webhook and constraint template",
      policy: { spec: { matchConstraints: { resourceRules: [{ operations: ["CREATE"] }] } } },
    });
    expect(generatePolicy(template({}, ["DELETE"]), { ...plain, webhook })).toEqual({
      kind: "error",
      message: "no matching operations between webhook and constraint template",
    });
  });

  test("a template without CEL has no policy", () => {
    expect(generatePolicy(template(undefined), plain)).toEqual({ kind: "error", message: "K8sNativeValidation engine is missing" });
  });
});

describe("generated match conditions", () => {
  const environment = withParams(createAdmissionEnvironment());
  const conditions = specOf(policy({}, { excludedNamespaces: ["kube-*"], exemptedNamespaces: ["ex"] }))[
    "matchConditions"
  ] as readonly PlainObject[];

  function matches(name: string, variables: Readonly<Record<string, unknown>>): unknown {
    const condition = conditions.find((each) => each["name"] === `gatekeeper_internal_match_${name}`);
    const compiled = compileExpression(String(condition?.["expression"]), environment);
    if (compiled.kind !== "program") throw new Error(JSON.stringify(compiled));
    const all: Readonly<Record<string, unknown>> = {
      object: null,
      oldObject: null,
      request: { kind: { group: "", kind: "Pod" } },
      ...variables,
    };
    return compiled.program.evaluate((each) => all[each] as CelValue, 1_000_000).result;
  }

  const params = (match: PlainObject) => ({ spec: { match } });
  const pod = (metadata: PlainObject) => ({ kind: "Pod", metadata });

  test.each<[string, PlainObject, PlainObject, boolean]>([
    ["namespaces", { namespaces: ["a-*"] }, { namespace: "a-b" }, true],
    ["namespaces", { namespaces: ["a-*"] }, { namespace: "b" }, false],
    ["namespaces", { namespaces: ["a-*"] }, {}, true],
    ["namespaces", {}, { namespace: "b" }, true],
    ["excluded_namespaces", { excludedNamespaces: ["*-a"] }, { namespace: "x-a" }, false],
    ["excluded_namespaces", { excludedNamespaces: ["*-a"] }, { namespace: "x" }, true],
    ["name", { name: "web*" }, { name: "web-1" }, true],
    ["name", { name: "web*" }, { generateName: "web-" }, true],
    ["name", { name: "web" }, { generateName: "web" }, false],
    ["kinds", { kinds: [{ kinds: ["Pod"], apiGroups: [""] }] }, {}, true],
    ["kinds", { kinds: [{ kinds: ["Service"] }] }, {}, false],
    ["kinds", { kinds: [] }, {}, false],
    ["global_excluded_namespaces", {}, { namespace: "kube-system" }, false],
    ["global_excluded_namespaces", {}, { namespace: "default" }, true],
  ])("%s of %j against %j is %s", (name, match, metadata, wanted) => {
    expect(matches(name, { params: params(match), object: pod(metadata) })).toBe(wanted);
  });

  test("a Namespace is exempt only with the label", () => {
    const namespace = (labels: PlainObject) => ({ kind: "Namespace", metadata: { name: "ex", labels } });
    expect(matches("global_exempted_namespaces", { object: namespace({}) })).toBe(true);
    expect(matches("global_exempted_namespaces", { object: namespace({ "admission.gatekeeper.sh/ignore": "" }) })).toBe(false);
  });
});

describe("generated bindings", () => {
  const sha256 = (text: string) => `${text.length}0000000000`;
  const constraint = (match: PlainObject, name = "c") => ({ kind: "K8sFoo", metadata: { name }, spec: { match } });

  test("a binding names the policy, the constraint and what to do", () => {
    const labelSelector = { matchLabels: { a: "b" } };
    const result = generateBinding(constraint({ labelSelector }), { version: "v1", actions: ["deny", "warn", "dryrun"], sha256 });
    expect(result).toEqual({
      kind: "binding",
      binding: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name: "gatekeeper-k8sfoo-c" },
        spec: {
          policyName: "gatekeeper-k8sfoo",
          paramRef: { name: "c", parameterNotFoundAction: "Allow" },
          matchResources: { objectSelector: labelSelector },
          validationActions: ["Deny", "Warn", "Audit"],
        },
      },
    });
  });

  test("an unknown action is refused", () => {
    expect(generateBinding(constraint({}), { version: "v1", actions: ["shout"], sha256 })).toEqual({
      kind: "error",
      message: "invalid enforcement action: unrecognized enforcement action shout, must be `warn`, `deny` or `dryrun`",
    });
  });

  test("a long name is cut and marked with a hash", () => {
    const name = bindingName("K8sFoo", `${"a".repeat(224)}-.-${"b".repeat(50)}`, sha256);
    expect(name.length).toBeLessThanOrEqual(253);
    expect(name).toMatch(/^gatekeeper-k8sfoo-a+-\d{8}$/);
  });
});
