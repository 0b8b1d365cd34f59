/**
 * Evaluates again and again until nothing is asked of the outside any more: the host answers all questions of a round at once. Purity makes
 * the repetition safe; the number of rounds is bounded, since each answer may lead to new questions.
 */
import type { PendingRequest } from "../builtins/context.ts";
import type { Value } from "../values/value.ts";
import { evaluateQuery, type PreparedQuery } from "./evaluate.ts";
import type { EvaluationInputs, Outcome } from "./outcome.ts";

/** Answers one question; an Error is what the builtin then reports. */
export type AnswerOutside = (request: PendingRequest) => Promise<Value | Error>;

// A chain of ten calls, each needing the one before, is more than any policy we know; beyond lies a loop.
const MAX_ROUNDS = 64;

/** Continues from an outcome that has questions; gives the first outcome without any, or one that says too many rounds were needed. */
export async function evaluateWithAnswers(
  query: PreparedQuery,
  inputs: EvaluationInputs,
  first: Outcome,
  answer: AnswerOutside,
): Promise<Outcome> {
  const answers = new Map(inputs.answers ?? []);
  let outcome = first;
  for (let round = 0; outcome.pending.length > 0; round++) {
    if (round === MAX_ROUNDS) {
      const message = `outside data was asked for in ${MAX_ROUNDS} rounds and there is still more to ask`;
      return { ...outcome, results: [], pending: [], errors: [{ code: "eval_internal_error", message, span: undefined, notes: [] }] };
    }
    const { pending } = outcome;
    const found = await Promise.all(pending.map(async (request) => [request.key, await answer(request)] as const));
    for (const [key, value] of found) answers.set(key, value);
    outcome = evaluateQuery(query, { ...inputs, answers });
  }
  return outcome;
}
