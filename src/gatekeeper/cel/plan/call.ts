/**
 * Calls: operands first, left to right, the first error ends the call; then the first overload whose parameters fit the values runs. Which
 * overloads come into question was found by the checker; operands of type dyn are tested here.
 */
import type { FunctionDeclaration, Overload } from "../library/declare.ts";
import type { Call } from "../syntax/ast.ts";
import { classify } from "../values/classify.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import { charge, type Meter } from "./meter.ts";
import { ofConstant, ofStep, type Planned, type Planner, type Step } from "./step.ts";

// Conversions of constants are done when the expression is planned, as cel-go's optimiser does, errors included.
const FOLDED: ReadonlySet<string> = new Set(["bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"]);

/** Plans a call of a library function. */
export function planCall(expr: Call, planner: Planner): Planned {
  const reference = planner.referenceOf(expr);
  const declaration = reference?.kind === "function" ? planner.environment.functions.get(reference.name) : undefined;
  if (reference?.kind !== "function" || declaration === undefined) {
    return ofStep(() => new CelError(`no such overload: ${expr.name}`));
  }
  const exprs = expr.target === undefined || reference.namespaced ? expr.args : [expr.target, ...expr.args];
  const args = exprs.map((arg) => planner.plan(arg));
  const checked = args[declaration.constantCheck?.argument ?? -1]?.constant;
  const refusal = checked === undefined ? undefined : declaration.constantCheck?.message(checked);
  if (refusal !== undefined) planner.refuse(refusal);
  // With a constant prepared, the function is one that no longer knows its overloads by name.
  const declared: FunctionDeclaration = checked === undefined ? declaration : { ...declaration, mismatch: "bare" };
  const apply = applier(declared, reference.overloads, planner);
  const constant = args.length === 1 ? args[0]?.constant : undefined;
  if (constant !== undefined && FOLDED.has(declaration.name)) return fold(apply([constant]), planner);
  const steps = args.map((arg) => arg.step);
  const step = soleStep(steps, declared, { overloads: reference.overloads, meter: planner.meter }) ?? callStep(steps, apply, planner.meter);
  return ofStep(args.every((arg) => arg.constant !== undefined) ? remembered(step, planner.meter) : step);
}

// Functions are pure: a call of constants is run once, and charged each time.
function remembered(step: Step, meter: Meter): Step {
  let known: { readonly result: CelResult; readonly cost: number } | undefined;
  return () => {
    if (known !== undefined) {
      charge(meter, known.cost);
      return known.result;
    }
    const before = meter.cost;
    const result = step();
    known = { result, cost: meter.cost - before };
    return result;
  };
}

function fold(result: CelResult, planner: Planner): Planned {
  planner.meter.cost = 0;
  if (!(result instanceof CelError)) return ofConstant(result);
  planner.refuse(result.message);
  return ofStep(() => result);
}

/** Runs a function on values that are no errors, charging for it. */
export type Apply = (args: CelValue[]) => CelResult;

// A call that its operands end still counts as a call.
function failed(error: CelError, meter: Meter): CelError {
  meter.cost++;
  return error;
}

function callStep(args: readonly Step[], apply: Apply, meter: Meter): Step {
  const [first, second] = args;
  if (args.length === 1 && first !== undefined) {
    return () => {
      const a = first();
      return a instanceof CelError ? failed(a, meter) : apply([a]);
    };
  }
  if (args.length === 2 && first !== undefined && second !== undefined) {
    return () => {
      const a = first();
      const b = second();
      if (a instanceof CelError) return failed(a, meter);
      return b instanceof CelError ? failed(b, meter) : apply([a, b]);
    };
  }
  return () => {
    const values: CelValue[] = [];
    let failure: CelError | undefined;
    for (const arg of args) {
      const value = arg();
      if (value instanceof CelError) failure ??= value;
      else values.push(value);
    }
    return failure === undefined ? apply(values) : failed(failure, meter);
  };
}

