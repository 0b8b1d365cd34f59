/** What running suites gives, for a printer. */
import type { FilePosition } from "../manifest/locate.ts";

/** The end of a case. */
export interface CaseResult {
  readonly name: string;
  readonly skipped: boolean;
  readonly error: string | undefined;
  /** Where the error is, in the files of the case. */
  readonly places: readonly FilePosition[];
  readonly nanos: bigint;
  readonly trace: string | undefined;
  readonly printed: string;
}

/** The end of a test. */
export interface TestResult {
  readonly name: string;
  readonly skipped: boolean;
  readonly error: string | undefined;
  /** Where the error is, in the files of the test. */
  readonly places: readonly FilePosition[];
  readonly nanos: bigint;
  readonly cases: readonly CaseResult[];
}

/** The end of a suite. */
export interface SuiteResult {
  readonly path: string;
  readonly error: string | undefined;
  readonly skipped: boolean;
  readonly nanos: bigint;
  readonly tests: readonly TestResult[];
}

/** Tells whether a test failed. */
export function testFailed(test: TestResult): boolean {
  return test.error !== undefined || test.cases.some((entry) => entry.error !== undefined);
}

/** Tells whether a suite failed. */
export function suiteFailed(suite: SuiteResult): boolean {
  return suite.error !== undefined || suite.tests.some(testFailed);
}
