/** Which names a body declares, with `:=` or `some`, anywhere outside comprehensions: a name declared in a body means the local everywhere in it. */
import type { Body, Expr, Term } from "../../syntax/ast.ts";
import { isOperator } from "../nodes/builtin-calls.ts";
import { VarCollector } from "../nodes/vars.ts";
import { walkBody, walkExpression } from "../nodes/walk.ts";

/** Returns the names that a body declares. */
export function declaredInBody(body: Body): Set<string> {
  const declared = new Set<string>();
  walkBody(body, visitorInto(declared));
  return declared;
}

/** Returns the names that one expression declares. */
export function declaredInExpression(expression: Expr): Set<string> {
  const declared = new Set<string>();
  walkExpression(expression, visitorInto(declared));
  return declared;
}

function visitorInto(declared: Set<string>) {
  const collector = new VarCollector(declared);
  return {
    expression(expression: Expr): boolean {
      if (expression.kind === "call-expr") {
        const [left] = expression.args;
        if (left && expression.args.length === 2 && isOperator(expression.operator, "assign")) collector.term(left);
      } else if (expression.kind === "some-expr") {
        for (const symbol of expression.symbols) {
          if (symbol.kind === "var") collector.term(symbol);
          // `some k, v in xs` declares two patterns, `some v in xs` one.
          else if (symbol.kind === "call") collector.terms(symbol.args.slice(0, symbol.args.length === 3 ? 2 : 1));
        }
      }
      return false;
    },
    term({ kind }: Term): boolean {
      return kind === "array-comprehension" || kind === "set-comprehension" || kind === "object-comprehension";
    },
  };
}

/** Names that belong to the scopes around a place, innermost last. */
export class ScopeStack {
  readonly #scopes: ReadonlySet<string>[] = [];

  /** Runs something inside one more scope. */
  within<T>(scope: ReadonlySet<string>, run: () => T): T {
    this.#scopes.push(scope);
    try {
      return run();
    } finally {
      this.#scopes.pop();
    }
  }

  /** Tells whether some scope has the name. */
  has(name: string): boolean {
    return this.#scopes.some((scope) => scope.has(name));
  }
}
