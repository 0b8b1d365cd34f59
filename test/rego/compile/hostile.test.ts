import { describe, expect, test } from "vitest";
import { errorsOf } from "../../support/compile-policy.ts";

function compileWithin(milliseconds: number, text: string): readonly string[] {
  const started = performance.now();
  const errors = errorsOf(`package p\n\n${text}\n`, { data: {} });
  expect(performance.now() - started).toBeLessThan(milliseconds);
  return errors;
}

const SIZE = 2000;

function many(line: (i: number) => string, count = SIZE): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

describe("large and odd policies compile in bounded time", () => {
  // biome-ignore format: table
  const policies: readonly (readonly [what: string, text: string])[] = [
    ["rules",                             many((i) => `a${i} := ${i}`)],
    ["rules of one set",                  many((i) => `a contains ${i}`)],
    ["a chain of rules",                  `${many((i) => `a${i} if a${i + 1}`)}\na${SIZE} := 1`],
    ["rules that read all rules",         many((i) => `a${i} if data.other[_] == ${i}`)],
    ["function bodies",                   many((i) => `f(${i}) := ${i}`)],
    ["expressions",                       `a if {\n${many((i) => `x${i} := ${i}`)}\n}`],
    ["comprehensions that use the last",  `a if {\nx0 := 1\n${many((i) => `x${i + 1} := [y | y := x${i}]`)}\n}`],
    ["types that nest a line",            `a if {\nx0 = 1\n${many((i) => `x${i + 1} = [x${i}]`)}\n}`],
    ["types that nest a rule",            `a0 := 1\n${many((i) => `a${i + 1} := [a${i}]`)}`],
    ["negations",                         `a if {\nx := 1\n${many((i) => `not x == ${i + 2}`)}\n}`],
    ["modifiers",                         `a if { input.x ${many(() => "with input.y as input.z").replaceAll("\n", " ")} }`],
    ["arguments",                         `f(${many((i) => `a${i}`).replaceAll("\n", ", ")}) := 1`],
    ["a deep term",                       `a if { x := input.y; z := ${"[".repeat(400)}x${"]".repeat(400)}; z }`],
    ["closures in closures",              `a if { ${"every x in [1] { x > 0; y := [z | z := x; ".repeat(12)}true${"]; count(y) > 0 }".repeat(12)} }`],
    ["names of JavaScript's own",         "__proto__ := 1\n\nconstructor := 2\n\na := [__proto__, constructor, toString] if toString := 3"],
  ];
  test.each(policies)("%s", (_what, text) => {
    expect(compileWithin(10_000, text)).toEqual([]);
  });

  test("a cycle of all rules is reported up to the limit", () => {
    expect(
      compileWithin(
        10_000,
        many((i) => `a${i} if a${(i + 1) % 1000}`, 1000),
      ),
    ).toHaveLength(11);
  });

  test("nesting beyond the limit is an error, not an overflow", () => {
    expect(compileWithin(10_000, `a := ${"[".repeat(10_000)}1${"]".repeat(10_000)}`).join()).toContain(
      "max parsing recursion depth exceeded",
    );
  });
});
