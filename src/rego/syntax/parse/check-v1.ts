/**
 * Checks what the v1 dialect asks of the form of a rule: a value or a body, `if` before a body, `contains` for sets.
 * https://www.openpolicyagent.org/docs/latest/v0-upgrade/
 */
import type { Rule } from "../ast.ts";
import { isKeyword } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** Returns what v1 finds wrong with a rule, its `else` branches apart. */
export function faultsInV1({ head, body, generatedBody, isDefault }: Rule, p: Cursor): readonly string[] {
  const type = head.args === undefined || head.args.length === 0 ? "rule" : "function";
  const faults: string[] = [];
  if (head.reference.length < 2 && isKeyword(head.name, "v1")) faults.push(`${head.name} keyword cannot be used for rule name`);
  if (generatedBody && head.generatedValue) faults.push(`${type} must have value assignment and/or body declaration`);
  if (body.length > 0 && !generatedBody && !isDefault && !p.headsWithIf.has(head)) {
    faults.push(`\`if\` keyword is required before ${type} body`);
  }
  const isSet = head.value === undefined && head.key !== undefined;
  if (isSet && !p.headsWithContains.has(head)) faults.push("`contains` keyword is required for partial set rules");
  return faults;
}
