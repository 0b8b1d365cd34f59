/**
 * Checked tree to closures: one plan file per family of nodes, gathered in a table that is complete by type. Plan files recurse through the
 * planner they are handed and never import one another's entry points.
 */
import type { CheckedTree } from "../check/check.ts";
import type { Environment } from "../environment.ts";
import type { Call, Expr } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { dynType } from "../values/type.ts";
import { planIdent, planIndex, planSelect } from "./attribute.ts";
import { planCall } from "./call.ts";
import { planList, planMap, planStruct } from "./construct.ts";
import { planFold } from "./fold.ts";
import { planConditional, planLogical, planNot, planNotStrictlyFalse } from "./logic.ts";
import type { Meter } from "./meter.ts";
import { planEquality, planIn, planOperator } from "./operator.ts";
import { planOptional } from "./optional.ts";
import { type Cell, type Frame, ofConstant, type Planned, type Planner } from "./step.ts";

type ExprOf<K> = Extract<Expr, { readonly kind: K }>;
type PlanTable = { readonly [K in Expr["kind"]]: (expr: ExprOf<K>, planner: Planner) => Planned };

const TABLE: PlanTable = {
  literal: (expr) => ofConstant(expr.value),
  ident: planIdent,
  select: planSelect,
  call: planAnyCall,
  list: planList,
  map: planMap,
  struct: planStruct,
  comprehension: planFold,
};

const CALLS: ReadonlyMap<string, (expr: Call, planner: Planner) => Planned> = new Map([
  [OPERATORS.and, planLogical],
  [OPERATORS.or, planLogical],
  [OPERATORS.not, planNot],
  [OPERATORS.conditional, planConditional],
  [OPERATORS.notStrictlyFalse, planNotStrictlyFalse],
  [OPERATORS.index, planIndex],
  [OPERATORS.optionalIndex, planIndex],
  [OPERATORS.optionalSelect, planIndex],
  [OPERATORS.equals, planEquality],
  ["_!=_", planEquality],
  [OPERATORS.in, planIn],
  ["_+_", planOperator],
  ["_-_", planOperator],
  ["_*_", planOperator],
  ["_/_", planOperator],
  ["_%_", planOperator],
  ["_<_", planOperator],
  ["_<=_", planOperator],
  ["_>_", planOperator],
  ["_>=_", planOperator],
]);

function planAnyCall(expr: Call, planner: Planner): Planned {
  if (expr.target !== undefined && (expr.name === "or" || expr.name === "orValue")) return planOptional(expr, planner);
  return (CALLS.get(expr.name) ?? planCall)(expr, planner);
}

/** A planned tree and what it reads. */
export interface PlannedTree {
  readonly planned: Planned;
  /** The cells of variables from outside, by name. */
  readonly variables: ReadonlyMap<string, Cell>;
  /** The fields read straight from the frame, as `variable.field`. */
  readonly members: ReadonlySet<string>;
  /** cel-go's texts for what cannot be planned, such as `int("x")`. */
  readonly refusals: readonly string[];
}

/** What a tree is planned for. */
export interface Plan {
  readonly environment: Environment;
  readonly meter: Meter;
  readonly frame: Frame | undefined;
}

/** Plans a tree. */
export function planTree(checked: CheckedTree, { environment, meter, frame }: Plan): PlannedTree {
  const variables = new Map<string, Cell>();
  const members = new Set<string>();
  const refusals: string[] = [];
  const scopes: ReadonlyMap<string, Cell>[] = [];
  const planner: Planner = {
    checked,
    environment,
    meter,
    plan: (expr) => planNode(expr, planner),
    typeOf: (expr) => checked.types.get(expr) ?? dynType,
    referenceOf: (expr) => checked.references.get(expr),
    cellOf(name) {
      const local = scopes.findLast((scope) => scope.has(name))?.get(name);
      const cell = local ?? variables.get(name) ?? frame?.cells.get(name) ?? { v: null };
      if (local === undefined) {
        variables.set(name, cell);
        frame?.cells.set(name, cell);
      }
      return cell;
    },
    memberOf(name, field) {
      if (scopes.some((scope) => scope.has(name))) return undefined;
      const step = frame?.member(name, field);
      if (step !== undefined) members.add(`${name}.${field}`);
      return step;
    },
    within(locals, plan) {
      scopes.push(locals);
      const result = plan();
      scopes.pop();
      return result;
    },
    refuse: (message) => void refusals.push(message),
  };
  return { planned: planner.plan(checked.expr), variables, members, refusals };
}

function planNode<K extends Expr["kind"]>(expr: ExprOf<K> & Expr, planner: Planner): Planned {
  const plan = TABLE[expr.kind] as (expr: Expr, planner: Planner) => Planned;
  return plan(expr, planner);
}
