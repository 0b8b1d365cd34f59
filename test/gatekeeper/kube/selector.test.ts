import { describe, expect, it } from "vitest";
import { checkSelector, readSelector, selects } from "../../../src/gatekeeper/kube/selector.ts";
import type { Value } from "../../../src/rego/index.ts";

function selector(value: Value) {
  const read = readSelector(value);
  if ("error" in read) throw new Error(read.error);
  return read;
}

const labels = new Map([["a", "b"]]);

describe("label selectors", () => {
  it.each([
    [{}, true],
    [{ matchLabels: { a: "b" } }, true],
    [{ matchLabels: { a: "c" } }, false],
    [{ matchExpressions: [{ key: "a", operator: "In", values: ["x", "b"] }] }, true],
    [{ matchExpressions: [{ key: "z", operator: "In", values: ["x"] }] }, false],
    [{ matchExpressions: [{ key: "z", operator: "NotIn", values: ["x"] }] }, true],
    [
      {
        matchExpressions: [
          { key: "a", operator: "Exists" },
          { key: "z", operator: "DoesNotExist" },
        ],
      },
      true,
    ],
    [{ matchExpressions: [{ key: "a", operator: "DoesNotExist" }] }, false],
  ])("%j selects: %s", (value, expected) => expect(selects(selector(value as Value), labels)).toBe(expected));

  it("says what is wrong with each part", () => {
    const lines = checkSelector(
      selector({
        matchLabels: { "-": "" },
        matchExpressions: [
          { key: "a", operator: "in" },
          { key: "a", operator: "In" },
          { key: "a", operator: "Exists", values: ["b"] },
        ],
      }),
      "s",
    );
    expect(lines.map((line) => line.slice(0, 60))).toEqual([
      's.matchLabels: Invalid value: "-": name part must consist of',
      's.matchExpressions[0].operator: Invalid value: "in": not a v',
      "s.matchExpressions[1].values: Required value: must be specif",
      "s.matchExpressions[2].values: Forbidden: may not be specifie",
    ]);
  });

  it("refuses labels that are no texts", () => {
    expect(readSelector({ matchLabels: { a: 1 } })).toEqual({
      error: "json: cannot unmarshal number into Go struct field LabelSelector.matchLabels of type string",
    });
  });
});
