/** Pass `CheckVoidCalls`: a builtin without a result (`print`) cannot stand where a value is needed. */
import type { BuiltinTable } from "../../builtins/define.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Term } from "../../syntax/ast.ts";
import { printTerm } from "../../syntax/print.ts";
import type { Compilation, CompileScope, QueryCompilation } from "../compilation.ts";
import { typeError } from "../errors/errors.ts";
import { isVoidBuiltin } from "../nodes/builtin-calls.ts";
import { maySpell } from "../nodes/spelling.ts";
import type { Visitor } from "../nodes/walk.ts";
import { walkBody, walkElseChain } from "../nodes/walk.ts";

/** Reports void calls used as values in modules. */
export function checkVoidCalls(compilation: Compilation): void {
  const words = voidNames(compilation.builtins);
  for (const state of compilation.modules) {
    const { rules } = state;
    if (!maySpell(state, ...words)) continue;
    const errors: Diagnostic[] = [];
    const visitor = reporting(compilation, errors);
    for (const rule of rules) walkElseChain(rule, visitor);
    compilation.report(...errors);
  }
}

/** Reports void calls used as values in a query. */
export function checkQueryVoidCalls(query: QueryCompilation): void {
  const errors: Diagnostic[] = [];
  walkBody(query.body, reporting(query, errors));
  query.report(...errors);
}

function reporting(scope: CompileScope, errors: Diagnostic[]): Visitor {
  return {
    term(term) {
      if (term.kind === "call" && isVoid(scope, term.operator.path)) errors.push(typeError(term.span, `${printTerm(term)} used as value`));
      return false;
    },
  };
}

function isVoid(scope: CompileScope, operator: readonly Term[]): boolean {
  const builtin = scope.builtinOf(operator);
  return builtin !== undefined && isVoidBuiltin(builtin);
}

const knownNames = new WeakMap<BuiltinTable, readonly string[]>();

// The last words of their names.
function voidNames(builtins: BuiltinTable): readonly string[] {
  const known = knownNames.get(builtins);
  if (known) return known;
  const names = [...builtins.values()].filter(isVoidBuiltin).map(({ name }) => name.slice(name.lastIndexOf(".") + 1));
  knownNames.set(builtins, names);
  return names;
}
