/**
 * Explains differences in how OPA shows an answer that is the same: a key that an object holds twice, and the values of a query's expressions in
 * the order in which it evaluates them. In: both answers. Out: whether nothing else differs.
 */
import { type PlainObject, type Value, writeJson } from "../../src/rego/index.ts";
import { rowToJson } from "../compare.ts";
import type { Answer } from "../engine.ts";
import { difference } from "./judge.ts";
import type { OracleAnswer } from "./oracle.ts";

// An entry without commas of its own outside of brackets, and the same once more.
const REPEATED = /(?<=[{ ])([^,{}[\]]+: (?:\{[^{}]*\}|\[[^[\]]*\]|[^,{}[\]]+))(?:, \1)+(?=[,}])/g;

/** OPA shows an object with the same entry twice, which the answer as JSON has once. */
export function repeatsAnEntry(ours: Answer, theirs: OracleAnswer): boolean {
  if (theirs.kind !== "rows") return false;
  return difference(ours, { ...theirs, terms: theirs.terms.map((term) => term.replaceAll(REPEATED, "$1")) }) === undefined;
}

/** The expressions of the query have the same values, in another order. */
export function ordersValues(ours: Answer, theirs: OracleAnswer): boolean {
  if (theirs.kind !== "rows" || ours.rows === undefined) return false;
  const rows = theirs.rows.map((row): PlainObject => ({ ...row, e: byText((row["e"] ?? []) as readonly Value[]) }));
  return difference({ ...ours, values: ours.values.map(byText) }, { ...theirs, rows }) === undefined;
}

function byText(values: readonly Value[]): readonly Value[] {
  const texts = values.map((value) => [writeJson(rowToJson({ value })), value] as const);
  return texts.sort(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([, value]) => value);
}
