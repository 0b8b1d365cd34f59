/**
 * Turns the field paths that Kubernetes and Go name in their messages (`spec.parameters.labels[0]: Invalid value: …`) into paths of the
 * object that a message is about, so that the place in the file can be shown. An object and the text of a path in, the steps that lead
 * there out: as many of them as the object has.
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#Path
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";

type Step = string | number;

/** Whether a path names every step. Go's decoder leaves indexes of lists and keys of maps out. */
type Spelling = "every step" | "fields only";

/** Follows the path that a message begins with; what stands behind the path does not matter. */
function followFieldPath(object: Value, message: string, spelling: Spelling = "every step"): readonly Step[] {
  const steps: Step[] = [];
  let at: Value | undefined = object;
  let rest = message;
  for (;;) {
    const next: Next | undefined = stepInto(at, rest) ?? (spelling === "fields only" ? stepAcross(at, rest) : undefined);
    if (next === undefined) return steps;
    steps.push(...next.steps);
    at = next.value;
    rest = next.rest;
  }
}

interface Next {
  readonly steps: readonly Step[];
  readonly value: Value;
  readonly rest: string;
}

function stepInto(value: Value | undefined, rest: string): Next | undefined {
  if (Array.isArray(value)) return intoList(value, rest);
  return isPlainObject(value) ? intoObject(value, rest) : undefined;
}

function intoList(list: readonly Value[], rest: string): Next | undefined {
  const index = /^\[(?<index>\d+)\]/.exec(rest);
  if (index === null) return undefined;
  const at = Number(index.groups?.["index"]);
  const item = list[at];
  return item === undefined ? undefined : { steps: [at], value: item, rest: rest.slice(index[0].length) };
}

// The first element that has the field is meant, or one of those behind it.
function stepAcross(value: Value | undefined, rest: string): Next | undefined {
  const entries: readonly (readonly [Step, Value])[] = Array.isArray(value)
    ? [...(value as readonly Value[]).entries()]
    : Object.entries(isPlainObject(value) ? value : {});
  for (const [step, item] of entries) {
    const next = isPlainObject(item) ? intoObject(item, rest) : undefined;
    if (next !== undefined) return { ...next, steps: [step, ...next.steps] };
  }
  return undefined;
}

// The longest key wins: keys may have dots in them.
function intoObject(object: PlainObject, rest: string): Next | undefined {
  const keys = Object.keys(object).sort((a, b) => b.length - a.length || compareStrings(a, b));
  for (const key of keys) {
    const written = [`[${key}]`, `.${key}`, key].find((text) => rest.startsWith(text) && /^(?:$|[.[:\s])/.test(rest.slice(text.length)));
    if (written !== undefined) return { steps: [key], value: object[key] as Value, rest: rest.slice(written.length) };
  }
  return undefined;
}

/** A field that a message is about. */
export interface FieldProblem {
  readonly path: readonly Step[];
  readonly start: undefined;
  readonly end: undefined;
  readonly message: string;
}

/** Returns the place of a field, below `path` when that is given. */
export function fieldProblem(object: Value, message: string, path: readonly Step[] = []): FieldProblem {
  const inner = valueAt(object, path);
  return { path: [...path, ...(inner === undefined ? [] : followFieldPath(inner, message))], start: undefined, end: undefined, message };
}

/** Where Go's decoder says that a field is of a wrong type. */
const DECODED_FIELD = /into Go struct field [^.\s]+\.(?<path>\S+) of type /;

/** Returns the place of the field that Go's decoder could not read; the object itself when its text names none. */
export function decodeProblem(object: Value, message: string): FieldProblem {
  const field = DECODED_FIELD.exec(message)?.groups?.["path"] ?? (message.startsWith("no kind ") ? "apiVersion" : "");
  return { path: followFieldPath(object, field, "fields only"), start: undefined, end: undefined, message };
}

/** Returns the value at a path. */
export function valueAt(object: Value, path: readonly Step[]): Value | undefined {
  return path.reduce<Value | undefined>((at, step) => {
    if (isPlainObject(at)) return typeof step === "string" && Object.hasOwn(at, step) ? at[step] : undefined;
    return Array.isArray(at) && typeof step === "number" ? (at as readonly Value[])[step] : undefined;
  }, object);
}
