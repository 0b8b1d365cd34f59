/** Moves what needs evaluation out of rule heads: `p contains data.x[i] if …` becomes `p contains __local0__ if …; __local0__ = data.x[i]`. */
import type { Expr, Rule, Term } from "../../syntax/ast.ts";
import type { Compilation } from "../compilation.ts";
import type { NameGenerator } from "../locals/local-names.ts";
import { appendTo, bindToLocal, mapElseChain, mapSame } from "../nodes/build.ts";
import { requiresEvaluation } from "../nodes/walk.ts";

/** Rewrites all heads. */
export function rewriteReferencesInHead(compilation: Compilation): void {
  const { names } = compilation;
  for (const state of compilation.modules) state.rules = state.rules.map((rule) => mapElseChain(rule, (link) => rewriteHead(names, link)));
}

function rewriteHead(names: NameGenerator, rule: Rule): Rule {
  const { head } = rule;
  const moved: Expr[] = [];
  const change = (term: Term): Term => {
    if (!requiresEvaluation(term)) return term;
    const { local, expression } = bindToLocal(names, term);
    moved.push(expression);
    return local;
  };
  const key = head.key && change(head.key);
  const value = head.value && change(head.value);
  const args = head.args && mapSame(head.args, change);
  return moved.length === 0 ? rule : { ...rule, head: { ...head, key, value, args }, body: appendTo(rule.body, moved) };
}
