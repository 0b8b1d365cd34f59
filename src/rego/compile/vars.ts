/** Collects the variables that occur in a tree. */
import type { Body, Module } from "../syntax/ast.ts";

/** Returns the names of all variables below a node. */
export function namesIn(_root: Body | Module): Set<string> {
  return new Set();
}
