/** Wraps what is planned with a probe's events; only the instrumented variant of a plan comes through here. */
import type { Body, EveryExpr, Expr as Expression, Rule } from "../../syntax/ast.ts";
import { printTerm } from "../../syntax/print.ts";
import type { Value } from "../../values/value.ts";
import type { Expr, Link, Step, Test } from "../cells.ts";
import type { Probe, Values, Watched } from "../probe.ts";
import type { Planner, Scope } from "./planner.ts";
import { shownOf, shownOfHead } from "./shown.ts";

/** A rule to watch. */
export interface Watchable {
  readonly rule: Rule;
  readonly path: string;
  /** The rule's variables. */
  readonly scope: Scope;
  /** Tells whether the first solution ends the search. */
  readonly early?: () => boolean;
  /** Tells whether what followed a value inside the rule has seen enough: then the rule is not gone back to. */
  readonly passed?: () => boolean;
}

const never = (): boolean => false;

/** Makes a rule's body report that it is entered and left, and each of its solutions. */
export function watchRule(planner: Planner, rule: Watchable, plan: (wrap: (end: Step) => Step) => Step): Step {
  const { probe } = planner;
  if (!probe) return plan((end) => end);
  const node = probe.rule(rule.rule, rule.path);
  const { early = never, passed = never } = rule;
  return entering(
    probe,
    node,
    plan((end) => {
      const found = { ...node, values: { before: [], after: shownOfHead(rule.rule, rule.scope, planner) } };
      return solution(probe, found, end, { early, passed });
    }),
  );
}

/** Makes a nested body report the same. */
export function watchBody(planner: Planner, { body, scope }: WatchedBody, plan: (wrap: (end: Step) => Step) => Step): Step {
  const { probe } = planner;
  if (!probe) return plan((end) => end);
  const node = probe.body(body);
  const entered = { ...node, values: { before: shownOf(body, scope, planner), after: [] } };
  return entering(
    probe,
    entered,
    plan((end) => {
      const found = { ...node, values: { before: [], after: shownOf(body, scope, planner) } };
      return () => {
        probe.event("Exit", found);
        try {
          return outside(probe, end);
        } finally {
          probe.event("Redo", found);
        }
      };
    }),
  );
}

/** A nested body to watch. */
interface WatchedBody {
  readonly body: Body;
  readonly scope: Scope;
}

function entering(probe: Probe, node: Watched, step: Step): Step {
  return () => {
    probe.enter(node);
    try {
      return step();
    } finally {
      probe.leave();
    }
  };
}

// An error passes through here as well, and events are reported on its way.
function outside(probe: Probe, step: Step): boolean {
  const query = probe.suspend();
  try {
    return step();
  } finally {
    probe.resume(query);
  }
}

// What follows a solution belongs to whoever asked, not to the query that found it.
function solution(probe: Probe, node: Watched, end: Step, { early, passed }: Required<Pick<Watchable, "early" | "passed">>): Step {
  return () => {
    probe.event("Exit", node, early() ? "early" : "");
    const stop = outside(probe, end);
    if (!passed()) probe.event("Redo", node);
    return stop;
  };
}

/** Makes a body tried for one solution report all of them, as OPA goes through them. */
export function watchExists(probe: Probe, body: Body, values: Values, plan: (end: Step) => Step, all: boolean): Test {
  let found = false;
  const node = { ...probe.body(body), values };
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
export function watchExpression(probe: Probe, expr: Expression, index: number, values: Values, link: Link): Link {
  const node = { ...probe.expr(expr, index), values };
  return (next) => {
    let defined = false;
    const step = link(() => {
      try {
        return next();
      } finally {
        // On its way out an error goes back through what was evaluated.
        if (!expr.negated) probe.event("Redo", node);
        defined = true;
      }
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
export function watchNote(probe: Probe, node: Watched, text: Expr, otherwise: (note: Value) => Value | undefined): Expr {
  return () => {
    const note = text();
    if (typeof note !== "string") return note === undefined ? undefined : otherwise(note);
    probe.event("Note", node, note);
    return true;
  };
}

/** Reports how many rules the index found. */
export function reportIndex(planner: Planner, rules: readonly Rule[], matched: number, early: boolean): void {
  const [rule] = rules;
  if (!rule) return;
  planner.probe?.index(
    planner.pathText(rule).front,
    `(matched ${matched} ${matched === 1 ? "rule" : "rules"}${early ? ", early exit" : ""})`,
  );
}

/** What a watched `every` goes through. */
export interface WatchedEvery {
  readonly expr: EveryExpr;
  readonly index: number;
  /** Reads the domain; false when it has no elements to visit. */
  readonly open: Test;
  /** Visits the elements. */
  readonly each: (visit: Step) => void;
  readonly holds: Test;
}

/** Makes an `every` report its domain, and the body for each element. */
export function watchEvery(probe: Probe, { expr, index, open, each, holds }: WatchedEvery): Link {
  const node = probe.expr(expr, index);
  const inside = probe.expr(expr, index, true);
  const key = expr.key ? printTerm(expr.key) : "_";
  const text = `${printTerm(expr.domain)}[${key}] = ${printTerm(expr.value)}`;
  const generator = probe.named(text, expr.domain.span);
  const visitAll = (): boolean => {
    let all = true;
    let visited = false;
    each(() => {
      visited = true;
      try {
        if (!all) return false;
        try {
          all = holds();
        } finally {
          probe.event("Redo", inside);
        }
      } finally {
        probe.event("Redo", generator);
      }
      return false;
    });
    if (!visited) probe.event("Fail", generator);
    return all;
  };
  return (next) => () => {
    if (!open()) {
      probe.event("Fail", node);
      return false;
    }
    return entering(probe, node, () => {
      probe.event("Eval", generator);
      if (!visitAll()) {
        probe.event("Fail", node);
        return false;
      }
      try {
        return outside(probe, next);
      } finally {
        probe.event("Exit", node);
      }
    })();
  };
}
