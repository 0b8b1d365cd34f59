/** Sorts the keys of a mapping the way Go's YAML writer does: letters by code point, runs of digits by their number, signs before letters. */
import type { Node } from "./decode.ts";

/** Returns keys and values in turn, in order of the keys; of equal keys the last. */
export function naturalOrder(children: readonly Node[]): readonly Node[] {
  const pairs = new Map<string, readonly [Node, Node]>();
  for (let i = 0; i + 1 < children.length; i += 2) {
    const [key, value] = [children[i], children[i + 1]];
    if (key !== undefined && value !== undefined) pairs.set(keyOf(key), [key, value]);
  }
  return [...pairs]
    .map(([text, pair]) => ({ letters: [...text], pair }))
    .sort((a, b) => compareKeys(a.letters, b.letters))
    .flatMap(({ pair }) => [...pair]);
}

function keyOf(key: Node): string {
  return key.kind === "scalar" && key.scalar.kind === "string" ? key.scalar.value : "";
}

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/** Compares two keys in that order. */
export function compareYamlKeys(a: string, b: string): number {
  return compareKeys([...a], [...b]);
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a[i] === b[i]) i++;
  if (i === shorter) return a.length - b.length;
  const [left = "", right = ""] = [a[i], b[i]];
  const byCode = (left.codePointAt(0) ?? 0) - (right.codePointAt(0) ?? 0);
  const [leftLetter, rightLetter] = [LETTER.test(left), LETTER.test(right)];
  if (leftLetter && rightLetter) return byCode;
  if (leftLetter || rightLetter) return rightLetter ? -1 : 1;
  const start = (left === "0" || right === "0") && followsNumber(a, i) ? 1n : 0n;
  const [leftNumber, leftEnd] = readDigits(a, i, start);
  const [rightNumber, rightEnd] = readDigits(b, i, start);
  if (leftNumber !== rightNumber) return leftNumber < rightNumber ? -1 : 1;
  return leftEnd - rightEnd || byCode;
}

// A zero inside a number counts, one at its beginning does not.
function followsNumber(letters: readonly string[], at: number): boolean {
  for (let j = at - 1; j >= 0 && DIGIT.test(letters[j] ?? ""); j--) if (letters[j] !== "0") return true;
  return false;
}

function readDigits(letters: readonly string[], from: number, start: bigint): readonly [bigint, number] {
  let number = start;
  let at = from;
  // Go adds up in 64 bits and lets them overflow.
  for (; DIGIT.test(letters[at] ?? ""); at++) number = BigInt.asIntN(64, number * 10n + BigInt((letters[at]?.codePointAt(0) ?? 48) - 48));
  return [number, at];
}
