/** What goes into one evaluation and what comes out: plain values on both sides. */
import type { Answers, PendingRequest } from "../builtins/context.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Span } from "../source/source.ts";
import type { Value } from "../values/value.ts";
import type { BudgetLimits, Cancellation } from "./budget.ts";

/** Everything an evaluation may depend on. */
export interface EvaluationInputs {
  /** The input document, as `parseJson` or `readValue` gives it; absent means undefined (not null). */
  readonly input?: Value;
  /** Base documents; replaces the policy's own when given. Pass the same object again while it is unchanged: indexes hang on its identity. */
  readonly data?: Value;
  /**
   * Paths of the input whose value is the very same object in many evaluations, such as `[["parameters"]]`: what depends on nothing else is kept from
   * one evaluation to the next, for as long as the object stays the same.
   */
  readonly fixed?: readonly (readonly string[])[];
  readonly nowNanos?: bigint;
  readonly seed?: number;
  readonly runtime?: Value;
  readonly allowedHosts?: readonly string[];
  readonly answers?: Answers;
  /** Turns the first builtin error into the query's error. */
  readonly strictBuiltinErrors?: boolean;
  /** Makes every call that OPA makes, in its order, so that `builtinErrors` lists all that fail; else each is listed at least once. */
  readonly everyBuiltinError?: boolean;
  readonly budget?: BudgetLimits;
  readonly signal?: Cancellation;
  readonly explain?: "off" | "full" | "notes" | "fails" | "notes and fails";
  /** Shows the values of variables in the explanation. */
  readonly explainValues?: boolean;
  readonly coverage?: boolean;
  readonly profile?: boolean;
  /** Receives each line of `print` as it happens, with the call's location. */
  readonly onPrint?: (text: string, at: Span | undefined) => void;
  /** Calls `onPrint` while the evaluation runs, not after it: then more may be printed before an error than the original prints. */
  readonly printsAtOnce?: boolean;
}

/** One expression of the query in one row of its result. */
export interface ResultExpression {
  readonly value: Value;
  readonly text: string;
  readonly location: { readonly row: number; readonly col: number };
}

/** One way to satisfy the query. */
export interface ResultRow {
  readonly expressions: readonly ResultExpression[];
  readonly bindings: { readonly [name: string]: Value };
}

/** The end of an evaluation. Values are still Rego values (sets and all); `toJson` turns them into what JSON can say. */
export interface Outcome {
  /** Empty means undefined. */
  readonly results: readonly ResultRow[];
  /** Non-empty when the evaluation failed; `results` is then empty. */
  readonly errors: readonly Diagnostic[];
  /** Builtin errors that made a call undefined, in the order they happened. */
  readonly builtinErrors: readonly Diagnostic[];
  /** Outside requests without an answer: fetch them and evaluate again. */
  readonly pending: readonly PendingRequest[];
  readonly trace?: readonly TraceEvent[];
  readonly coverage?: readonly Span[];
  readonly profile?: readonly ProfileRow[];
}

/** One line of an explanation, rendered by `trace.ts`. */
export interface TraceEvent {
  readonly op: "Enter" | "Eval" | "Unify" | "Exit" | "Redo" | "Fail" | "Index" | "Note" | "Duplicate";
  readonly queryId: number;
  readonly parentId: number;
  readonly text: string;
  readonly message: string;
  readonly span: Span | undefined;
  /** What the event is about: Redo lines of expressions are indented deeper. */
  readonly node: "expr" | "rule" | "body";
  /** Values by name, when they are asked for. */
  readonly values?: readonly (readonly [name: string, value: Value])[];
  /** The text of an expression that failed, and the values of its parts; undefined is what has none. */
  readonly failure?: {
    readonly base: Span | undefined;
    readonly parts: readonly { readonly span: Span; readonly value: Value | undefined }[];
  };
}

/** Time and counts of one expression. */
export interface ProfileRow {
  readonly span: Span;
  /** The place of the expression in its body. */
  readonly index: number;
  readonly evaluations: number;
  readonly redos: number;
  readonly nanos: number;
}
