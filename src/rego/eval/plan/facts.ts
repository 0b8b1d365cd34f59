/** Collects what the planner must know of a whole policy and query before it plans: everything that some `with` replaces, and what can be observed. */
import type { Body, Expr, Rule, Term } from "../../syntax/ast.ts";
import type { Value } from "../../values/value.ts";
import { operatorName } from "./names.ts";
import type { Planner, PolicyFacts } from "./planner.ts";
import { targetOf } from "./with.ts";

// Calls by which somebody outside sees how often and in which order expressions run.
const OBSERVERS: ReadonlySet<string> = new Set(["print", "internal.print", "trace", "http.send", "net.lookup_ip_addr", "external_data"]);

/** Reads rules and a query. */
export function collectFacts(rules: Iterable<Rule>, query: Body, tree: Planner["tree"], always: boolean): PolicyFacts {
  const dataTargets: (readonly Value[])[] = [];
  const mockTargets = new Set<string>();
  let observed = always;
  let replacesInput = false;

  function expr(node: Expr): void {
    for (const { target, value } of node.with) {
      const replaced = targetOf(target, tree);
      if (replaced?.kind === "function") mockTargets.add(replaced.name);
      else if (replaced?.kind === "data") dataTargets.push(replaced.path);
      else if (replaced?.kind === "input") replacesInput = true;
      term(value);
    }
    switch (node.kind) {
      case "term-expr":
        term(node.term);
        return;
      case "call-expr":
        if (OBSERVERS.has(operatorName(node.operator))) observed = true;
        node.args.forEach(term);
        return;
      case "every-expr":
        term(node.domain);
        node.body.forEach(expr);
        return;
      case "not-expr":
        node.body.forEach(expr);
        return;
      default:
        return;
    }
  }

  function term(node: Term): void {
    switch (node.kind) {
      case "ref":
        node.path.forEach(term);
        return;
      case "array":
      case "set":
        node.items.forEach(term);
        return;
      case "object":
        node.entries.forEach((entry) => entry.forEach(term));
        return;
      case "array-comprehension":
      case "set-comprehension":
        term(node.head);
        node.body.forEach(expr);
        return;
      case "object-comprehension":
        term(node.key);
        term(node.value);
        node.body.forEach(expr);
        return;
      case "call":
        if (OBSERVERS.has(operatorName(node.operator))) observed = true;
        node.args.forEach(term);
        return;
      default:
        return;
    }
  }

  for (const rule of rules) {
    for (let branch: Rule | undefined = rule; branch; branch = branch.else) {
      branch.body.forEach(expr);
      if (branch.head.value) term(branch.head.value);
      if (branch.head.key) term(branch.head.key);
    }
  }
  query.forEach(expr);
  return { dataTargets, mockTargets, replacesInput, observed };
}
