/**
 * Plans calls of builtins and of the policy's functions. A failed builtin makes its call undefined and is remembered with the place of the expression.
 * Names that some `with` replaces ask at run time. https://www.openpolicyagent.org/docs/latest/policy-reference/#built-in-functions
 */
import type { Builtin, BuiltinFunction } from "../../builtins/define.ts";
import { Failure } from "../../builtins/failure.ts";
import { nodeAt } from "../../compile/rule-tree.ts";
import type { Span } from "../../source/source.ts";
import type { RefTerm } from "../../syntax/ast.ts";
import type { Value } from "../../values/value.ts";
import type { Expr } from "../cells.ts";
import type { MockFrame, Runner } from "../runner.ts";
import { recordFailure } from "../runner.ts";
import { halt } from "../stop.ts";
import { planQuick } from "./calls/quick.ts";
import { specialCalls } from "./calls/special.ts";
import { operatorName } from "./names.ts";
import type { Operand } from "./operand.ts";
import { COST, computed, costOf, exprOf, isTotal } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";

/** Plans the value of a call. */
export function planCall(operator: RefTerm, args: readonly Operand[], scope: Scope, planner: Planner): Operand {
  const name = operatorName(operator);
  if (!planner.facts.mockTargets.has(name)) return plainCall(operator, name, args, scope, planner);
  return mockable(name, args, plainCall(operator, name, args, scope, planner), scope.span, planner);
}

function plainCall(operator: RefTerm, name: string, args: readonly Operand[], scope: Scope, planner: Planner): Operand {
  const node = planner.tree && nodeAt(planner.tree, operator.path);
  if (node && node.rules.length > 0) return planner.ruleSet(node).call(args);
  const special = specialCalls.get(name)?.(args, scope.span, planner);
  if (special) return special;
  const builtin = planner.builtin(name);
  const { span } = scope;
  if (!builtin) {
    return computed(
      () => {
        throw halt("eval_internal_error", `unsupported built-in: ${name}`, span);
      },
      COST.builtin,
      false,
    );
  }
  return planQuick(builtin, args, span, planner) ?? builtinCall(builtin, args, span, planner.run);
}

function builtinCall(builtin: Builtin, args: readonly Operand[], span: Span | undefined, run: Runner): Operand {
  const cost = args.reduce<number>((sum, argument) => sum + costOf(argument), COST.builtin);
  return computed(builtinExpr(builtin.call, args.map(exprOf), span, run), cost, args.every(isTotal));
}

function builtinExpr(call: BuiltinFunction, args: readonly Expr[], span: Span | undefined, run: Runner): Expr {
  const [a, b] = args;
  if (a && args.length === 1) {
    return () => {
      const x = a();
      if (x === undefined) return undefined;
      const result = call(run.context, x);
      return typeof result === "object" && result instanceof Failure ? recordFailure(run, result, span) : result;
    };
  }
  if (a && b && args.length === 2) {
    return () => {
      const x = a();
      if (x === undefined) return undefined;
      const y = b();
      if (y === undefined) return undefined;
      const result = call(run.context, x, y);
      return typeof result === "object" && result instanceof Failure ? recordFailure(run, result, span) : result;
    };
  }
  return () => {
    const values = valuesOf(args);
    if (!values) return undefined;
    const result = call(run.context, ...values);
    return typeof result === "object" && result instanceof Failure ? recordFailure(run, result, span) : result;
  };
}

function valuesOf(args: readonly Expr[]): Value[] | undefined {
  const values: Value[] = [];
  for (let i = 0; i < args.length; i++) {
    const value = (args[i] as Expr)();
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function mockable(name: string, args: readonly Operand[], plain: Operand, span: Span | undefined, planner: Planner): Operand {
  const { run } = planner;
  const exprs = args.map(exprOf);
  const original = exprOf(plain);
  const expr: Expr = () => {
    const mock = mockOf(run.mocks, name);
    if (!mock) return original();
    const { replacement } = mock;
    const values = valuesOf(exprs);
    if (!values) return undefined;
    if (replacement.kind === "value") return replacement.value;
    if (replacement.kind === "document") return replacement.read();
    // The replacement's own calls see the originals.
    const { mocks } = run;
    run.mocks = undefined;
    const before = run.errors.length;
    const value = replacement.call(values);
    run.mocks = mocks;
    // A builtin that stands in has no place of its own.
    for (let i = before; i < run.errors.length; i++) {
      const error = run.errors[i];
      if (error && error.span === undefined) run.errors[i] = { ...error, span };
    }
    return value;
  };
  return computed(expr, COST.rule, false);
}

/** Tells whether something stands in for a function at the moment. */
export function isMocked({ mocks }: Runner, name: string): boolean {
  return mockOf(mocks, name) !== undefined;
}

function mockOf(mocks: MockFrame | undefined, name: string): MockFrame | undefined {
  for (let frame = mocks; frame; frame = frame.outer) if (frame.target === name) return frame;
  return undefined;
}
