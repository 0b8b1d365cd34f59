/**
 * Parses numbers and strings. Numbers keep their spelling; strings are decoded as JSON, raw strings (in backquotes) taken as they are.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#scalar-values
 */
import type { NumberTerm, StringTerm } from "../ast.ts";
import { kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** Parses a number with its sign; OPA also takes `.5`, and a sign or a point apart from the digits. */
export function parseNumber(p: Cursor): NumberTerm | undefined {
  const first = p.here();
  let prefix = "";
  if (p.kind === kinds.minus) {
    prefix = "-";
    p.scan();
    if (p.kind !== kinds.number && p.kind !== kinds.dot) return void p.unexpected("expected number");
  }
  if (p.kind === kinds.dot) {
    prefix += ".";
    p.scan();
    if (p.kind !== kinds.number) return void p.unexpected("expected number");
  }
  const digits = p.image;
  // Nearly all numbers are short integers, which have no fault.
  if (prefix.length < 2 && /^[1-9]\d{0,14}$/.test(digits)) return { kind: "number", span: first, text: prefix + digits };
  const point = prefix.endsWith(".");
  if (!point && /^0(?!$|\.|[eE].)/.test(digits)) return void p.unexpected("expected number without leading zero");
  const text = prefix + digits;
  if ((point && digits.includes(".")) || p.beforeForeign || isBeyondFloat(text)) return void p.unexpected("invalid float");
  if (isTooBig(text)) return void p.error("number too big", p.here());
  // The span is that of the first token, so that of a sign alone: this is what OPA shows.
  return { kind: "number", span: first, text };
}

// OPA's limit on the binary exponent, ±100,000, keeps the cost of writing a number out linear.
const biggestExponent = 100_000;

// Past this exponent Go's big floats cannot be read at all.
const biggestReadable = 2 ** 31 - 1;

function isBeyondFloat(text: string): boolean {
  const [, fraction = "", exponent] = /(?:\.(\d*))?[eE]([+-]?\d+)$/.exec(text) ?? [];
  return exponent !== undefined && Math.abs(Number(exponent) - fraction.length) > biggestReadable && /[1-9].*[eE]/.test(text);
}

function isTooBig(text: string): boolean {
  if (text.length < 300 && !/[eE]/.test(text)) return false;
  const [, whole = "", fraction = "", exponent = "0"] = /^-?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = whole + fraction;
  const leading = digits.search(/[1-9]/);
  if (leading < 0) return false;
  const mantissa = Number(`${digits.charAt(leading)}.${digits.slice(leading + 1, leading + 17)}`);
  const decimal = Number(exponent) + whole.length - 1 - leading;
  const binary = Math.floor((decimal + Math.log10(mantissa)) * Math.log2(10)) + 1;
  return binary > biggestExponent || binary < -biggestExponent;
}

/** Parses a string or raw string. */
export function parseString(p: Cursor): StringTerm | undefined {
  const { image } = p;
  const inner = image.slice(1, -1);
  if (image.startsWith("`") || !inner.includes("\\")) return { kind: "string", span: p.here(), value: wellFormed(inner) };
  const value = decode(inner);
  if (value === undefined) return void p.error(`illegal string literal: ${image}`, p.here());
  return { kind: "string", span: p.here(), value };
}

/** Returns a text in which lone halves of surrogate pairs are U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** Decodes the escapes of a JSON string given without its quotes; undefined if it is not one. A lone half of a pair becomes U+FFFD. */
export function decode(inner: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${inner}"`);
    return typeof value === "string" ? value.toWellFormed() : undefined;
  } catch {
    return undefined;
  }
}
