/** What is kept from one evaluation to the next: only what depends on arguments alone. */
import { expect, test } from "vitest";
import { define } from "../../../src/rego/builtins/define.ts";
import { answerOf, prepareText } from "../../support/evaluate.ts";

// Four calls and more make a result worth keeping.
const dear = (value: string) => `f(x) := y if {
	y := ${value}
	lower(x) == lower(trim(x, " "))
	count(sprintf("%v", [x])) > 0
}

x := f(input.name)
`;

test("a function that reads a partial rule is asked again when a rule below it gives another value", () => {
  const prepared = prepareText(
    `package p\n\nt[k] := v if some k, v in {"a": 1}\n\nt.foo := input.bar\n\n${dear("t[lower(x)]")}`,
    "data.p.x",
  );
  expect(answerOf(prepared, { input: { name: "foo", bar: 1 } })).toBe(1);
  expect(answerOf(prepared, { input: { name: "foo", bar: 2 } })).toBe(2);
  expect(answerOf(prepared, { input: { name: "foo" } })).toBeUndefined();
  expect(answerOf(prepared, { input: { name: "a" } })).toBe(1);
});

test("a function that asks for the time is asked again, though its builtin counts as deterministic", () => {
  const clock = define("clock.ask", "(x: any) => now: any", ({ nowNanos }) => String(nowNanos), { readsTime: true });
  const prepared = prepareText(`package p\n\n${dear("clock.ask(x)")}`, "data.p.x", { builtins: [clock] });
  expect(answerOf(prepared, { input: { name: "a" }, nowNanos: 1n })).toBe("1");
  expect(answerOf(prepared, { input: { name: "a" }, nowNanos: 2n })).toBe("2");
});

test("a call that failed fails again, and is reported again", () => {
  const prepared = prepareText(`package p\n\n${dear("to_number(x)")}`, "data.p.x");
  const report = (name: string) => prepared.evaluate({ input: { name } }).builtinErrors.length;
  expect([report("k"), report("k"), report("1"), report("k")]).toEqual([1, 1, 0, 1]);
});
