/**
 * JSON Patch over any Rego value, sets included (the last segment of a path into a set is the member itself).
 * https://datatracker.ietf.org/doc/html/rfc6902, https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-object-jsonpatch
 */
import { equalValues } from "../values/compare.ts";
import { getKey, isObject } from "../values/object.ts";
import { shownText } from "../values/print.ts";
import type { RegoObject } from "../values/rego-object.ts";
import { typeName } from "../values/type-name.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { BuiltinResult } from "./define.ts";
import { EditProblem, EditTree } from "./edit-tree.ts";
import { Failure } from "./failure.ts";
import { readPath } from "./json-paths.ts";
import { builtinError } from "./operands.ts";

const NAME = "json.patch";

type Operation = PlainObject | RegoObject;

class Refused {
  readonly failure: Failure;
  constructor(failure: Failure) {
    this.failure = failure;
  }
}

/** Returns the patched document, or the failure of the first operation that does not apply. */
export function patchDocument(target: Value, operations: readonly Value[]): BuiltinResult {
  const document = new EditTree(target);
  try {
    for (const operation of operations) {
      if (!isObject(operation))
        return builtinError(NAME, "must be an array of JSON-Patch objects, but at least one element is not an object");
      apply(document, operation);
    }
    return document.render();
  } catch (problem) {
    if (problem instanceof Refused) return problem.failure;
    if (problem instanceof EditProblem) return builtinError(NAME, problem.message);
    throw problem;
  }
}

type Edit = (document: EditTree, path: readonly Value[], operation: Operation) => void;

const OPERATIONS: ReadonlyMap<string, Edit> = new Map<string, Edit>([
  ["add", (document, path, operation) => document.insert(path, attribute(operation, "value"))],
  ["remove", (document, path) => document.remove(path)],
  [
    "replace",
    (document, path, operation) => {
      // In this order: a path that leads nowhere is reported before a missing value.
      document.remove(path);
      document.insert(path, attribute(operation, "value"));
    },
  ],
  [
    "move",
    (document, path, operation) => {
      const from = segments(attribute(operation, "from"));
      const moved = document.read(from);
      document.remove(from);
      document.insert(path, moved);
    },
  ],
  ["copy", (document, path, operation) => document.insert(path, document.read(segments(attribute(operation, "from"))))],
  ["test", (document, path, operation) => test(document.read(path), attribute(operation, "value"))],
]);

function apply(document: EditTree, operation: Operation): void {
  const pathValue = attribute(operation, "path");
  const op = attribute(operation, "op");
  if (typeof op !== "string") throw refused(`attribute 'op' must be a string but found: ${typeName(op)}`);
  const path = segments(pathValue);
  const edit = OPERATIONS.get(op);
  if (edit === undefined) throw refused(`unrecognized op: '${op}'`);
  edit(document, path, operation);
}

function test(found: Value, expected: Value): void {
  if (equalValues(found, expected)) return;
  throw refused(`value from EditTree != patch value.\n\nExpected: ${shownText(expected)}\n\nFound: ${shownText(found)}`);
}

function attribute(operation: Operation, name: string): Value {
  const value = getKey(operation, name);
  if (value === undefined) throw refused(`missing required attribute '${name}'`);
  return value;
}

function segments(path: Value): readonly Value[] {
  const read = readPath(NAME, path);
  if (read instanceof Failure) throw new Refused(read);
  return read;
}

function refused(message: string): Refused {
  return new Refused(builtinError(NAME, message));
}
