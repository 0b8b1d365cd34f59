/**
 * Semantic versions: three numbers, a pre-release and metadata that does not count. A leading `v` is allowed.
 * https://semver.org, https://www.openpolicyagent.org/docs/latest/policy-reference/#semver
 */
import { quote } from "../text/quote.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { anyValue, builtinError, row, string } from "./operands.ts";

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: readonly string[];
}

const IDENTIFIERS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
// A dash or plus with nothing after it passes, as in OPA.
const VERSION = new RegExp(`^v?([0-9]+)\\.([0-9]+)\\.([0-9]+)(?:-(${IDENTIFIERS})?)?(?:\\+(?:${IDENTIFIERS})?)?$`);
const MOST = (1n << 63n) - 1n;

function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, preRelease] = VERSION.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const numbers = [BigInt(major), BigInt(minor), BigInt(patch)];
  if (numbers.some((number) => number > MOST)) return undefined;
  return { numbers, preRelease: preRelease === undefined ? [] : preRelease.split(".") };
}

function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0n;
    if (number !== other) return number > other ? 1 : -1;
  }
  // A version with a pre-release comes before the one without.
  if (a.preRelease.length === 0 || b.preRelease.length === 0) return Math.sign(b.preRelease.length - a.preRelease.length);
  for (const [i, identifier] of a.preRelease.entries()) {
    const other = b.preRelease[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return Math.sign(a.preRelease.length - b.preRelease.length);
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = /^[0-9]+$/;
  if (numeric.test(a) !== numeric.test(b)) return numeric.test(a) ? -1 : 1;
  if (!numeric.test(a)) return a === b ? 0 : a > b ? 1 : -1;
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

function compare(a: string, b: string): BuiltinResult {
  const left = parseVersion(a);
  if (left === undefined) return builtinError("semver.compare", `operand 1: string ${quote(a)} is not a valid SemVer`);
  const right = parseVersion(b);
  if (right === undefined) return builtinError("semver.compare", `operand 2: string ${quote(b)} is not a valid SemVer`);
  return compareVersions(left, right);
}

/** The rows of this family. */
export const semver: readonly Builtin[] = [
  row("semver.compare", "(a: string, b: string) => result: number", [string, string], (_, a, b) => compare(a, b)),
  row(
    "semver.is_valid",
    "(vsn: any) => result: boolean",
    [anyValue],
    (_, value) => typeof value === "string" && parseVersion(value) !== undefined,
  ),
];
