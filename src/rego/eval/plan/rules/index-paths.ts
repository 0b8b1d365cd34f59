/** Which references an index can look up: constant paths under `input` and under base documents. */
import type { RuleNode } from "../../../compile/rule-tree.ts";
import { childAt, dataNode } from "../../../compile/rule-tree.ts";
import type { RefTerm } from "../../../syntax/ast.ts";
import { isConstant } from "../../../syntax/constant.ts";

/** Tells whether a reference is a constant path under a root document. */
export function isPlainPath(ref: RefTerm): boolean {
  const [head, ...steps] = ref.path;
  return head.kind === "var" && (head.name === "input" || head.name === "data") && steps.every(isConstant);
}

/** Tells whether a path under `data` meets rules. */
export function meetsRules(ref: RefTerm, tree: RuleNode | undefined): boolean {
  const [head, ...steps] = ref.path;
  if (head.kind !== "var" || head.name !== "data") return false;
  let node = tree && dataNode(tree);
  for (const step of steps) {
    node = node && childAt(node, step);
    if (!node) return false;
    if (node.rules.length > 0) return true;
  }
  return node !== undefined;
}
