/**
 * Equality and order of any two values. `eq` and `assign` are syntax that the compiler rewrites; their rows exist for names and signatures.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#comparison
 */
import { compareValues, equalValues } from "../values/compare.ts";
import type { Builtin } from "./define.ts";
import { anyValue, row } from "./operands.ts";

const BOTH = [anyValue, anyValue] as const;

/** The rows of this family. */
export const comparison: readonly Builtin[] = [
  row("eq", "(any, any) => boolean", BOTH, (_, x, y) => equalValues(x, y), { infix: "=" }),
  row("assign", "(any, any) => boolean", BOTH, (_, x, y) => equalValues(x, y), { infix: ":=" }),
  row("equal", "(x: any, y: any) => result: boolean", BOTH, (_, x, y) => equalValues(x, y), { infix: "==" }),
  row("neq", "(x: any, y: any) => result: boolean", BOTH, (_, x, y) => !equalValues(x, y), { infix: "!=" }),
  row("lt", "(x: any, y: any) => result: boolean", BOTH, (_, x, y) => compareValues(x, y) < 0, { infix: "<" }),
  row("lte", "(x: any, y: any) => result: boolean", BOTH, (_, x, y) => compareValues(x, y) <= 0, { infix: "<=" }),
  row("gt", "(x: any, y: any) => result: boolean", BOTH, (_, x, y) => compareValues(x, y) > 0, { infix: ">" }),
  row("gte", "(x: any, y: any) => result: boolean", BOTH, (_, x, y) => compareValues(x, y) >= 0, { infix: ">=" }),
];
