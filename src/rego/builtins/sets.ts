/**
 * Set algebra. Of equal members with different spellings (1 and 1.0) the one that came first stays, as in OPA.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#sets-2
 */
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { operandTypeError, row, set } from "./operands.ts";

const TWO = [set, set] as const;
const SET_OF_SETS = "(xs: set[set[any]]) => y: set[any]";

/** Returns the members of `a` that are not in `b`. */
export function setDifference(a: RegoSet, b: RegoSet): RegoSet {
  return RegoSet.of(a.items.filter((member) => !b.has(member)));
}

/** Returns the members that both sets have. */
export function setIntersection(a: RegoSet, b: RegoSet): RegoSet {
  const [smaller, larger] = b.size < a.size ? [b, a] : [a, b];
  return RegoSet.of(smaller.items.filter((member) => larger.has(member)));
}

/** Returns the members of either set. */
export function setUnion(a: RegoSet, b: RegoSet): RegoSet {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const result = RegoSet.of(a.items);
  for (const member of b.items) result.add(member);
  return result;
}

function membersAreSets(name: string, sets: RegoSet, combine: (sets: readonly RegoSet[]) => RegoSet): BuiltinResult {
  const list = sets.sorted();
  const wrong = list.find((member) => !(member instanceof RegoSet));
  return wrong === undefined ? combine(list as readonly RegoSet[]) : operandTypeError(name, 1, wrong as Value, ["set"]);
}

function unionOf(sets: readonly RegoSet[]): RegoSet {
  const result = new RegoSet();
  for (const each of sets) for (const member of each.sorted()) result.add(member);
  return result;
}

/** The rows of this family. */
export const sets: readonly Builtin[] = [
  row("and", "(x: set[any], y: set[any]) => z: set[any]", TWO, (_, x, y) => setIntersection(x, y), { infix: "&" }),
  row("or", "(x: set[any], y: set[any]) => z: set[any]", TWO, (_, x, y) => setUnion(x, y), { infix: "|" }),
  row("set_diff", "(set[any], set[any]) => set[any]", TWO, (_, x, y) => setDifference(x, y), { deprecated: true }),
  row("intersection", SET_OF_SETS, [set], (_, xs) =>
    membersAreSets("intersection", xs, (list) => (list.length === 0 ? new RegoSet() : list.reduce(setIntersection))),
  ),
  row("union", SET_OF_SETS, [set], (_, xs) => membersAreSets("union", xs, unionOf)),
];
