/**
 * What a CEL value is at run time (https://github.com/google/cel-spec/blob/master/doc/langdef.md#values). Objects under review stay
 * exactly as they were parsed, so every JSON value already is a CEL value and only what JSON cannot say has a class of its own.
 *
 * - null, booleans, strings: themselves. Sizes and indexes of strings count code points.
 * - int: a JavaScript number while it is a safe integer, a bigint beyond (up to 64 bits).
 * - double: a JavaScript number that is no safe integer, NaN and the infinities included; a `CelDouble` when a double happens to hold a
 *   safe integer (`1.0`, `-0.0`), since a bare number would read as int. So `Number.isSafeInteger` alone tells the two apart.
 * - uint: `CelUint`. bytes: `Uint8Array`. timestamp, duration, type, optional: a class each, below.
 * - list: array. map: plain object when it came from JSON or has only string keys, `CelMap` otherwise.
 * - values of Kubernetes' libraries (quantity, url, ip, …): `CelOpaque` with the type's name.
 *
 * A `RegoNumber` may sit inside parsed input (`1.0`, 64-bit integers); it is turned into one of the above the moment it is read (`adapt`).
 * An error is a value too (`CelError`): it travels through calls until `&&`, `||` or a quantifier absorbs it.
 */
import type { CelType } from "./type.ts";

/** A double whose value is a safe integer. */
export class CelDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** An unsigned 64-bit integer. */
export class CelUint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A point in time, in nanoseconds since 1970-01-01T00:00:00Z; printed in the zone it was written in, `offset` seconds east of UTC. */
export class CelTimestamp {
  readonly nanos: bigint;
  readonly offset: number;

  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos;
    this.offset = offset;
  }
}

/** A signed span of time in nanoseconds. */
export class CelDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A value that may be absent; `value` is `undefined` in `optional.none()`. */
export class CelOptional {
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** A key of a map: bool, int, uint or string; like cel-go, also null and doubles, which no declared type of map has. */
export type CelKey = null | boolean | number | bigint | string | CelUint | CelDouble;

/** What equal keys have in common. */
export type KeyIdentity = string | number | bigint | boolean | symbol;

/** A map with keys other than strings, in the order of insertion; `entries` is keyed by `keyIdentity`. */
export class CelMap {
  readonly entries: ReadonlyMap<KeyIdentity, readonly [CelKey, CelValue]>;

  constructor(entries: ReadonlyMap<KeyIdentity, readonly [CelKey, CelValue]>) {
    this.entries = entries;
  }
}

/** A value of a library type that only the library looks into. */
export class CelOpaque<T = unknown> {
  readonly type: CelType;
  readonly value: T;

  constructor(type: CelType, value: T) {
    this.type = type;
    this.value = value;
  }
}

/** A failed evaluation, with cel-go's text. */
export class CelError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** An object whose keys are all strings. */
export interface CelObject {
  readonly [key: string]: CelValue;
}

/** Any value an expression can yield. */
export type CelValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | CelDouble
  | CelUint
  | Uint8Array
  | CelTimestamp
  | CelDuration
  | CelOptional
  | CelType
  | CelOpaque
  | readonly CelValue[]
  | CelMap
  | CelObject;

/** What one step of an evaluation yields. */
export type CelResult = CelValue | CelError;
