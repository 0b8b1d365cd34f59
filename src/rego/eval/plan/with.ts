/**
 * Plans `with`: for one expression input, documents under `data` and functions are replaced. Values are read before, in the outer world; memos made inside
 * are never seen outside; what follows the expression runs in the outer world again.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#with-keyword
 */
import { nodeAt } from "../../compile/rule-tree.ts";
import type { Expr as Expression, RefTerm, Term, With } from "../../syntax/ast.ts";
import { isObject, ObjectBuilder } from "../../values/object.ts";
import type { Value } from "../../values/value.ts";
import type { Cell, Expr, Memo } from "../cells.ts";
import { visitElements } from "../iterate.ts";
import { member } from "../member.ts";
import type { MockFrame, Overlay, Replacement, Runner } from "../runner.ts";
import { setInput } from "../runner.ts";
import { foldItems } from "./body.ts";
import { constantSteps, pathName } from "./names.ts";
import { cellOperand, exprOf } from "./operand.ts";
import type { Item, Planner, Scope } from "./planner.ts";
import { addLink, isEvaluable, newCell } from "./planner.ts";

/** What a `with` replaces. */
export type WithTarget =
  | { readonly kind: "input" | "data"; readonly path: readonly Value[] }
  | { readonly kind: "function"; readonly name: string };

/** Returns what the target of a `with` names. */
export function targetOf(target: Term, tree: Planner["tree"]): WithTarget | undefined {
  const path = target.kind === "ref" ? target.path : ([target] as const);
  const [head] = path;
  if (head.kind !== "var") return undefined;
  if (head.name !== "input" && head.name !== "data") return { kind: "function", name: pathName(path) };
  const steps = constantSteps(path);
  if (!steps) return undefined;
  const node = head.name === "data" && tree ? nodeAt(tree, path) : undefined;
  if (node?.rules.some(({ head: { args } }) => args !== undefined && args.length > 0)) return { kind: "function", name: pathName(path) };
  return { kind: head.name, path: steps };
}

/** The world inside one activation of a `with`, and the one outside while it is away. */
interface World {
  input: Value | undefined;
  overlay: Overlay | undefined;
  mocks: MockFrame | undefined;
  now: number;
  readonly frame: { readonly now: number; readonly saved: Map<Memo, Value | undefined> };
  readonly changesInput: boolean;
}

type Prepared = { readonly target: WithTarget; readonly replacement: () => Replacement | undefined };

/** Plans an expression with its replacements. */
export function planWith(expr: Expression, scope: Scope, planner: Planner, items: Item[]): void {
  const { run } = planner;
  const prepared = expr.with.flatMap((item) => prepare(item, scope, planner));
  const inner: Item[] = [];
  planner.expr({ ...expr, with: [] }, scope, inner, [], 0);
  addLink(items, (next) => {
    let active: World | undefined;
    const step = foldItems(
      inner,
      () => {
        const world = active;
        if (world) swap(run, world);
        const stop = next();
        active = world;
        if (world) swap(run, world);
        return stop;
      },
      planner,
    );
    return () => {
      const world = createWorld(run, prepared);
      if (!world) return false;
      const outer = active;
      active = world;
      if (run.frames.length === 0) run.frames.push({ now: run.now, saved: new Map() });
      run.frames.push(world.frame);
      swap(run, world);
      const stop = step();
      swap(run, world);
      run.frames.splice(run.frames.indexOf(world.frame), 1);
      active = outer;
      return stop;
    };
  });
}

function prepare(item: With, scope: Scope, planner: Planner): readonly Prepared[] {
  const target = targetOf(item.target, planner.tree);
  if (!target) return [];
  const called = target.kind === "function" ? functionOf(item.value, scope, planner) : undefined;
  if (called) {
    const replacement: Replacement = { kind: "function", call: callOf(called, planner) };
    return [{ target, replacement: () => replacement }];
  }
  const value = exprOf(planner.term(item.value, scope));
  // A path with rules stays where it stands (other values were moved before the expression): it is read by each call, in the inner world.
  if (target.kind === "function" && item.value.kind === "ref") {
    const replacement: Replacement = { kind: "document", read: value };
    return [{ target, replacement: () => replacement }];
  }
  const replacement = (): Replacement | undefined => {
    const read = value();
    return read === undefined ? undefined : { kind: "value", value: read };
  };
  return [{ target, replacement }];
}

