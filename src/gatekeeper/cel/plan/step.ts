/** What planning yields and passes around: steps, the cells variables live in, and the planner that plan files recurse through. */
import type { CheckedTree, Reference } from "../check/check.ts";
import type { Environment } from "../environment.ts";
import type { Expr } from "../syntax/ast.ts";
import type { CelType } from "../values/type.ts";
import type { CelResult, CelValue } from "../values/value.ts";
import type { Meter } from "./meter.ts";

/** Works out one node. */
export type Step = () => CelResult;

/** Where a variable's value is while an expression runs. */
export interface Cell {
  v: CelResult;
}

/** A planned node. A constant has a value at once and costs nothing. */
export interface Planned {
  readonly step: Step;
  readonly constant: CelValue | undefined;
  /** What a name or a selection costs by itself; the users that cel-go does not charge take it off. */
  readonly bare: Step | undefined;
}

/** Where the variables of several expressions live together, so that a review binds them once for all. */
export interface Frame {
  /** The cells by name; those that expressions name besides are added. */
  readonly cells: Map<string, Cell>;
  /** Yields the step that reads a field of a variable without going through the variable's value. */
  member(variable: string, field: string): Step | undefined;
}

/** Plans nodes; handed to every plan file, so that none of them imports another. */
export interface Planner {
  readonly checked: CheckedTree;
  readonly environment: Environment;
  readonly meter: Meter;
  plan(expr: Expr): Planned;
  typeOf(expr: Expr): CelType;
  referenceOf(expr: Expr): Reference | undefined;
  /** Finds the cell of a variable, making one for a variable from outside. */
  cellOf(name: string): Cell;
  /** Yields the step that reads a field of a variable from outside, where the frame has one; the field's own cost is not in it. */
  memberOf(variable: string, field: string): Step | undefined;
  /** Plans with local variables in sight. */
  within<T>(locals: ReadonlyMap<string, Cell>, plan: () => T): T;
  /** Refuses the expression when it is planned, with cel-go's text. */
  refuse(message: string): void;
}

/** A planned node that is no constant and no attribute. */
export function ofStep(step: Step): Planned {
  return { step, constant: undefined, bare: undefined };
}

/** A planned constant. */
export function ofConstant(constant: CelValue): Planned {
  return { step: () => constant, constant, bare: undefined };
}
