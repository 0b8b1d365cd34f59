/**
 * The index over the rules of one path: a trie whose levels are the paths that rules compare, the most frequent first. A look-up gives the rules that
 * can match, in the order in which OPA evaluates them; which of two conflicting rules is named in an error depends on it.
 * https://www.openpolicyagent.org/docs/latest/policy-performance/#use-indexed-statements
 */
import { positionOf } from "../../../source/position.ts";
import type { Rule } from "../../../syntax/ast.ts";
import { numberKey } from "../../../values/number.ts";
import { RegoNumber } from "../../../values/rego-number.ts";
import type { Value } from "../../../values/value.ts";
import type { Cell, Expr } from "../../cells.ts";
import { visitElements } from "../../iterate.ts";
import { exprOf } from "../operand.ts";
import type { Planner } from "../planner.ts";
import type { IndexEntry, IndexRef, IndexValue } from "./index-entries.ts";
import { indexEntries, splitAt } from "./index-entries.ts";
import { meetsRules } from "./index-paths.ts";

/** A rule that can match: its place in the list, and which of its `else` branches can (0 is the rule itself). */
export interface Candidate {
  readonly rule: number;
  readonly branches: number[];
}

type Scalar = string | number | boolean | null;

interface TrieNode {
  readonly rules: { readonly rule: number; readonly branch: number }[];
  next: Level | undefined;
}

interface Level {
  readonly read: Expr;
  readonly ofParameter: boolean;
  /** Characters at which texts are split for patterns. */
  readonly delimiters: string[];
  undefined: TrieNode | undefined;
  any: TrieNode | undefined;
  readonly scalars: Map<Scalar, TrieNode>;
  array: ArrayNode | undefined;
}

interface ArrayNode extends TrieNode {
  any: ArrayNode | undefined;
  readonly items: Map<Scalar, ArrayNode>;
}

/** From so many rules on a look-up is cheaper than trying each of them. */
const INDEX_FROM = 8;

/** What a look-up gives. */
interface Candidates {
  readonly list: readonly Candidate[];
  /** Whether all of them have one constant value; worked out by who asks. */
  agreed: boolean | undefined;
}

/** Looks up the rules that can match now; where a function is met without arguments they are not known, and any could match. */
export type RuleIndex = (unknownArguments?: boolean) => Candidates;

/** Builds the index over rules and their `else` branches. */
export function createRuleIndex(rules: readonly Rule[], params: readonly Cell[], planner: Planner): RuleIndex {
  const frequency = new Map<string, { readonly ref: IndexRef; count: number }>();
  const seen = (ref: IndexRef): void => {
    const known = frequency.get(ref.name);
    if (known) known.count++;
    else frequency.set(ref.name, { ref, count: 1 });
  };
  const branches = rules.map((rule) =>
    branchesOf(rule).map((branch) => indexEntries(branch, (ref) => meetsRules(ref, planner.tree), seen)),
  );
  const refs = [...frequency.values()].sort((a, b) => b.count - a.count || byPlace(a.ref, b.ref)).map(({ ref }) => ref);
  const root = trieNode();
  branches.forEach((list, rule) => {
    list.forEach((entries, branch) => {
      insertRule(root, entries, refs, { rule, branch }, params, planner);
    });
  });
  const { next } = root;
  if (!next) {
    // No condition can be looked up: every rule is a candidate, each time.
    const all: Candidates = { list: lookUp(root), agreed: undefined };
    return () => all;
  }
  const look: RuleIndex = (unknownArguments) => ({ list: lookUp(root, unknownArguments), agreed: undefined });
  if (!isFlat(next)) return look;
  const flat = flatIndex(root, next);
  return (unknownArguments) => (unknownArguments ? look(true) : flat());
}

// One path decides alone: what it finds for a scalar is the same each time.
function isFlat(level: Level): boolean {
  const nodes = [level.undefined, level.any, level.array, ...level.scalars.values()];
  return level.delimiters.length === 0 && nodes.every((node) => node?.next === undefined);
}

function flatIndex(root: TrieNode, level: Level): RuleIndex {
  const known = new Map<Scalar, Candidates>();
  let others: Candidates | undefined;
  return () => {
    const value = level.read();
    const key = value === undefined ? undefined : scalarKey(value);
    // What is undefined or composite is looked up anew, unless only its being there counts.
    if (key === undefined && (value === undefined || level.array || level.scalars.size > 0))
      return { list: lookUp(root), agreed: undefined };
    if (key === undefined || !level.scalars.has(key)) {
      others ??= { list: lookUp(root), agreed: undefined };
      return others;
    }
    let found = known.get(key);
    if (!found) {
      found = { list: lookUp(root), agreed: undefined };
      known.set(key, found);
    }
    return found;
  };
}

/** Tells whether an index over rules can leave most of them out: half of them name a constant. */
export function isSelective(rules: readonly Rule[], planner: Planner): boolean {
  if (rules.length < INDEX_FROM) return false;
  const named = rules.filter((rule) =>
    indexEntries(
      rule,
      (ref) => meetsRules(ref, planner.tree),
      () => {},
    ).some(({ value }) => value.kind !== "any"),
  );
  return named.length * 2 >= rules.length;
}

function branchesOf(rule: Rule): readonly Rule[] {
  const branches: Rule[] = [];
  for (let branch: Rule | undefined = rule; branch; branch = branch.else) branches.push(branch);
  return branches;
}

