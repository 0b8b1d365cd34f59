/** Gives every node inside a value one and the same place: OPA does so for what an `else` or a chained body repeats. */
import type { Span } from "../../source/source.ts";

/** Returns a copy of a node, or of a list or record of nodes, in which every span is the one given. */
export function relocated<T>(value: T, span: Span): T {
  if (Array.isArray(value)) return value.map((each) => relocated(each, span)) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy: { [name: string]: unknown } = {};
  for (const [name, inner] of Object.entries(value)) copy[name] = name === "span" ? span : relocated(inner, span);
  return copy as T;
}
