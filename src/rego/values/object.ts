/** Reads and builds objects whichever of the two shapes they have (plain, `RegoObject`), with every key treated alike. */
import { RegoNumber } from "./rego-number.ts";
import { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import type { PlainObject, Value } from "./value.ts";

/** Tells whether a value is an object with string keys only. */
export function isPlainObject(value: Value | undefined): value is PlainObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RegoSet) &&
    !(value instanceof RegoNumber) &&
    !(value instanceof RegoObject)
  );
}

/** Tells whether a value is a Rego object of either shape. */
export function isObject(value: Value | undefined): value is PlainObject | RegoObject {
  return value instanceof RegoObject || isPlainObject(value);
}

/** Writes a key as an own property, `__proto__` included. */
export function setKey(object: { [key: string]: Value }, key: string, value: Value): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** Returns the value under a key, or undefined. */
export function getKey(object: PlainObject | RegoObject, key: Value): Value | undefined {
  if (object instanceof RegoObject) return object.get(key);
  return typeof key === "string" && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Returns the number of keys. */
export function sizeOf(object: PlainObject | RegoObject): number {
  if (object instanceof RegoObject) return object.size;
  let count = 0;
  for (const _ in object) count++;
  return count;
}

/** Calls a function with every key and value, in no particular order. */
export function eachEntry(object: PlainObject | RegoObject, visit: (key: Value, value: Value) => void): void {
  if (object instanceof RegoObject) object.keys.forEach((key, at) => visit(key, object.values[at] as Value));
  else for (const key in object) visit(key, object[key] as Value);
}

/** Collects keys and values and gives a plain object unless some key is not a string. Later equal keys win. */
export class ObjectBuilder {
  #plain: { [key: string]: Value } = {};
  #keyed: RegoObject | undefined = undefined;

  set(key: Value, value: Value): this {
    if (this.#keyed !== undefined) this.#keyed.set(key, value);
    else if (typeof key === "string") setKey(this.#plain, key, value);
    else {
      this.#keyed = new RegoObject();
      for (const name in this.#plain) this.#keyed.set(name, this.#plain[name] as Value);
      this.#keyed.set(key, value);
    }
    return this;
  }

  get(key: Value): Value | undefined {
    return getKey(this.#keyed ?? this.#plain, key);
  }

  /** Returns a key as it was first written. */
  keyAs(key: Value): Value {
    const keyed = this.#keyed;
    return keyed === undefined || typeof key === "string" ? key : (keyed.keys[keyed.find(key)] ?? key);
  }

  finish(): PlainObject | RegoObject {
    return this.#keyed ?? this.#plain;
  }
}
