/**
 * Rewrites numbers as policies see them: JSON's `1.0` and `1e3` become `1` and `1000`, as Kubernetes' decoding does. Integers keep all their
 * digits, whatever their size (docs/differences.md). A value without such numbers comes back as the same object.
 */
import { isPlainObject, RegoNumber, setKey, textOfNumber, type Value } from "../../rego/index.ts";

const INTEGER = /^-?[0-9]+$/;

/** How deep to look; JSON from the API server is never deeper than Go's decoder reads. */
const DEPTH_LIMIT = 2_000;

/** Returns the value with plain numbers. */
export function plainNumbers(value: Value, depth = 0): Value {
  if (typeof value !== "object" || value === null || depth > DEPTH_LIMIT) return value;
  if (value instanceof RegoNumber) return plainNumber(value);
  if (Array.isArray(value)) return plainItems(value, depth);
  return isPlainObject(value) ? plainFields(value, depth) : value;
}

/** Returns the first number of a value that is too large for a double, as it was written; Kubernetes cannot hold it. */
export function hugeNumber(value: Value, depth = 0): string | undefined {
  if (typeof value !== "object" || value === null || depth > DEPTH_LIMIT) return undefined;
  if (value instanceof RegoNumber) return Number.isFinite(Number(textOfNumber(value))) ? undefined : textOfNumber(value);
  for (const part of Array.isArray(value) ? (value as readonly Value[]) : Object.values(value as Readonly<Record<string, Value>>)) {
    const found = hugeNumber(part, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function plainNumber(value: RegoNumber): Value {
  const text = textOfNumber(value);
  if (INTEGER.test(text)) return text === "-0" ? 0 : value;
  const number = Number(text);
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number + 0 : value;
}

function plainItems(list: readonly Value[], depth: number): Value {
  let copy: Value[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as Value;
    if (typeof item !== "object") continue;
    const plain = plainNumbers(item, depth + 1);
    if (plain === item) continue;
    copy ??= [...list];
    copy[i] = plain;
  }
  return copy ?? list;
}

function plainFields(object: Readonly<Record<string, Value>>, depth: number): Value {
  let copy: { [key: string]: Value } | undefined;
  for (const key of Object.keys(object)) {
    const field = object[key] as Value;
    if (typeof field !== "object") continue;
    const plain = plainNumbers(field, depth + 1);
    if (plain === field) continue;
    copy ??= { ...object };
    setKey(copy, key, plain);
  }
  return copy ?? object;
}
