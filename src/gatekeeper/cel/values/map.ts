/**
 * Reading and building CEL maps, whichever of their two forms they have (see `value.ts`). Numeric keys agree across int, uint and
 * integral doubles, as `{1: "a"}[1u]` must find "a".
 */
import { CelDouble, type CelKey, CelMap, type CelObject, type CelResult, CelUint, type CelValue, type KeyIdentity } from "./value.ts";

/** Either form of a map. */
export type MapValue = CelMap | CelObject;

/** Tells whether `value` is a map. */
export function isMap(value: CelResult | undefined): value is MapValue {
  if (value instanceof CelMap) return true;
  return typeof value === "object" && value !== null && !Array.isArray(value) && isPlain(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const NULL_KEY = Symbol("null");

/** Names a key so that equal keys share a name; `undefined` when `value` can be no key. */
export function keyIdentity(value: CelValue): KeyIdentity | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
    case "bigint":
      return value;
    case "number":
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
    default:
      if (value === null) return NULL_KEY;
      if (value instanceof CelUint) return integerIdentity(value.value);
      return value instanceof CelDouble ? value.value + 0 : undefined;
  }
}

function integerIdentity(value: bigint): number | bigint {
  return value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value;
}

/** Finds the entry at `key`; absent entries are `undefined`. The value is as stored: read it through `adapt`. */
export function mapGet(map: MapValue, key: CelValue): CelValue | undefined {
  if (map instanceof CelMap) {
    const identity = keyIdentity(key);
    return identity === undefined ? undefined : map.entries.get(identity)?.[1];
  }
  return typeof key === "string" ? ownField(map, key) : undefined;
}

/** Finds an own field of an object, whatever its name. */
export function ownField(object: CelObject, key: string): CelValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Counts the entries. */
export function mapSize(map: MapValue): number {
  if (map instanceof CelMap) return map.entries.size;
  let size = 0;
  for (const key in map) if (Object.hasOwn(map, key)) size++;
  return size;
}

/** Lists the keys in order. */
export function mapKeys(map: MapValue): CelKey[] {
  if (map instanceof CelMap) return Array.from(map.entries.values(), ([key]) => key);
  return Object.keys(map);
}

/** Collects entries and yields the simpler of the two forms. */
export class MapBuilder {
  private readonly entries = new Map<KeyIdentity, readonly [CelKey, CelValue]>();
  private onlyStrings = true;

  /** Sets an entry; false when `key` can be no key. */
  set(key: CelValue, value: CelValue): boolean {
    const identity = keyIdentity(key);
    if (identity === undefined || !isKey(key)) return false;
    if (typeof key !== "string") this.onlyStrings = false;
    this.entries.set(identity, [key, value]);
    return true;
  }

  /** Tells whether an entry has the key. */
  has(key: CelValue): boolean {
    const identity = keyIdentity(key);
    return identity !== undefined && this.entries.has(identity);
  }

  /** Yields the map. */
  build(): MapValue {
    if (!this.onlyStrings) return new CelMap(this.entries);
    const object: Record<string, CelValue> = {};
    for (const [key, value] of this.entries.values()) defineField(object, String(key), value);
    return object;
  }
}

function isKey(value: CelValue): value is CelKey {
  const kind = typeof value;
  if (kind === "string" || kind === "boolean" || kind === "bigint" || kind === "number" || value === null) return true;
  return value instanceof CelUint || value instanceof CelDouble;
}

function defineField(object: Record<string, CelValue>, key: string, value: CelValue): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
