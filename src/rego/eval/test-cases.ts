/**
 * The cases of a test rule: `test_x[name] if { … }` holds for the cases that pass, so the names of those that fail are found by evaluating
 * only the part of its body that gives the names. That part is the shortest beginning in which every variable of the name is bound.
 * https://www.openpolicyagent.org/docs/latest/policy-testing/
 */
import type { CompiledPolicy, CompiledQuery } from "../compile/policy.ts";
import type { Body, Expr, Rule, Term, VarTerm } from "../syntax/ast.ts";
import { walkNode } from "../syntax/walk.ts";
import { type PreparedQuery, planQuery } from "./evaluate.ts";

/** A query whose rows have one value each: the steps of a case's name, as an array. */
export interface CaseNames {
  readonly query: PreparedQuery;
}

const RESULT = "__case__";

/** Returns the query that lists a rule's cases; undefined when its head ends in no steps after the name. */
export function caseNamesQuery(policy: CompiledPolicy, rule: Rule, steps: readonly Term[]): CaseNames | undefined {
  if (steps.length === 0) return undefined;
  const body = namingPart(rule.body, steps);
  const name: VarTerm = { kind: "var", name: RESULT, span: undefined };
  const capture: Expr = {
    kind: "call-expr",
    operator: { kind: "ref", path: [{ kind: "var", name: "eq", span: undefined }], span: undefined },
    args: [name, { kind: "array", items: steps, span: undefined }],
    index: body.length,
    negated: false,
    generated: true,
    with: [],
    span: rule.span,
  };
  const all = [...body, capture];
  const query: CompiledQuery = {
    policy,
    text: "",
    body: all,
    source: all,
    results: [{ expression: capture, variable: RESULT }],
    originalNames: policy.originalNames,
  };
  return { query: planQuery(query) };
}

/** The expressions that bind the variables of the steps, and what those need, in the order of the body. */
function namingPart(body: Body, steps: readonly Term[]): Body {
  let end = 0;
  const moved = new Set<Expr>();
  for (const variable of steps.flatMap(variablesOf)) {
    const at = body.findIndex((expr) => variablesOf(expr).includes(variable));
    const first = body[at];
    if (first === undefined) continue;
    if (first.generated && first.kind === "call-expr" && first.args.length === 2) {
      // A generated assignment stands late; it only needs what stands on its right side.
      moved.add(first);
      for (const needed of variablesOf(first.args[1] as Term))
        end = Math.max(end, 1 + body.findIndex((expr) => variablesOf(expr).includes(needed)));
    } else end = Math.max(end, at + 1);
  }
  return body.filter((expr, i) => i < end || moved.has(expr));
}

function variablesOf(node: Term | Expr): readonly string[] {
  const names: string[] = [];
  walkNode(node, (each) => {
    if (each.kind === "var") names.push(each.name);
    return undefined;
  });
  return names.filter((name) => name.startsWith("__local"));
}
