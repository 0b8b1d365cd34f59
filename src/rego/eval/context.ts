/** What builtins see of one evaluation: time, randomness and answers come from the inputs, so that equal inputs give equal outcomes. */
import type { BuiltinContext } from "../builtins/context.ts";
import type { Value } from "../values/value.ts";
import type { BudgetMeter } from "./meter.ts";
import type { EvaluationInputs } from "./outcome.ts";
import { Stop } from "./stop.ts";

/** A context that serves one evaluation after another. */
export interface ReusableContext extends BuiltinContext {
  /** Starts an evaluation: nothing of the one before remains. */
  restart(inputs: EvaluationInputs): void;
}

/** Makes a context. */
export function createContext(meter: BudgetMeter): ReusableContext {
  const memo = new Map<string, Value>();
  let current: EvaluationInputs = {};
  let state = 0;
  return {
    restart(inputs) {
      current = inputs;
      state = (inputs.seed ?? 0) >>> 0;
      if (memo.size > 0) memo.clear();
    },
    get nowNanos() {
      return current.nowNanos ?? 0n;
    },
    // The 32-bit generator known as mulberry32: small, and good enough for dice.
    random() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 0;
    },
    get runtime() {
      return current.runtime ?? {};
    },
    get allowedHosts() {
      return current.allowedHosts;
    },
    memo,
    ask(key, request) {
      const answer = current.answers?.get(key);
      if (answer !== undefined) return answer;
      throw new Stop(undefined, { ...request, key });
    },
    spend: (units) => meter.spend(units),
    print() {},
  };
}
