/** Pass `CheckUnsafeBuiltins`: builtins that the host forbids may not be called, though they exist. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Compilation, CompileScope, QueryCompilation } from "../compilation.ts";
import { typeError } from "../errors/errors.ts";
import { dottedName } from "../nodes/builtin-calls.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkBody, walkElseChain } from "../nodes/walk.ts";

/** Reports forbidden calls in modules. */
export function checkUnsafeBuiltins(compilation: Compilation): void {
  if (compilation.unsafeBuiltins.size === 0) return;
  for (const { rules } of compilation.modules) {
    const errors: Diagnostic[] = [];
    const visitor = reporting(compilation, errors);
    for (const rule of rules) walkElseChain(rule, visitor);
    compilation.report(...errors);
  }
}

/** Reports forbidden calls in a query. */
export function checkQueryUnsafeBuiltins(query: QueryCompilation): void {
  if (query.unsafeBuiltins.size === 0) return;
  const errors: Diagnostic[] = [];
  walkBody(query.body, reporting(query, errors));
  query.report(...errors);
}

function reporting(scope: CompileScope, errors: Diagnostic[]): Visitor {
  return {
    expression(expression) {
      if (expression.kind !== "call-expr") return false;
      const name = dottedName(expression.operator.path);
      if (name !== undefined && scope.unsafeBuiltins.has(name)) {
        errors.push(typeError(expression.span, `unsafe built-in function calls in expression: ${name}`));
      }
      return false;
    },
  };
}
