/**
 * The mutable side of a prepared query: what one evaluation reads (input, data, replacements by `with`) and what it uses up (budget, clock of
 * memos). The plan's closures capture one runner; evaluation is synchronous, so one runner serves one evaluation at a time.
 */
import type { Failure } from "../builtins/failure.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Span } from "../source/source.ts";
import type { Value } from "../values/value.ts";
import type { Cell, Expr, Memo } from "./cells.ts";
import type { ReusableContext } from "./context.ts";
import type { BudgetMeter } from "./meter.ts";

/** Replacements of functions by `with`: innermost first. A call made by a replacement sees none of them. */
export interface MockFrame {
  readonly target: string;
  readonly replacement: Replacement;
  readonly outer: MockFrame | undefined;
}

/** What a mocked function stands for. */
export type Replacement =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "document"; readonly read: Expr }
  | { readonly kind: "function"; readonly call: (args: readonly Value[]) => Value | undefined };

/** What `with data…` replaced: the tree of replacements, and the paths at or below which no rule is evaluated. */
export interface Overlay {
  readonly data: Value;
  readonly targets: readonly (readonly Value[])[];
}

/** A part of the input that is read once, when the input is set. */
interface InputRoot {
  readonly cell: Cell;
  readonly read: Expr;
}

/** The state that a plan's closures share. */
export interface Runner {
  readonly input: Cell;
  readonly data: Cell;
  readonly roots: InputRoot[];
  /** Cells to clear when an evaluation ends, lest they keep the last review alive. */
  readonly cells: Cell[];
  readonly memos: Memo[];
  /** Empty the tables that this evaluation filled. */
  readonly tables: (() => void)[];
  /** Memos are valid while their number is this one; `with` takes a fresh number for its extent. */
  now: number;
  /** The highest number given so far. */
  clock: number;
  /** Frames that `with` left for later: their number, and the memos that others overwrote. */
  frames: { readonly now: number; readonly saved: Map<Memo, Value | undefined> }[];
  /** What depends on the fixed parts of the input alone is valid while its number is this one. */
  fixedNow: number;
  overlay: Overlay | undefined;
  mocks: MockFrame | undefined;
  /** Makes every loop follow Rego's order: errors are then found in OPA's order. */
  sorted: boolean;
  /** Equal values with other texts met in an evaluation whose order is not OPA's. */
  respelled: boolean;
  /** Steps left before `meter` is asked again. */
  left: number;
  readonly meter: BudgetMeter;
  readonly context: ReusableContext;
  readonly errors: Diagnostic[];
  /** The rule whose value was being made when the stack ended, outside all `with`: it can be evaluated on its own. */
  deepest: Expr | undefined;
  onPrint: ((text: string, at: Span | undefined) => void) | undefined;
}

// A policy that fails a million times needs no million texts; the first is the one that counts.
const MAX_RECORDED_ERRORS = 10_000;

/** Remembers a failed builtin call; the call is undefined. */
export function recordFailure(run: Runner, failure: Failure, span: Span | undefined): undefined {
  if (run.errors.length < MAX_RECORDED_ERRORS) run.errors.push({ code: failure.code, message: failure.message, span, notes: [] });
  return undefined;
}

/** Charges `units` steps; called only when `left` fell below zero. */
export function refill(run: Runner): void {
  run.left = run.meter.refill(run.left);
}

/** Sets the input and everything that is read from it once. */
export function setInput(run: Runner, input: Value | undefined): void {
  run.input.v = input;
  const { roots } = run;
  for (let i = 0; i < roots.length; i++) {
    const root = roots[i] as InputRoot;
    root.cell.v = root.read();
  }
}

/** Tells whether a memo is valid; after `with` a frame may find its own value again. */
export function recall(run: Runner, memo: Memo): boolean {
  if (memo.at === run.now) return true;
  if (run.frames.length === 0) return false;
  return recallFrame(run, memo);
}

function recallFrame(run: Runner, memo: Memo): boolean {
  const frame = run.frames.find(({ now }) => now === run.now);
  if (!frame?.saved.has(memo)) return false;
  const value = frame.saved.get(memo);
  frame.saved.delete(memo);
  remember(run, memo, value);
  return true;
}

/** Keeps a value for the current frame; a value that an outer frame still needs is put aside. */
export function remember(run: Runner, memo: Memo, value: Value | undefined): void {
  if (run.frames.length > 0 && memo.at !== run.now) run.frames.find(({ now }) => now === memo.at)?.saved.set(memo, memo.v);
  memo.at = run.now;
  memo.v = value;
}
