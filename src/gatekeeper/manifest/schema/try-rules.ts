/**
 * Tries the CEL rules of a schema on a value, as the API server does before it stores one: the rules of each part of the value, from the
 * outermost on, until the budget of the definition is spent. A value and its schema in, complaints out.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import { isPlainObject, type PlainObject, RegoNumber, textOfNumber, type Value } from "../../../rego/index.ts";
import { duplicateField, forbiddenField, invalidField, invalidPartField, requiredField } from "../../kube/field-error.ts";
import { fieldOf } from "../../kube/object.ts";
import { pathToField, type RuleCompiler, type RuleTrial, rulesOf, type SchemaRule, type TrialResult } from "./rules.ts";
import type { Schema } from "./schema.ts";

/** What all defaults of a definition may cost together. */
export const TRIAL_BUDGET = 10_000_000;
/** The longest message of a rule, in bytes. */
const LONGEST_MESSAGE = 5 * 1024;
const SPENT = "validation failed due to running out of cost budget, no further validation rules will be run";
const TOO_DEAR = "operation cancelled: actual cost limit exceeded";

/** What is left to spend; nothing more is tried once it is below 0. */
export interface Funds {
  left: number;
}

/** Tells whether any rule stands in a schema or the schemas of its parts. */
export function hasRules(schema: Schema): boolean {
  if (rulesOf(schema).length > 0 || (schema.items !== undefined && hasRules(schema.items))) return true;
  if (typeof schema.additionalProperties === "object" && hasRules(schema.additionalProperties)) return true;
  return schema.properties.values().some(hasRules);
}

/** Returns what the rules have against a value; `old` is the one that it takes the place of. */
export function tryRules(
  value: Value,
  schema: Schema,
  trial: { readonly path: string; readonly old: Value | undefined; readonly compile: RuleCompiler; readonly funds: Funds },
): readonly string[] {
  const { path, old, compile, funds } = trial;
  const lines: string[] = [];
  new Trial(compile, funds, lines).visit({ value, old, schema, path, named: isNamed(schema, compile) });
  return lines;
}

function isNamed(schema: Schema, compile: RuleCompiler): boolean {
  return !("error" in compile(schema, []));
}

interface Part {
  readonly value: Value;
  readonly old: Value | undefined;
  readonly schema: Schema;
  readonly path: string;
  /** Whether CEL has a name for values of the schema. */
  readonly named: boolean;
}

class Trial {
  private readonly compile: RuleCompiler;
  private readonly funds: Funds;
  private readonly lines: string[];

  constructor(compile: RuleCompiler, funds: Funds, lines: string[]) {
    this.compile = compile;
    this.funds = funds;
    this.lines = lines;
  }

  visit(part: Part): void {
    const { value, schema } = part;
    if (value === null || this.funds.left < 0) return;
    this.tryOwn(value, part);
    if (Array.isArray(value)) this.visitItems(value, part);
    else if (isPlainObject(value)) this.visitFields(value, { ...part, schema });
  }

  private visitItems(list: readonly Value[], { schema, old, path, named }: Part): void {
    const { items } = schema;
    if (items === undefined) return;
    for (const [i, value] of list.entries()) {
      const counterpart = schema.listType === "map" ? sameKeys(value, old, schema.listMapKeys) : undefined;
      this.visit({ value, old: counterpart, schema: items, path: `${path}[${i}]`, named });
    }
  }

  private visitFields(object: PlainObject, { schema, old, path, named }: Part): void {
    for (const [key, value] of Object.entries(object)) {
      const before = isPlainObject(old) ? fieldOf(old, key) : undefined;
      const { additionalProperties } = schema;
      if (typeof additionalProperties === "object") {
        this.visit({ value, old: before, schema: additionalProperties, path: `${path}[${key}]`, named });
      }
      const property = schema.properties.get(key);
      // Rules of fields that CEL has no name for are left out, not refused.
      if (property === undefined || !isNamed(property, this.compile)) continue;
      this.visit({ value, old: before, schema: property, path: `${path}.${key}`, named: true });
    }
  }

  private tryOwn(value: Value, { schema, old, path, named }: Part): void {
    const rules = rulesOf(schema);
    if (rules.length === 0) return;
    const compiled = named ? this.compile(schema, rules) : { error: "" };
    if ("error" in compiled) {
      const detail = "rule compiler initialization error: failed to convert to declType for CEL validation rules";
      this.lines.push(invalidField(path, schema.type, detail));
      return;
    }
    const trial = compiled.on(value, old ?? undefined);
    if (this.funds.left === 0) this.give(path, schema, SPENT);
    for (const [i, rule] of rules.entries()) {
      if (this.funds.left < 0) return;
      const { error, usesOldSelf } = compiled.rules[i] ?? {};
      if (error !== undefined) this.lines.push(invalidField(path, schema.type, `rule compile error: ${error}`));
      else if (usesOldSelf !== true || (old ?? null) !== null || rule.optionalOldSelf === true) {
        this.tryRule(i, { rule, trial, schema, path, value });
      }
    }
  }

