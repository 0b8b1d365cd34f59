/**
 * Label selectors: reads one, says what is wrong with it in Kubernetes' words, and matches labels.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
import { isPlainObject, type Value } from "../../rego/index.ts";
import { checkDecode, type DecodeType, TEXT, TEXT_MAP, TEXTS } from "./decode.ts";
import { forbiddenField, invalidField, requiredField } from "./field-error.ts";
import { checkLabelKey, checkLabelValue } from "./names.ts";
import { fieldOf, stringAt } from "./object.ts";

/** One requirement of `matchExpressions`. */
interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A selector; empty selects everything. */
export interface LabelSelector {
  readonly matchLabels: readonly (readonly [key: string, value: string])[];
  readonly matchExpressions: readonly LabelRequirement[];
}

const REQUIREMENT: DecodeType = {
  kind: "record",
  name: "LabelSelectorRequirement",
  go: "v1.LabelSelectorRequirement",
  fields: { key: TEXT, operator: { kind: "string", go: "v1.LabelSelectorOperator" }, values: TEXTS },
};

/** How Go decodes a selector. */
const LABEL_SELECTOR: DecodeType = {
  kind: "record",
  name: "LabelSelector",
  go: "v1.LabelSelector",
  fields: {
    matchLabels: TEXT_MAP,
    matchExpressions: { kind: "list", of: REQUIREMENT, go: "[]v1.LabelSelectorRequirement" },
  },
};

/** Reads a selector, or says why it cannot be read. */
export function readSelector(value: Value): LabelSelector | { readonly error: string } {
  const error = checkDecode(value, LABEL_SELECTOR);
  return error === undefined ? selectorOf(value) : { error };
}

/** Reads a selector whose shape was checked before. */
export function selectorOf(value: Value): LabelSelector {
  const labels = fieldOf(value, "matchLabels");
  const expressions = fieldOf(value, "matchExpressions");
  return {
    matchLabels: isPlainObject(labels)
      ? Object.entries(labels).map(([key, text]) => [key, typeof text === "string" ? text : ""] as const)
      : [],
    matchExpressions: Array.isArray(expressions) ? expressions.map(requirementOf) : [],
  };
}

function requirementOf(value: Value): LabelRequirement {
  const values = fieldOf(value, "values");
  return {
    key: stringAt(value, "key"),
    operator: stringAt(value, "operator"),
    values: Array.isArray(values) ? values.map((text) => (typeof text === "string" ? text : "")) : [],
  };
}

/** Returns what is wrong with a selector, each line starting with `path`. */
export function checkSelector(selector: LabelSelector, path: string): readonly string[] {
  const labels = selector.matchLabels.flatMap(([key, value]) => [
    ...checkLabelKey(key).map((text) => invalidField(`${path}.matchLabels`, key, text)),
    ...checkLabelValue(value).map((text) => invalidField(`${path}.matchLabels`, value, text)),
  ]);
  return [...labels, ...selector.matchExpressions.flatMap((entry, i) => checkRequirement(entry, `${path}.matchExpressions[${i}]`))];
}

function checkRequirement({ key, operator, values }: LabelRequirement, path: string): readonly string[] {
  const lines = checkOperator(operator, values, path);
  lines.push(...checkLabelKey(key).map((text) => invalidField(`${path}.key`, key, text)));
  for (const [i, value] of values.entries()) {
    lines.push(...checkLabelValue(value).map((text) => invalidField(`${path}.values[${i}]`, value, text)));
  }
  return lines;
}

function checkOperator(operator: string, values: readonly string[], path: string): string[] {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0 ? [] : [requiredField(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case "Exists":
    case "DoesNotExist":
      return values.length === 0
        ? []
        : [forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [invalidField(`${path}.operator`, operator, "not a valid selector operator")];
  }
}

/** Tells whether labels satisfy a selector. */
export function selects(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  return (
    selector.matchLabels.every(([key, value]) => labels.get(key) === value) &&
    selector.matchExpressions.every((requirement) => satisfies(requirement, labels))
  );
}

function satisfies({ key, operator, values }: LabelRequirement, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
