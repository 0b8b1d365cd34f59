/**
 * Cases of OPA's suite whose recorded expectation is older than OPA v1.19 itself, beside those in the data's own superseded.json: that list
 * leaves out cases whose input is a Rego term. Each was asked of OPA v1.19; the expectation here is its answer.
 */
import type { PlainObject } from "../../src/rego/index.ts";

const longestPaths: PlainObject = {
  want_result: [
    {
      x: [
        ["one", "five", "seven", "eight", "three"],
        ["one", "five", "six", "nine"],
        ["one", "five", "six", "seven", "eight", "three"],
        ["one", "two", "four", "three"],
      ],
    },
  ],
};

/** Expectations by `dialect:id`. */
export const regoSuperseded: ReadonlyMap<string, PlainObject> = new Map([
  ["v1:reachable/test-reachable-paths-1022#2", longestPaths],
  ["v0:reachable/test-reachable-paths-1022#2", longestPaths],
]);
