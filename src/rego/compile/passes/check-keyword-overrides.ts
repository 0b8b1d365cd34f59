/** Reports rules, arguments and variables named `input` or `data`, which v1 and strict mode forbid. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Expr, Rule, Term } from "../../syntax/ast.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import { compileError } from "../errors/errors.ts";
import { isOperator } from "../nodes/builtin-calls.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkBody, walkElseChain } from "../nodes/walk.ts";

/** Checks modules. */
export function checkKeywordOverrides(compilation: Compilation): void {
  for (const { rules, dialect } of compilation.modules) {
    if (!compilation.strict && dialect === "v0") continue;
    const found = rules.flatMap(overridesInHead);
    const visitor = assignmentsInto(found);
    for (const rule of rules) walkElseChain(rule, visitor);
    compilation.report(...found);
  }
}

/** Checks a query, in strict mode. */
export function checkQueryKeywordOverrides(query: QueryCompilation): void {
  if (!query.strict) return;
  const found: Diagnostic[] = [];
  walkBody(query.body, assignmentsInto(found));
  query.report(...found);
}

function overridesInHead({ head, span }: Rule): Diagnostic[] {
  const found: Diagnostic[] = [];
  const name = rootName(head.reference[0]);
  if (name !== undefined) found.push(compileError(span, `rules must not shadow ${name} (use a different rule name)`));
  for (const arg of head.args ?? []) {
    const root = arg.kind === "ref" ? rootName(arg) : undefined;
    if (root !== undefined) found.push(compileError(arg.span, `args must not shadow ${root} (use a different variable name)`));
  }
  return found;
}

function assignmentsInto(found: Diagnostic[]): Visitor {
  return {
    expression(expression: Expr) {
      if (expression.kind !== "call-expr" || !isOperator(expression.operator, "assign")) return false;
      const [left] = expression.args;
      const name = left && rootName(left);
      if (name !== undefined)
        found.push(compileError(expression.span, `variables must not shadow ${name} (use a different variable name)`));
      return false;
    },
  };
}

/** Returns `input` or `data` when that is the whole term. */
function rootName(term: Term): string | undefined {
  const alone = term.kind === "ref" && term.path.length === 1 ? term.path[0] : term;
  return alone.kind === "var" && (alone.name === "input" || alone.name === "data") ? alone.name : undefined;
}
