/**
 * The doors of the evaluator: plans a compiled query once, evaluates it many times. Everything that can go wrong inside is one exception, caught
 * here; nothing is thrown to a caller. https://www.openpolicyagent.org/docs/latest/policy-language/
 */
import { invariant } from "../../base/invariant.ts";
import type { CompiledQuery } from "../compile/policy.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { positionOf } from "../source/position.ts";
import { textOf } from "../source/source.ts";
import { setKey } from "../values/object.ts";
import type { Value } from "../values/value.ts";
import type { Expr, Step } from "./cells.ts";
import { createCell } from "./cells.ts";
import { createContext } from "./context.ts";
import { descend, isStackUsedUp } from "./descend.ts";
import { follow } from "./join-index.ts";
import { member } from "./member.ts";
import { createMeter } from "./meter.ts";
import type { EvaluationInputs, Outcome, ResultExpression, ResultRow } from "./outcome.ts";
import { watchBody } from "./plan/instrument.ts";
import { exprOf } from "./plan/operand.ts";
import type { Planner, Scope } from "./plan/planner.ts";
import { createScope } from "./plan/planner.ts";
import { countUses } from "./plan/variables.ts";
import { createPlanner } from "./plan.ts";
import { printedOnce } from "./printed-once.ts";
import { createProbe, type Probe } from "./probe.ts";
import type { Runner } from "./runner.ts";
import { setInput } from "./runner.ts";
import { Stop } from "./stop.ts";
import { filterTrace } from "./trace.ts";

/** A query that is ready to be evaluated again and again, one evaluation at a time. */
export interface PreparedQuery {
  readonly query: CompiledQuery;
  /** Runs the plan; for `evaluateQuery` only. */
  readonly evaluate: (inputs: EvaluationInputs) => Outcome;
}

/**
 * Plans a compiled query.
 * @example const prepared = planQuery(query); evaluateQuery(prepared, { input })
 */
export function planQuery(query: CompiledQuery): PreparedQuery {
  const usual = createVariant(query, undefined);
  let watched: Evaluate | undefined;
  const exact = (inputs: EvaluationInputs): Outcome => {
    watched ??= createWatched(query);
    return watched(inputs);
  };
  const inOrder = (outcome: Outcome, inputs: EvaluationInputs): Outcome => {
    if (!usual.showsOrder(outcome)) return outcome;
    const ordered = exact(inputs);
    return isTooDeep(ordered) ? outcome : ordered;
  };
  return {
    query,
    evaluate(inputs) {
      // With strict errors it shows which call comes first, and the usual plan leaves out or moves calls whose result makes no difference.
      if (isWatched(inputs)) return exact(inputs);
      if (inputs.strictBuiltinErrors === true || inputs.everyBuiltinError === true) {
        const strict = exact(inputs);
        return isTooDeep(strict) ? usual.evaluate(inputs) : strict;
      }
      const { onPrint } = inputs;
      if (onPrint === undefined) return inOrder(usual.evaluate(inputs), inputs);
      if (inputs.printsAtOnce === true) {
        const once = printedOnce(onPrint);
        const printing = { ...inputs, onPrint: once.onPrint };
        const outcome = usual.evaluate(printing);
        once.repeat();
        return inOrder(outcome, printing);
      }
      // What is printed before a conflict depends on the order of evaluation too, so prints wait until there is none.
      const held: Parameters<typeof onPrint>[] = [];
      const outcome = usual.evaluate({ ...inputs, onPrint: (...printed) => void held.push(printed) });
      const ordered = inOrder(outcome, inputs);
      if (ordered === outcome) for (const printed of held) onPrint(...printed);
      return ordered;
    },
  };
}

type Evaluate = (inputs: EvaluationInputs) => Outcome;

// The exact plan nests more.
function isTooDeep({ errors: [error] }: Outcome): boolean {
  return error?.message === TOO_DEEP;
}

const TOO_DEEP = "evaluation is nested too deeply";

function isWatched({ explain = "off", coverage, profile }: EvaluationInputs): boolean {
  return explain !== "off" || coverage === true || profile === true;
}

function createWatched(query: CompiledQuery): Evaluate {
  const probe = createProbe(new Map([...query.policy.originalNames, ...query.originalNames]));
  const { evaluate } = createVariant(query, probe);
  return (inputs) => {
    const { explain = "off", explainValues = false, coverage = false, profile = false } = inputs;
    probe.start({ trace: explain !== "off", values: explainValues, coverage, profile, clock: inputs.budget?.clock });
    const outcome = evaluate(inputs);
    return {
      ...outcome,
      ...(explain === "off" ? {} : { trace: filterTrace(probe.trace(), explain) }),
      ...(coverage ? { coverage: probe.coverage() } : {}),
      ...(profile ? { profile: probe.profile() } : {}),
    };
  };
}

