import { describe, expect, it } from "vitest";
import { compileSchemaRules } from "../../../../src/gatekeeper/cel.ts";
import { checkConstraintCrd } from "../../../../src/gatekeeper/manifest/constraint-crd.ts";
import { readTemplate } from "../../../../src/gatekeeper/manifest/template.ts";
import type { PlainObject } from "../../../../src/rego/index.ts";
import { template } from "../../../support/gatekeeper.ts";

const RULES = "x-kubernetes-validations";
const AT = "spec.validation.openAPIV3Schema.properties[spec].properties[parameters].properties[a].default";

/** What is said about a default, the path of the default left out. */
function errors(schema: PlainObject): readonly string[] {
  const read = readTemplate(template({ schema: { type: "object", properties: { a: schema } } }));
  if ("error" in read) return [read.error];
  return checkConstraintCrd(read.template, compileSchemaRules).errors.map((line) => line.replace(AT, "D"));
}

const count = (rule: PlainObject, value = 3): PlainObject => ({ type: "integer", default: value, [RULES]: [rule] });

describe("a default", () => {
  it("must keep the rules of its schema", () => {
    expect(errors(count({ rule: "self > 2" }))).toEqual([]);
    expect(errors(count({ rule: " self > 5 " }, 1_000_000))).toEqual([]);
    expect(errors(count({ rule: " self < 5 " }, 1_000_000))).toEqual(["D: Invalid value: 1000000: failed rule: self < 5"]);
  });

  it.each<[PlainObject, string]>([
    [{ message: " too small " }, "D: Invalid value: 3: too small"],
    [{ message: "no", messageExpression: "'at least ' + string(self + 2)" }, "D: Invalid value: 3: at least 5"],
    [{ message: "no", messageExpression: "string(1 / (self - 3))" }, "D: Invalid value: 3: no"],
    [{ messageExpression: "' '" }, "D: Invalid value: 3: failed rule: self > 3"],
    [{ reason: "FieldValueForbidden" }, "D: Forbidden: failed rule: self > 3"],
    [{ reason: "FieldValueRequired" }, "D: Required value: failed rule: self > 3"],
    [{ reason: "FieldValueDuplicate" }, "D: Duplicate value: 3"],
    [{ reason: "FieldValueInvalid" }, "D: Invalid value: 3: failed rule: self > 3"],
  ])("is refused with the words of the rule: %j", (members, line) => {
    expect(errors(count({ rule: "self > 3", ...members }))).toEqual([line]);
  });

  it("must keep the rules of the schemas of its parts, and the field that a rule blames is named", () => {
    const port = { type: "integer", [RULES]: [{ rule: "self != 22", message: "not SSH" }] };
    const properties = {
      ports: { type: "array", maxItems: 5, items: port },
      byName: { type: "object", maxProperties: 5, additionalProperties: port },
      one: port,
      name: { type: "string" },
    };
    const schema = {
      type: "object",
      properties,
      [RULES]: [{ rule: "self.name != ''", fieldPath: ".name", message: "nameless" }],
      default: { ports: [80, 22], byName: { ssh: 22 }, one: 22, name: "" },
    };
    expect(errors(schema)).toEqual([
      "D.name: Invalid value: nameless",
      "D.ports[1]: Invalid value: 22: not SSH",
      "D.byName[ssh]: Invalid value: 22: not SSH",
      "D.one: Invalid value: 22: not SSH",
    ]);
  });

  it("is not tried where it does not fit its schema anyway", () => {
    expect(errors({ type: "integer", default: "x", [RULES]: [{ rule: "self > 3" }] })).toEqual([
      'D: Invalid value: "string":  in body must be of type integer: "string"',
    ]);
  });

  it("is shown to rules as the schema has it", () => {
    const text = (format: string, value: string, rule: string): readonly string[] =>
      errors({ type: "string", format, default: value, [RULES]: [{ rule }] });
    expect(text("date", "2024-02-29", "self.getMonth() == 1")).toEqual([]);
    expect(text("date-time", "2024-02-29T10:00:00Z", "self.getHours() == 10")).toEqual([]);
    expect(text("duration", "2 hours", "self == duration('120m')")).toEqual([]);
    expect(text("byte", "YWJj", "self == b'abc'")).toEqual([]);
    expect(errors({ type: "number", default: 2, [RULES]: [{ rule: "self / 4.0 == 0.5" }] })).toEqual([]);
    expect(errors({ "x-kubernetes-int-or-string": true, default: "5%", [RULES]: [{ rule: "type(self) == string" }] })).toEqual([]);
    const properties = { "a-b": { type: "integer" }, c: { type: "string", nullable: true } };
    const rule = { rule: "self.a__dash__b == 1 && !has(self.c)" };
    expect(errors({ type: "object", properties, default: { "a-b": 1, c: null }, [RULES]: [rule] })).toEqual([]);
  });
});

describe("the old value in a rule on a default", () => {
  it("is the default itself, and none where the rule can do without", () => {
    expect(errors(count({ rule: "self == oldSelf" }))).toEqual([]);
    expect(errors(count({ rule: "self > oldSelf" }))).toEqual(["D: Invalid value: 3: failed rule: self > oldSelf"]);
    expect(errors(count({ rule: "oldSelf.hasValue()", optionalOldSelf: true }))).toEqual([
      "D: Invalid value: 3: failed rule: oldSelf.hasValue()",
    ]);
    expect(errors(count({ rule: "oldSelf.orValue(0) <= self", optionalOldSelf: true }))).toEqual([]);
  });

  it("is the one with the same keys in a list that is a map", () => {
    const item = {
      type: "object",
      required: ["k"],
      properties: { k: { type: "string" } },
      [RULES]: [{ rule: "self.k != oldSelf.k", message: "kept" }],
    };
    const list = { type: "array", maxItems: 3, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], items: item };
    expect(errors({ ...list, default: [{ k: "x" }] })).toEqual(["D[0]: Invalid value: kept"]);
  });
});

describe("a rule that fails on a default", () => {
  it.each<[string, string]>([
    ["1 / (self - 3) == 1", "division by zero evaluating rule: 1 / (self - 3) == 1"],
    [
      "dyn(self).startsWith('a')",
      "'no such overload': call arguments did not match a supported operator, function or macro signature for rule: dyn(self).startsWith('a')",
    ],
  ])("says why: %s", (rule, detail) => {
    expect(errors(count({ rule }))).toEqual([`D: Invalid value: "integer": ${detail}`]);
  });

  it("that does not compile is told of the default alone", () => {
    const [line = "", ...others] = errors(count({ rule: "self.a" }));
    expect(others).toEqual([]);
    expect(line).toContain('D: Invalid value: "integer": rule compile error: compilation failed: ERROR: <input>:1:5: ');
  });

  it("that costs too much ends the trial", () => {
    const dear = { rule: "lists.range(1000).all(a, lists.range(1000).all(b, a + b < self))" };
    const lines = errors({ type: "integer", default: 3_000, [RULES]: [dear, { rule: "self < 0" }] });
    expect(lines).toEqual([
      `D: Invalid value: "integer": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${dear.rule}`,
    ]);
  });
});
