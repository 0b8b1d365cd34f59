/** Orders every body so that each variable is bound before it is needed, and reports variables that nothing binds. */
import type { Rule } from "../../syntax/ast.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import { mapElseChain, withBody } from "../nodes/build.ts";
import { VarCollector } from "../nodes/vars.ts";
import { orderForSafety } from "../safety/order-for-safety.ts";
import { safetyErrors } from "../safety/safety-errors.ts";

/** Orders all rule bodies. */
export function checkSafetyOfBodies(compilation: Compilation): void {
  for (const state of compilation.modules) {
    state.rules = state.rules.map((rule) => mapElseChain(rule, (link) => orderRule(compilation, link)));
  }
}

/** Orders a query. */
export function checkSafetyOfQuery(query: QueryCompilation): void {
  const { body, unsafe, forgotten } = orderForSafety(query.arityOf, rootDocuments, query.body);
  if (forgotten.length > 0) query.deferred.push(...safetyErrors(forgotten, query.originalNames));
  if (unsafe.length > 0) query.report(...safetyErrors(unsafe, query.originalNames));
  else query.body = body;
}

const rootDocuments: ReadonlySet<string> = new Set(["data", "input"]);

function orderRule(compilation: Compilation, rule: Rule): Rule {
  let globals = rootDocuments;
  if (rule.head.args && rule.head.args.length > 0) {
    const collector = new VarCollector(new Set(rootDocuments));
    collector.terms(rule.head.args);
    globals = collector.found;
  }
  const { body, unsafe, forgotten } = orderForSafety(compilation.arityOf, globals, rule.body);
  if (forgotten.length > 0) compilation.deferred.push(...safetyErrors(forgotten, compilation.originalNames));
  const errors = unsafe.length > 0 ? safetyErrors(unsafe, compilation.originalNames) : [];
  // Unsafe names that no message may show (wildcards of the compiler) leave the order as far as it came.
  if (errors.length === 0) return withBody(rule, body);
  compilation.report(...errors);
  return rule;
}
