/** Files every rule under its path: the package, then the constant front of its name. A package without rules has a node too. */
import type { ScalarTerm, Term } from "../../syntax/ast.ts";
import { compareTerms } from "../../syntax/compare.ts";
import type { Compilation, ModuleState, RuleAddress } from "../compilation.ts";
import { isScalar } from "../nodes/build.ts";
import type { RuleNode } from "../rule-tree.ts";
import { childAt } from "../rule-tree.ts";

/** Builds the tree. */
export function setRuleTree(compilation: Compilation): void {
  const root = openNode(undefined, false);
  for (const state of inPackageOrder(compilation.modules)) {
    const home = openPath(root, root, stringsOf(state.module.package.path));
    state.rules.forEach(({ head }, index) => {
      openPath(root, home, constantFront(head.reference)).rules.push({ state, index });
    });
  }
  compilation.tree = closeNode(root);
}

/** A node that is still being filled. */
interface OpenNode extends RuleNode<RuleAddress> {
  readonly rules: RuleAddress[];
  readonly named: Map<string, OpenNode>;
  readonly unnamed: Map<string, OpenNode>;
  readonly children: OpenNode[];
}

function openNode(key: ScalarTerm | undefined, hidden: boolean): OpenNode {
  return { key, rules: [], named: new Map(), unnamed: new Map(), children: [], hidden };
}

function openPath(root: OpenNode, from: OpenNode, path: readonly ScalarTerm[]): OpenNode {
  let node = from;
  for (const step of path) {
    const isDataRoot = node.key?.kind === "string" && node.key.value === "data" && root.named.get("data") === node;
    let child = childAt(node, step) as OpenNode | undefined;
    if (!child) {
      child = openNode(step, isDataRoot && step.kind === "string" && step.value === "system");
      if (step.kind === "string") node.named.set(step.value, child);
      else node.unnamed.set(unnamedKey(step), child);
      node.children.push(child);
    }
    node = child;
  }
  return node;
}

function unnamedKey(step: Exclude<ScalarTerm, { kind: "string" }>): string {
  if (step.kind === "number") return step.text;
  return step.kind === "null" ? "null" : String(step.value);
}

function closeNode(node: OpenNode): RuleNode<RuleAddress> {
  node.children.sort((a, b) => (a.key && b.key ? compareTerms(a.key, b.key) : 0));
  node.children.forEach(closeNode);
  return node;
}

/** The package's path as strings, `data` among them. */
function stringsOf(path: readonly Term[]): ScalarTerm[] {
  return path.flatMap((step): ScalarTerm[] => {
    if (step.kind === "var") return [{ kind: "string", value: step.name, span: step.span }];
    return step.kind === "string" ? [step] : [];
  });
}

/** The steps of a rule's name before its first variable. */
function constantFront(reference: readonly Term[]): ScalarTerm[] {
  const [head, ...steps] = reference;
  const front = head ? stringsOf([head]) : [];
  for (const step of steps) {
    if (!isScalar(step)) break;
    front.push(step as ScalarTerm);
  }
  return front;
}

/** Packages before those below them, files of one package by name: the order in which OPA lists the rules of a path. */
function inPackageOrder(modules: readonly ModuleState[]): readonly ModuleState[] {
  const pathOf = ({ module }: ModuleState): Term => ({ kind: "array", items: module.package.path, span: undefined });
  return [...modules].sort((a, b) => compareTerms(pathOf(a), pathOf(b)));
}
