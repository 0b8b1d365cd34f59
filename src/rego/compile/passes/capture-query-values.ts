/** Pass `capture-query-values`. */
import type { Expr } from "../../syntax/ast.ts";
import type { QueryCompilation } from "../compilation.ts";

const CAPTURE = "$term";

/** Returns the variable that an expression's value was captured in. */
export function captureNameOf(expression: Expr): string | undefined {
  const last = expression.kind === "call-expr" ? expression.args.at(-1) : undefined;
  return last?.kind === "var" && last.name.startsWith(CAPTURE) ? last.name : undefined;
}

/** Leaves a query as it is. */
export function captureQueryValues(_query: QueryCompilation): void {}
