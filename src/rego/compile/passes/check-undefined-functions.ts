/** Reports calls of functions that do not exist, and calls with a wrong number of arguments. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { CallExpr, Term } from "../../syntax/ast.ts";
import { printReference } from "../../syntax/print.ts";
import { parseSignature } from "../../types/signature.ts";
import type { Compilation, CompileScope, QueryCompilation } from "../compilation.ts";
import { arityMismatch } from "../errors/arity-mismatch.ts";
import { typeError } from "../errors/errors.ts";
import { originalPath } from "../locals/original-names.ts";
import { isOperator } from "../nodes/builtin-calls.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkBody, walkElseChain } from "../nodes/walk.ts";

/** Checks all rules. */
export function checkUndefinedFunctions(compilation: Compilation): void {
  for (const { rules } of compilation.modules) {
    const found: Diagnostic[] = [];
    const visitor = visitorInto(compilation, found);
    for (const rule of rules) walkElseChain(rule, visitor);
    compilation.report(...found);
  }
}

/** Checks a query. */
export function checkQueryUndefinedFunctions(query: QueryCompilation): void {
  const found: Diagnostic[] = [];
  walkBody(query.body, visitorInto(query, found));
  query.report(...found);
}

function visitorInto(scope: CompileScope, found: Diagnostic[]): Visitor {
  return {
    expression(expression) {
      if (expression.kind !== "call-expr") return false;
      const problem = checkCall(scope, expression);
      if (problem) found.push(problem);
      return problem !== undefined;
    },
  };
}

function checkCall(scope: CompileScope, call: CallExpr): Diagnostic | undefined {
  const { path } = call.operator;
  const arity = scope.arityOf(path);
  const given = call.args.length;
  if (arity < 0) return typeError(call.span, `undefined function ${printReference(originalPath(scope, path))}`);
  // A made-up call has its output as one argument more.
  if (call.generated) {
    return isOperator(call.operator, "eq") || given === arity + 1 ? undefined : wrongArity(scope, call, arity, given - 1);
  }
  return given === arity || given === arity + 1 ? undefined : wrongArity(scope, call, arity, given);
}

function wrongArity(scope: CompileScope, call: CallExpr, arity: number, given: number): Diagnostic {
  const path: readonly Term[] = originalPath(scope, call.operator.path);
  const builtin = scope.builtinOf(path);
  if (builtin) return arityMismatch(parseSignature(builtin.signature), call, scope.builtins);
  const noun = given === 1 ? "argument" : "arguments";
  return typeError(call.span, `function ${printReference(path)} has arity ${arity}, got ${given} ${noun}`);
}