interface Variant {
  readonly evaluate: Evaluate;
  /** Tells whether the last outcome depends on the order of evaluation: which of several conflicts is named, or how a number is spelled. */
  readonly showsOrder: (outcome: Outcome) => boolean;
}

function createVariant(query: CompiledQuery, probe: Probe | undefined): Variant {
  const run = createRunner(query.policy.data);
  let plan: RowPlan | undefined;
  let busy = false;
  const evaluate: Evaluate = (inputs) => {
    invariant(!busy, "a prepared query serves one evaluation at a time");
    busy = true;
    try {
      plan ??= planRows(query, createPlanner(query, run, inputs.fixed, probe), inputs.fixed);
      return attempt(plan, run, query.policy.data, inputs, probe !== undefined || plan.observed);
    } catch (error) {
      return failed(error, run, inputs);
    } finally {
      busy = false;
      release(run);
    }
  };
  // By index: taking an array apart by pattern makes an iterator each time.
  return { evaluate, showsOrder: ({ errors }) => (errors.length === 0 ? run.respelled : errors[0]?.code === "eval_conflict_error") };
}

/**
 * Evaluates a prepared query. The same inputs always give the same outcome.
 * @example evaluateQuery(prepared, { input: { user: "eve" } }).results
 */
export function evaluateQuery(prepared: PreparedQuery, inputs: EvaluationInputs): Outcome {
  return prepared.evaluate(inputs);
}

function createRunner(data: Value): Runner {
  const meter = createMeter();
  return {
    input: createCell(),
    data: { v: data },
    roots: [],
    cells: [],
    memos: [],
    tables: [],
    now: 0,
    clock: 0,
    fixedNow: 0,
    frames: [],
    overlay: undefined,
    mocks: undefined,
    sorted: false,
    respelled: false,
    left: 0,
    meter,
    context: createContext(meter),
    errors: [],
    deepest: undefined,
    onPrint: undefined,
  };
}

/** A planned query: its first step, and the rows that its last step fills. */
interface RowPlan {
  step: Step;
  rows: ResultRow[];
  readonly observed: boolean;
  /** The fixed parts of the input that the plan reckons with, and their values in the last evaluation. */
  readonly fixed: readonly (readonly string[])[] | undefined;
  readonly fixedValues: (Value | undefined)[];
  readonly fixedIds: WeakMap<object, number>;
  lastFixed: number;
}

function attempt(plan: RowPlan, run: Runner, data: Value, inputs: EvaluationInputs, sorted: boolean): Outcome {
  run.sorted = sorted;
  try {
    return evaluateRows(plan, run, data, inputs);
  } catch (error) {
    return failed(error, run, inputs);
  }
}

function evaluateRows(plan: RowPlan, run: Runner, data: Value, inputs: EvaluationInputs): Outcome {
  run.left = run.meter.start(inputs.budget, inputs.signal);
  run.now = ++run.clock;
  run.respelled = false;
  run.context.restart(inputs);
  run.onPrint = inputs.onPrint;
  run.data.v = inputs.data ?? data;
  setInput(run, inputs.input);
  checkFixed(plan, run, inputs);
  const start = run.now;
  plan.rows = [];
  try {
    plan.step();
  } catch (error) {
    descend(error, { restart: () => restart(plan, run, inputs), first: plan.step, start }, run);
  }
  const { rows } = plan;
  if (run.errors.length === 0) return outcome(rows, none, none);
  const errors = run.errors.slice();
  const [first] = errors;
  if (first && inputs.strictBuiltinErrors) return outcome([], [first], errors);
  return outcome(rows, none, errors);
}

function restart(plan: RowPlan, run: Runner, inputs: EvaluationInputs): void {
  plan.rows = [];
  run.frames.length = 0;
  run.overlay = undefined;
  run.mocks = undefined;
  if (run.input.v !== inputs.input) setInput(run, inputs.input);
}

// What was kept holds for the very same values; an object that comes back (another constraint was asked between) has its number still.
function checkFixed(plan: RowPlan, run: Runner, inputs: EvaluationInputs): void {
  const { fixed, fixedValues, fixedIds } = plan;
  if (!fixed || fixed.length === 0) return;
  const { input } = inputs;
  let same = inputs.fixed === fixed || JSON.stringify(inputs.fixed) === JSON.stringify(fixed);
  const known = same && fixed.length === 1;
  for (let i = 0; i < fixed.length; i++) {
    const path = fixed[i] as readonly string[];
    const value = input === undefined ? undefined : path.length === 1 ? member(input, path[0] as string) : follow(input, path);
    if (value !== fixedValues[i]) same = false;
    fixedValues[i] = value;
  }
  if (same) return;
  const [value] = fixedValues;
  const key = known && typeof value === "object" && value !== null ? value : undefined;
  const id = (key && fixedIds.get(key)) ?? ++plan.lastFixed;
  if (key) fixedIds.set(key, id);
  run.fixedNow = id;
}

