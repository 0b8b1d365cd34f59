/**
 * The CEL rules of a schema (`x-kubernetes-validations`) apart from their expressions: reading them, checking their members, and the lines
 * about what a compiler says. Nothing here evaluates a rule: the API server does that when a constraint is stored, and neither Gatekeeper
 * nor gator does.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import { isPlainObject, type PlainObject, type Value, writeJson } from "../../../rego/index.ts";
import { BOOL, type DecodeType, TEXT } from "../../kube/decode.ts";
import { internalErrorField, invalidField, invalidStructField, requiredField, unsupportedField } from "../../kube/field-error.ts";
import { fieldOf, stringAt } from "../../kube/object.ts";
import type { RuleBudget } from "./rule-budget.ts";
import type { Schema } from "./schema.ts";

/** The member that holds the rules. */
export const RULES = "x-kubernetes-validations";

/** One rule, as it was written. */
export interface SchemaRule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason: string | undefined;
  readonly fieldPath: string;
  readonly optionalOldSelf: boolean | undefined;
}

/** What compiling one rule gave. */
export interface CompiledRule {
  readonly error: string | undefined;
  readonly messageError: string | undefined;
  readonly usesOldSelf: boolean;
  /** What trying one value costs at most. */
  readonly cost: bigint;
  /** What working out its message costs at most; undefined without an expression for it. */
  readonly messageCost: bigint | undefined;
}

/** What compiling the rules of a schema gave. */
export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  /** How many values of the schema a request can hold at most. */
  readonly occurrences: bigint;
  /** Prepares trying the rules on a value; `old` is the one that it takes the place of. */
  on(value: Value, old: Value | undefined): RuleTrial;
}

/** What trying an expression gave, and what it cost. */
export interface TrialResult {
  readonly value: boolean | string | { readonly error: string };
  readonly cost: number;
}

/** A value that rules are tried on, by their positions; those that do not compile give nothing. */
export interface RuleTrial {
  rule(position: number): TrialResult | undefined;
  message(position: number): TrialResult | undefined;
}

/** Compiles the rules of one schema, or says why nothing of that schema can be named in CEL. */
export type RuleCompiler = (schema: Schema, rules: readonly SchemaRule[]) => CompiledRules | { readonly error: string };

/** How Go decodes the rules. */
export const RULES_TYPE: DecodeType = {
  kind: "list",
  go: "v1.ValidationRules",
  of: {
    kind: "record",
    name: "ValidationRule",
    go: "v1.ValidationRule",
    fields: {
      rule: TEXT,
      message: TEXT,
      messageExpression: TEXT,
      reason: { kind: "string", go: "v1.FieldValueErrorReason" },
      fieldPath: TEXT,
      optionalOldSelf: BOOL,
    },
  },
};

/** Returns the rules of a schema. */
export function rulesOf(schema: Schema): readonly SchemaRule[] {
  const list = fieldOf(schema.source, RULES);
  return Array.isArray(list) ? list.map((entry) => readRule(isPlainObject(entry) ? entry : {})) : [];
}

function readRule(source: PlainObject): SchemaRule {
  const reason = fieldOf(source, "reason");
  const optional = fieldOf(source, "optionalOldSelf");
  return {
    rule: stringAt(source, "rule"),
    message: stringAt(source, "message"),
    messageExpression: stringAt(source, "messageExpression"),
    reason: typeof reason === "string" ? reason : undefined,
    fieldPath: stringAt(source, "fieldPath"),
    optionalOldSelf: typeof optional === "boolean" ? optional : undefined,
  };
}

const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/** Returns what is wrong with the members of a rule, its expressions left out. */
export function checkRuleMembers(rule: SchemaRule, schema: Schema, path: string): readonly string[] {
  const lines: string[] = [];
  const text = rule.rule.trim();
  const message = rule.message.trim();
  if (text === "") lines.push(requiredField(`${path}.rule`, "rule is not specified"));
  else if (rule.message !== "" && message === "") {
    lines.push(invalidField(`${path}.message`, rule.message, "must be non-empty if specified"));
  } else if (hasBreaks(message)) lines.push(invalidField(`${path}.message`, rule.message, "must not contain line breaks"));
  else if (hasBreaks(text) && message === "") {
    lines.push(requiredField(`${path}.message`, "message must be specified if rule contains line breaks"));
  }
  if (rule.messageExpression !== "" && rule.messageExpression.trim() === "") {
    lines.push(requiredField(`${path}.messageExpression`, "messageExpression must be non-empty if specified"));
  }
  if (rule.reason !== undefined && !REASONS.includes(rule.reason)) {
    lines.push(unsupportedField(`${path}.reason`, rule.reason, REASONS));
  }
  return [...lines, ...checkFieldPath(rule.fieldPath, schema, `${path}.fieldPath`)];
}

