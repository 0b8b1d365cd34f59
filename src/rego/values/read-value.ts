/**
 * Makes a Rego value of anything that JavaScript can hold, for callers whose values did not come from JSON: tests, generators, other programs. In: any
 * value, hostile ones as well. Out: the value, or what is none and where. What is read is what `JSON.stringify` would write (`toJSON` is asked, members
 * that are undefined are left out), except that nothing is lost: sets and maps stay what they are, big integers keep their digits, and NaN, functions
 * and symbols are errors. https://tc39.es/ecma262/#sec-json.stringify
 */
import { numberFromBigInt, numberFromText } from "./number.ts";
import { ObjectBuilder, setKey } from "./object.ts";
import { RegoNumber } from "./rego-number.ts";
import { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import type { Value } from "./value.ts";

/** The value, or what is wrong. */
export type ReadValue = { readonly kind: "value"; readonly value: Value } | { readonly kind: "error"; readonly message: string };

/** As deep as terms may nest in a policy; every level takes a few frames of the stack. */
const DEEPEST = 1_000;

/** As many as a YAML document may have: a getter may make new objects without end. */
const MOST_VALUES = 10_000_000;

/**
 * Reads a value.
 * @example const read = readValue({ labels: undefined, at: new Date(0), roles: new Set(["admin"]) });
 */
export function readValue(given: unknown): ReadValue {
  const reading: Reading = { path: [], open: new Set(), done: new Map(), count: 0 };
  try {
    return { kind: "value", value: read(given, reading) };
  } catch (error) {
    // Whatever a getter, a proxy or a toJSON throws is wrong with the value that it belongs to.
    return { kind: "error", message: `${place(reading.path)}${reasonOf(error)}` };
  }
}

interface Reading {
  /** Where we are. */
  readonly path: (string | number)[];
  /** The objects that we are in, to notice one that holds itself. */
  readonly open: Set<object>;
  /** Objects that were read: what is shared stays shared. */
  readonly done: Map<object, Value>;
  count: number;
}

function read(given: unknown, reading: Reading): Value {
  if (++reading.count > MOST_VALUES) throw new Error("the value has too many parts");
  switch (typeof given) {
    case "string":
      return given.toWellFormed();
    case "boolean":
      return given;
    case "number":
      if (!Number.isFinite(given)) throw new Error(`${given} is no value`);
      return numberFromText(String(given));
    case "bigint":
      return numberFromBigInt(given);
    case "object":
      return given === null ? null : readObject(given, reading);
    default:
      throw new Error(given === undefined ? "undefined is no value" : `a ${typeof given} is no value`);
  }
}

function readObject(given: object, reading: Reading): Value {
  if (given instanceof RegoNumber || given instanceof RegoSet || given instanceof RegoObject) return given;
  const known = reading.done.get(given);
  if (known !== undefined) return known;
  if (reading.open.has(given)) throw new Error("the value holds itself");
  if (reading.path.length >= DEEPEST) throw new Error("the value is nested too deeply");
  reading.open.add(given);
  const made = readParts(given, reading);
  reading.open.delete(given);
  reading.done.set(given, made);
  return made;
}

function readParts(given: object, reading: Reading): Value {
  if (given instanceof String || given instanceof Number || given instanceof Boolean) return read(given.valueOf(), reading);
  if ("toJSON" in given && typeof given.toJSON === "function") return read(given.toJSON(), reading);
  if (Array.isArray(given) && given.length > MOST_VALUES) throw new Error("the value has too many parts");
  if (Array.isArray(given)) return Array.from(given, (item: unknown, i) => (item === undefined ? null : readAt(i, item, reading)));
  if (given instanceof Set) return RegoSet.of([...given].map((item, i) => readAt(i, item, reading)));
  if (given instanceof Map) return readMap(given, reading);
  const object: { [key: string]: Value } = {};
  for (const key of Object.keys(given)) {
    reading.path.push(key);
    const member = (given as { readonly [key: string]: unknown })[key];
    if (member !== undefined) setKey(object, key.toWellFormed(), read(member, reading));
    reading.path.pop();
  }
  return object;
}

function readMap(given: ReadonlyMap<unknown, unknown>, reading: Reading): Value {
  const builder = new ObjectBuilder();
  let at = 0;
  for (const [key, member] of given) {
    const step = typeof key === "string" ? key : at;
    if (member !== undefined) builder.set(readAt(step, key, reading), readAt(step, member, reading));
    at++;
  }
  return builder.finish();
}

function readAt(step: string | number, given: unknown, reading: Reading): Value {
  reading.path.push(step);
  const made = read(given, reading);
  reading.path.pop();
  return made;
}

/** Steps shown of a place: the value that holds itself may have led far. */
const STEPS = 20;

function place(path: readonly (string | number)[]): string {
  if (path.length === 0) return "";
  const steps = path.slice(0, STEPS).map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
  const text = steps.join("").replace(/^\./, "");
  return `${text}${path.length > STEPS ? "…" : ""}: `;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : "reading it fails";
}
