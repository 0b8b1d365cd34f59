/**
 * Reads one step of a reference: a field, an element, a member. Input and data stay as `JSON.parse` made them, so a key that the source
 * names is one plain load. JSON holds no functions; rejecting them replaces the much dearer test for an own property.
 */
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { Cell, Expr } from "./cells.ts";
import { literalGetters } from "./getters.table.ts";

/** Reads one known key of an object. The argument is never null. */
export type Getter = (object: object) => Value | undefined;

// Names that a value of ours has as a JavaScript object, whatever the policy's data says.
const inherited = new Set<string>(
  [Object.prototype, Array.prototype, RegoSet.prototype, RegoObject.prototype, RegoNumber.prototype].flatMap((prototype) =>
    Object.getOwnPropertyNames(prototype),
  ),
);
for (const value of [[], new RegoSet(), new RegoObject(), new RegoNumber("1.0")]) {
  for (const name of Object.getOwnPropertyNames(value)) inherited.add(name);
}

/** Returns a value's member under a key known only at run time. */
export function member(object: Value, key: Value): Value | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  if (Array.isArray(object)) return typeof key === "number" ? (object as readonly Value[])[key] : isMinusZero(key) ? object[0] : undefined;
  if (object instanceof RegoSet) return object.has(key) ? key : undefined;
  if (object instanceof RegoObject) return object.get(key);
  if (typeof key !== "string" || object instanceof RegoNumber) return undefined;
  const value = (object as PlainObject)[key];
  // Inherited names are functions or the prototype itself; an own `__proto__` still works.
  return typeof value === "function" || value === (Object.prototype as unknown) ? undefined : value;
}

function isMinusZero(key: Value): boolean {
  return key instanceof RegoNumber && key.text === "-0";
}

/** Returns what a plain load of `key` missed: the key of a `RegoObject` or the member of a set. */
function missed(object: object, key: string): Value | undefined {
  if (object instanceof RegoObject) return object.get(key);
  if (object instanceof RegoSet) return object.has(key) ? key : undefined;
  return undefined;
}

/** Returns the getter of a key; a name that no JavaScript object inherits is a plain load. */
export function getterOf(key: string): Getter {
  if (inherited.has(key) || /^[0-9]/.test(key)) return (object) => member(object as Value, key);
  const literal = literalGetters.get(key);
  if (literal) return literal;
  return (object) => (object as PlainObject)[key];
}

/** Returns the expression that reads fields one after another from a cell. */
export function pathOf(cell: Cell, keys: readonly string[]): Expr {
  const [k1 = "", k2 = "", k3 = "", k4 = "", ...rest] = keys;
  const [g1, g2, g3, g4] = [getterOf(k1), getterOf(k2), getterOf(k3), getterOf(k4)];
  switch (keys.length) {
    case 0:
      return () => cell.v;
    case 1:
      return () => {
        const a = cell.v;
        if (typeof a !== "object" || a === null) return undefined;
        return g1(a) ?? orMissed(a, k1, g1);
      };
    case 2:
      return () => {
        const a = cell.v;
        if (typeof a !== "object" || a === null) return undefined;
        const b = g1(a) ?? orMissed(a, k1, g1);
        if (typeof b !== "object" || b === null) return undefined;
        return g2(b) ?? orMissed(b, k2, g2);
      };
    case 3:
      return () => {
        const a = cell.v;
        if (typeof a !== "object" || a === null) return undefined;
        const b = g1(a) ?? orMissed(a, k1, g1);
        if (typeof b !== "object" || b === null) return undefined;
        const c = g2(b) ?? orMissed(b, k2, g2);
        if (typeof c !== "object" || c === null) return undefined;
        return g3(c) ?? orMissed(c, k3, g3);
      };
    case 4:
      return () => {
        const a = cell.v;
        if (typeof a !== "object" || a === null) return undefined;
        const b = g1(a) ?? orMissed(a, k1, g1);
        if (typeof b !== "object" || b === null) return undefined;
        const c = g2(b) ?? orMissed(b, k2, g2);
        if (typeof c !== "object" || c === null) return undefined;
        const d = g3(c) ?? orMissed(c, k3, g3);
        if (typeof d !== "object" || d === null) return undefined;
        return g4(d) ?? orMissed(d, k4, g4);
      };
    default: {
      const inner: Cell = { v: undefined };
      const front = pathOf(cell, [k1, k2, k3, k4]);
      const back = pathOf(inner, rest);
      return () => {
        inner.v = front();
        return back();
      };
    }
  }
}

// `??` also takes null for missing, but null is a value.
function orMissed(object: object, key: string, getter: Getter): Value | undefined {
  return getter(object) === null ? null : missed(object, key);
}

/** Returns the expression that reads one field of another expression's value. */
export function fieldOf(source: Expr, key: string): Expr {
  const get = getterOf(key);
  return () => {
    const a = source();
    if (typeof a !== "object" || a === null) return undefined;
    return get(a) ?? orMissed(a, key, get);
  };
}