function hasBreaks(text: string): boolean {
  return /[\r\n]/.test(text);
}

function checkFieldPath(fieldPath: string, schema: Schema, path: string): readonly string[] {
  if (fieldPath === "") return [];
  const lines: string[] = [];
  if (fieldPath.trim() === "") lines.push(invalidField(path, fieldPath, "must be non-empty if specified"));
  if (hasBreaks(fieldPath)) lines.push(invalidField(path, fieldPath, "must not contain line breaks"));
  if (pathToField(fieldPath, schema) === undefined) lines.push(invalidField(path, fieldPath, "must be a valid path"));
  return lines;
}

/** A step of a path: `.name`, or `['name']` with backslashes before quotes and backslashes. */
const STEP = /\.(?<name>[^.[\]]+)|\['(?<quoted>(?:[^'\\]|\\.)*)'\]/y;

/** Returns the path of the field that a rule blames as errors write it, from the schema of the rule on; undefined when it leads nowhere. */
export function pathToField(fieldPath: string, schema: Schema): string | undefined {
  let at: Schema | undefined = schema;
  let path = "";
  STEP.lastIndex = 0;
  while (STEP.lastIndex < fieldPath.length) {
    const groups = STEP.exec(fieldPath)?.groups;
    if (groups === undefined || at === undefined) return undefined;
    const name = groups["name"] ?? (groups["quoted"] ?? "").replace(/\\(.)/g, "$1");
    const ofMap = at.properties.size === 0;
    if (ofMap) at = typeof at.additionalProperties === "object" ? at.additionalProperties : undefined;
    else at = at.properties.get(name);
    path += ofMap ? `[${name}]` : path === "" ? name : `.${name}`;
  }
  return at === undefined ? undefined : path;
}

/** Where rules stand. */
export interface RulePlace {
  readonly compile: RuleCompiler;
  /** The schema below which `oldSelf` has no meaning. */
  readonly uncorrelated: string | undefined;
  /** How many values there can be by the limits of the lists and maps around them; undefined without such limits. */
  readonly occurrences: bigint | undefined;
  readonly budget: RuleBudget;
}

/** Returns the lines about the expressions of a schema's rules, and adds what they cost to the budget. */
export function checkRuleExpressions(schema: Schema, path: string, place: RulePlace): readonly string[] {
  const rules = rulesOf(schema);
  if (rules.length === 0) return [];
  const compiled = place.compile(schema, rules);
  if ("error" in compiled) {
    const reason = `internal error: failed to construct type information for ${RULES} rules: ${compiled.error}`;
    return [internalErrorField(path, reason)];
  }
  const occurrences = place.occurrences ?? compiled.occurrences;
  return rules.flatMap((rule, i): readonly string[] => {
    const found = compiled.rules[i];
    if (found === undefined) return [];
    const at = `${path}[${i}]`;
    const cost = place.budget.spend(`${at}.rule`, found.cost * occurrences, "estimated rule cost");
    return [...cost, ...linesAbout(rule, found, { ...place, path: at })];
  });
}

function linesAbout(
  rule: SchemaRule,
  { error, messageError, messageCost, usesOldSelf }: CompiledRule,
  { path, uncorrelated, budget }: { readonly path: string } & Pick<RulePlace, "uncorrelated" | "budget">,
): readonly string[] {
  const lines: string[] = [];
  const json = structText(rule);
  if (error !== undefined) lines.push(invalidStructField(`${path}.rule`, json, error));
  const messageAt = `${path}.messageExpression`;
  if (messageError !== undefined) lines.push(invalidStructField(messageAt, json, messageError));
  if (messageCost !== undefined) lines.push(...budget.spend(messageAt, messageCost, "estimated messageExpression cost"));
  if (usesOldSelf && uncorrelated !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    lines.push(invalidField(`${path}.rule`, rule.rule, detail));
  }
  if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    lines.push(invalidField(`${path}.optionalOldSelf`, rule.optionalOldSelf, "may not be set if oldSelf is not used in rule"));
  }
  return lines;
}

/** The rule as Go's encoder writes its struct. */
function structText({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: SchemaRule): string {
  const members = [
    ["Rule", rule],
    ["Message", message],
    ["MessageExpression", messageExpression],
    ["Reason", reason ?? null],
    ["FieldPath", fieldPath],
    ["OptionalOldSelf", optionalOldSelf ?? null],
  ] as const;
  return `{${members.map(([name, value]) => `${writeJson(name)}:${writeJson(value)}`).join(",")}}`;
}
