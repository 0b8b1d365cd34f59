/**
 * An expression from text to answer: parse, check, plan once; evaluate many times. Compilation yields a program or the text cel-go gives;
 * an evaluation yields a value or an error, and what it cost.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#overview
 */
import { type CheckedTree, check } from "./check/check.ts";
import { checkLiterals } from "./check/literals.ts";
import type { Environment } from "./environment.ts";
import { CostExceeded, type Meter } from "./plan/meter.ts";
import { planTree } from "./plan/planner.ts";
import type { Cell, Frame, Step } from "./plan/step.ts";
import { type Issue, renderIssues } from "./syntax/issue.ts";
import type { CelType } from "./values/type.ts";
import { CelError, type CelResult } from "./values/value.ts";

/** Variables from outside, asked for by name when an evaluation starts. */
export type Bindings = (name: string) => CelResult | undefined;

/** One evaluation. `exceeded` means it was stopped at the cost limit. */
export interface Evaluation {
  readonly result: CelResult;
  readonly cost: number;
  readonly exceeded: boolean;
}

/** A planned expression; it serves one evaluation at a time. */
export interface Program {
  readonly type: CelType;
  /** The variables from outside that are read as wholes. */
  readonly variables: ReadonlySet<string>;
  /** The fields that are read straight from the frame, as `variable.field`. */
  readonly members: ReadonlySet<string>;
  evaluate(bindings: Bindings, costLimit: number): Evaluation;
  /** Evaluates with the variables as they are in the frame, which the caller has filled and will empty. */
  run(costLimit: number): CelResult;
  /** What the last evaluation cost. */
  cost(): number;
}

/** A program, or why there is none: the issues with their places, or a refusal of the planner. */
export type ProgramResult =
  | { readonly kind: "program"; readonly program: Program }
  | { readonly kind: "issues"; readonly issues: readonly Issue[]; readonly text: string }
  | { readonly kind: "refused"; readonly type: CelType; readonly message: string };

/** Compiles an expression in an environment; its variables live in `frame` when there is one. */
export function compileExpression(text: string, environment: Environment, frame?: Frame): ProgramResult {
  const tree = checkExpression(text, environment);
  return tree.kind === "issues" ? tree : planProgram(tree.checked, environment, frame);
}

/** A checked tree, or the issues with their places. */
export type CheckResult =
  | { readonly kind: "tree"; readonly checked: CheckedTree }
  | { readonly kind: "issues"; readonly issues: readonly Issue[]; readonly text: string };

/** Parses and checks an expression. */
export function checkExpression(text: string, environment: Environment): CheckResult {
  const parsed = environment.parser.parse(text);
  if (parsed.expr === undefined) return withIssues(text, parsed.issues);
  const checked = check(parsed.expr, environment);
  if (checked.issues.length > 0) return withIssues(text, checked.issues);
  const literals = checkLiterals(checked, environment);
  return literals.length > 0 ? withIssues(text, literals) : { kind: "tree", checked };
}

/** Plans a checked tree. */
export function planProgram(checked: CheckedTree, environment: Environment, frame?: Frame): Exclude<ProgramResult, { kind: "issues" }> {
  const meter: Meter = { cost: 0, limit: Number.MAX_SAFE_INTEGER };
  const { planned, variables, members, refusals } = planTree(checked, { environment, meter, frame });
  const [refusal] = refusals;
  if (refusal !== undefined) return { kind: "refused", type: checked.type, message: refusal };
  const names = new Set(variables.keys());
  return { kind: "program", program: { type: checked.type, variables: names, members, ...evaluators(planned.step, variables, meter) } };
}

function withIssues(text: string, issues: readonly Issue[]): Extract<CheckResult, { kind: "issues" }> {
  return { kind: "issues", issues, text: renderIssues(text, issues) };
}

function evaluators(step: Step, variables: ReadonlyMap<string, Cell>, meter: Meter): Pick<Program, "evaluate" | "run" | "cost"> {
  const names = [...variables];
  const missing = new Map(names.map(([name]) => [name, new CelError(`no such attribute(s): ${name}`)]));
  const run = (costLimit: number): CelResult => {
    meter.cost = 0;
    meter.limit = costLimit;
    const result = attempt(step);
    return result === undefined || meter.cost > meter.limit ? costExceeded : result;
  };
  const evaluate = (bindings: Bindings, costLimit: number): Evaluation => {
    for (const [name, cell] of names) {
      const value = bindings(name);
      cell.v = value === undefined ? (missing.get(name) ?? null) : value;
    }
    const result = run(costLimit);
    // A program outlives its reviews: it must not keep the last one.
    for (const [, cell] of names) cell.v = null;
    return { result, cost: meter.cost, exceeded: result === costExceeded };
  };
  return { evaluate, run, cost: () => meter.cost };
}

const costExceeded = new CelError("operation cancelled: actual cost limit exceeded");
const tooDeep = new CelError("evaluation nests too deeply");

function attempt(step: Step): CelResult | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof CostExceeded) return undefined;
    // Comparing or printing an object of ten thousand levels recurses as deep; the stack ends first.
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
}
