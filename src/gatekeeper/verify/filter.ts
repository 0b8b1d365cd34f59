/**
 * Picks tests and cases by name: one expression for either, or `test//case` for both.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator#filtering-tests
 */
import { compileRegex, RegexError } from "../../rego/index.ts";
import type { Test } from "./suite.ts";

/** Says which tests and cases run. */
export interface Filter {
  matchesTest(test: Test): boolean;
  matchesCase(testName: string, caseName: string): boolean;
}

/** Reads a filter, or says what is wrong with it. */
export function readFilter(text: string): { readonly filter: Filter } | { readonly error: string } {
  if (text === "") return { filter: { matchesTest: () => true, matchesCase: () => true } };
  const parts = text.split("//");
  if (parts.length > 2) return { error: 'invalid test filter: a filter may include at most one "//"' };
  const [first = "", second] = parts;
  const left = compileRegex(first);
  if (left instanceof RegexError) return { error: `invalid test filter: ${left.message}` };
  if (second === undefined) return { filter: eitherFilter((name) => left.test(name)) };
  const right = compileRegex(second);
  if (right instanceof RegexError) return { error: `invalid test filter: ${right.message}` };
  return {
    filter: {
      matchesTest: (test) => left.test(test.name),
      matchesCase: (testName, caseName) => right.test(caseName) && left.test(testName),
    },
  };
}

function eitherFilter(matches: (name: string) => boolean): Filter {
  const matchesCase = (testName: string, caseName: string): boolean => matches(caseName) || matches(testName);
  return { matchesTest: (test) => matches(test.name) || test.cases.some((entry) => matchesCase(test.name, entry.name)), matchesCase };
}