interface Resolved {
  readonly overloads: readonly Overload[];
  readonly meter: Meter;
}

// A call of two operands whose one overload is known, such as `text.startsWith(prefix)`.
function soleStep(
  [first, second, third]: readonly Step[],
  declaration: FunctionDeclaration,
  { overloads, meter }: Resolved,
): Step | undefined {
  const [sole, other] = overloads;
  if (sole?.parameters.length !== 2 || other !== undefined) return undefined;
  if (first === undefined || second === undefined || third !== undefined) return undefined;
  const [testFirst = accept, testSecond = accept] = sole.parameters.map(({ test }) => test);
  const run = sole.run as unknown as (a: CelValue, b: CelValue) => CelResult;
  const cost = declaration.cost ?? sole.cost;
  return () => {
    const a = first();
    const b = second();
    if (a instanceof CelError) return failed(a, meter);
    if (b instanceof CelError) return failed(b, meter);
    const result = testFirst(a) && testSecond(b) ? run(a, b) : mismatch(declaration, [a, b]);
    charge(meter, cost === undefined ? 1 : cost([a, b], result));
    return result;
  };
}

/** Makes the runner of a function's overloads. */
export function applier(declaration: FunctionDeclaration, overloads: readonly Overload[], planner: Planner): Apply {
  const { meter } = planner;
  const sole = overloads.length === 1 ? overloads[0] : undefined;
  const cost = declaration.cost ?? sole?.cost;
  const candidates = overloads.map(invoker);
  const forText = overloads.every(({ parameters }) => parameters.length === 1) ? candidates.find(({ fits }) => fits([""])) : undefined;
  return (args) => {
    // Whether a text fits depends on no text, so that its overload is found once.
    const result = forText !== undefined && typeof args[0] === "string" ? forText.run(args) : dispatch(declaration, candidates, args);
    charge(meter, cost === undefined ? 1 : cost(args, result));
    return result;
  };
}

interface Candidate {
  readonly fits: (args: readonly CelValue[]) => boolean;
  readonly run: (args: readonly CelValue[]) => CelResult;
}

type Test = Overload["parameters"][number]["test"];
const accept = () => true;

// Overloads of one and two parameters, nearly all, are called without a loop or a spread.
function invoker(overload: Overload): Candidate {
  const tests: readonly Test[] = overload.parameters.map((parameter) => parameter.test);
  const run = overload.run as unknown as (...args: readonly CelValue[]) => CelResult;
  const [first = accept, second = accept] = tests;
  if (tests.length === 1) return { fits: (args) => first(args[0] ?? null), run: (args) => run(args[0] ?? null) };
  if (tests.length === 2) {
    return {
      fits: (args) => first(args[0] ?? null) && second(args[1] ?? null),
      run: (args) => run(args[0] ?? null, args[1] ?? null),
    };
  }
  return { fits: (args) => tests.every((test, i) => test === undefined || test(args[i] ?? null)), run: (args) => run(...args) };
}

function dispatch(declaration: FunctionDeclaration, candidates: readonly Candidate[], args: readonly CelValue[]): CelResult {
  for (const candidate of candidates) {
    if (candidate.fits(args)) return candidate.run(args);
  }
  return mismatch(declaration, args);
}

// Types that answer any call for themselves, and so refuse without naming the function.
const RECEIVERS: ReadonlySet<string> = new Set(["string", "google.protobuf.Timestamp", "google.protobuf.Duration"]);

/** Words the error of a call that fits no overload. */
function mismatch(declaration: FunctionDeclaration, args: readonly CelValue[]): CelError {
  const types = args.map((arg) => classify(arg).name);
  const text = declaration.mismatch;
  if (text === "signature") return new CelError(`no such overload: ${declaration.name}(${types.join(", ")})`);
  const first = types[0] ?? "";
  if (text === "bare" || text.firstOperand.has(first) || RECEIVERS.has(first)) return new CelError("no such overload");
  return new CelError(`no such overload: ${declaration.name}`);
}
