/**
 * Pass `CheckDeprecatedBuiltins`: deprecated builtins may not be called in strict mode and in modules written for v1. Queries are only
 * checked in strict mode. As in OPA, modules are looked through only when the type checker met a deprecated call, which it does not
 * inside `every`.
 */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Compilation, CompileScope, QueryCompilation } from "../compilation.ts";
import { typeError } from "../errors/errors.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkBody, walkElseChain } from "../nodes/walk.ts";
import { PolicyTypes } from "./check-types.ts";

/** Reports deprecated calls in modules. */
export function checkDeprecatedBuiltins(compilation: Compilation): void {
  const { types } = compilation;
  if (types instanceof PolicyTypes && types.deprecated.size === 0) return;
  for (const { rules, dialect } of compilation.modules) {
    if (!compilation.strict && dialect === "v0") continue;
    const errors: Diagnostic[] = [];
    const visitor = reporting(compilation, errors);
    for (const rule of rules) walkElseChain(rule, visitor);
    compilation.report(...errors);
  }
}

/** Reports deprecated calls in a query. */
export function checkQueryDeprecatedBuiltins(query: QueryCompilation): void {
  if (!query.strict) return;
  const errors: Diagnostic[] = [];
  walkBody(query.body, reporting(query, errors));
  query.report(...errors);
}

function reporting(scope: CompileScope, errors: Diagnostic[]): Visitor {
  return {
    expression(expression) {
      if (expression.kind !== "call-expr") return false;
      const builtin = scope.builtinOf(expression.operator.path);
      if (builtin?.deprecated) {
        errors.push(typeError(expression.span, `deprecated built-in function calls in expression: ${builtin.name}`));
      }
      return false;
    },
  };
}
