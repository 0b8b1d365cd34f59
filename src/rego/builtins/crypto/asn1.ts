/**
 * Tells what is wrong with the ASN.1 of a key or a request, in the words of Go's encoding/asn1. In: bytes and the shape they should have; out: the
 * first fault, or how many bytes follow. Values are read elsewhere. https://pkg.go.dev/encoding/asn1#Unmarshal
 */
import type { Buffer } from "node:buffer";

/** What an element should be; `name` is that of Go's type, which errors show. */
export type Shape =
  | { readonly kind: "int" | "big" | "oid" | "bits" | "bytes" | "raw" }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly Field[] }
  | { readonly kind: "list"; readonly of: Shape };

/** An element of a sequence; `tag` is a context's, around the element when `explicit`. */
interface Field {
  readonly shape: Shape;
  readonly optional?: boolean;
  readonly explicit?: boolean;
  readonly tag?: number;
}

/** How bytes were read. */
export type Checked = { readonly fault: string } | { readonly rest: number };

class Fault extends Error {}

const syntax = (text: string): Fault => new Fault(`asn1: syntax error: ${text}`);
const structure = (text: string): Fault => new Fault(`asn1: structure error: ${text}`);

/** Checks one element. */
export function checkAsn1(bytes: Buffer, shape: Shape): Checked {
  try {
    return { rest: bytes.length - readField(bytes, 0, { shape }) };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message };
    throw error;
  }
}

interface Header {
  readonly class: number;
  readonly tag: number;
  readonly length: number;
  readonly isCompound: boolean;
  /** Where the body begins. */
  readonly start: number;
}

const UNIVERSAL: Readonly<Record<Exclude<Shape["kind"], "raw">, { readonly tag: number; readonly isCompound: boolean }>> = {
  int: { tag: 2, isCompound: false },
  big: { tag: 2, isCompound: false },
  oid: { tag: 6, isCompound: false },
  bits: { tag: 3, isCompound: false },
  bytes: { tag: 4, isCompound: false },
  struct: { tag: 16, isCompound: true },
  list: { tag: 16, isCompound: true },
};

/** Returns where the next element begins. */
function readField(bytes: Buffer, at: number, field: Field): number {
  const { shape, optional = false, explicit = false, tag } = field;
  if (at === bytes.length) {
    if (optional) return at;
    throw syntax("sequence truncated");
  }
  let header = readHeader(bytes, at);
  if (explicit) {
    if (header.start === bytes.length) throw structure("explicit tag has no child");
    if (header.class !== 2 || header.tag !== tag || !(header.length === 0 || header.isCompound)) {
      if (optional) return at;
      throw structure("explicitly tagged member didn't match");
    }
    if (header.length === 0) throw structure("zero length explicit tag was not an asn1.Flag");
    header = readHeader(bytes, header.start);
  }
  if (!matches(header, shape, explicit ? undefined : tag)) {
    if (optional) return at;
    throw mismatch(header, field);
  }
  const end = header.start + header.length;
  if (end > bytes.length) throw syntax("data truncated");
  readBody(bytes.subarray(header.start, end), shape);
  return end;
}

function matches(header: Header, shape: Shape, tag: number | undefined): boolean {
  if (shape.kind === "raw") return tag === undefined || (header.class === 2 && header.tag === tag);
  const expected = UNIVERSAL[shape.kind];
  if (header.isCompound !== expected.isCompound) return false;
  return tag === undefined ? header.class === 0 && header.tag === expected.tag : header.class === 2 && header.tag === tag;
}

const NAMES: Readonly<Record<string, string>> = { int: "int", oid: "ObjectIdentifier", bits: "BitString", raw: "RawValue" };

function mismatch(header: Header, { shape, optional = false, explicit = false, tag }: Field): Fault {
  const expected = tag !== undefined && !explicit ? tag : shape.kind === "raw" ? 0 : UNIVERSAL[shape.kind].tag;
  const found = `{class:${header.class} tag:${header.tag} length:${header.length} isCompound:${header.isCompound}}`;
  const parameters = `{optional:${optional} explicit:${explicit} application:false private:false defaultValue:<nil> tag:${tag ?? "<nil>"} stringType:0 timeType:0 set:false omitEmpty:false}`;
  const name = shape.kind === "struct" ? shape.name : (NAMES[shape.kind] ?? "");
  return structure(`tags don't match (${expected} vs ${found}) ${parameters} ${name} @${header.start}`);
}

function readBody(body: Buffer, shape: Shape): void {
  switch (shape.kind) {
    case "int":
    case "big":
      checkInteger(body, shape.kind === "int");
      return;
    case "oid":
      if (body.length === 0) throw syntax("zero length OBJECT IDENTIFIER");
      for (let at = 0; at < body.length; ) at = readBase128(body, at).end;
      return;
    case "bits":
      checkBits(body);
      return;
    case "struct": {
      let at = 0;
      for (const field of shape.fields) at = readField(body, at, field);
      return;
    }
    case "list":
      checkList(body, shape.of);
      return;
    default:
      return;
  }
}

