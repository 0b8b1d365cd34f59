import { describe, expect, it } from "vitest";
import { compileSchemaRules } from "../../../src/gatekeeper/cel.ts";
import { checkConstraintCrd } from "../../../src/gatekeeper/manifest/constraint-crd.ts";
import { readTemplate } from "../../../src/gatekeeper/manifest/template.ts";
import type { PlainObject, Value } from "../../../src/rego/index.ts";
import { template } from "../../support/gatekeeper.ts";

const PATH = "spec.validation.openAPIV3Schema.properties[spec].properties[parameters]";
const RULES = "x-kubernetes-validations";

function errors(schema: Value): readonly string[] {
  const read = readTemplate(template({ schema }));
  if ("error" in read) return [read.error];
  return checkConstraintCrd(read.template, compileSchemaRules).errors.map((line) => line.replaceAll(PATH, "P"));
}

const PROPERTIES: PlainObject = {
  count: { type: "integer" },
  names: { type: "array", items: { type: "string", maxLength: 8 }, maxItems: 4 },
  limits: { type: "object", additionalProperties: { type: "number" } },
  since: { type: "object", properties: { at: { type: "string", format: "date-time" } } },
  port: { "x-kubernetes-int-or-string": true },
  "a-b": { type: "string" },
  namespace: { type: "string" },
  open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
};

const withRules = (...rules: readonly PlainObject[]): Value => ({ type: "object", properties: PROPERTIES, [RULES]: rules });

/** What an error says behind the rule that it repeats. */
const details = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/Invalid value: \{.*?\}: /, ""));

describe("CEL rules in a schema of parameters", () => {
  it.each([
    "self.count > 1",
    "self.names.all(name, name.size() > 1)",
    "self.limits.all(key, self.limits[key] > 1.5)",
    "self.since.at > timestamp('2020-01-01T00:00:00Z')",
    "type(self.port) == int ? self.port > 1 : self.port != ''",
    "self.a__dash__b == self.__namespace__",
    "!has(self.count) || oldSelf.count <= self.count",
  ])("may say %s", (rule) => {
    expect(errors(withRules({ rule }))).toEqual([]);
  });

  it.each([
    ["self.count > 'a'", "ERROR: <input>:1:12: found no matching overload for '_>_' applied to '(int, string)'"],
    ["self.open.anything", "ERROR: <input>:1:10: undefined field 'anything'"],
    ["has(self.since.until)", "ERROR: <input>:1:4: undefined field 'until'"],
    ["object.metadata.name == ''", "ERROR: <input>:1:1: undeclared reference to 'object' (in container '')"],
  ])("may not say %s", (rule, problem) => {
    const [line = "", ...others] = details(errors(withRules({ rule })));
    expect(others).toEqual([]);
    expect(line).toContain(`P.${RULES}[0].rule: compilation failed: ${problem}`);
  });

  it("are repeated in errors as Go prints them", () => {
    const rule = { rule: "self.count", message: "<é>", reason: "FieldValueInvalid", fieldPath: ".count" };
    expect(errors(withRules(rule))).toEqual([
      `P.${RULES}[0].rule: Invalid value: {"Rule":"self.count","Message":"\\u003cé\\u003e","MessageExpression":"",` +
        `"Reason":"FieldValueInvalid","FieldPath":".count","OptionalOldSelf":null}: cel expression must evaluate to a bool`,
    ]);
  });

  it("must give a text as their message", () => {
    expect(details(errors(withRules({ rule: "self.count > 1", messageExpression: "self.count" })))).toEqual([
      `P.${RULES}[0].messageExpression: messageExpression must evaluate to a string`,
    ]);
  });

  it.each<[PlainObject, readonly string[]]>([
    [{ rule: "  " }, [`P.${RULES}[0].rule: Required value: rule is not specified`]],
    [{ rule: "true", message: " " }, [`P.${RULES}[0].message: Invalid value: " ": must be non-empty if specified`]],
    [{ rule: "true", message: "a\nb" }, [`P.${RULES}[0].message: Invalid value: "a\\nb": must not contain line breaks`]],
    [{ rule: "true\n&& true" }, [`P.${RULES}[0].message: Required value: message must be specified if rule contains line breaks`]],
    [
      { rule: "true", messageExpression: " " },
      [`P.${RULES}[0].messageExpression: Required value: messageExpression must be non-empty if specified`],
    ],
    [
      { rule: "true", reason: "Because" },
      [
        `P.${RULES}[0].reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
      ],
    ],
    [{ rule: "true", fieldPath: ".nobody" }, [`P.${RULES}[0].fieldPath: Invalid value: ".nobody": must be a valid path`]],
    [{ rule: "true", fieldPath: ".names[0]" }, [`P.${RULES}[0].fieldPath: Invalid value: ".names[0]": must be a valid path`]],
    [{ rule: "true", fieldPath: ".limits['a.b']" }, []],
    [
      { rule: "self.count > 1", optionalOldSelf: true },
      [`P.${RULES}[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`],
    ],
    [{ rule: "oldSelf.hasValue()", optionalOldSelf: true }, []],
  ])("are checked member by member: %j", (rule, expected) => {
    expect(errors(withRules(rule))).toEqual(expected);
  });

  it("cannot look at the old value where it has no counterpart", () => {
    const schema = {
      type: "object",
      properties: { list: { type: "array", items: { type: "integer", [RULES]: [{ rule: "self > oldSelf" }] } } },
    };
    expect(errors(schema)).toEqual([
      `P.properties[list].items.${RULES}[0].rule: Invalid value: "self > oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within P.properties[list]`,
    ]);
  });

  it("are compiled only where the schema below them is sound", () => {
    const broken = { type: "object", properties: { x: { type: "nope" } } };
    const schema = {
      type: "object",
      properties: { a: { ...broken, [RULES]: [{ rule: "self.z" }] }, b: { type: "object", [RULES]: [{ rule: "self.z" }] } },
    };
    expect(details(errors(schema)).map((line) => line.split(": ")[0])).toEqual([
      "P.properties[a].properties[x].type",
      `P.properties[b].${RULES}[0].rule`,
    ]);
  });

  it("of wrong types are refused by Go's decoder", () => {
    expect(errors({ type: "object", [RULES]: [{ rule: 1 }] })).toEqual([
      `json: cannot unmarshal number into Go struct field ValidationRule.spec.crd.spec.validation.openAPIV3Schema.${RULES}.rule of type string`,
    ]);
    expect(errors({ type: "object", [RULES]: { rule: "" } })[0]).toContain("of type v1.ValidationRules");
  });
});
