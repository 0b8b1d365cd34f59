/**
 * Base64, hexadecimal and URL queries, all over the bytes of strings.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#encoding
 */

import { compareStrings } from "../../base/compare-strings.ts";
import type { Base64Result } from "../text/base64.ts";
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "../text/base64.ts";
import { fromBinary, fromUtf8Bytes, toBinary } from "../text/bytes.ts";
import { isPrintable } from "../text/unicode.ts";
import { escapeQuery, parseQuery, unescapeQuery } from "../text/url-query.ts";
import { jsonKey } from "../values/json.ts";
import { eachEntry, setKey } from "../values/object.ts";
import type { RegoObject } from "../values/rego-object.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { anyValue, builtinError, membersOf, object, operandError, row, string } from "./operands.ts";

const ENCODE = "(x: string) => y: string";

function decoded(name: string, result: Base64Result): BuiltinResult {
  return result.kind === "bytes" ? fromBinary(result.binary) : builtinError(name, `illegal base64 data at input byte ${result.at}`);
}

function decodeUrl(text: string): BuiltinResult {
  const name = "base64url.decode";
  const binary = toBinary(text);
  if (binary.endsWith("=")) return decoded(name, decodeBase64Url(binary));
  const beyond = binary.length % 4;
  if (beyond === 1) return builtinError(name, `illegal base64url string: ${text}`);
  return decoded(name, decodeBase64Url(binary + "=".repeat(beyond === 0 ? 0 : 4 - beyond)));
}

function encodeHex(text: string): string {
  return Array.from(toBinary(text), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

function decodeHex(text: string): BuiltinResult {
  const binary = toBinary(text);
  const wrong = binary.search(/[^0-9a-fA-F]/);
  if (wrong >= 0) return builtinError("hex.decode", `encoding/hex: invalid byte: ${nameByte(binary.charCodeAt(wrong))}`);
  if (binary.length % 2 === 1) return builtinError("hex.decode", "encoding/hex: odd length hex string");
  const bytes = new Uint8Array(binary.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digitAt(binary, 2 * i) + digitAt(binary, 2 * i + 1);
  return fromUtf8Bytes(bytes);
}

// The last four bits of a letter count from 1, those of a digit from 0.
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return (code & 15) + (code > 64 ? 9 : 0);
}

function nameByte(byte: number): string {
  const code = `U+${byte.toString(16).toUpperCase().padStart(4, "0")}`;
  return isPrintable(byte) ? `${code} '${String.fromCharCode(byte)}'` : code;
}

function decodeQueryText(text: string): BuiltinResult {
  const result = unescapeQuery(text);
  return result.kind === "text" ? result.text : builtinError("urlquery.decode", result.message);
}

const VALUES = "values must be string, array[string], or set[string]";

function encodeObject(from: PlainObject | RegoObject): BuiltinResult {
  const values = new Map<string, readonly string[]>();
  let wrong = false;
  eachEntry(from, (key, value) => {
    const list = typeof value === "string" ? [value] : membersOf(value);
    if (list === undefined || list.some((member) => typeof member !== "string")) wrong = true;
    else values.set(jsonKey(key), list as readonly string[]);
  });
  if (wrong) return operandError("urlquery.encode_object", 1, VALUES);
  const keys = [...values.keys()].sort(compareStrings);
  return keys.flatMap((key) => (values.get(key) ?? []).map((value) => `${escapeQuery(key)}=${escapeQuery(value)}`)).join("&");
}

function decodeObject(query: string): BuiltinResult {
  const result = parseQuery(query);
  if (result.kind === "error") return builtinError("urlquery.decode_object", result.message);
  const decodedObject: { [key: string]: Value } = {};
  for (const [key, values] of result.pairs) setKey(decodedObject, key, values);
  return decodedObject;
}

/** The rows of this family. */
export const encoding: readonly Builtin[] = [
  row("base64.encode", ENCODE, [string], (_, text) => encodeBase64(toBinary(text))),
  row("base64.decode", ENCODE, [string], (_, text) => decoded("base64.decode", decodeBase64(toBinary(text)))),
  row(
    "base64.is_valid",
    "(x: string) => result: boolean",
    [anyValue],
    (_, value) => typeof value === "string" && decodeBase64(toBinary(value)).kind === "bytes",
  ),
  row("base64url.encode", ENCODE, [string], (_, text) => encodeBase64Url(toBinary(text))),
  row("base64url.encode_no_pad", ENCODE, [string], (_, text) => encodeBase64Url(toBinary(text)).replace(/=+$/, "")),
  row("base64url.decode", ENCODE, [string], (_, text) => decodeUrl(text)),
  row("hex.encode", ENCODE, [string], (_, text) => encodeHex(text)),
  row("hex.decode", ENCODE, [string], (_, text) => decodeHex(text)),
  row("urlquery.encode", ENCODE, [string], (_, text) => escapeQuery(text)),
  row("urlquery.decode", ENCODE, [string], (_, text) => decodeQueryText(text)),
  row("urlquery.encode_object", "(object: object[string: any<string, array[string], set[string]>]) => y: string", [object], (_, from) =>
    encodeObject(from),
  ),
  row("urlquery.decode_object", "(x: string) => object: object[string: array[string]]", [string], (_, query) => decodeObject(query)),
];
