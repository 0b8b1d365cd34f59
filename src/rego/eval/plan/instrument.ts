/** Wraps what is planned with a probe's events; only the instrumented variant of a plan comes through here. */
import type { Body, Expr as Expression, Rule } from "../../syntax/ast.ts";
import type { Expr, Link, Step, Test } from "../cells.ts";
import type { Probe, Watched } from "../probe.ts";
import type { Planner } from "./planner.ts";

/** A rule to watch. */
export interface Watchable {
  readonly rule: Rule;
  readonly path: string;
  /** Tells whether the first solution ends the search. */
  readonly early?: () => boolean;
}

const never = (): boolean => false;

/** Makes a rule's body report that it is entered and left, and each of its solutions. */
export function watchRule(probe: Probe | undefined, rule: Watchable, plan: (wrap: (end: Step) => Step) => Step): Step {
  if (!probe) return plan((end) => end);
  const node = probe.rule(rule.rule, rule.path);
  const early = rule.early ?? never;
  return entering(
    probe,
    node,
    plan((end) => solution(probe, node, end, early)),
  );
}

/** Makes a nested body report the same. */
export function watchBody(probe: Probe | undefined, body: Body, plan: (wrap: (end: Step) => Step) => Step): Step {
  if (!probe) return plan((end) => end);
  const node = probe.body(body);
  return entering(
    probe,
    node,
    plan((end) => solution(probe, node, end, never)),
  );
}

function entering(probe: Probe, node: Watched, step: Step): Step {
  return () => {
    probe.enter(node);
    const stop = step();
    probe.leave();
    return stop;
  };
}

// What follows a solution belongs to whoever asked, not to the query that found it.
function solution(probe: Probe, node: Watched, end: Step, early: () => boolean): Step {
  return () => {
    probe.event("Exit", node, early() ? "early" : "");
    const stop = end();
    probe.event("Redo", node);
    return stop;
  };
}

/** Makes a body tried for one solution report all of them, as OPA goes through them. */
export function watchExists(probe: Probe, body: Body, plan: (end: Step) => Step, all: boolean): Test {
  let found = false;
  const node = probe.body(body);
  const step = entering(
    probe,
    node,
    plan(() => {
      probe.event("Exit", node, all ? "" : "early");
      probe.event("Redo", node);
      found = true;
      return !all;
    }),
  );
  return () => {
    const outer = found;
    found = false;
    step();
    const answer = found;
    found = outer;
    return answer;
  };
}

/** Makes an expression report that it is evaluated, and that it succeeded or failed. */
export function watchExpression(probe: Probe, expr: Expression, link: Link): Link {
  const node = probe.expr(expr);
  return (next) => {
    let defined = false;
    const step = link(() => {
      defined = true;
      const stop = next();
      if (!expr.negated) probe.event("Redo", node);
      defined = true;
      return stop;
    });
    return () => {
      probe.event("Eval", node);
      const outer = defined;
      defined = false;
      const stop = step();
      if (!defined) probe.event("Fail", node);
      defined = outer;
      return stop;
    };
  };
}

/** Makes a `trace` call report its note. */
export function watchNote(probe: Probe, node: Watched, text: Expr): Expr {
  return () => {
    const note = text();
    if (typeof note !== "string") return undefined;
    probe.event("Note", node, note);
    return true;
  };
}

/** Reports how many rules the index found. */
export function reportIndex(planner: Planner, rules: readonly Rule[], matched: number, early: boolean): void {
  const [rule] = rules;
  if (!rule) return;
  planner.probe?.index(planner.pathText(rule), `(matched ${matched} ${matched === 1 ? "rule" : "rules"}${early ? ", early exit" : ""})`);
}
