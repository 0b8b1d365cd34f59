import { describe, expect, test } from "vitest";
import { createCelEngine, readCelSource } from "../../../src/gatekeeper/cel.ts";
import type { EngineOptions, Review, World } from "../../../src/gatekeeper/index.ts";
import type { PlainObject, Value } from "../../../src/rego/index.ts";

const engine = createCelEngine();
const options: EngineOptions = {
  disabledBuiltins: [],
  referential: false,
  externalData: false,
  print: false,
  defaultFailurePolicy: "Fail",
};
const world: World = {
  data: {},
  nowNanos: 0n,
  seed: 0,
  answers: new Map(),
  trace: false,
  onPrint: undefined,
  signal: undefined,
};

interface Given {
  readonly parameters?: Value;
  readonly operation?: string;
  readonly namespaceObject?: PlainObject;
}

function compile(source: Value) {
  return engine.compile({ kind: "Kind", target: "admission.k8s.gatekeeper.sh", source }, options);
}

const POD: PlainObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" } };

function review({ operation = "CREATE", namespaceObject }: Given): Review {
  const object = operation === "DELETE" ? undefined : POD;
  const oldObject = operation === "DELETE" ? POD : undefined;
  const kind = { group: "", version: "v1", kind: "Pod" };
  const request = {
    uid: "u",
    kind,
    resource: { group: "", version: "v1", resource: "pods" },
    subResource: "",
    requestKind: undefined,
    requestResource: undefined,
    requestSubResource: "",
    name: "p",
    namespace: "n",
    operation,
    userInfo: { username: "bob" },
    object,
    oldObject,
    dryRun: undefined,
    options: undefined,
  };
  return { request, object: POD, oldObject, namespace: undefined, namespaceObject, source: "", input: {} };
}

function messages(source: Value, given: Given = {}): readonly string[] {
  const compilation = compile(source);
  if (compilation.kind === "refused") throw new Error(compilation.message);
  const object = { kind: "Kind", metadata: { name: "c" }, spec: given.parameters === undefined ? {} : { parameters: given.parameters } };
  const constraint = { kind: "Kind", name: "c", object, parameters: given.parameters };
  const judgement = compilation.policy.judge(constraint, review(given), world);
  expect(judgement.failure).toBeUndefined();
  return judgement.violations.map(({ msg }) => msg);
}

const rule = (expression: string, more: PlainObject = {}) => ({ validations: [{ expression, ...more }] });

