/**
 * Watches an evaluation: every query that is entered and left, every expression that is evaluated, succeeds again or fails. A plan with a probe is a
 * second, instrumented variant of the closures; the usual plan knows nothing of it. Out: trace events in OPA's words, the places reached (coverage)
 * and counts with times per expression (profile). https://www.openpolicyagent.org/docs/latest/cli/#eval
 */
import type { Span } from "../source/source.ts";
import type { Body, Expr, Rule } from "../syntax/ast.ts";
import { isWildcard } from "../syntax/names.ts";
import { printBody, printExpr } from "../syntax/print.ts";
import type { Value } from "../values/value.ts";
import type { ProfileRow, TraceEvent } from "./outcome.ts";

/** Something that events are about. */
export interface Watched {
  readonly kind: "expr" | "rule" | "body";
  readonly text: string;
  readonly span: Span | undefined;
  /** The place of an expression in its body. */
  readonly index: number;
  readonly values?: Values;
}

/** A value that an explanation shows; one of a rule only once the rule was evaluated. */
export interface Shown {
  readonly name: string;
  readonly cached: boolean;
  readonly read: () => Value | undefined;
}

/** A part of the text of an expression that failed; `certain` when having no value means to be undefined. */
export interface Part {
  readonly span: Span;
  readonly certain: boolean;
  readonly read: () => Value | undefined;
}

/** What is shown of the values of a node: before it was evaluated, after it, and of its parts when it failed. */
export interface Values {
  readonly before: readonly Shown[];
  readonly after: readonly Shown[];
  readonly base?: Span | undefined;
  readonly parts?: readonly Part[];
}

/** What of an evaluation is asked for. */
interface Watching {
  /** Values of variables in the trace. */
  readonly values: boolean;
  readonly trace: boolean;
  readonly coverage: boolean;
  readonly profile: boolean;
  /** Milliseconds, for the profile's times. */
  readonly clock: (() => number) | undefined;
}

/** A query that was entered, and its expression evaluated last. */
interface Query {
  readonly id: number;
  current: Watched | undefined;
  /** The place of the last event that had one; what a pass made up has none of its own. */
  span: Span | undefined;
}

/** The watcher of one evaluation after another. */
export interface Probe {
  /** Whether values are shown; fixed by the first evaluation. */
  readonly showsValues: boolean;
  /** Evaluates something without reporting it. */
  quietly<T>(run: () => T): T;
  /** Starts an evaluation. */
  start(watching: Watching): void;
  /** Enters a query below the current one. */
  enter(node: Watched): void;
  /** Returns to the query that was current before. */
  leave(): void;
  /** Leaves the current query for a while; gives back what `resume` takes. */
  suspend(): Query | undefined;
  resume(query: Query | undefined): void;
  event(op: TraceEvent["op"], node: Watched, message?: string): void;
  /** Reports a look-up in an index of rules, made by the expression evaluated last. */
  index(path: string, message: string): void;
  /** An expression; inside the loop of an `every` its author's wildcard is shown as well. */
  readonly expr: (expr: Expr, index: number, inside?: boolean) => Watched;
  /** An expression that stands nowhere in the source. */
  readonly named: (text: string, span: Span | undefined) => Watched;
  readonly rule: (rule: Rule, path: string) => Watched;
  readonly body: (body: Body) => Watched;
  trace(): readonly TraceEvent[];
  coverage(): readonly Span[];
  profile(): readonly ProfileRow[];
}

// An explanation of a million lines explains nothing and fills the memory.
const MAX_EVENTS = 1_000_000;

interface Counts {
  readonly span: Span;
  readonly index: number;
  evaluations: number;
  redos: number;
  nanos: number;
}