const none: readonly never[] = Object.freeze([]);

function outcome(results: readonly ResultRow[], errors: readonly Diagnostic[], builtinErrors: readonly Diagnostic[]): Outcome {
  return { results, errors, builtinErrors, pending: none };
}

function failed(error: unknown, run: Runner, inputs: EvaluationInputs): Outcome {
  const builtinErrors = run.errors.slice();
  if (error instanceof Stop) {
    if (error.request) return { results: [], errors: [], builtinErrors, pending: [error.request] };
    const [first] = builtinErrors;
    if (first && inputs.strictBuiltinErrors) return outcome([], [first], builtinErrors);
    return outcome([], error.diagnostic ? [error.diagnostic] : [], builtinErrors);
  }
  // The engine's way to say that its stack is used up (a chain of rules or calls, or a document, is nested too deeply) or a text too long.
  if (error instanceof RangeError) {
    const message = isStackUsedUp(error) ? TOO_DEEP : "evaluation made a value that is too large";
    return outcome([], [{ code: "eval_internal_error", message, span: undefined, notes: [] }], builtinErrors);
  }
  throw error;
}

// The last review must not live on in cells and memos.
function release(run: Runner): void {
  const { cells, memos, roots } = run;
  for (let i = 0; i < cells.length; i++) (cells[i] as { v: Value | undefined }).v = undefined;
  for (let i = 0; i < memos.length; i++) (memos[i] as { v: Value | undefined }).v = undefined;
  for (let i = 0; i < roots.length; i++) (roots[i] as Runner["roots"][number]).cell.v = undefined;
  for (let i = 0; i < run.tables.length; i++) (run.tables[i] as () => void)();
  run.tables.length = 0;
  run.input.v = undefined;
  run.errors.length = 0;
  run.frames.length = 0;
  run.overlay = undefined;
  run.mocks = undefined;
  run.deepest = undefined;
  run.onPrint = undefined;
}

function planRows(query: CompiledQuery, planner: Planner, fixed: RowPlan["fixed"]): RowPlan {
  // Every variable of a query may be part of the result: none is planned away.
  const uses = new Map([...countUses(query.body)].map(([name, count]) => [name, count + 2]));
  const scope = createScope(uses, true);
  const plan: RowPlan = {
    step: () => false,
    rows: [],
    observed: planner.facts.observed,
    fixed,
    fixedValues: [],
    fixedIds: new WeakMap(),
    lastFixed: 0,
  };
  plan.step = watchBody(planner, { body: query.body, scope }, (wrap) =>
    planner.body(query.body, scope, () => {
      const bindings = bindingsOf(query, scope, planner);
      const expressions = expressionsOf(query, scope, planner);
      const [first] = expressions;
      const simple = expressions.length === 1 && bindings.length === 0 ? first : undefined;
      return wrap(() => {
        if (simple) plan.rows.push({ expressions: [readExpression(simple)], bindings: NO_BINDINGS });
        else plan.rows.push({ expressions: expressions.map(readExpression), bindings: readBindings(bindings) });
        return false;
      });
    }),
  );
  return plan;
}

const NO_BINDINGS: ResultRow["bindings"] = Object.freeze({});

interface PlannedExpression {
  readonly value: Expr;
  readonly text: string;
  readonly location: ResultExpression["location"];
}

function expressionsOf(query: CompiledQuery, scope: Scope, planner: Planner): readonly PlannedExpression[] {
  return query.results.map((result) => {
    const { span } = result.expression;
    const value: Expr =
      result.variable === undefined ? () => true : exprOf(planner.term({ kind: "var", name: result.variable, span }, scope));
    return { value, text: span ? textOf(span) : "", location: span ? positionOf(span) : { row: 0, col: 0 } };
  });
}

function readExpression({
  value,
  text,
  location,
}: {
  value: Expr;
  text: string;
  location: ResultExpression["location"];
}): ResultExpression {
  const read = value();
  // Null is a value.
  return { value: read === undefined ? true : read, text, location };
}

function bindingsOf(query: CompiledQuery, scope: Scope, planner: Planner): readonly (readonly [string, Expr])[] {
  const bindings: (readonly [string, Expr])[] = [];
  for (const name of scope.bound) {
    const original = query.originalNames.get(name) ?? query.policy.originalNames.get(name) ?? name;
    if (original.startsWith("$") || original.startsWith("__local")) continue;
    bindings.push([original, exprOf(planner.term({ kind: "var", name, span: undefined }, scope))]);
  }
  return bindings;
}

function readBindings(bindings: readonly (readonly [string, Expr])[]): { readonly [name: string]: Value } {
  const read: { [name: string]: Value } = {};
  for (const [name, value] of bindings) setKey(read, name, value() as Value);
  return read;
}
