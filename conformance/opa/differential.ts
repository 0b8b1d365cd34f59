/**
 * The run against OPA itself: every question of the suites and of the library's policies, then random programs and calls, made by fast-check
 * from a seed, each difference shrunk and saved. A difference counts unless OPA's own answer is not one answer.
 */
import { join } from "node:path";
import fc from "fast-check";
import type { Question } from "../engine.ts";
import { builtinDifferences } from "../known/truth.ts";
import { suites } from "../suites.ts";
import { compareAnswers, saveReproduction } from "./compare.ts";
import { libraryQuestions } from "./library.ts";
import { CACHED_ORACLE, findOracle, type Oracle, startOracle } from "./oracle.ts";
import { callFrom } from "./random/calls.ts";
import { programFrom } from "./random/program.ts";
import { spoiledFrom } from "./random/spoiled.ts";
import { shrinkQuestion } from "./shrink.ts";

const REPRODUCTIONS = join(import.meta.dirname, "../../.cache/against-opa");
// A run of fast-check ends at its first failure: short runs lose little.
const CHUNK = 100;

/** How much to compare. */
export interface DifferentialOptions {
  readonly programs: number;
  readonly seed: number;
  readonly write: (line: string) => void;
}

interface Counts {
  asked: number;
  differ: number;
  readonly excuses: Map<string, number>;
}

/** Runs; returns whether nothing unexplained differs. Without OPA it says so and compares nothing. */
export async function runAgainstOpa({ programs, seed, write }: DifferentialOptions): Promise<boolean> {
  const path = findOracle();
  if (path === undefined) {
    write(`against OPA: no oracle at ${CACHED_ORACLE}, where .ci/run builds it, nor on PATH (PORTCULLIS_ORACLE names another)`);
    write("0 passed, 0 failed, 1 skipped");
    return true;
  }
  const all: Counts[] = [];
  const part = async (name: string, run: (counts: Counts, oracle: Oracle) => Promise<void>): Promise<void> => {
    const counts: Counts = { asked: 0, differ: 0, excuses: new Map() };
    // A new one each time: OPA keeps patterns and templates under one name, so that earlier questions change later answers.
    const oracle = startOracle(path);
    await run(counts, oracle);
    oracle.close();
    all.push(counts);
    const excuses = [...counts.excuses].map(([reason, count]) => `; ${count} × ${reason}`).join("");
    write(`${name.padEnd(20)}${String(counts.asked).padStart(7)} asked${String(counts.differ).padStart(6)} differ${excuses}`);
  };
  for (const suite of suites)
    await part(suite.name, async (counts, oracle) => {
      let id = "";
      const questions: (readonly [string, Question])[] = [];
      const collect = suite.run(
        (each) => {
          id = each;
          return true;
        },
        async (question) => {
          questions.push([id, question]);
          return { rows: [], values: [], errors: [], errorText: "", prints: [], pending: 0 };
        },
      );
      for await (const _ of collect);
      await compareAll(questions.filter(isComparable), oracle, counts, write);
    });
  await part("gatekeeper-library", (counts, oracle) => compareAll([...libraryQuestions()], oracle, counts, write));
  await part("random calls", (counts, oracle) =>
    compareRandom(
      fc.tuple(numbers(60)).map(([n]) => callFrom(n)),
      Math.ceil(programs / 2),
      seed,
      { oracle, counts, write },
    ),
  );
  await part("random programs", (counts, oracle) =>
    compareRandom(
      fc.tuple(numbers(800), numbers(500)).map(([forModules, forDocuments]) => programFrom(forModules, forDocuments)),
      programs,
      seed,
      { oracle, counts, write },
    ),
  );
  await part("random texts", (counts, oracle) =>
    compareRandom(
      fc.tuple(numbers(400), numbers(100), numbers(20)).map(([forModules, forDocuments, n]) => spoiledFrom(forModules, forDocuments, n)),
      Math.ceil(programs / 4),
      seed,
      { oracle, counts, write },
    ),
  );
  const differ = all.reduce((sum, counts) => sum + counts.differ, 0);
  const asked = all.reduce((sum, counts) => sum + counts.asked, 0);
  const excused = all.reduce((sum, counts) => sum + [...counts.excuses.values()].reduce((a, b) => a + b, 0), 0);
  write(`${asked - differ - excused} passed, ${differ} failed, ${excused} skipped`);
  return differ === 0;
}

function numbers(most: number): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.nat(9999), { maxLength: most, size: "max" });
}

/** Leaves out what cannot be asked: a builtin that only OPA's test runner has, and cases that are known to differ. */
function isComparable([id, { modules }]: readonly [string, Question]): boolean {
  return !builtinDifferences.has(id) && !modules.some(([, text]) => text.includes("test.sleep"));
}

interface Comparing {
  readonly oracle: Oracle;
  readonly counts: Counts;
  readonly write: (line: string) => void;
}

async function compareAll(
  questions: readonly (readonly [string, Question])[],
  oracle: Oracle,
  counts: Counts,
  write: (line: string) => void,
): Promise<void> {
  for (let i = 0; i < questions.length; i += CHUNK)
    await Promise.all(
      questions.slice(i, i + CHUNK).map(async ([id, question]) => {
        const asked = { ...question, dataLater: false, network: false };
        const detail = await compareOne(asked, oracle, counts);
        if (detail !== undefined) report(id, asked, detail, counts, write);
      }),
    );
}

async function compareOne(question: Question, oracle: Oracle, counts: Counts): Promise<string | undefined> {
  counts.asked++;
  const { detail, excuse } = await compareAnswers(oracle, question);
  if (excuse !== undefined) counts.excuses.set(excuse, (counts.excuses.get(excuse) ?? 0) + 1);
  return excuse === undefined ? detail : undefined;
}

function report(name: string, question: Question, detail: string, counts: Counts, write: (line: string) => void): void {
  counts.differ++;
  write(`  ✗ ${saveReproduction(REPRODUCTIONS, name, question, detail)}\n      ${detail.slice(0, 600).replaceAll("\n", "\n      ")}`);
}

async function compareRandom(
  questions: fc.Arbitrary<Question>,
  total: number,
  seed: number,
  { oracle, counts, write }: Comparing,
): Promise<void> {
  for (let done = 0; done < total; done += CHUNK) {
    const chunkSeed = seed * 1_000_003 + done;
    const sampled = fc.sample(questions, { seed: chunkSeed, numRuns: Math.min(CHUNK, total - done) });
    const details = await Promise.all(sampled.map((question) => compareOne(question, oracle, counts)));
    if (details.every((detail) => detail === undefined)) continue;
    // Once more, one by one, so that fast-check makes the first difference small.
    let smallest: Question | undefined;
    const differs = fc.asyncProperty(questions, async (question) => {
      const { detail, excuse } = await compareAnswers(oracle, question);
      if (detail === undefined || excuse !== undefined) return true;
      smallest = question;
      return false;
    });
    await fc.check(differs, { seed: chunkSeed, numRuns: CHUNK, endOnFailure: false, interruptAfterTimeLimit: 30_000 });
    if (smallest === undefined) continue;
    const question = await shrinkQuestion(smallest, oracle);
    const { detail = "" } = await compareAnswers(oracle, question);
    report(`seed-${seed}-${done}`, question, detail, counts, write);
    counts.differ += details.filter((each) => each !== undefined).length - 1;
  }
}
