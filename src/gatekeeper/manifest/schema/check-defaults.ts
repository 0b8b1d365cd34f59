/**
 * Checks that the defaults in a schema obey the schema themselves, its CEL rules included. A schema and its path in, complaints out.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
import type { Value } from "../../../rego/index.ts";
import { invalidField } from "../../kube/field-error.ts";
import type { RuleCompiler } from "./rules.ts";
import type { Schema } from "./schema.ts";
import { type Funds, hasRules, TRIAL_BUDGET, tryRules } from "./try-rules.ts";
import { unknownFields } from "./unknown-fields.ts";
import { validateValue } from "./validate.ts";

/** Returns what is wrong with the defaults of a schema and of the schemas in its properties and items; without a compiler, no rule is tried. */
export function checkDefaults(schema: Schema, path: string, compile: RuleCompiler | undefined): readonly string[] {
  const lines: string[] = [];
  visit(schema, path, { lines, compile, funds: { left: TRIAL_BUDGET } });
  return lines;
}

interface Check {
  readonly lines: string[];
  readonly compile: RuleCompiler | undefined;
  readonly funds: Funds;
}

function visit(schema: Schema, path: string, check: Check): void {
  if (check.funds.left < 0) return;
  if (schema.default !== undefined) checkDefault(schema.default, schema, `${path}.default`, check);
  if (schema.items !== undefined) visit(schema.items, `${path}.items`, check);
  for (const [key, property] of schema.properties) visit(property, `${path}.properties[${key}]`, check);
}

function checkDefault(value: Value, schema: Schema, path: string, { lines, compile, funds }: Check): void {
  // Only objects and lists can have unknown fields; the root's own `metadata` is none of a parameter's business.
  const unknown = unknownFields([value], { ...schema, type: "array", items: schema, preserveUnknownFields: false });
  if (unknown.length > 0) lines.push(invalidField(path, value, "must not have unknown fields"));
  const unfit = validateValue(value, schema, path, "integers");
  if (unfit.length > 0 || compile === undefined || !hasRules(schema)) lines.push(...unfit);
  else lines.push(...tryDefault(value, schema, { path, compile, funds }));
}

/** Tries the rules on a default as one that stays, then as one that is new; the dearer of the two is paid. */
function tryDefault(
  value: Value,
  schema: Schema,
  { path, compile, funds }: { readonly path: string; readonly compile: RuleCompiler; readonly funds: Funds },
): readonly string[] {
  const kept: Funds = { ...funds };
  const fresh: Funds = { ...funds };
  let lines = tryRules(value, schema, { path, old: value, compile, funds: kept });
  if (lines.length === 0) lines = tryRules(value, schema, { path, old: undefined, compile, funds: fresh });
  funds.left = Math.min(kept.left, fresh.left);
  return lines;
}
