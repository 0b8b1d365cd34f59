/** A cheap hash of a value: equal values always agree, different ones usually differ. Looks two levels deep only. */
import { numberKey } from "./number.ts";
import { RegoNumber } from "./rego-number.ts";
import { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import type { Value } from "./value.ts";

const DEPTH = 3;

/** Returns a 32-bit number that equal values share. */
export function fingerprint(value: Value): number {
  return mix(value, DEPTH);
}

function mix(value: Value, depth: number): number {
  if (typeof value === "string") return ofString(value);
  if (typeof value === "number") return (value * 2654435761) | 0;
  if (value === null) return 11;
  if (typeof value === "boolean") return value ? 13 : 17;
  if (value instanceof RegoNumber) {
    const key = numberKey(value);
    return typeof key === "number" ? (key * 2654435761) | 0 : ofString(key);
  }
  if (Array.isArray(value)) {
    let sum = value.length * 31 + 1;
    if (depth > 0) for (let i = 0; i < value.length && i < 16; i++) sum = (Math.imul(sum, 31) + mix(value[i] as Value, depth - 1)) | 0;
    return sum;
  }
  if (value instanceof RegoSet) {
    let sum = value.size * 37 + 2;
    if (depth > 0) for (const item of value.items) sum = (sum + mix(item, depth - 1)) | 0;
    return sum;
  }
  if (value instanceof RegoObject) {
    let sum = value.size * 41 + 3;
    if (depth > 0)
      for (let i = 0; i < value.size; i++)
        sum = (sum + mix(value.keys[i] as Value, depth - 1) * 3 + mix(value.values[i] as Value, depth - 1)) | 0;
    return sum;
  }
  let count = 0;
  let sum = 0;
  const object = value as { readonly [key: string]: Value };
  for (const key in object) {
    count++;
    if (depth > 0) sum = (sum + ofString(key) * 3 + mix(object[key] as Value, depth - 1)) | 0;
  }
  return (sum + count * 41 + 3) | 0;
}

// Length and the last characters: names in one list tend to share their beginnings.
function ofString(text: string): number {
  const { length } = text;
  let sum = length;
  for (let i = length > 12 ? length - 12 : 0; i < length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum;
}
