import { expect, test } from "vitest";
import { answerOf, prepareText } from "../../support/evaluate.ts";

const policy = `package p

wanted := {label | some label in input.parameters.labels}

x contains sprintf("%v misses %v of %v", [input.name, wanted - {label | some label in input.have}, input.parameters.labels]) if {
	count(wanted) > 0
}
`;

const fixed = [["parameters"]];

test("what depends on fixed parts of the input alone follows them, however they alternate", () => {
  const prepared = prepareText(policy, "data.p.x");
  const first = { labels: ["a", "b"] };
  const second = { labels: ["c"] };
  const ask = (parameters: { readonly labels: readonly string[] } | undefined, have: readonly string[]) =>
    answerOf(prepared, { fixed, input: { name: "n", have, ...(parameters === undefined ? {} : { parameters }) } });
  expect(ask(first, ["a"])).toEqual(['n misses {"b"} of ["a", "b"]']);
  expect(ask(second, [])).toEqual(['n misses {"c"} of ["c"]']);
  expect(ask(first, [])).toEqual(['n misses {"a", "b"} of ["a", "b"]']);
  expect(ask(undefined, [])).toEqual([]);
  expect(ask({ labels: ["z"] }, [])).toEqual(['n misses {"z"} of ["z"]']);
  expect(answerOf(prepared, { input: { name: "m", have: [], parameters: { labels: ["q"] } } })).toEqual(['m misses {"q"} of ["q"]']);
});

test("a with that replaces the input is not fooled", () => {
  const prepared = prepareText(
    `${policy}\ny := v if v := wanted with input.parameters.labels as ["w"]\n\nz := [wanted, y, wanted]`,
    "data.p.z",
  );
  const parameters = { labels: ["a"] };
  expect(answerOf(prepared, { fixed, input: { parameters } })).toEqual([["a"], ["w"], ["a"]]);
  expect(answerOf(prepared, { fixed, input: { parameters } })).toEqual([["a"], ["w"], ["a"]]);
});
