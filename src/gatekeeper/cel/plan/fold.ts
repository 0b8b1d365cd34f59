/**
 * Comprehensions. Any fold can be run by the general loop; the shapes that macros make (`all`, `exists`, and the collecting ones `map`,
 * `filter`, `transformList`) have loops of their own that keep the same accounting but neither copy lists nor ask the guard through calls.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros
 */
import type { Call, Comprehension, Expr } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { isLogical } from "../syntax/parser.ts";
import { adapt, classify } from "../values/classify.ts";
import { isMap, type MapValue, mapGet, mapKeys } from "../values/map.ts";
import { noSuchOverload } from "../values/order.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import { charge, LIST_COST, type Meter } from "./meter.ts";
import { type Cell, ofStep, type Planned, type Planner, type Step } from "./step.ts";

/** Plans a comprehension. */
export function planFold(expr: Comprehension, planner: Planner): Planned {
  const range = planner.plan(expr.range);
  const initial = planner.plan(expr.initial).step;
  const accumulator: Cell = { v: null };
  const locals = new Map([[expr.accumulator, accumulator]]);
  return planner.within(locals, () => {
    const result = planner.plan(expr.result).step;
    if (Array.isArray(range.constant) && range.constant.length === 0) return binding(accumulator, initial, result);
    const loop = planLoop(expr, accumulator, planner);
    const walk = walker(expr, loop.variables, planner.meter);
    return ofStep(() => {
      const items = range.step();
      if (items instanceof CelError) return items;
      accumulator.v = initial();
      const failure = walk(items, loop.turn);
      loop.finish();
      const value = failure ?? result();
      // A program outlives its reviews: no cell may keep a part of the last one.
      release(accumulator);
      release(loop.variables[0]);
      release(loop.variables[1]);
      return value;
    });
  });
}

// A fold over nothing is how `cel.bind` and `optMap` bind a name; an error bound to it counts only where it is used.
function binding(accumulator: Cell, initial: Step, result: Step): Planned {
  return ofStep(() => {
    accumulator.v = initial();
    const value = result();
    release(accumulator);
    return value;
  });
}

function release(cell: Cell): void {
  cell.v = null;
}

interface Loop {
  readonly variables: readonly [Cell, Cell];
  /** Works on one item; false ends the loop. */
  readonly turn: () => boolean;
  readonly finish: () => void;
}

function planLoop(expr: Comprehension, accumulator: Cell, planner: Planner): Loop {
  const variables: readonly [Cell, Cell] = [{ v: null }, { v: null }];
  const locals = new Map([[expr.variable, variables[0]]]);
  if (expr.secondVariable !== undefined) locals.set(expr.secondVariable, variables[1]);
  return planner.within(locals, () => {
    const body = quantifierBody(expr) ?? collectorBody(expr);
    if (body?.kind === "quantifier") return { variables, ...quantifierTurn(body, accumulator, planner) };
    if (body?.kind === "collector") return { variables, ...collectorTurn(body, accumulator, planner) };
    return { variables, ...generalTurn(expr, accumulator, planner) };
  });
}

type Turn = Pick<Loop, "turn" | "finish">;
const nothing = () => undefined;

function generalTurn(expr: Comprehension, accumulator: Cell, planner: Planner): Turn {
  const condition = planner.plan(expr.condition).step;
  const step = planner.plan(expr.step).step;
  const turn = () => {
    if (condition() === false) return false;
    accumulator.v = step();
    return true;
  };
  return { turn, finish: nothing };
}

interface QuantifierBody {
  readonly kind: "quantifier";
  readonly predicate: Expr;
  /** The value that ends the loop: false for `all`, true for `exists`. */
  readonly deciding: boolean;
}

function quantifierBody(expr: Comprehension): QuantifierBody | undefined {
  const { step } = expr;
  if (step.kind !== "call" || !isLogical(step.name) || step.args.length !== 2 || !isAccumulator(expr, step.args[0])) return undefined;
  const predicate = step.args[1];
  const guarded = expr.condition.kind === "call" && expr.condition.name === OPERATORS.notStrictlyFalse;
  return predicate === undefined || !guarded ? undefined : { kind: "quantifier", predicate, deciding: step.name === OPERATORS.or };
}

function isAccumulator(fold: Comprehension, expr: Expr | undefined): boolean {
  return expr?.kind === "ident" && expr.name === fold.accumulator;
}

function quantifierTurn(body: QuantifierBody, accumulator: Cell, planner: Planner): Turn {
  const predicate = planner.plan(body.predicate).step;
  const { meter } = planner;
  const { deciding } = body;
  // The guard costs a name and a call, and in `exists` a negation; the step costs a name.
  const guardCost = deciding ? 3 : 2;
  const turn = () => {
    meter.cost += guardCost;
    if (accumulator.v === deciding) return false;
    meter.cost++;
    const value = predicate();
    if (value === deciding) accumulator.v = value;
    else if (value !== !deciding && typeof accumulator.v === "boolean") accumulator.v = value instanceof CelError ? value : noSuchOverload;
    return true;
  };
  return { turn, finish: nothing };
}

