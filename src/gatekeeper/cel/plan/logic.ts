/**
 * `&&`, `||`, `?:`, `!` and the guard of quantifiers. The logical operators absorb errors: one operand that decides is enough, whatever
 * the others do. https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators
 */
import type { Call } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { noSuchOverload } from "../values/order.ts";
import { CelError } from "../values/value.ts";
import { ofStep, type Planned, type Planner, type Step } from "./step.ts";

/** Plans `a && b && …` or `a || b || …`. */
export function planLogical(expr: Call, planner: Planner): Planned {
  const terms = expr.args.map((arg) => planner.plan(arg).step);
  const deciding = expr.name === OPERATORS.or;
  const [first, second] = terms;
  if (terms.length === 2 && first !== undefined && second !== undefined) return ofStep(pair(first, second, deciding));
  return ofStep(() => {
    let failure: CelError | undefined;
    for (const term of terms) {
      const value = term();
      if (value === deciding) return value;
      if (value !== !deciding) failure ??= value instanceof CelError ? value : noSuchOverload;
    }
    return failure ?? !deciding;
  });
}

function pair(first: Step, second: Step, deciding: boolean): Step {
  return () => {
    const a = first();
    if (a === deciding) return a;
    const b = second();
    if (b === deciding) return b;
    if (a !== !deciding) return a instanceof CelError ? a : noSuchOverload;
    return b === !deciding || b instanceof CelError ? b : noSuchOverload;
  };
}

/** Plans `condition ? a : b`; a branch that is a mere name or selection is not charged for itself. */
export function planConditional(expr: Call, planner: Planner): Planned {
  const [test, then, otherwise] = expr.args.map((arg) => planner.plan(arg));
  if (test === undefined || then === undefined || otherwise === undefined) return ofStep(() => noSuchOverload);
  const condition = test.step;
  const yes = then.bare ?? then.step;
  const no = otherwise.bare ?? otherwise.step;
  const step: Step = () => {
    const value = condition();
    if (value === true) return yes();
    if (value === false) return no();
    return value instanceof CelError ? value : noSuchOverload;
  };
  return { step, constant: undefined, bare: step };
}

/** Plans `!a`. */
export function planNot(expr: Call, planner: Planner): Planned {
  const operand = expr.args.map((arg) => planner.plan(arg).step)[0];
  const { meter } = planner;
  if (operand === undefined) return ofStep(() => noSuchOverload);
  return ofStep(() => {
    const value = operand();
    meter.cost++;
    if (typeof value === "boolean") return !value;
    return value instanceof CelError ? value : noSuchOverload;
  });
}

/** Plans the guard of quantifiers: true unless its operand is false. */
export function planNotStrictlyFalse(expr: Call, planner: Planner): Planned {
  const operand = expr.args.map((arg) => planner.plan(arg).step)[0];
  const { meter } = planner;
  return ofStep(() => {
    meter.cost++;
    return operand?.() !== false;
  });
}