/** Returns the operator when a term names a function. */
function functionOf(term: Term, scope: Scope, planner: Planner): RefTerm | undefined {
  if (term.kind !== "var" && term.kind !== "ref") return undefined;
  const path = term.kind === "ref" ? term.path : ([term] as const);
  const [head] = path;
  if (head.kind !== "var") return undefined;
  const operator: RefTerm = { kind: "ref", path, span: term.span };
  if (head.name === "data") {
    const node = planner.tree && nodeAt(planner.tree, path);
    return node && node.rules.length > 0 && planner.ruleSet(node).arity !== undefined ? operator : undefined;
  }
  return isEvaluable(term, scope) || !planner.builtin(pathName(path)) ? undefined : operator;
}

function callOf(operator: RefTerm, planner: Planner): (args: readonly Value[]) => Value | undefined {
  const plans = new Map<number, { readonly cells: readonly Cell[]; readonly run: Expr }>();
  const planFor = (arity: number) => {
    const known = plans.get(arity);
    if (known) return known;
    const cells = Array.from({ length: arity }, () => newCell(planner));
    const made = { cells, run: exprOf(planner.call(operator, cells.map(cellOperand), planner.emptyScope())) };
    plans.set(arity, made);
    return made;
  };
  return (args) => {
    const { cells, run } = planFor(args.length);
    args.forEach((value, i) => {
      (cells[i] as Cell).v = value;
    });
    return run();
  };
}

// Changes the worlds: what is set now is kept in the record, and the record's is set.
function swap(run: Runner, world: World): void {
  const { overlay, mocks, now } = run;
  if (world.changesInput) {
    const input = run.input.v;
    setInput(run, world.input);
    world.input = input;
  }
  run.overlay = world.overlay;
  run.mocks = world.mocks;
  run.now = world.now;
  world.overlay = overlay;
  world.mocks = mocks;
  world.now = now;
}

function createWorld(run: Runner, prepared: readonly Prepared[]): World | undefined {
  const inputs: (readonly [readonly Value[], Value])[] = [];
  const documents: (readonly [readonly Value[], Value])[] = [];
  let { mocks } = run;
  const targets: (readonly Value[])[] = [];
  for (const { target, replacement } of prepared) {
    const found = replacement();
    if (!found) return undefined;
    if (target.kind === "function") mocks = { target: target.name, replacement: found, outer: mocks };
    else if (found.kind === "value" && target.kind === "input") inputs.push([target.path, found.value]);
    else if (found.kind === "value") {
      documents.push([target.path, found.value]);
      targets.push(target.path);
    }
  }
  const { overlay } = run;
  const now = ++run.clock;
  return {
    input: replaceAll(run.input.v, inputs),
    changesInput: inputs.length > 0,
    overlay:
      documents.length === 0
        ? overlay
        : { data: replaceAll(overlay?.data, documents) ?? {}, targets: [...(overlay?.targets ?? []), ...targets] },
    mocks,
    now,
    frame: { now, saved: new Map() },
  };
}

function replaceAll(existing: Value | undefined, pairs: readonly (readonly [readonly Value[], Value])[]): Value | undefined {
  let document = existing;
  for (const [path, value] of pairs) document = replaceAt(document, path, value, 0);
  return document;
}

// A path that crosses something other than an object is built anew.
function replaceAt(document: Value | undefined, path: readonly Value[], value: Value, at: number): Value {
  if (at === path.length) return value;
  const key = path[at] as Value;
  const builder = new ObjectBuilder();
  if (isObject(document)) {
    visitElements(document, (name, item) => {
      builder.set(name, item);
      return false;
    });
  }
  builder.set(key, replaceAt(isObject(document) ? member(document, key) : undefined, path, value, at + 1));
  return builder.finish();
}
