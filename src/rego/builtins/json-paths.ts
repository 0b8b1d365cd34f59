/**
 * JSON paths: `a/b/0` or a list of segments. Many paths make a tree of keys, whose leaves are null; a document is cut along that tree.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-object-jsonfilter
 */
import { eachEntry, isObject, ObjectBuilder } from "../values/object.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { Failure } from "./failure.ts";
import { builtinError, operandError } from "./operands.ts";

// A walk along a path takes a stack frame a segment.
const LONGEST_PATH = 2000;

/** Returns the segments of a path, the second operand of every builtin that has one. */
export function readPath(name: string, path: Value): readonly Value[] | Failure {
  if (Array.isArray(path)) return path.length > LONGEST_PATH ? tooLong(name) : (path as readonly Value[]);
  if (typeof path !== "string") {
    const claim = "must be one of {set, array} containing string paths or array of path segments but got";
    return operandError(name, 2, `${claim} ${typeName(path)}`);
  }
  if (path === "") return [];
  const segments = path.replace(/^\/+/, "").split("/");
  return segments.length > LONGEST_PATH ? tooLong(name) : segments.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function tooLong(name: string): Failure {
  return builtinError(name, `path longer than ${LONGEST_PATH} segments`);
}

/** Gathers paths into a tree. A path that ends on the way of another one wins over it. */
export function pathTree(name: string, paths: readonly Value[]): RegoObject | Failure {
  const root = new RegoObject();
  for (const each of paths) {
    const path = readPath(name, each);
    if (path instanceof Failure) return path;
    addPath(root, path);
  }
  return root;
}

function addPath(root: RegoObject, path: readonly Value[]): void {
  let node = root;
  for (const [i, key] of path.entries()) {
    if (i === path.length - 1) {
      node.set(key, null);
      return;
    }
    let next = node.get(key);
    if (next === null) return;
    if (!(next instanceof RegoObject)) {
      next = new RegoObject();
      node.set(key, next);
    }
    node = next;
  }
}

/** Returns what the paths lead to and nothing else; arrays close up. */
export function keepPaths(value: Value, tree: RegoObject): Value {
  if (typeof value !== "object" || value === null || value instanceof RegoNumber) return value;
  const keep = (item: Value, key: Value): Value | undefined => {
    const branch = tree.get(key);
    if (branch === undefined) return undefined;
    return branch instanceof RegoObject ? keepPaths(item, branch) : item;
  };
  return rebuild(value, keep);
}

/** Returns a value without what the paths lead to; arrays close up. */
export function removePaths(value: Value, tree: RegoObject): Value {
  if (typeof value !== "object" || value === null || value instanceof RegoNumber) return value;
  const keep = (item: Value, key: Value): Value | undefined => {
    const branch = tree.get(key);
    if (branch === undefined) return item;
    return branch instanceof RegoObject ? removePaths(item, branch) : undefined;
  };
  return rebuild(value, keep);
}

// Elements of arrays go by their index as text, members of sets by themselves.
function rebuild(value: Value, keep: (item: Value, key: Value) => Value | undefined): Value {
  if (Array.isArray(value)) return value.map((item: Value, i) => keep(item, String(i))).filter((item) => item !== undefined);
  if (value instanceof RegoSet)
    return RegoSet.of(
      value
        .sorted()
        .map((item) => keep(item, item))
        .filter((item) => item !== undefined),
    );
  const result = new ObjectBuilder();
  if (isObject(value))
    eachEntry(value, (key, item) => {
      const kept = keep(item, key);
      if (kept !== undefined) result.set(key, kept);
    });
  return result.finish();
}
