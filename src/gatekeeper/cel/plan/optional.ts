/** `optional.or(other)` and `optional.orValue(value)`, whose operand is worked out only when it is needed. */
import type { Call } from "../syntax/ast.ts";
import { noSuchOverload } from "../values/order.ts";
import { CelError, CelOptional } from "../values/value.ts";
import { ofStep, type Planned, type Planner } from "./step.ts";

/** Plans the two; any other use of the names is left to the library. */
export function planOptional(expr: Call, planner: Planner): Planned {
  const target = expr.target === undefined ? undefined : planner.plan(expr.target).step;
  const [other] = expr.args.map((arg) => planner.plan(arg).step);
  if (target === undefined || other === undefined) return ofStep(() => noSuchOverload);
  const unwrap = expr.name === "orValue";
  return ofStep(() => {
    const optional = target();
    if (optional instanceof CelError) return optional;
    if (!(optional instanceof CelOptional)) return optional;
    if (optional.value !== undefined) return unwrap ? optional.value : optional;
    const value = other();
    return unwrap || value instanceof CelOptional || value instanceof CelError ? value : noSuchOverload;
  });
}
