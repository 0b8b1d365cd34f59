/** Reads the literals of Go templates: strings, characters, numbers (https://go.dev/ref/spec#Literals). */
import { joinBytes } from "../bytes.ts";
import { quote } from "../quote.ts";

const SIMPLE: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\" };
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/suy;
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** A literal that cannot be read, with Go's text. */
export class LiteralError extends Error {}

/** Returns what a quoted or raw string stands for. */
export function unquote(source: string): string {
  const inner = source.slice(1, -1);
  if (source.startsWith("`")) return inner.replaceAll("\r", "");
  return joinBytes(unescaped(inner, '"'));
}

function unescaped(text: string, mark: string): string {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? "";
    if (character !== "\\") {
      result += character;
      at++;
      continue;
    }
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(text);
    if (found === null) throw new LiteralError("invalid syntax");
    at = ESCAPE.lastIndex;
    result += escapeValue(found, mark);
  }
  return result;
}

function escapeValue([, byte, short, long, octal, simple]: RegExpExecArray, mark: string): string {
  if (byte !== undefined || octal !== undefined) {
    const value = byte === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(byte, 16);
    if (value > 0xff) throw new LiteralError("invalid syntax");
    return value < 0x80 ? String.fromCharCode(value) : String.fromCharCode(0xdc80 + value - 0x80);
  }
  const digits = short ?? long;
  if (digits !== undefined) {
    const value = Number.parseInt(digits, 16);
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) throw new LiteralError("invalid syntax");
    return String.fromCodePoint(value);
  }
  const known = simple === mark ? mark : SIMPLE[simple ?? ""];
  if (known === undefined) throw new LiteralError("invalid syntax");
  return known;
}

/** Returns the code of a character constant. */
export function characterValue(source: string): bigint {
  const inner = source.slice(1, -1);
  if (inner === "") throw new LiteralError("invalid syntax");
  const [first = ""] = Array.from(unescaped(inner, "'"));
  // One escape or one character, no more.
  const length = inner.startsWith("\\") ? (/^\\(?:x..|u.{4}|U.{8}|[0-7]{3}|.)/s.exec(inner)?.[0].length ?? 0) : first.length;
  if (length !== inner.length) throw new LiteralError(`malformed character constant: ${source}`);
  const code = first.codePointAt(0) ?? 0;
  return BigInt(inner.startsWith("\\") && code >= 0xdc80 && code <= 0xdcff ? code - 0xdc80 + 0x80 : code);
}

/** Returns a number as Go's rules for constants without a type want it; undefined when it is beyond an int. */
export function numberValue(source: string): bigint | number | undefined {
  const integer = integerOf(source);
  if (integer !== undefined && integer <= MAX_UINT && integer >= -MAX_INT - 1n) return integer <= MAX_INT ? integer : undefined;
  const float = floatOf(source);
  if (float === undefined) throw new LiteralError(`illegal number syntax: ${quote(source)}`);
  if (!/[.eEpP]/.test(source)) throw new LiteralError(`integer overflow: ${quote(source)}`);
  return float;
}

function integerOf(source: string): bigint | undefined {
  const [, sign, prefix, digits] = /^([-+]?)(0[xX]|0[oO]|0[bB]|0(?=[0-9_]))?([0-9a-fA-F_]+)$/.exec(source) ?? [];
  if (digits === undefined || !areUnderscoresOk(source)) return undefined;
  const kind = (prefix ?? "").toLowerCase();
  const [valid, bigPrefix] =
    kind === "0x" ? [/^[0-9a-fA-F]+$/, "0x"] : kind === "0b" ? [/^[01]+$/, "0b"] : kind === "" ? [/^[0-9]+$/, ""] : [/^[0-7]+$/, "0o"];
  const plain = digits.replaceAll("_", "");
  if (!valid.test(plain)) return undefined;
  const value = BigInt(bigPrefix + plain);
  return sign === "-" ? -value : value;
}

function floatOf(source: string): number | undefined {
  if (!areUnderscoresOk(source)) return undefined;
  const plain = source.replaceAll("_", "");
  const [, sign, whole = "", fraction = "", power] = /^([-+]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([-+]?[0-9]+)$/.exec(plain) ?? [];
  if (power !== undefined && whole + fraction !== "") {
    const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(power) - 4 * fraction.length);
    return Number.isFinite(value) ? (sign === "-" ? -value : value) : undefined;
  }
  if (!/^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function areUnderscoresOk(source: string): boolean {
  if (!source.includes("_")) return true;
  return /^[-+]?(?:0[xXoObB]?_?)?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*(?:[.pPeE+-].*)?$/.test(source) && !/__|_$|_[.eEpP]|[.eEpP+-]_/.test(source);
}