  private give(path: string, schema: Schema, detail: string): void {
    this.lines.push(invalidField(path, schema.type, detail));
    this.funds.left = -1;
  }

  private tryRule(position: number, tried: Tried): void {
    const { rule, trial, schema, path } = tried;
    const result = trial.rule(position);
    if (result === undefined) return;
    if (result.cost > this.funds.left) {
      this.give(path, schema, SPENT);
      return;
    }
    this.funds.left -= result.cost;
    if (result.value === true) return;
    if (typeof result.value !== "object") this.complain(position, tried);
    else if (result.value.error.startsWith(TOO_DEAR)) {
      const detail = `no further validation rules will be run due to call cost exceeds limit for rule: ${nameOf(rule)}`;
      this.give(path, schema, `'${result.value.error}': ${detail}`);
    } else this.lines.push(invalidField(path, schema.type, failure(result.value.error, rule)));
  }

  private complain(position: number, { rule, trial, schema, path, value }: Tried): void {
    const at = rule.fieldPath === "" ? undefined : pathToField(rule.fieldPath, schema);
    const place = at === undefined || at === "" ? path : `${path}.${at}`;
    const message = this.message(trial.message(position), rule);
    if ("refusal" in message) {
      this.give(place, schema, message.refusal);
      return;
    }
    const shown = schema.type === "object" || schema.type === "array" ? undefined : exact(value);
    this.lines.push(lineFor(rule.reason, { place, shown, detail: message.text ?? defaultMessage(rule) }));
  }

  /** Returns the text of a message, none where it does not work out, or why nothing more is tried. */
  private message(result: TrialResult | undefined, rule: SchemaRule): { readonly text: string | undefined } | { readonly refusal: string } {
    if (result === undefined) return { text: undefined };
    if (result.cost > this.funds.left) {
      return {
        refusal: "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run",
      };
    }
    if (typeof result.value === "object" && result.value.error.startsWith(TOO_DEAR)) {
      const detail = "no further validation rules will be run due to call cost exceeds limit for messageExpression: ";
      return { refusal: detail + JSON.stringify(rule.messageExpression) };
    }
    this.funds.left -= result.cost;
    return { text: typeof result.value === "string" ? usableMessage(result.value) : undefined };
  }
}

interface Tried {
  readonly rule: SchemaRule;
  readonly trial: RuleTrial;
  readonly schema: Schema;
  readonly path: string;
  readonly value: Value;
}

function usableMessage(text: string): string | undefined {
  const trimmed = text.trim();
  const usable = trimmed !== "" && !trimmed.includes("\n") && new TextEncoder().encode(trimmed).length <= LONGEST_MESSAGE;
  return usable ? trimmed : undefined;
}

function nameOf({ rule, message }: SchemaRule): string {
  return (message === "" ? rule : message).trim();
}

function defaultMessage(rule: SchemaRule): string {
  return rule.message === "" ? `failed rule: ${nameOf(rule)}` : rule.message.trim();
}

function failure(error: string, rule: SchemaRule): string {
  if (!error.startsWith("no such overload")) return `${error} evaluating rule: ${nameOf(rule)}`;
  const detail = "call arguments did not match a supported operator, function or macro signature for rule";
  return `'${error}': ${detail}: ${nameOf(rule)}`;
}

function lineFor(
  reason: string | undefined,
  { place, shown, detail }: { readonly place: string; readonly shown: Value | undefined; readonly detail: string },
): string {
  if (reason === "FieldValueForbidden") return forbiddenField(place, detail);
  if (reason === "FieldValueRequired") return requiredField(place, detail);
  if (reason === "FieldValueDuplicate") return duplicateField(place, shown);
  return shown === undefined ? invalidPartField(place, detail) : invalidField(place, shown, detail);
}

/** Whole numbers are shown with all of their digits. */
function exact(value: Value): Value {
  return typeof value === "number" && Number.isSafeInteger(value) ? new RegoNumber(textOfNumber(value)) : value;
}

/** Finds the item of a list that has the same keys. */
function sameKeys(value: Value, list: Value | undefined, keys: readonly string[]): Value | undefined {
  const own = keysOf(value, keys);
  if (own === undefined || !Array.isArray(list)) return undefined;
  return list.find((other: Value) => keysOf(other, keys) === own);
}

function keysOf(value: Value, keys: readonly string[]): string | undefined {
  if (!isPlainObject(value) || keys.length === 0) return undefined;
  const values = keys.map((key) => fieldOf(value, key));
  return values.includes(undefined) ? undefined : JSON.stringify(values.map((each) => (each instanceof RegoNumber ? each.text : each)));
}
