/**
 * Selecting fields and indexing at run time, with cel-go's rules and texts: `a.b`, `a["b"]`, `a[0]`, `has(a.b)`, and the optional forms, which
 * carry absence through the rest of a chain.
 */
import { adapt, classify } from "../values/classify.ts";
import { isMap, mapGet, ownField } from "../values/map.ts";
import { isDouble, isInt } from "../values/number.ts";
import { printValue } from "../values/print.ts";
import { CelType } from "../values/type.ts";
import { CelDouble, CelError, type CelObject, CelOpaque, CelOptional, type CelResult, CelUint, type CelValue } from "../values/value.ts";
import type { Meter } from "./meter.ts";
import type { Step } from "./step.ts";

export const absent = new CelOptional(undefined);

/** Fields worked out when they are first read; the value of Kubernetes' `variables`. */
export interface LazyFields {
  field(name: string): CelResult | undefined;
}

function lazyFields(value: CelOpaque): LazyFields | undefined {
  const inner = value.value;
  return typeof inner === "object" && inner !== null && "field" in inner && typeof inner.field === "function"
    ? (inner as LazyFields)
    : undefined;
}

/** Finds a field or element; `undefined` when it is not there, an error when it cannot be looked for. */
function find(operand: CelValue, key: CelValue): CelResult | undefined {
  if (Array.isArray(operand)) {
    const index = listIndex(key);
    if (index instanceof CelError) return index;
    const element: CelValue | undefined = index < 0 ? undefined : operand[index];
    return element === undefined ? undefined : adapt(element);
  }
  if (isMap(operand)) {
    const value = mapGet(operand, key);
    return value === undefined ? undefined : adapt(value);
  }
  if (operand instanceof CelOpaque && typeof key === "string") return lazyFields(operand)?.field(key);
  return undefined;
}

function listIndex(key: CelValue): number | CelError {
  if (isInt(key)) return Number(key);
  if (isDouble(key)) {
    if (key instanceof CelDouble) return key.value;
    return new CelError(`unsupported index value ${printValue(key)} in list`);
  }
  if (key instanceof CelUint) return Number(key.value);
  return new CelError(`unsupported index type '${classify(key).name}' in list`);
}

/** Yields `operand[key]`. */
export function index(operand: CelResult, key: CelValue): CelResult {
  if (operand instanceof CelError) return operand;
  if (operand instanceof CelOptional) return optionalIndex(operand, key);
  const found = find(operand, key);
  if (found !== undefined) return found;
  if (Array.isArray(operand)) return new CelError(`index out of bounds: ${printValue(key)}`);
  return new CelError(`no such key: ${printValue(key)}`);
}

/** Yields the error of a key that nothing can be indexed by, even optionally; `plain` tells of a value just as the input holds it. */
export function keyProblem(key: CelValue, plain: boolean): CelError | undefined {
  if (typeof key !== "object" || key instanceof CelUint || key instanceof CelDouble) return undefined;
  return new CelError(`invalid qualifier type: ${plain ? plainName(key) : goName(key)}`);
}

function plainName(key: CelValue): string {
  if (key === null) return "<nil>";
  if (Array.isArray(key)) return "[]interface {}";
  return isMap(key) ? "map[string]interface {}" : goName(key);
}

function goName(key: CelValue): string {
  if (key === null) return "types.Null";
  if (Array.isArray(key)) return "*types.baseList";
  if (isMap(key)) return "*types.baseMap";
  if (key instanceof Uint8Array) return "types.Bytes";
  if (key instanceof CelType) return "*types.Type";
  if (key instanceof CelOptional) return "*types.Optional";
  const { name } = classify(key);
  return `${name.startsWith("google.") ? "types" : "cel"}.${name.slice(name.lastIndexOf(".") + 1)}`;
}

/** Yields `operand[?key]`: the element as an optional. */
export function optionalIndex(operand: CelResult, key: CelValue): CelResult {
  if (operand instanceof CelError) return operand;
  if (operand instanceof CelOptional) return operand.value === undefined ? absent : optionalIndex(operand.value, key);
  const found = find(operand, key);
  if (found === undefined) return absent;
  return found instanceof CelError ? found : new CelOptional(found);
}

// Yields `has(operand.name)`.
function present(operand: CelResult, name: string): CelResult {
  if (operand instanceof CelError) return operand;
  if (operand instanceof CelOptional) return operand.value === undefined ? false : present(operand.value, name);
  if (Array.isArray(operand)) return new CelError("unsupported index type 'string' in list");
  const found = find(operand, name);
  return found instanceof CelError ? found : found !== undefined;
}

function isPlain(value: CelResult): value is CelObject {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Makes the reader of a chain of fields; each that was looked for costs 1, unless it turned out absent. */
export function chainReader(root: Step, names: readonly string[], meter: Meter): Step {
  const missing = names.map((name) => new CelError(`no such key: ${name}`));
  const inherited = names.some((name) => name in Object.prototype);
  return () => {
    let value = root();
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? "";
      if (isPlain(value)) {
        const found: CelValue | undefined = inherited ? ownField(value, name) : value[name];
        meter.cost++;
        if (found === undefined) return missing[i] ?? null;
        value = typeof found === "object" ? adapt(found) : found;
      } else {
        if (value instanceof CelError) return value;
        value = index(value, name);
        if (value !== absent) meter.cost++;
      }
    }
    return value;
  };
}

/** Makes the test whether a field is there. */
export function presenceTest(name: string): FieldReader {
  if (name in Object.prototype) return (operand) => present(operand, name);
  return (operand) => (isPlain(operand) ? operand[name] !== undefined : present(operand, name));
}

/** A planned read of one field. */
export type FieldReader = (operand: CelResult) => CelResult;

/** Makes the reader of a field; plain objects are read without ceremony. */
export function fieldReader(name: string): FieldReader {
  const missing = new CelError(`no such key: ${name}`);
  const inherited = name in Object.prototype;
  return (operand) => {
    if (isPlain(operand)) {
      const value = inherited ? ownField(operand, name) : operand[name];
      if (value === undefined) return missing;
      return typeof value === "object" ? adapt(value) : value;
    }
    return index(operand, name);
  };
}
