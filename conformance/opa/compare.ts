/** Puts the same questions to OPA and to us and collects what differs: each difference becomes a folder that reproduces it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeJson } from "../../src/rego/index.ts";
import { type Answer, ask, type Question } from "../engine.ts";
import { explain } from "./explain.ts";
import { difference } from "./judge.ts";
import { type Oracle, type OracleAnswer, requestLine } from "./oracle.ts";

/** What one comparison gave. */
export interface Comparison {
  readonly ours: Answer;
  readonly theirs: OracleAnswer;
  /** What differs, or undefined. */
  readonly detail: string | undefined;
  /** Why a difference does not count: OPA's answer is not one answer, or docs/differences.md argues it. */
  readonly excuse: string | undefined;
}

// How often OPA is asked again when answers differ: an answer that hangs on the order of a Go map shows itself quickly.
const REPEATS = 40;

/** Compares the answers to one question. */
export async function compareAnswers(oracle: Oracle, question: Question): Promise<Comparison> {
  const [ours, theirs] = await Promise.all([ask(question), oracle.ask(question)]);
  const detail = difference(ours, theirs);
  // OPA has no budget; what it computes within its time limit may be more than we allow here.
  if (ours.errors.some(({ message }) => message.startsWith("evaluation exceeded its budget")))
    return { ours, theirs, detail, excuse: "ours reached its budget" };
  if (detail === undefined) return { ours, theirs, detail, excuse: theirs.kind === "none" ? `OPA: ${theirs.reason}` : undefined };
  const again = await Promise.all(Array.from({ length: REPEATS }, () => oracle.ask(question)));
  const agrees = again.some((other) => difference(ours, other) === undefined);
  if (agrees) return { ours, theirs, detail, excuse: "OPA answers differently from run to run" };
  const anew = await oracle.askAnew(question);
  if (difference(ours, anew) === undefined) return { ours, theirs, detail, excuse: "OPA answers differently after other questions" };
  return { ours, theirs, detail, excuse: await explain(question, ours, theirs, oracle) };
}

/** Writes a question and both answers into a folder of their own and returns its path. */
export function saveReproduction(root: string, name: string, question: Question, detail: string): string {
  const folder = join(root, name.replaceAll(/[^\w.#-]+/g, "_"));
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of question.modules) writeFileSync(join(folder, file.replaceAll("/", "_")), text);
  writeFileSync(join(folder, "query.txt"), `${question.query}\n`);
  if (question.input !== undefined) writeFileSync(join(folder, "input.json"), writeJson(question.input));
  if (question.data !== undefined) writeFileSync(join(folder, "data.json"), writeJson(question.data));
  writeFileSync(join(folder, "question.json"), `${requestLine(question)}\n`);
  writeFileSync(
    join(folder, "difference.txt"),
    `${question.dialect}${question.strictErrors ? ", strict builtin errors" : ""}\n${detail}\n`,
  );
  return folder;
}
