/** Reports variables of a rule's head that neither its arguments nor its body bind. */
import type { Span } from "../../source/source.ts";
import type { Head, Rule, Term } from "../../syntax/ast.ts";
import type { Compilation } from "../compilation.ts";
import { errorAt } from "../errors/errors.ts";
import { isGeneratedName, shownName } from "../locals/local-names.ts";
import { isScalar } from "../nodes/build.ts";
import { safetyFilter, VarCollector, varsOfTerm } from "../nodes/vars.ts";
import { walkTerm } from "../nodes/walk.ts";

/** Checks all heads. */
export function checkSafetyOfHeads(compilation: Compilation): void {
  for (const { rules } of compilation.modules) {
    for (const rule of rules) {
      for (let link: Rule | undefined = rule; link; link = link.else) {
        if (!checkHead(compilation, link)) break;
      }
    }
  }
}

function checkHead(compilation: Compilation, { head, body }: Rule): boolean {
  const vars = varsOfHead(head);
  if (vars.size === 0) return true;
  const bound = new Set<string>();
  new VarCollector(bound, safetyFilter).body(body);
  new VarCollector(bound).terms(head.args ?? []);
  for (const [name, span] of vars) {
    if (bound.has(name)) continue;
    const original = compilation.originalNames.get(name) ?? name;
    if (isGeneratedName(original)) continue;
    if (!compilation.report(errorAt("rego_unsafe_var_error", span, `var ${shownName(original)} is unsafe`))) return false;
  }
  return true;
}

/** The variables of a head, each with the place where it was read last. */
function varsOfHead({ args, key, value, reference }: Head): ReadonlyMap<string, Span | undefined> {
  const vars = new Map<string, Span | undefined>();
  const add = (term: Term | undefined): void => {
    if (!term || isScalar(term)) return;
    walkTerm(term, {
      term(each) {
        if (each.kind === "var") vars.set(each.name, each.span);
        // Else branches keep references in their names. OPA does not note where their variables are.
        if (each.kind === "ref") for (const name of varsOfTerm(each)) if (!vars.has(name)) vars.set(name, undefined);
        return each.kind === "ref";
      },
    });
  };
  for (const arg of args ?? []) add(arg);
  add(key);
  add(value);
  for (const step of reference.slice(1)) add(step);
  return vars;
}
