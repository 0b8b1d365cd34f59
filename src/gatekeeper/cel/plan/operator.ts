/**
 * Arithmetic, comparison and membership, with a fast path where both operands are small integers or strings; everything else goes the way
 * of a library call. https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions
 */
import type { Overload } from "../library/declare.ts";
import { addLists, addTexts } from "../library/operators.ts";
import type { Call } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { classify } from "../values/classify.ts";
import { equal, isNumeric } from "../values/equal.ts";
import { isMap, keyIdentity, type MapValue, mapGet } from "../values/map.ts";
import { noSuchOverload } from "../values/order.ts";
import { costSize } from "../values/size.ts";
import { CelError, CelOpaque, type CelValue, type KeyIdentity } from "../values/value.ts";
import { type Apply, applier } from "./call.ts";
import { charge, type Meter } from "./meter.ts";
import { ofConstant, ofStep, type Planned, type Planner, type Step } from "./step.ts";

/** What two small integers give, or `undefined` when the slow path must decide. */
type FastNumbers = (a: number, b: number) => CelValue | undefined;

const FAST: ReadonlyMap<string, FastNumbers> = new Map<string, FastNumbers>([
  ["_+_", (a, b) => safe(a + b)],
  ["_-_", (a, b) => safe(a - b)],
  ["_<_", (a, b) => a < b],
  ["_<=_", (a, b) => a <= b],
  ["_>_", (a, b) => a > b],
  ["_>=_", (a, b) => a >= b],
]);

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Plans a binary operator that is declared in the standard library. */
export function planOperator(expr: Call, planner: Planner): Planned {
  const [left, right] = expr.args.map((arg) => planner.plan(arg));
  const reference = planner.referenceOf(expr);
  const declaration = reference?.kind === "function" ? planner.environment.functions.get(reference.name) : undefined;
  if (left === undefined || right === undefined || reference?.kind !== "function" || declaration === undefined) {
    return ofStep(() => noSuchOverload);
  }
  const general = applier(declaration, reference.overloads, planner);
  const specialize = SPECIAL.get(expr.name);
  const apply = specialize === undefined ? general : specialize(general, reference.overloads, planner.meter);
  return ofStep(operatorStep(left.step, right.step, { apply, fast: FAST.get(expr.name), meter: planner.meter }));
}

// Sums of texts and of lists, the commonest of dyn operands, need no search for their overload; when there is but one it has a cost of
// its own, and nothing to search.
function sums(general: Apply, overloads: readonly Overload[], meter: Meter): Apply {
  const texts = overloads.some(({ id }) => id === "add_string");
  const lists = overloads.some(({ id }) => id === "add_list");
  if (overloads.length === 1) return general;
  return (args) => {
    const [a, b] = args;
    const fits = (texts && typeof a === "string" && typeof b === "string") || (lists && Array.isArray(a) && Array.isArray(b));
    if (!fits) return general(args);
    charge(meter, 1);
    return typeof a === "string" ? addTexts(a, String(b)) : addLists(a as readonly CelValue[], b as readonly CelValue[]);
  };
}

// A text looked for in a list or in an object, where the values decide which of the two it is.
function memberships(general: Apply, overloads: readonly Overload[], meter: Meter): Apply {
  if (overloads.length !== 2) return general;
  return (args) => {
    const [key, container] = args;
    if (typeof key !== "string") return general(args);
    const isList = Array.isArray(container);
    if (!isList && !isMap(container)) return general(args);
    charge(meter, 1);
    return isList ? container.includes(key) : mapGet(container as MapValue, key) !== undefined;
  };
}

type Specialize = (general: Apply, overloads: readonly Overload[], meter: Meter) => Apply;
const SPECIAL: ReadonlyMap<string, Specialize> = new Map([
  [OPERATORS.add, sums],
  [OPERATORS.in, memberships],
]);

interface Operation {
  readonly apply: Apply;
  readonly fast: FastNumbers | undefined;
  readonly meter: Meter;
}

function operatorStep(left: Step, right: Step, { apply, fast, meter }: Operation): Step {
  return () => {
    const a = left();
    const b = right();
    if (fast !== undefined && typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
      const value = fast(a, b);
      if (value !== undefined) {
        meter.cost++;
        return value;
      }
    }
    const failure = a instanceof CelError ? a : b;
    if (failure instanceof CelError) meter.cost++;
    return failure instanceof CelError ? failure : apply([a as CelValue, b as CelValue]);
  };
}

/** Plans `a == b` and `a != b`. */
export function planEquality(expr: Call, planner: Planner): Planned {
  const [left, right] = expr.args.map((arg) => planner.plan(arg).step);
  const { meter } = planner;
  const wanted = expr.name === "_==_";
  if (left === undefined || right === undefined) return ofStep(() => noSuchOverload);
  return ofStep(() => {
    const a = left();
    const b = right();
    if (a instanceof CelError || b instanceof CelError) {
      meter.cost++;
      return a instanceof CelError ? a : b;
    }
    charge(meter, comparisonCost(a, b));
    // A library's value refuses to be compared with anything else.
    if (a instanceof CelOpaque && b !== null && classify(b).name !== a.type.name) return noSuchOverload;
    return equal(a, b) === wanted;
  });
}

/** A tenth of the shorter operand, as for every walk over text. */
function comparisonCost(a: CelValue, b: CelValue): number {
  // Most comparisons are of short texts or of what has no size; their tenth is one without counting.
  if (typeof a === "string" && typeof b === "string") {
    const shorter = Math.min(a.length, b.length);
    if (shorter <= 10) return shorter === 0 ? 0 : 1;
  }
  return Math.ceil(Math.min(costSize(a), costSize(b)) * 0.1);
}

/** Plans `a in b`; a constant list of scalars becomes a set, which costs nothing to ask. */
export function planIn(expr: Call, planner: Planner): Planned {
  const [left, right] = expr.args.map((arg) => planner.plan(arg));
  const reference = planner.referenceOf(expr);
  const inList = reference?.kind === "function" && reference.overloads.length === 1 && reference.overloads[0]?.id === "in_list";
  if (left === undefined || right === undefined) return ofStep(() => noSuchOverload);
  if (!inList || !Array.isArray(right.constant)) return planOperator(expr, planner);
  if (right.constant.length === 0) return ofConstant(false);
  const members = new Set<KeyIdentity>();
  for (const member of right.constant) {
    const identity = isScalar(member) ? keyIdentity(member) : undefined;
    if (identity === undefined) return planOperator(expr, planner);
    members.add(identity);
  }
  return ofStep(membership(left.step, members));
}

function isScalar(value: CelValue): boolean {
  return typeof value === "string" || typeof value === "boolean" || isNumeric(value);
}

function membership(member: Step, members: ReadonlySet<KeyIdentity>): Step {
  return () => {
    const value = member();
    if (value instanceof CelError) return value;
    if (typeof value === "string") return members.has(value);
    const identity = isScalar(value) ? keyIdentity(value) : undefined;
    return identity !== undefined && members.has(identity);
  };
}
