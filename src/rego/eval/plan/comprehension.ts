/**
 * Plans comprehensions: a body whose ending collects. A collection under construction is put aside when its rule is entered again from within
 * (a mock may do that). https://www.openpolicyagent.org/docs/latest/policy-language/#comprehensions
 */
import type { ArrayComprehension, Comprehension, ObjectComprehension, SetComprehension } from "../../syntax/ast.ts";
import { equalValues } from "../../values/compare.ts";
import { ObjectBuilder } from "../../values/object.ts";
import { RegoSet } from "../../values/rego-set.ts";
import type { Value } from "../../values/value.ts";
import type { Expr } from "../cells.ts";
import { keepFixed } from "../keep.ts";
import { refill } from "../runner.ts";
import { addMember, meet } from "../spelling.ts";
import { keyConflict } from "../stop.ts";
import { planGrouped, readsOuter } from "./grouped.ts";
import { watchBody } from "./instrument.ts";
import type { Operand } from "./operand.ts";
import { COST, computed, exprOf } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";
import { enclosed } from "./planner.ts";

/** Plans `[head | body]`; the order of solutions shows unless every element is the same. */
export function planArrayComprehension(term: ArrayComprehension, scope: Scope, planner: Planner): Operand {
  const { run: runner } = planner;
  let items: Value[] = [];
  const step = enclosed(scope, true, () =>
    watchBody(planner, { body: term.body, scope }, (wrap) =>
      planner.body(term.body, scope, () => {
        const head = exprOf(planner.term(term.head, scope));
        return wrap(() => {
          const value = head();
          if (value !== undefined) items.push(value);
          if (--runner.left < 0) refill(runner);
          return false;
        });
      }),
    ),
  );
  return collect(term, scope, planner, () => {
    const outer = items;
    items = [];
    step();
    const made = items;
    items = outer;
    return made;
  });
}

/** Plans `{head | body}`. */
export function planSetComprehension(term: SetComprehension, scope: Scope, planner: Planner): Operand {
  const { run: runner } = planner;
  let set = new RegoSet();
  const step = enclosed(scope, planner.facts.observed, () =>
    watchBody(planner, { body: term.body, scope }, (wrap) =>
      planner.body(term.body, scope, () => {
        const head = exprOf(planner.term(term.head, scope));
        return wrap(() => {
          const value = head();
          if (value !== undefined) addMember(runner, set, value);
          if (--runner.left < 0) refill(runner);
          return false;
        });
      }),
    ),
  );
  return collect(term, scope, planner, () => {
    const outer = set;
    set = new RegoSet();
    step();
    const made = set;
    set = outer;
    return made;
  });
}

/** Plans `{key: value | body}`; two values for one key are an error. */
export function planObjectComprehension(term: ObjectComprehension, scope: Scope, planner: Planner): Operand {
  const { run: runner } = planner;
  let builder = new ObjectBuilder();
  const step = enclosed(scope, planner.facts.observed, () =>
    watchBody(planner, { body: term.body, scope }, (wrap) =>
      planner.body(term.body, scope, () => {
        const key = exprOf(planner.term(term.key, scope));
        const value = exprOf(planner.term(term.value, scope));
        return wrap(() => {
          const at = key();
          const item = value();
          if (--runner.left < 0) refill(runner);
          if (at === undefined || item === undefined) return false;
          const known = builder.get(at);
          if (known !== undefined) {
            if (known !== item && !equalValues(known, item)) throw keyConflict(term.key.span);
            meet(runner, known, item);
            meet(runner, builder.keyAs(at), at);
          }
          // Of equal values the last stays, and of equal keys the first.
          if (known !== item) builder.set(at, item);
          return false;
        });
      }),
    ),
  );
  return collect(term, scope, planner, () => {
    const outer = builder;
    builder = new ObjectBuilder();
    step();
    const made = builder;
    builder = outer;
    return made.finish();
  });
}

function collect(term: Comprehension, scope: Scope, planner: Planner, run: Expr): Operand {
  const total = term.kind !== "object-comprehension" && !planner.halting.body(term.body);
  const kept = total && planner.fixed && !readsOuter(term, scope) && planner.fixed.term(term) ? keepFixed(run, planner.run) : undefined;
  return computed(kept ?? planGrouped(term, scope, planner, run) ?? run, COST.comprehension, total);
}
