/**
 * What the estimate of a call knows about its operands, and what it answers.
 * https://pkg.go.dev/github.com/google/cel-go/checker#CostEstimator
 */
import type { Expr } from "../syntax/ast.ts";
import type { CelType } from "../values/type.ts";
import type { Size } from "./size.ts";

/** How large the entries of a list or map written in an expression are. */
export interface EntrySizes {
  readonly container: "list" | "map";
  readonly key: Size;
  readonly value: Size;
}

/** An operand of a call. */
export interface Operand {
  readonly expr: Expr;
  readonly type: CelType;
  readonly size: Size;
  /** Whether anything is known about the size. */
  readonly sized: boolean;
  readonly entries: EntrySizes | undefined;
  /** The size of the elements by the schema; unknown where the schema has nothing to say. */
  elementSize(): Size;
}

/** One call and one of the overloads it may mean. */
export interface EstimatedCall {
  readonly name: string;
  readonly overload: string;
  readonly target: Operand | undefined;
  readonly args: readonly Operand[];
}

/** What a call costs apart from its operands, and how large its result can be when that can be said. */
export interface Estimate {
  readonly cost: bigint;
  readonly size?: Size;
  readonly entries?: EntrySizes | undefined;
}

/** Estimates a call; undefined leaves it to the next who might know. */
export type Estimator = (call: EstimatedCall) => Estimate | undefined;
