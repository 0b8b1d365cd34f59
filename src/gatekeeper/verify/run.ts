/**
 * Runs a suite: each template is compiled once and each test's constraint loaded once, for each case its inventory is added to that state and its
 * object judged; the state of one case is never seen by another. https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import type { FilePosition } from "../manifest/locate.ts";
import { type CaseWorld, checkCase } from "./case.ts";
import { loadTest, type TestWorld, templateLoader } from "./load-test.ts";
import type { CaseResult, SuiteResult, TestResult } from "./result.ts";
import type { Case, Suite, Test } from "./suite.ts";
import type { RunWorld } from "./world.ts";

/** A suite and where it is. */
export interface SuiteFile {
  readonly suite: Suite;
  /** The directory that its paths start from. */
  readonly directory: string;
  /** The path that results name. */
  readonly shownPath: string;
}

/** Runs a suite. */
export function runSuite({ suite, directory, shownPath }: SuiteFile, world: RunWorld): SuiteResult {
  if (suite.skip) return { path: shownPath, error: undefined, skipped: true, nanos: 0n, tests: [] };
  const start = world.clock();
  const loadTemplate = templateLoader(world);
  const tests = suite.tests.map((test) => runTest(test, { directory, loadTemplate, run: world }));
  return { path: shownPath, error: undefined, skipped: false, nanos: world.clock() - start, tests };
}

function runTest(test: Test, suite: TestWorld): TestResult {
  const { directory, run: world } = suite;
  const skipped = { name: test.name, skipped: true, error: undefined, places: [], nanos: 0n, cases: [] };
  if (test.skip || !world.filter.matchesTest(test)) return skipped;
  const start = world.clock();
  const finish = (error: string | undefined, cases: readonly CaseResult[] = [], places: readonly FilePosition[] = []): TestResult => {
    return { name: test.name, skipped: false, error, places, nanos: world.clock() - start, cases };
  };
  const loaded = loadTest(test, suite);
  if (test.invalid) {
    const failure = "error" in loaded ? loaded : undefined;
    return finish(invalidProblem(failure), [], failure?.places);
  }
  if ("error" in loaded) return finish(loaded.error, [], loaded.places);
  const cases = test.cases.map((entry) => runCase(entry, test.name, { ...loaded, directory, run: world }));
  return finish(undefined, cases);
}

/** A test of an invalid constraint passes when its schema refuses it, and only then. */
function invalidProblem(failure: { readonly error: string; readonly isSchema: boolean } | undefined): string | undefined {
  if (failure?.isSchema === true) return undefined;
  const got = failure === undefined ? "%!w(<nil>)" : failure.error;
  return `constraint should have failed schema validation: got error ${got} but want schema validation failed`;
}

function runCase(entry: Case, testName: string, world: CaseWorld): CaseResult {
  const { filter, clock } = world.run;
  if (entry.skip || !filter.matchesCase(testName, entry.name)) {
    return { name: entry.name, skipped: true, error: undefined, places: [], nanos: 0n, trace: undefined, printed: "" };
  }
  const start = clock();
  const lines: string[] = [];
  const { error, trace, places } = checkCase(entry, world, (line) => lines.push(line));
  return {
    name: entry.name,
    skipped: false,
    error,
    places,
    nanos: clock() - start,
    trace,
    printed: lines.map((line) => `${line}\n`).join(""),
  };
}
