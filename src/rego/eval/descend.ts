/**
 * Evaluates chains of rules that are longer than the stack is deep (`r1 := r0 + 1`, `r2 := r1 + 1`, …): the rule at which the stack ended is
 * evaluated by itself, from the top, and what asked for it once more, which then finds its value. In: the first step. Out: when it is done, or the
 * error that the stack is used up where that does not help (chains of functions, chains inside `with`).
 */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Expr, Step } from "./cells.ts";
import type { Runner } from "./runner.ts";

/** Tells whether an error is the engine's way to say that its stack is used up. */
export function isStackUsedUp(error: unknown): boolean {
  return error instanceof RangeError && /stack/.test(error.message);
}

/** What an evaluation can be started again with. */
export interface Descent {
  /** Makes the state that of the start. */
  readonly restart: () => void;
  readonly first: Step;
  /** The clock at the start. */
  readonly start: number;
}

/** Goes on after the first step ended with an error: where the stack was used up, from the rule at which it was. */
export function descend(error: unknown, { restart, first, start }: Descent, run: Runner): void {
  const waiting: Expr[] = [];
  const tried = new Set<Expr>();
  let problem = error;
  for (;;) {
    const { deepest } = run;
    run.deepest = undefined;
    // To evaluate a rule again would be no help.
    if (deepest === undefined || tried.has(deepest) || !isStackUsedUp(problem)) throw problem;
    run.now = start;
    tried.add(deepest);
    waiting.push(deepest);
    try {
      for (let rule = waiting.at(-1); rule !== undefined; rule = waiting.at(-1)) {
        restart();
        rule();
        waiting.pop();
      }
      restart();
      first();
      dropRepetitions(run.errors);
      return;
    } catch (next) {
      problem = next;
    }
  }
}

// What was begun and not ended reports its failures again.
function dropRepetitions(errors: Diagnostic[]): void {
  const known = new Set<string>();
  const kept = errors.filter(({ code, message, span }) => {
    const text = `${code} ${span?.source.name}:${span?.start} ${message}`;
    return known.size < known.add(text).size;
  });
  errors.splice(0, errors.length, ...kept);
}
