/**
 * Notes where equal values with other texts meet (`1` and `1.0`): which of them stays depends on the order of evaluation, so the answer is then found
 * once more, in OPA's order. In: the value that stays and the one that gives way. Out: a mark in the runner.
 */
import { RegoNumber } from "../values/rego-number.ts";
import type { RegoSet } from "../values/rego-set.ts";
import { sameSpelling } from "../values/spelling.ts";
import type { Value } from "../values/value.ts";
import type { Runner } from "./runner.ts";

/** Notes that two equal values met. */
export function meet(run: Runner, kept: Value, other: Value): void {
  if (kept !== other && !run.respelled && !run.sorted && !sameSpelling(kept, other)) run.respelled = true;
}

/** Tells whether a value is a number, or a list with one, that can be written in other letters: members that nobody compares may be such. */
export function hasOtherSpelling(value: Value): boolean {
  if (value instanceof RegoNumber) return !PLAIN.test(value.text);
  return Array.isArray(value) && value.some((item) => item instanceof RegoNumber && !PLAIN.test(item.text));
}

const PLAIN = /^(?:0|-?[1-9][0-9]*)$/;

/** Adds a member to a set. */
export function addMember(run: Runner, set: RegoSet, value: Value): void {
  if (set.add(value) || typeof value === "string" || run.sorted) return;
  meet(run, set.items[set.find(value)] as Value, value);
}
