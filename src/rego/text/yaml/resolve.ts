/**
 * Says what a scalar means, as Go's YAML reader does: YAML 1.1 booleans (`yes`, `on`, `y`), octal with a leading zero, underscores
 * in numbers, but neither sexagesimal numbers nor timestamps (https://yaml.org/type/, https://pkg.go.dev/sigs.k8s.io/yaml).
 */
import { YamlError } from "./tokens.ts";

/** A scalar as Go holds it: an integer of up to 64 bits, a double, a text, or one of the simple ones. */
export type Scalar =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint | number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string };

const NULL: Scalar = { kind: "null" };
const TRUE: Scalar = { kind: "bool", value: true };
const FALSE: Scalar = { kind: "bool", value: false };
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, NULL] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, TRUE] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, FALSE] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { kind: "float", value: Number.NaN }] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, { kind: "float", value: Infinity }] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, { kind: "float", value: -Infinity }] as const),
]);

/** Which words are booleans: `1.1` has `yes`, `on` and `y` among them, `1.2` only `true` and `false`. */
export type YamlVersion = "1.1" | "1.2";

const OLD_BOOLEAN = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;
const DATE = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;

const FIRST_OF_NUMBER = /^[-+.0-9]/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
// What Go's ParseFloat takes after a dot: digits with an exponent.
const DOT_FLOAT = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;
const MAX_UNSIGNED = 2n ** 64n - 1n;
const MIN_SIGNED = -(2n ** 63n);

/** Returns what a plain scalar without a tag means. Go's reader of the newer version turns a date into its first moment. */
export function resolvePlain(text: string, version: YamlVersion = "1.1"): Scalar {
  if (version === "1.2") {
    if (OLD_BOOLEAN.test(text)) return { kind: "string", value: text };
    if (DATE.test(text)) return { kind: "string", value: `${text}T00:00:00Z` };
  }
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return (FIRST_OF_NUMBER.test(text) ? readNumber(text) : undefined) ?? { kind: "string", value: text };
}

function readNumber(text: string): Scalar | undefined {
  if (text.startsWith(".")) return DOT_FLOAT.test(text) ? readFloat(text) : undefined;
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  return readInteger(plain) ?? (FLOAT.test(plain) ? readFloat(plain) : undefined);
}

/** The small numbers, one object for each. */
const SHARED: readonly Scalar[] = Array.from({ length: 256 }, (_, value) => ({ kind: "int", value }));

function readInteger(plain: string): Scalar | undefined {
  const found = INTEGER.exec(plain);
  if (!found) return undefined;
  const [, sign, hex, binary, octal, decimal = "0"] = found;
  const digits = hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : octal !== undefined ? `0o${octal}` : decimal;
  if (digits.length < 16) {
    const small = Number(digits);
    if (sign === "" && small < SHARED.length) return SHARED[small];
    if (Number.isSafeInteger(small)) return { kind: "int", value: sign === "-" ? 0 - small : small };
  }
  const magnitude = BigInt(digits);
  const value = sign === "-" ? -magnitude : magnitude;
  // Go reads unsigned numbers without a sign only.
  const largest = sign === "" ? MAX_UNSIGNED : -MIN_SIGNED - 1n;
  if (value < MIN_SIGNED || value > largest) return undefined;
  return {
    kind: "int",
    value: value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value,
  };
}

// Go refuses a number that is out of the range of doubles, which leaves a text.
function readFloat(plain: string): Scalar | undefined {
  const value = Number(plain);
  return Number.isFinite(value) ? { kind: "float", value } : undefined;
}

const TAG_KINDS: ReadonlyMap<string, Scalar["kind"]> = new Map([
  ["bool", "bool"],
  ["int", "int"],
  ["float", "float"],
  ["null", "null"],
]);
const TAG = "tag:yaml.org,2002:";
const TIMESTAMP =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?)?$/;

/** Returns what a scalar with a tag means; a tag that is not YAML's own leaves the text. */
export function resolveTagged(tag: string, text: string): Scalar {
  const name = tag.startsWith(TAG) ? tag.slice(TAG.length) : undefined;
  if (name === "binary") return { kind: "string", value: decodeBinary(text) };
  if (name === "timestamp") {
    const found = resolvePlain(text);
    if (TIMESTAMP.test(text)) return { kind: "string", value: text };
    mismatch(found.kind === "string" ? "str" : found.kind, text, "timestamp");
  }
  const wanted = name === undefined ? undefined : TAG_KINDS.get(name);
  if (name === undefined || wanted === undefined) return { kind: "string", value: text };
  const found = resolvePlain(text);
  if (found.kind === wanted) return found;
  if (wanted === "float" && found.kind === "int" && (typeof found.value === "number" || found.value <= -MIN_SIGNED - 1n)) {
    return { kind: "float", value: Number(found.value) };
  }
  mismatch(found.kind === "string" ? (TIMESTAMP.test(text) ? "timestamp" : "str") : found.kind, text, name);
}

function mismatch(found: string, text: string, wanted: string): never {
  throw new YamlError(`cannot decode !!${found} \`${text}\` as a !!${wanted}`);
}

function decodeBinary(text: string): string {
  const digits = text.replace(/[\r\n]/g, "");
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new YamlError("!!binary value contains invalid base64 data");
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(atob(digits), (letter) => letter.charCodeAt(0)));
}
