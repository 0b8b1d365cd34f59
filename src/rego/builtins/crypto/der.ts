/**
 * Reads ASN.1 in its distinguished encoding (https://www.itu.int/rec/T-REC-X.690): bytes in, elements out, undefined for whatever is malformed.
 * Lengths must be definite and as short as possible.
 */
import type { Buffer } from "node:buffer";
import { CryptoError } from "./encoded.ts";

/** Tags in use, constructed bit included. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: its tag, what it holds, and all its bytes. */
export interface Element {
  readonly tag: number;
  readonly body: Buffer;
  readonly raw: Buffer;
}

/** Elements one after the other. */
export class DerReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Returns the next tag without taking it, or -1 at the end. */
  peekTag(): number {
    return this.#bytes[this.#at] ?? -1;
  }

  /** Takes the next element. */
  any(): Element | undefined {
    const tag = this.peekTag();
    const first = this.#bytes[this.#at + 1];
    if (tag < 0 || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
    let header = 2;
    let length = first;
    if (first >= 0x80) {
      const size = first & 0x7f;
      if (size === 0 || size > 4) return undefined;
      const digits = this.#bytes.subarray(this.#at + 2, this.#at + 2 + size);
      if (digits.length < size || digits[0] === 0) return undefined;
      length = digits.readUIntBE(0, size);
      if (length < 0x80) return undefined;
      header += size;
    }
    const end = this.#at + header + length;
    if (end > this.#bytes.length) return undefined;
    const element = { tag, body: this.#bytes.subarray(this.#at + header, end), raw: this.#bytes.subarray(this.#at, end) };
    this.#at = end;
    return element;
  }

  /** Takes the next element if it has a tag. */
  element(tag: number): Element | undefined {
    return this.peekTag() === tag ? this.any() : undefined;
  }

  /** Takes the next element's body if it has a tag. */
  body(tag: number): Buffer | undefined {
    return this.element(tag)?.body;
  }

  /** Takes the next constructed element, for reading what it holds. */
  enter(tag: number): DerReader | undefined {
    const body = this.body(tag);
    return body === undefined ? undefined : new DerReader(body);
  }

  /** Takes a whole number; `tag` when it is not tagged as one. */
  integer(tag: number = TAG.integer): bigint | undefined {
    const body = this.body(tag);
    return body === undefined ? undefined : integerOf(body);
  }

  /** Takes an object identifier. */
  oid(): readonly number[] | undefined {
    const body = this.body(TAG.oid);
    return body === undefined ? undefined : oidOf(body);
  }

  /** Takes a bit string whose bits fill whole bytes. */
  bits(): Buffer | undefined {
    const body = this.body(TAG.bitString);
    const unused = body?.[0];
    if (body === undefined || unused === undefined || unused > 7 || (body.length === 1 && unused > 0)) return undefined;
    if (unused > 0 && ((body.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) return undefined;
    return body.subarray(1);
  }
}

function integerOf(body: Buffer): bigint | undefined {
  const [first, second = 0] = body;
  if (first === undefined) return undefined;
  if (body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) return undefined;
  const magnitude = BigInt(`0x${body.toString("hex")}`);
  return first >= 0x80 ? magnitude - (1n << BigInt(8 * body.length)) : magnitude;
}

function oidOf(body: Buffer): readonly number[] | undefined {
  const parts: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of body) {
    if (fresh && byte === 0x80) return undefined;
    value = value * 128 + (byte & 0x7f);
    if (value > 0x7fffffff) return undefined;
    fresh = byte < 0x80;
    if (!fresh) continue;
    if (parts.length === 0) parts.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else parts.push(value);
    value = 0;
  }
  return fresh && parts.length > 0 ? parts : undefined;
}

/** Returns a value that must be there, or stops with an error. */
export function need<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new CryptoError(message);
  return value;
}
