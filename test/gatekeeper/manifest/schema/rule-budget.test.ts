import { describe, expect, it } from "vitest";
import { compileSchemaRules } from "../../../../src/gatekeeper/cel.ts";
import { checkConstraintCrd } from "../../../../src/gatekeeper/manifest/constraint-crd.ts";
import { RuleBudget } from "../../../../src/gatekeeper/manifest/schema/rule-budget.ts";
import { readTemplate } from "../../../../src/gatekeeper/manifest/template.ts";
import type { PlainObject } from "../../../../src/rego/index.ts";
import { template } from "../../../support/gatekeeper.ts";

const ADVICE = "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
const ROOT = "spec.validation.openAPIV3Schema";
const PARAMETERS = `${ROOT}.properties[spec].properties[parameters]`;
const BLAMED = "Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";

function errors(schema: PlainObject): readonly string[] {
  const read = readTemplate(template({ schema }));
  if ("error" in read) return [read.error];
  return checkConstraintCrd(read.template, compileSchemaRules).errors;
}

describe("a rule that costs too much", () => {
  it.each([
    [10_000_001n, "1.000000x"],
    [12_345_678n, "1.234568x"],
    [22_500_000n, "2.2x"],
    [23_500_001n, "2.4x"],
    [1_000_000_000n, "100.0x"],
    [1_000_000_001n, "more than 100x"],
  ])("is told how much, at %s: %s", (cost, factor) => {
    expect(new RuleBudget().spend("r", cost, "estimated rule cost")).toEqual([
      `r: Forbidden: estimated rule cost exceeds budget by factor of ${factor} ${ADVICE}`,
    ]);
  });

  it("is refused from the limit on", () => {
    expect(new RuleBudget().spend("r", 10_000_000n, "estimated rule cost")).toEqual([]);
  });
});

describe("rules that cost too much together", () => {
  it("are named from the dearest on, four at most, none that costs little", () => {
    const budget = new RuleBudget();
    for (const [path, cost] of [
      ["a", 999_999n],
      ["b", 8_000_000n],
      ["c", 40_000_000n],
      ["d", 40_000_000n],
      ["e", 9_000_000n],
      ["f", 50_000_000n],
    ] as const) {
      budget.spend(path, cost, "");
    }
    expect(budget.check("p")).toEqual([
      ...["f", "c", "d", "e"].map((path) => `${path}: ${BLAMED}`),
      `p: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of 1.480000x ${ADVICE}`,
    ]);
  });

  it("may cost as much as the limit", () => {
    const budget = new RuleBudget();
    budget.spend("a", 100_000_000n, "");
    expect(budget.check("p")).toEqual([]);
  });
});

describe("a template with rules", () => {
  const item = { type: "string", maxLength: 10, "x-kubernetes-validations": [{ rule: "self.matches('^[a-z]+$')" }] };

  it("pays for a rule once for each value that a list or map can hold", () => {
    const nested = (maxItems: PlainObject): PlainObject => ({
      type: "object",
      properties: {
        a: { type: "array", maxItems: 1_000, items: { type: "object", maxProperties: 1_000, additionalProperties: item, ...maxItems } },
      },
    });
    expect(errors(nested({}))).toEqual([
      `${PARAMETERS}.properties[a].items.additionalProperties.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of 1.100000x ${ADVICE}`,
    ]);
    expect(errors(nested({ maxProperties: 900 }))).toEqual([]);
  });

  it("pays for as many values as a request can hold where a list has no limit", () => {
    expect(errors({ type: "array", items: item })).toEqual([
      `${PARAMETERS}.items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of 1.153434x ${ADVICE}`,
    ]);
  });

  it("pays for a message once", () => {
    const dear = { rule: "true", messageExpression: "self.map(a, self.map(b, a + b).join('')).join('')" };
    const lines = errors({ type: "array", items: { type: "string" }, "x-kubernetes-validations": [dear] });
    const at = `${PARAMETERS}.x-kubernetes-validations[0].messageExpression`;
    expect(lines).toEqual([
      `${at}: Forbidden: estimated messageExpression cost exceeds budget by factor of more than 100x ${ADVICE}`,
      `${at}: ${BLAMED}`,
      `${ROOT}: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${ADVICE}`,
    ]);
  });
});
