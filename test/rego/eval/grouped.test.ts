import { expect, test } from "vitest";
import { answerOf, prepareText } from "../../support/evaluate.ts";

const policy = `package p

x := [[u.id, ips] | some u in input.users; name := u.name; ips := {b.ip | some b in input.binds; b.name == name}]

y := [xs | some u in input.users; n := u.name; xs := [b.ip | b := input.binds[_]; n == b.name; b.ip != 3]]

of(n) := [b.ip | some b in input.binds; b.name = n]

z := [of(u.name) | some u in input.users]
`;

function bindings(count: number) {
  const name = (i: number) => (i % 7 === 0 ? { k: i % 21 } : `n${i % 5}`);
  return {
    users: Array.from({ length: count }, (_, i) => ({ id: i, name: name(i) })),
    binds: Array.from({ length: count }, (_, i) => ({ name: name(i), ip: i })),
  };
}

const prepared = prepareText(policy, "data.p");

test.each([1, 2, 3, 10, 60])("grouped and plain comprehensions agree over %i items", (count) => {
  const input = bindings(count);
  // Strict mode evaluates everything as written.
  expect(answerOf(prepared, { input })).toEqual(answerOf(prepared, { input, strictBuiltinErrors: true }));
});

test("a comprehension in a loop takes steps by the number of items, not by its square", () => {
  const input = bindings(3_000);
  expect(answerOf(prepared, { input, budget: { steps: 200_000 } })).toHaveProperty("z");
});