interface CollectorBody {
  readonly kind: "collector";
  readonly element: Expr;
  readonly filter: Expr | undefined;
}

function collectorBody(expr: Comprehension): CollectorBody | undefined {
  const { step, condition } = expr;
  if (expr.initial.kind !== "list" || expr.initial.elements.length > 0 || condition.kind !== "literal") return undefined;
  if (!isAccumulator(expr, expr.result) || step.kind !== "call") return undefined;
  const filtered = step.name === OPERATORS.conditional && isAccumulator(expr, step.args[2]);
  const addition = filtered ? step.args[1] : step;
  const element = addition?.kind === "call" ? appended(expr, addition) : undefined;
  return element === undefined ? undefined : { kind: "collector", element, filter: filtered ? step.args[0] : undefined };
}

function appended(fold: Comprehension, addition: Call): Expr | undefined {
  const [so, list] = addition.args;
  if (addition.name !== OPERATORS.add || !isAccumulator(fold, so) || list?.kind !== "list") return undefined;
  const [only] = list.elements;
  return list.elements.length === 1 && only !== undefined && !only.optional ? only.value : undefined;
}

function collectorTurn(body: CollectorBody, accumulator: Cell, planner: Planner): Turn {
  const filter = body.filter === undefined ? undefined : planner.plan(body.filter).step;
  const planned = planner.plan(body.element);
  const element = planned.step;
  const { meter } = planner;
  // A name, the one-element list and the sum; a list of a constant is itself a constant.
  const appendCost = planned.constant === undefined ? 2 + LIST_COST : 2;
  let collected: CelValue[] | undefined;
  const turn = () => {
    if (filter !== undefined) {
      const keep = filter();
      if (keep === false) return true;
      if (keep !== true) {
        accumulator.v = keep instanceof CelError ? keep : noSuchOverload;
        return true;
      }
    }
    charge(meter, appendCost);
    const value = element();
    if (accumulator.v instanceof CelError) return true;
    if (value instanceof CelError) accumulator.v = value;
    else if (collected === undefined) collected = [value];
    else collected.push(value);
    return true;
  };
  const finish = () => {
    if (!(accumulator.v instanceof CelError)) accumulator.v = collected ?? [];
    collected = undefined;
  };
  return { turn, finish };
}

type Walk = (items: CelValue, turn: () => boolean) => CelError | undefined;

function walker(expr: Comprehension, variables: readonly [Cell, Cell], meter: Meter): Walk {
  const [first, second] = variables;
  const two = expr.secondVariable !== undefined;
  return (items, turn) => {
    if (Array.isArray(items)) return two ? walkIndexed(items, variables, turn, meter) : walkList(items, first, turn, meter);
    if (isMap(items)) return walkMap(items, [first, two ? second : undefined], turn, meter);
    return notIterable(items, two);
  };
}

function walkList(items: readonly CelValue[], variable: Cell, turn: () => boolean, meter: Meter): undefined {
  for (let i = 0; i < items.length; i++) {
    variable.v = adapt(items[i] ?? null);
    charge(meter, 0);
    if (!turn()) return;
  }
}

function walkIndexed(items: readonly CelValue[], variables: readonly [Cell, Cell], turn: () => boolean, meter: Meter): undefined {
  for (let i = 0; i < items.length; i++) {
    variables[0].v = i;
    variables[1].v = adapt(items[i] ?? null);
    charge(meter, 0);
    if (!turn()) return;
  }
}

function walkMap(items: MapValue, variables: readonly [Cell, Cell | undefined], turn: () => boolean, meter: Meter): undefined {
  for (const key of mapKeys(items)) {
    variables[0].v = key;
    if (variables[1] !== undefined) variables[1].v = adapt(mapGet(items, key) ?? null);
    charge(meter, 0);
    if (!turn()) return;
  }
}

// cel-go shows the name of its Go type here.
const GO_TYPES: ReadonlyMap<string, string> = new Map([
  ["bool", "types.Bool"],
  ["bytes", "types.Bytes"],
  ["double", "types.Double"],
  ["google.protobuf.Duration", "types.Duration"],
  ["int", "types.Int"],
  ["null_type", "types.Null"],
  ["optional_type", "*types.Optional"],
  ["string", "types.String"],
  ["google.protobuf.Timestamp", "types.Timestamp"],
  ["type", "*types.Type"],
  ["uint", "types.Uint"],
]);

function notIterable(value: CelResult, two: boolean): CelError {
  const name = value instanceof CelError ? "" : classify(value).name;
  const shown = GO_TYPES.get(name) ?? name;
  return new CelError(two ? `unsupported comprehension range type: ${shown}` : `got '${shown}', expected iterable type`);
}