// Parameters have no place in the source and come last.
function byPlace(a: IndexRef, b: IndexRef): number {
  const left = a.kind === "path" ? a.ref.path[0].span : undefined;
  const right = b.kind === "path" ? b.ref.path[0].span : undefined;
  if (!left || !right) return Number(left === undefined) - Number(right === undefined);
  if (left.source.name !== right.source.name) return left.source.name < right.source.name ? -1 : 1;
  const x = positionOf(left);
  const y = positionOf(right);
  return x.row - y.row || x.col - y.col;
}

function trieNode(): TrieNode {
  return { rules: [], next: undefined };
}

function arrayNode(): ArrayNode {
  return { rules: [], next: undefined, any: undefined, items: new Map() };
}

function insertRule(
  root: TrieNode,
  entries: readonly IndexEntry[],
  refs: readonly IndexRef[],
  at: { readonly rule: number; readonly branch: number },
  params: readonly Cell[],
  planner: Planner,
): void {
  let node = root;
  if (entries.length === 0) {
    node.rules.push(at);
    return;
  }
  for (const ref of refs) {
    const matching = entries.filter((entry) => entry.ref.name === ref.name);
    const values = matching.map(({ value }) => value);
    const level = node.next ?? createLevel(ref, params, planner);
    node.next = level;
    for (const { delimiters } of matching)
      if (delimiters !== undefined && !level.delimiters.includes(delimiters)) level.delimiters.push(delimiters);
    const [first] = values;
    if (values.length > 1 && !values.some(({ kind }) => kind === "any")) {
      for (const value of values) insertValue(level, value).rules.push(at);
      return;
    }
    node = first === undefined ? insertUndefined(level) : insertValue(level, values.length > 1 ? { kind: "any", name: "" } : first);
  }
  node.rules.push(at);
}

function createLevel(ref: IndexRef, params: readonly Cell[], planner: Planner): Level {
  const cell = ref.kind === "parameter" ? params[ref.position] : undefined;
  const read: Expr = ref.kind === "parameter" ? () => cell?.v : exprOf(planner.term(ref.ref, planner.emptyScope()));
  const empty = { undefined: undefined, any: undefined, scalars: new Map(), array: undefined };
  return { read, ofParameter: ref.kind === "parameter", delimiters: [], ...empty };
}

function insertUndefined(level: Level): TrieNode {
  level.undefined ??= trieNode();
  return level.undefined;
}

function insertValue(level: Level, value: IndexValue): TrieNode {
  if (value.kind === "any") {
    level.any ??= trieNode();
    return level.any;
  }
  if (value.kind === "array") {
    level.array ??= arrayNode();
    return insertItems(level.array, value.items);
  }
  return childOf(level.scalars, value.value, trieNode);
}

function insertItems(root: ArrayNode, items: readonly IndexValue[]): TrieNode {
  let node = root;
  for (const item of items) {
    if (item.kind === "scalar") node = childOf(node.items, item.value, arrayNode);
    else {
      node.any ??= arrayNode();
      node = node.any;
    }
  }
  return node;
}

function childOf<N>(children: Map<Scalar, N>, value: Value, make: () => N): N {
  const key = scalarKey(value) as Scalar;
  const known = children.get(key);
  if (known) return known;
  const made = make();
  children.set(key, made);
  return made;
}

function scalarKey(value: Value): Scalar | undefined {
  if (typeof value !== "object" || value === null) return value;
  return value instanceof RegoNumber ? numberKey(value) : undefined;
}

function lookUp(root: TrieNode, unknownArguments = false): readonly Candidate[] {
  const found: Candidate[] = [];
  const byRule = new Map<number, Candidate>();
  traverse(root);
  for (const { branches } of found) branches.sort((a, b) => a - b);
  return found;

  function traverse(node: TrieNode): void {
    for (const { rule, branch } of node.rules) {
      const known = byRule.get(rule);
      if (!known) {
        const candidate = { rule, branches: [branch] };
        byRule.set(rule, candidate);
        found.push(candidate);
      } else if (!known.branches.includes(branch)) known.branches.push(branch);
    }
    if (node.next) descend(node.next);
  }

  function descend(level: Level): void {
    if (unknownArguments && level.ofParameter) {
      for (const node of [level.undefined, level.any, ...level.scalars.values()]) if (node) traverse(node);
      if (level.array) traverseItems(level.array);
      return;
    }
    const value = level.read();
    if (level.undefined) traverse(level.undefined);
    if (value === undefined) return;
    if (level.any) traverse(level.any);
    visitValue(level, value);
    if (typeof value === "string") for (const delimiters of level.delimiters) visitValue(level, splitAt(value, delimiters));
  }

  function visitValue(level: Level, value: Value): void {
    const key = scalarKey(value);
    if (key !== undefined) {
      visitScalar(level, key);
      return;
    }
    if (level.array && Array.isArray(value)) visitArray(level.array, value, 0);
    if (level.scalars.size === 0) return;
    visitElements(value, (_, item) => {
      const member = scalarKey(item);
      if (member !== undefined) visitScalar(level, member);
      return false;
    });
  }

  function traverseItems(node: ArrayNode): void {
    traverse(node);
    for (const item of [node.any, ...node.items.values()]) if (item) traverseItems(item);
  }

  function visitScalar(level: Level, key: Scalar): void {
    const child = level.scalars.get(key);
    if (child) traverse(child);
  }

  function visitArray(node: ArrayNode, items: readonly Value[], at: number): void {
    if (at === items.length) {
      traverse(node);
      return;
    }
    if (node.any) visitArray(node.any, items, at + 1);
    const key = scalarKey(items[at] as Value);
    const child = key === undefined ? undefined : node.items.get(key);
    if (child) visitArray(child, items, at + 1);
  }
}
