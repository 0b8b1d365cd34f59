/**
 * Reports rules that cannot live together: kinds or numbers of arguments that differ under one path, rules below a path that has a value of its
 * own, two defaults, a rule where base data is, and a package where another package has a rule.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#complete-definitions
 */
import type { Rule, Term } from "../../syntax/ast.ts";
import { compareTerms } from "../../syntax/compare.ts";
import { printPackage, printReference } from "../../syntax/print.ts";
import type { Compilation, ModuleState, RuleAddress } from "../compilation.ts";
import { ruleAt } from "../compilation.ts";
import { checkDataConflicts } from "../data-conflicts.ts";
import { typeError } from "../errors/errors.ts";
import { printLocation } from "../errors/print-location.ts";
import { originalPath } from "../locals/original-names.ts";
import { pathOfRule } from "../nodes/document-paths.ts";
import { isGroundPath } from "../nodes/walk.ts";
import type { RuleNode } from "../rule-tree.ts";

/** Checks all rules. */
export function checkRuleConflicts(compilation: Compilation): void {
  visitNode(compilation, compilation.tree);
  const { data, allowDataConflicts } = compilation.options;
  if (data !== undefined && !allowDataConflicts) for (const error of checkDataConflicts(compilation.tree, data)) compilation.report(error);
  checkPackages(compilation);
}

function visitNode(compilation: Compilation, node: RuleNode<RuleAddress>): void {
  if (node.rules.length > 0 && !checkNode(compilation, node)) return;
  for (const child of node.children) visitNode(compilation, child);
}

interface PlacedRule {
  readonly address: RuleAddress;
  readonly rule: Rule;
  readonly path: readonly Term[];
}

function placed(address: RuleAddress): PlacedRule {
  const rule = ruleAt(address);
  return { address, rule, path: pathOfRule(address.state.module.package, rule) };
}

/** False when nothing below the node is to be checked. */
function checkNode(compilation: Compilation, node: RuleNode<RuleAddress>): boolean {
  const rules = node.rules.map(placed);
  const [first] = rules;
  const last = rules.at(-1);
  if (!first || !last) return true;
  const name = (): string => printReference(originalPath(compilation, last.path));
  const below = conflictsBelow(node, rules);
  if (below.length > 0) {
    const lines = below.map(
      ({ path, rule }) => `\n  rule ${printReference(originalPath(compilation, path))} at ${printLocation(rule.span)}`,
    );
    return compilation.report(typeError(first.rule.span, `rule ${name()} conflicts with:${lines.join("")}`));
  }
  if (differInKind(rules)) return compilation.report(typeError(first.rule.span, `conflicting rules ${name()} found`));
  const defaults = rules.filter(({ rule }) => rule.isDefault);
  if (defaults.length < 2) return true;
  const places = defaults.map(({ rule }) => printLocation(rule.span)).join(", ");
  const home = defaults[0]?.address.state.module.package;
  return compilation.report(typeError(home?.span, `multiple default rules ${name()} found at ${places}`));
}

function conflictsBelow(node: RuleNode<RuleAddress>, rules: readonly PlacedRule[]): readonly PlacedRule[] {
  if (node.children.length === 0) return [];
  if (rules.some(({ path }) => isGroundPath(path))) return topmostBelow(node, () => true);
  return topmostBelow(node, ({ head }) => (head.args?.length ?? 0) > 0);
}

/** The rules below a node, sorted, without those whose path starts with the path of one that is listed already. */
function topmostBelow(node: RuleNode<RuleAddress>, wanted: (rule: Rule) => boolean): readonly PlacedRule[] {
  const found: PlacedRule[] = [];
  const collect = ({ rules, children }: RuleNode<RuleAddress>): void => {
    const here = rules.map(placed).filter(({ rule }) => wanted(rule));
    const covering = here.find(({ path }) => isGroundPath(path));
    // Everything below a constant path starts with it; what is below a computed one has a constant where that has a variable.
    if (covering) found.push(covering);
    else {
      found.push(...topmostOf(here));
      children.forEach(collect);
    }
  };
  node.children.forEach(collect);
  return found.sort((a, b) => compareTerms(asReference(a.path), asReference(b.path)));
}

function topmostOf(rules: readonly PlacedRule[]): readonly PlacedRule[] {
  let kept: PlacedRule[] = [];
  for (const candidate of rules) {
    if (kept.some(({ path }) => startsWith(candidate.path, path))) continue;
    kept = [candidate, ...kept.filter(({ path }) => !startsWith(path, candidate.path))];
  }
  return kept;
}

function asReference(path: readonly Term[]): Term {
  return { kind: "array", items: path, span: undefined };
}

function startsWith(path: readonly Term[], front: readonly Term[]): boolean {
  return front.length <= path.length && front.every((step, i) => compareTerms(step, path[i] as Term) === 0);
}

function differInKind(rules: readonly PlacedRule[]): boolean {
  const seen = { single: false, multi: false, complete: false, partial: false, set: false, objectOfSets: false };
  const arities = new Set<number>();
  for (const { rule, path } of rules) {
    const isSet = rule.head.value === undefined;
    const ground = isGroundPath(path);
    arities.add(rule.head.args?.length ?? 0);
    seen[isSet ? "multi" : "single"] = true;
    seen[!isSet && ground ? "complete" : "partial"] = true;
    if (isSet) seen[ground ? "set" : "objectOfSets"] = true;
  }
  return (seen.single && seen.multi) || arities.size > 1 || (seen.complete && seen.partial) || (seen.set && seen.objectOfSets);
}

/** A package must not be where another package has a rule. Rules with computed steps fail in evaluation instead. */
function checkPackages(compilation: Compilation): void {
  const homes = new Map<string, ModuleState[]>();
  for (const state of compilation.modules) {
    const key = pathKey(state.module.package.path);
    if (key === undefined) continue;
    const states = homes.get(key);
    if (states) states.push(state);
    else homes.set(key, [state]);
  }
  if (homes.size < 2) return;
  for (const { module, rules } of compilation.modules) {
    for (const rule of rules) {
      const key = pathKey(pathOfRule(module.package, rule));
      for (const { module: other } of key === undefined ? [] : (homes.get(key) ?? [])) {
        const text = `${printPackage(other.package)} conflicts with rule ${printReference(rule.head.reference)}`;
        if (!compilation.report(typeError(module.package.span, `${text} defined at ${printLocation(rule.span)}`))) return;
      }
    }
  }
}

/** A path of strings as one string; none for other paths. */
function pathKey(path: readonly Term[]): string | undefined {
  const [, ...steps] = path;
  const names: string[] = [];
  for (const step of steps) {
    if (step.kind !== "string") return undefined;
    names.push(step.value);
  }
  return JSON.stringify(names);
}
