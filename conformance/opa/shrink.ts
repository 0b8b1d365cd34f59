/** Makes a question that shows a difference smaller: modules, lines and fields that it does not need are left out. */
import { isPlainObject, type Value } from "../../src/rego/index.ts";
import type { Question } from "../engine.ts";
import { compareAnswers } from "./compare.ts";
import type { Oracle } from "./oracle.ts";

// Runs of so many lines are tried, long ones first.
const RUNS = [12, 6, 3, 2, 1];

/** Returns the smallest question found with a difference of the same kind. */
export async function shrinkQuestion(question: Question, oracle: Oracle): Promise<Question> {
  const kind = await kindOf(question, oracle);
  if (kind === undefined) return question;
  let best = question;
  for (let again = true; again; ) {
    again = false;
    // Each success changes what can be tried next.
    for (let next = await better(best, kind, oracle); next !== undefined; next = await better(best, kind, oracle)) {
      best = next;
      again = true;
    }
  }
  return best;
}

async function better(question: Question, kind: string, oracle: Oracle): Promise<Question | undefined> {
  for (const smaller of candidates(question)) if ((await kindOf(smaller, oracle)) === kind) return smaller;
  return undefined;
}

async function kindOf(question: Question, oracle: Oracle): Promise<string | undefined> {
  const { detail, excuse } = await compareAnswers(oracle, question);
  return excuse === undefined ? detail?.split("\n")[0] : undefined;
}

function* candidates(question: Question): Iterable<Question> {
  const { modules } = question;
  if (modules.length > 1) for (let i = 0; i < modules.length; i++) yield { ...question, modules: modules.filter((_, at) => at !== i) };
  for (const run of RUNS)
    for (const [i, [name, text]] of modules.entries()) {
      const lines = text.split("\n");
      for (let at = 0; at + run <= lines.length; at += run)
        yield { ...question, modules: modules.with(i, [name, lines.toSpliced(at, run).join("\n")]) };
    }
  for (const input of smallerValues(question.input)) yield { ...question, input };
  for (const data of smallerValues(question.data)) yield { ...question, data };
}

function* smallerValues(value: Value | undefined): Iterable<Value> {
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) yield value.toSpliced(i, 1) as Value;
  if (!isPlainObject(value)) return;
  for (const key of Object.keys(value)) {
    const { [key]: child, ...rest } = value;
    yield rest;
    for (const smaller of smallerValues(child)) yield { ...value, [key]: smaller };
  }
}
