/**
 * UUIDs: random ones, kept for the length of a query, and the parts of a given one.
 * https://datatracker.ietf.org/doc/html/rfc9562, https://www.openpolicyagent.org/docs/latest/policy-reference/#uuid
 */
import { numberFromBigInt } from "../values/number.ts";
import { termText } from "../values/print.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin } from "./define.ts";
import { anyValue, row, string } from "./operands.ts";

function randomUuid(context: BuiltinContext, key: Value): Value {
  const place = `uuid.rfc4122 ${termText(key, (characters) => context.spend(characters))}`;
  const known = context.memo.get(place);
  if (known !== undefined) return known;
  const bytes: number[] = [];
  for (let i = 0; i < 4; i++) {
    const word = context.random();
    bytes.push(word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff);
  }
  // Version 4 and the variant of the RFC.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map(hexByte).join("");
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  context.memo.set(place, uuid);
  return uuid;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

const DASHED = "([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})";
// Whatever single character stands in place of the braces is let through, as Google's parser does.
const FORMS = [new RegExp(`^(?:urn:uuid:)?${DASHED}$`, "i"), new RegExp(`^[\\u0000-\\u007f]${DASHED}[\\u0000-\\u007f]$`, "i")];

function bytesOf(text: string): readonly number[] | undefined {
  let hex = /^[0-9a-f]{32}$/i.test(text) ? text : undefined;
  for (const form of FORMS) hex ??= form.exec(text)?.slice(1).join("");
  return hex?.match(/../g)?.map((pair) => Number.parseInt(pair, 16));
}

function parse(text: string): Value | undefined {
  const bytes = bytesOf(text);
  if (bytes === undefined) return undefined;
  const version = (bytes[6] ?? 0) >> 4;
  const basic = { version, variant: variantOf(bytes[8] ?? 0) };
  if (version !== 1 && version !== 2) return basic;
  const node = bytes.slice(10);
  const timed = {
    ...basic,
    time: numberFromBigInt(nanosOf(bytes)),
    nodeid: node.map(hexByte).join("-"),
    macvariables: `${((node[0] ?? 0) & 2) !== 0 ? "local" : "global"}:${((node[0] ?? 0) & 1) !== 0 ? "multicast" : "unicast"}`,
    clocksequence: (((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0)) & 0x3fff,
  };
  return version === 1 ? timed : { ...timed, id: Number(bigEndian(bytes, 0, 4)), domain: domainOf(bytes[9] ?? 0) };
}

function variantOf(byte: number): string {
  if ((byte & 0xc0) === 0x80) return "RFC4122";
  if ((byte & 0xe0) === 0xc0) return "Microsoft";
  return (byte & 0xe0) === 0xe0 ? "Future" : "Reserved";
}

function domainOf(byte: number): string {
  return ["Person", "Group", "Org"][byte] ?? `Domain${byte}`;
}

// Steps of 100 ns from 15 October 1582 to 1970.
const EPOCH = 122192928000000000n;

function nanosOf(bytes: readonly number[]): bigint {
  const time = bigEndian(bytes, 0, 4) | (bigEndian(bytes, 4, 6) << 32n) | ((bigEndian(bytes, 6, 8) & 0xfffn) << 48n);
  // The reference truncates seconds toward zero and wraps at 64 bits.
  return BigInt.asIntN(64, (time - EPOCH) * 100n);
}

function bigEndian(bytes: readonly number[], from: number, to: number): bigint {
  return bytes.slice(from, to).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The rows of this family. */
export const uuid: readonly Builtin[] = [
  row("uuid.rfc4122", "(k: string) => output: string", [anyValue], randomUuid, { nondeterministic: true }),
  row("uuid.parse", "(uuid: string) => result: object[string: any]", [string], (_, text) => parse(text)),
];