/** Makes a probe; `originalNames` gives generated variables their authors' names back. */
export function createProbe(originalNames: ReadonlyMap<string, string>): Probe {
  let watching: Watching = { values: false, trace: false, coverage: false, profile: false, clock: undefined };
  let quiet = false;
  let evaluated = new Set<string>();
  let events: TraceEvent[] = [];
  let reached = new Map<string, Span>();
  let counts = new Map<Watched, Counts>();
  let nextId = 0;
  let queries: Query[] = [];
  let last: { readonly counts: Counts; readonly at: number } | undefined;

  const restore = (text: string): string => text.replace(/__local\w*?\d+__/g, (name) => originalNames.get(name) ?? name);

  function record(op: TraceEvent["op"], node: Watched, message: string): void {
    if (!watching.trace || events.length >= MAX_EVENTS || quiet) return;
    const query = queries.at(-1);
    const span = node.span ?? query?.span;
    if (query) query.span = span;
    const event = { op, queryId: query?.id ?? 0, parentId: queries.at(-2)?.id ?? 0, text: node.text, message, span, node: node.kind };
    events.push(watching.values ? { ...event, ...valuesAt(op, node) } : event);
  }

  function valuesAt(op: TraceEvent["op"], { values }: Watched): Pick<TraceEvent, "values" | "failure"> {
    const isAfter = op === "Exit" || op === "Redo";
    const shown = values === undefined ? [] : isAfter ? values.after : values.before;
    const read = shown.flatMap(({ name, cached, read: get }) => {
      if (cached && isAfter) evaluated.add(name);
      const value = cached && !evaluated.has(name) ? undefined : get();
      return value === undefined ? [] : [[originalNames.get(name) ?? (isWildcard(name) ? "_" : name), value] as const];
    });
    const sorted = [...new Map(read)].sort(([a], [b]) => (a < b ? -1 : 1));
    if (op !== "Fail" || values?.parts === undefined) return { values: sorted };
    const parts = values.parts.flatMap(({ span, certain, read: get }) => {
      const value = get();
      return value === undefined && !certain ? [] : [{ span, value }];
    });
    return { values: sorted, failure: { base: values.base, parts } };
  }

  function reach(op: TraceEvent["op"], node: Watched): void {
    if (!watching.coverage || !node.span) return;
    if ((op === "Eval" && node.kind === "expr") || (op === "Exit" && node.kind === "rule")) reached.set(placeOf(node.span), node.span);
  }

  // Time belongs to the expression that was evaluated last.
  function charge(at: number): void {
    if (last) last.counts.nanos += Math.round((at - last.at) * 1e6);
    last = undefined;
  }

  function count(op: TraceEvent["op"], node: Watched): void {
    if (!watching.profile || node.kind !== "expr" || !node.span || (op !== "Eval" && op !== "Redo")) return;
    const known = counts.get(node) ?? { span: node.span, index: node.index, evaluations: 0, redos: 0, nanos: 0 };
    counts.set(node, known);
    if (op === "Redo") known.redos++;
    else known.evaluations++;
    const at = watching.clock?.() ?? 0;
    charge(at);
    last = { counts: known, at };
  }

  return {
    get showsValues() {
      return watching.values;
    },
    quietly(run) {
      const outer = quiet;
      quiet = true;
      try {
        return run();
      } finally {
        quiet = outer;
      }
    },
    start(wanted) {
      watching = wanted;
      evaluated = new Set();
      events = [];
      reached = new Map();
      counts = new Map();
      nextId = 0;
      queries = [];
      last = undefined;
    },
    enter(node) {
      queries.push({ id: nextId++, current: undefined, span: queries.at(-1)?.span });
      record("Enter", node, "");
    },
    leave: () => void queries.pop(),
    suspend: () => queries.pop(),
    resume(query) {
      if (query !== undefined) queries.push(query);
    },
    event(op, node, message = "") {
      if (quiet) return;
      const query = queries.at(-1);
      if (op === "Eval" && query) query.current = node;
      record(op, node, message);
      reach(op, node);
      count(op, node);
    },
    index(text, message) {
      const current = queries.at(-1)?.current;
      const values = current?.values === undefined ? {} : { values: current.values };
      record("Index", { kind: "expr", text, span: current?.span, index: 0, ...values }, message);
    },
    expr: (expr, index, inside = false) => ({
      kind: "expr",
      index,
      text: restore(printExpr(withoutMadeUpKey(expr, inside))),
      span: expr.span,
    }),
    named: (text, span) => ({ kind: "expr", text: restore(text), span, index: 0 }),
    rule: (rule, path) => ({ kind: "rule", text: path, span: rule.head.span ?? rule.span, index: 0 }),
    body: (body) => ({ kind: "body", text: restore(printBody(body)), span: body[0]?.span, index: 0 }),
    trace: () => events,
    coverage: () => [...reached.values()],
    profile() {
      if (watching.profile) charge(watching.clock?.() ?? 0);
      return [...counts.values()];
    },
  };
}

// A pass gives every `every` a key; only the author's is shown, and a wildcard only where it has a value.
function withoutMadeUpKey(expr: Expr, inside: boolean): Expr {
  if (expr.kind !== "every-expr" || expr.key === undefined) return expr;
  const { key } = expr;
  const hidden = key.span === undefined || (!inside && key.kind === "var" && isWildcard(key.name));
  return hidden ? { ...expr, key: undefined } : expr;
}

function placeOf({ source, start, end }: Span): string {
  return `${source.name}\u0000${start}-${end}`;
}
