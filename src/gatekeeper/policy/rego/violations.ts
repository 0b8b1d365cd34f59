/**
 * Reads violations from what `data.template.violation` evaluates to: a set of objects, or an object whose keys are such objects. Members that
 * are no objects or have no message say nothing; equal ones count once. A message that is no text is shown as Rego shows it, where the
 * original fails the whole review (docs/differences.md).
 */
import { compareValues, displayText, equalValues, getKey, isObject, RegoObject, RegoSet, toJson, type Value } from "../../../rego/index.ts";
import type { PolicyViolation } from "../engine.ts";

/** Returns the violations in a fixed order. */
export function readViolations(value: Value | undefined): readonly PolicyViolation[] {
  const found: PolicyViolation[] = [];
  for (const member of membersOf(value)) {
    if (!isObject(member)) continue;
    const message = getKey(member, "msg");
    if (message === undefined) continue;
    const msg = typeof message === "string" ? message : displayText(message);
    const details = toJson(getKey(member, "details") ?? {});
    if (!found.some((other) => other.msg === msg && equalValues(other.details ?? null, details))) found.push({ msg, details });
  }
  return found.length < 2
    ? found
    : found.sort((a, b) => compareValues(a.details ?? null, b.details ?? null) || compareValues(a.msg, b.msg));
}

/** An object whose keys are all texts has no key that could be a violation. */
function membersOf(value: Value | undefined): readonly Value[] {
  if (value instanceof RegoSet) return value.items;
  return value instanceof RegoObject ? value.keys : [];
}
