/** Finds rules whose path also has base data: which of the two `data.p` means would be anyone's guess. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { getKey, isObject } from "../values/object.ts";
import type { Value } from "../values/value.ts";
import type { RuleAddress } from "./compilation.ts";
import { ruleAt } from "./compilation.ts";
import { compileError } from "./errors/errors.ts";
import type { RuleNode } from "./rule-tree.ts";
import { dataNode } from "./rule-tree.ts";

/** Returns an error for each topmost path with both. */
export function checkDataConflicts(tree: RuleNode<RuleAddress>, data: Value): readonly Diagnostic[] {
  const errors: Diagnostic[] = [];
  const visit = (node: RuleNode<RuleAddress>, at: Value | undefined, path: readonly string[]): void => {
    if (node.key?.kind !== "string") return;
    const here = [...path, node.key.value];
    // A value that is no object takes every path below it.
    const document = isObject(at) ? getKey(at, node.key.value) : at;
    if (document === undefined) return;
    const [first] = node.rules;
    if (first) errors.push(compileError(ruleAt(first).span, `conflicting rule for data path ${here.join("/")} found`));
    else for (const child of node.children) visit(child, document, here);
  };
  for (const child of dataNode(tree)?.children ?? []) visit(child, data, []);
  return errors;
}