describe("the CEL engine", () => {
  test("a rule that is true allows, one that is not denies with the best message there is", () => {
    expect(messages(rule("true"))).toEqual([]);
    expect(messages(rule(" false "))).toEqual(["failed expression: false"]);
    expect(messages(rule("false", { message: " no " }))).toEqual(["no"]);
    expect(messages(rule("false", { message: "no", messageExpression: "'no ' + object.metadata.name" }))).toEqual(["no p"]);
  });

  test.each([
    ["fails", "object.zone"],
    ["is empty", "'  '"],
    ["has a line break", String.raw`"a\nb"`],
    ["is longer than 5120 bytes", `"${"a".repeat(5121)}"`],
    ["is no text", "1"],
  ])("a message expression that %s gives way to the message", (_, messageExpression) => {
    expect(messages(rule("false", { message: "no", messageExpression }))).toEqual(["no"]);
  });

  test("parameters are variables.params, null when there are none", () => {
    expect(messages(rule("variables.params.max == 3"), { parameters: { max: 3 } })).toEqual([]);
    expect(messages(rule("variables.params == null"))).toEqual([]);
  });

  test("the bare params belongs to variables alone", () => {
    const source = { variables: [{ name: "kind", expression: "params.kind" }], ...rule("variables.kind == 'Kind'") };
    expect(messages(source)).toEqual([]);
    expect(messages(rule("params.kind == 'Kind'"))[0]).toContain("undeclared reference to 'params'");
  });

  test("variables see those before them, and their errors name them", () => {
    const variables = [
      { name: "a", expression: "1" },
      { name: "b", expression: "variables.a + 1" },
      { name: "bad", expression: "object.zone.name" },
    ];
    expect(messages({ variables, ...rule("variables.b == 2") })).toEqual([]);
    expect(messages({ variables, ...rule("variables.bad == 2") })).toEqual([
      `expression 'variables.bad == 2' resulted in error: composited variable "bad" fails to evaluate: no such key: zone`,
    ]);
    expect(messages(rule("variables.nothing"))[0]).toContain("undefined field 'nothing'");
  });

  test("the last of two variables of one name counts, and cannot name itself", () => {
    const twice = (second: string) => [
      { name: "a", expression: "1" },
      { name: "a", expression: second },
    ];
    expect(messages({ variables: twice("2"), ...rule("variables.a == 2") })).toEqual([]);
    expect(messages({ variables: twice("variables.a + 1"), ...rule("variables.a == 2") })[0]).toContain(
      'composited variable "a" refers to itself',
    );
  });

  test("on DELETE there is no object, but anyObject is the old one", () => {
    expect(messages(rule("object == null && oldObject.metadata.name == 'p'"), { operation: "DELETE" })).toEqual([]);
    expect(messages(rule("variables.anyObject.metadata.name == 'p'"), { operation: "DELETE" })).toEqual([]);
  });

  test("request leaves out what is empty and has typed fields", () => {
    expect(
      messages(rule("!has(request.subResource) && request.name == 'p' && request.userInfo.username == 'bob' && !request.dryRun")),
    ).toEqual([]);
    expect(messages(rule("request.object == null"))[0]).toContain("undefined field 'object'");
  });

  test("the Namespace is shown in part, and not to match conditions", () => {
    const namespaceObject = { metadata: { name: "n", labels: { team: "a" }, managedFields: [{}] }, status: { phase: "Active" } };
    expect(
      messages(rule("namespaceObject.metadata.labels.team == 'a' && namespaceObject.status.phase == 'Active'"), { namespaceObject }),
    ).toEqual([]);
    expect(messages(rule("namespaceObject.metadata.managedFields == null"), { namespaceObject })[0]).toContain(
      "undefined field 'managedFields'",
    );
    const matchCondition = [{ name: "m", expression: "namespaceObject != null" }];
    expect(messages({ matchCondition, ...rule("false") }, { namespaceObject })).toEqual([]);
  });

  test("a false match condition skips the rules, errors count as the failure policy says", () => {
    const no = { name: "no", expression: "false" };
    const bad = { name: "bad", expression: "object.zone == 1" };
    const text = "expression 'object.zone == 1' resulted in error: no such key: zone";
    expect(messages({ matchCondition: [bad, no], ...rule("false") })).toEqual([]);
    expect(messages({ matchCondition: [bad], ...rule("false") })).toEqual([text]);
    expect(messages({ matchCondition: [bad, { ...bad, expression: "object.place == 1" }], ...rule("false") })).toEqual([
      `[${text}, expression 'object.place == 1' resulted in error: no such key: place]`,
    ]);
    expect(messages({ matchCondition: [bad], failurePolicy: "Ignore", ...rule("false") })).toEqual([]);
    expect(messages({ failurePolicy: "Ignore", ...rule("object.zone == 1") })).toEqual([]);
    expect(messages({ failurePolicy: "Ignore", ...rule("false", { message: "no" }) })).toEqual(["no"]);
  });

  test("a rule that does not compile or is no bool denies with the reason", () => {
    expect(messages(rule("object.zone"))).toEqual(["compilation error: must evaluate to bool but got dyn"]);
    expect(messages(rule("int('x') == 1"))).toEqual([
      "compilation error: program instantiation failed: type conversion error from 'string' to 'int'",
    ]);
  });

  test("all rules share a budget, and messages get what is left of it", () => {
    const heavy = "lists.range(100).all(a, lists.range(1000).all(b, a + b >= 0))";
    const out = "validation failed due to running out of cost budget, no further validation rules will be run";
    expect(messages({ validations: [{ expression: heavy }, { expression: heavy }] })).toEqual([out]);
    expect(messages({ validations: [{ expression: heavy }, { expression: "false", messageExpression: `string(${heavy})` }] })).toEqual([
      `failed messageExpression: ${out}`,
      `failed messageExpression: ${out}`,
    ]);
  });

  test("null entries of a source are empty, and a null failure policy is none", () => {
    expect(readCelSource({ validations: [null], failurePolicy: null })).toMatchObject({
      source: { validations: [{ expression: "", message: "", messageExpression: "" }], failurePolicy: undefined },
    });
  });

  test.each<[Value, string]>([
    ["text", "could not recognize the type"],
    [{ validations: "x" }, "cannot restore slice from string"],
    [{ validations: [{ expression: 1 }] }, "unrecognized type: string"],
    [{ failurePolicy: "Maybe" }, "invalid failure policy: unrecognized failure policy: Maybe"],
    [
      { variables: [{ name: "params", expression: "1" }] },
      'invalid variable definition: params an invalid variable name, "params" is a reserved keyword',
    ],
    [
      { matchCondition: [{ name: "gatekeeper_internal_x", expression: "true" }] },
      'invalid match condition: gatekeeper_internal_x is not a valid match condition; cannot have "gatekeeper_internal_" as a prefix',
    ],
  ])("the source %j is refused", (source, message) => {
    expect(compile(source)).toMatchObject({ kind: "refused", message });
  });

  test("mistakes can be asked for before anything runs, with their places", () => {
    const compilation = compile({ validations: [{ expression: "true" }, { expression: "object.a == foo" }] });
    if (compilation.kind === "refused") throw new Error(compilation.message);
    const { policy } = compilation;
    expect("diagnose" in policy && (policy as { diagnose(): unknown }).diagnose()).toEqual([
      { path: ["validations", 1, "expression"], start: 12, end: 13, message: "undeclared reference to 'foo' (in container '')" },
    ]);
  });
});

test("what is kept of a constraint serves its later reviews, no other constraint, and no changed review", () => {
  const source = {
    variables: [
      { name: "fixed", expression: "variables.params.names.map(name, name + '!')" },
      { name: "mixed", expression: "variables.fixed + [request.operation]" },
    ],
    validations: [{ expression: "size(variables.mixed) == 0", messageExpression: "variables.mixed.join(', ')" }],
  };
  const compilation = compile(source);
  if (compilation.kind === "refused") throw new Error(compilation.message);
  const constraints = ["a", "b"].map((name) => {
    const parameters = { names: [name] };
    return { kind: "Kind", name, object: { kind: "Kind", metadata: { name }, spec: { parameters } }, parameters };
  });
  const said = ["CREATE", "UPDATE"].flatMap((operation) =>
    constraints.flatMap((constraint) =>
      compilation.policy.judge(constraint, review({ operation }), world).violations.map(({ msg }) => msg),
    ),
  );
  expect(said).toEqual(["a!, CREATE", "b!, CREATE", "a!, UPDATE", "b!, UPDATE"]);
});
