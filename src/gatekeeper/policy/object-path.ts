/**
 * Paths of parts of an object, for explanations: `spec.containers[0].image`. An object and a value of it in, the value's path out.
 */
import { isPlainObject, type Value } from "../../rego/index.ts";

/** Longer values are cut: an explanation is for reading. */
const SHOWN_CHARACTERS = 160;

/** Nodes of the object that are searched for a value. */
const SEARCH_LIMIT = 50_000;

/** Returns the beginning of a long text. */
export function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Finds a value by identity, nearest to the root first. */
export function pathTo(wanted: Value, root: Value): string | undefined {
  const queue: (readonly [Value, string])[] = [[root, ""]];
  for (let i = 0; i < queue.length && i < SEARCH_LIMIT; i++) {
    const [value, path] = queue[i] ?? [null, ""];
    if (value === wanted) return path;
    if (Array.isArray(value)) for (const [k, item] of (value as readonly Value[]).entries()) queue.push([item, `${path}[${k}]`]);
    else if (isPlainObject(value)) for (const [key, member] of Object.entries(value)) queue.push([member, extend(path, key)]);
  }
  return undefined;
}

/** Returns the path of a member. */
export function extend(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
