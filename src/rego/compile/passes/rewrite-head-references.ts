/**
 * Moves what is neither constant nor variable out of a rule's name: `p[input.x]` becomes `p[__local0__]` with `__local0__ = input.x` in the
 * body, because the rule tree knows constants and variables only.
 */
import type { Expr, Head, Rule, Term } from "../../syntax/ast.ts";
import { compareTerms } from "../../syntax/compare.ts";
import { printReference } from "../../syntax/print.ts";
import type { Compilation } from "../compilation.ts";
import { compileError, typeError } from "../errors/errors.ts";
import { appendTo, bindToLocal, isScalar } from "../nodes/build.ts";

/** Rewrites the names of all rules. */
export function rewriteHeadReferences(compilation: Compilation): void {
  const { features } = compilation.options;
  const granted = (name: string): boolean => features === undefined || features.has(name) || features.has("rego_v1");
  const general = granted("rule_head_refs");
  const any = general || granted("rule_head_ref_string_prefixes");
  for (const state of compilation.modules) {
    state.rules = state.rules.map((rule) => {
      const { reference, name } = rule.head;
      if (!any && name === "") {
        compilation.report(compileError(rule.span, `rule heads with refs are not supported: ${printReference(reference)}`));
        return rule;
      }
      if (!general && !reportGeneralSteps(compilation, rule)) return rule;
      return rewriteRule(compilation, rule);
    });
  }
}

function reportGeneralSteps(compilation: Compilation, { head, span }: Rule): boolean {
  const last = head.value === undefined ? head.reference.length : head.reference.length - 1;
  for (const step of head.reference.slice(1, last)) {
    if (step.kind === "string") continue;
    const message = `rule heads with general refs (containing variables) are not supported: ${printReference(head.reference)}`;
    if (!compilation.report(typeError(span, message))) return false;
  }
  return true;
}

function rewriteRule({ names }: Compilation, rule: Rule): Rule {
  const { head } = rule;
  if (head.reference.every((step, i) => i === 0 || step.kind === "var" || isScalar(step))) return rule;
  const moved: Expr[] = [];
  let { key } = head;
  const move = (step: Term, i: number): Term => {
    if (i === 0 || step.kind === "var" || isScalar(step)) return step;
    const { local, expression } = bindToLocal(names, step);
    if (i === head.reference.length - 1 && key && compareTerms(key, step) === 0) key = local;
    moved.push(expression);
    return local;
  };
  const reference = head.reference.map(move) as unknown as Head["reference"];
  return { ...rule, head: { ...head, reference, key }, body: appendTo(rule.body, moved) };
}
