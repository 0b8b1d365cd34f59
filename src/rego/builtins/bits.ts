/**
 * Bitwise functions on integers of any size, in two's complement.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#bits
 */
import { numberFromBigInt } from "../values/number.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { wholeNumber } from "./numbers.ts";
import { builtinError, operandError, row } from "./operands.ts";

const TWO = [wholeNumber, wholeNumber] as const;
const SIGNATURE = "(x: number, y: number) => z: number";
const SHIFT = "(x: number, s: number) => z: number";
const NEGATIVE = "must be an unsigned integer number but got a negative integer";
// A million bits is a number of three hundred thousand digits; OPA itself hangs or dies far beyond.
const MOST_BITS = 1_000_000n;

function shiftLeft(context: BuiltinContext, x: bigint, count: bigint): BuiltinResult {
  if (count < 0n) return operandError("bits.lsh", 2, NEGATIVE);
  if (count > MOST_BITS) return x === 0n ? 0 : builtinError("bits.lsh", "shift count too big");
  context.spend(Number(count) / 4);
  return numberFromBigInt(x << count);
}

function shiftRight(x: bigint, count: bigint): BuiltinResult {
  return count < 0n ? operandError("bits.rsh", 2, NEGATIVE) : numberFromBigInt(x >> count);
}

/** The rows of this family. */
export const bits: readonly Builtin[] = [
  row("bits.and", SIGNATURE, TWO, (_, x, y) => numberFromBigInt(x & y)),
  row("bits.or", SIGNATURE, TWO, (_, x, y) => numberFromBigInt(x | y)),
  row("bits.xor", SIGNATURE, TWO, (_, x, y) => numberFromBigInt(x ^ y)),
  row("bits.negate", "(x: number) => z: number", [wholeNumber], (_, x) => numberFromBigInt(~x)),
  row("bits.lsh", SHIFT, TWO, shiftLeft),
  row("bits.rsh", SHIFT, TWO, (_, x, count) => shiftRight(x, count)),
];
