/**
 * Plans bodies. Expressions are planned in order, since each decides what is bound for the next, and linked from the last one backwards. Runs of
 * conditions are fused, and within a run those that nobody can see move by cost, the cheap ones first.
 */
import { invariant } from "../../../base/invariant.ts";
import type { Body } from "../../syntax/ast.ts";
import type { Step, Test } from "../cells.ts";
import { watchExists, watchExpression } from "./instrument.ts";
import type { Condition, Item, Planner, Scope } from "./planner.ts";
import { enclosed } from "./planner.ts";
import { partsOf, shownOf } from "./shown.ts";

/** Plans a body and its ending. */
export function planBody(body: Body, scope: Scope, planner: Planner, ending: () => Step): Step {
  const items = planItems(body, scope, planner);
  const step = foldItems(items, ending(), planner);
  assertSettled(scope);
  return step;
}

/** Plans a body as a condition; nothing it binds escapes. */
export function planExists(body: Body, scope: Scope, planner: Planner, first = false): Condition {
  return enclosed(scope, planner.facts.observed || planner.halting.body(body), () => {
    const before = shownOf(body, scope, planner);
    const items = planItems(body, scope, planner);
    assertSettled(scope);
    // Negation goes through every solution when it is watched; `every` stops at the first.
    if (planner.probe) {
      const values = { before, after: shownOf(body, scope, planner) };
      return { test: watchExists(planner.probe, body, values, (end) => foldItems(items, end, planner), !first), cost: 1 };
    }
    const cost = items.reduce((sum, item) => sum + (item.kind === "test" ? item.cost : LOOP_COST), 1);
    if (items.every(({ kind }) => kind === "test")) return { test: fuseRun(items as readonly TestItem[], planner), cost };
    return { test: foldItems(items, always, planner), cost };
  });
}

type TestItem = Extract<Item, { kind: "test" }>;

// A loop is about as dear as a comprehension.
const LOOP_COST = 40;

const always: Step = () => true;

function planItems(body: Body, scope: Scope, planner: Planner): Item[] {
  const items: Item[] = [];
  body.forEach((expr, i) => {
    scope.span = expr.span;
    if (!planner.probe) {
      planner.expr(expr, scope, items, body, i);
      settle(scope, planner, items);
      return;
    }
    const own: Item[] = [];
    const before = shownOf([expr], scope, planner);
    const failing = partsOf(expr, body, scope, planner);
    planner.expr(expr, scope, own, body, i);
    settle(scope, planner, own);
    const values = { before, after: shownOf([expr], scope, planner), ...failing };
    items.push({ kind: "link", link: watchExpression(planner.probe, expr, i, values, (next) => foldItems(own, next, planner)) });
  });
  return items;
}

// Bodies may be in an order in which two variables are equated before either has a value.
function settle(scope: Scope, planner: Planner, items: Item[]): void {
  if (scope.waiting.length === scope.outside) return;
  for (const [a, b] of scope.waiting.splice(scope.outside)) planner.unify(a, b, scope, items);
}

function assertSettled({ waiting, outside }: Scope): void {
  invariant(waiting.length === outside, "two unbound variables meet");
}

/** Links items to the step that follows them. */
export function foldItems(items: readonly Item[], end: Step, planner: Planner): Step {
  let next = end;
  // Conditions that a loop may take into itself.
  let tests: readonly TestItem[] = [];
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i] as Item;
    if (item.kind === "test") {
      tests = [item, ...tests];
      continue;
    }
    if (item.kind === "loop") next = item.loop(next, tests.length === 0 ? undefined : fuseRun(tests, planner));
    else next = item.link(tests.length === 0 ? next : guardRun(tests, next, planner));
    tests = [];
  }
  return tests.length === 0 ? next : guardRun(tests, next, planner);
}

/** Returns the step that continues when all conditions hold. */
function guard(tests: readonly Test[], next: Step): Step {
  const [a, b, c, d] = tests;
  if (!a) return next;
  if (!b) return () => a() && next();
  if (!c) return () => a() && b() && next();
  if (!d) return () => a() && b() && c() && next();
  if (tests.length === 4) return () => a() && b() && c() && d() && next();
  const rest = fuse(tests.slice(3));
  return () => a() && b() && c() && rest() && next();
}

/** Returns one condition for several. */
function fuse(tests: readonly Test[]): Test {
  const [a, b, c, d] = tests;
  if (!a) return () => true;
  if (!b) return a;
  if (!c) return () => a() && b();
  if (!d) return () => a() && b() && c();
  if (tests.length === 4) return () => a() && b() && c() && d();
  return () => {
    for (let i = 0; i < tests.length; i++) if (!(tests[i] as Test)()) return false;
    return true;
  };
}

// Where errors are reported in order, conditions keep the order of the source.
function guardRun(items: readonly TestItem[], next: Step, planner: Planner): Step {
  const written = items.map(({ run }) => run);
  const cheap = planner.facts.observed ? written : reorder(items);
  if (cheap.every((test, i) => test === written[i])) return guard(written, next);
  const fast = guard(cheap, next);
  const exact = guard(written, next);
  const { run } = planner;
  return () => (run.sorted ? exact() : fast());
}

function fuseRun(items: readonly TestItem[], planner: Planner): Test {
  const written = items.map(({ run }) => run);
  const cheap = planner.facts.observed ? written : reorder(items);
  if (cheap.every((test, i) => test === written[i])) return fuse(written);
  const fast = fuse(cheap);
  const exact = fuse(written);
  const { run } = planner;
  return () => (run.sorted ? exact() : fast());
}

// Only conditions that bind nothing and cannot halt move, and only within their run.
function reorder(items: readonly TestItem[]): readonly Test[] {
  const ordered: Test[] = [];
  let run: TestItem[] = [];
  const flush = () => {
    ordered.push(...run.sort((a, b) => a.cost - b.cost).map((item) => item.run));
    run = [];
  };
  for (const item of items) {
    if (item.movable) run.push(item);
    else {
      flush();
      ordered.push(item.run);
    }
  }
  flush();
  return ordered;
}