function checkInteger(body: Buffer, isSmall: boolean): void {
  const [first, second = 0] = body;
  if (first === undefined) throw structure("empty integer");
  if (body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw structure("integer not minimally-encoded");
  if (isSmall && body.length > 8) throw structure("integer too large");
}

function checkBits(body: Buffer): void {
  const [unused] = body;
  if (unused === undefined) throw syntax("zero length BIT STRING");
  const isPadded = unused <= 7 && ((body.at(-1) ?? 0) & ((1 << unused) - 1)) === 0 && !(body.length === 1 && unused > 0);
  if (!isPadded) throw syntax("invalid padding bits in BIT STRING");
}

function checkList(body: Buffer, of: Shape): void {
  for (let at = 0; at < body.length; ) {
    const header = readHeader(body, at);
    if (!matches(header, of, undefined)) throw structure("sequence tag mismatch");
    if (header.start + header.length > body.length) throw syntax("truncated sequence");
    at = header.start + header.length;
  }
  for (let at = 0; at < body.length; ) at = readField(body, at, { shape: of });
}

function readHeader(bytes: Buffer, at: number): Header {
  const first = bytes[at];
  if (first === undefined) throw new Fault("asn1: internal error in parseTagAndLength");
  let next = at + 1;
  let tag = first & 0x1f;
  if (tag === 0x1f) {
    ({ value: tag, end: next } = readBase128(bytes, next));
    if (tag < 0x1f) throw syntax("non-minimal tag");
  }
  const { length, end } = readLength(bytes, next);
  return { class: first >> 6, isCompound: (first & 0x20) !== 0, tag, length, start: end };
}

function readLength(bytes: Buffer, at: number): { readonly length: number; readonly end: number } {
  const first = bytes[at];
  if (first === undefined) throw syntax("truncated tag or length");
  if (first < 0x80) return { length: first, end: at + 1 };
  const count = first & 0x7f;
  if (count === 0) throw syntax("indefinite length found (not DER)");
  let length = 0;
  for (let i = 1; i <= count; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw syntax("truncated tag or length");
    if (length >= 1 << 23) throw structure("length too large");
    length = length * 256 + byte;
    if (length === 0) throw structure("superfluous leading zeros in length");
  }
  if (length < 0x80) throw structure("non-minimal length");
  return { length, end: at + 1 + count };
}

function readBase128(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; at + i < bytes.length; i++) {
    if (i === 5) throw structure("base 128 integer too large");
    const byte = bytes[at + i] ?? 0;
    if (i === 0 && byte === 0x80) throw syntax("integer is not minimally encoded");
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (value > 0x7fffffff) throw structure("base 128 integer too large");
    return { value, end: at + i + 1 };
  }
  throw syntax("truncated base 128 integer");
}

const field = (kind: Exclude<Shape["kind"], "struct" | "list">): Field => ({ shape: { kind } });
const maybe = (kind: Exclude<Shape["kind"], "struct" | "list">): Field => ({ shape: { kind }, optional: true });

const ALGORITHM: Shape = { kind: "struct", name: "AlgorithmIdentifier", fields: [field("oid"), maybe("raw")] };

/** A SubjectPublicKeyInfo. */
export const PUBLIC_KEY_INFO: Shape = { kind: "struct", name: "publicKeyInfo", fields: [{ shape: ALGORITHM }, field("bits")] };

/** An RSA public key by itself. */
export const PKCS1_PUBLIC_KEY: Shape = { kind: "struct", name: "pkcs1PublicKey", fields: [field("big"), field("int")] };

const PRIME: Shape = { kind: "struct", name: "pkcs1AdditionalRSAPrime", fields: [field("big"), field("big"), field("big")] };

/** An RSA private key. */
export const PKCS1_PRIVATE_KEY: Shape = {
  kind: "struct",
  name: "pkcs1PrivateKey",
  fields: [
    field("int"),
    field("big"),
    field("int"),
    field("big"),
    field("big"),
    field("big"),
    maybe("big"),
    maybe("big"),
    maybe("big"),
    { shape: { kind: "list", of: PRIME }, optional: true },
  ],
};

/** A private key with its algorithm. */
export const PKCS8: Shape = { kind: "struct", name: "pkcs8", fields: [field("int"), { shape: ALGORITHM }, field("bytes")] };

/** A private key on a curve. */
export const EC_PRIVATE_KEY: Shape = {
  kind: "struct",
  name: "ecPrivateKey",
  fields: [
    field("int"),
    field("bytes"),
    { shape: { kind: "oid" }, optional: true, explicit: true, tag: 0 },
    { shape: { kind: "bits" }, optional: true, explicit: true, tag: 1 },
  ],
};

/** A certificate signing request. */
export const CERTIFICATE_REQUEST: Shape = {
  kind: "struct",
  name: "certificateRequest",
  fields: [
    {
      shape: {
        kind: "struct",
        name: "tbsCertificateRequest",
        fields: [field("int"), field("raw"), { shape: PUBLIC_KEY_INFO }, { shape: { kind: "list", of: { kind: "raw" } }, tag: 0 }],
      },
    },
    { shape: ALGORITHM },
    field("bits"),
  ],
};

/** Bytes by themselves. */
export const OCTETS: Shape = { kind: "bytes" };
