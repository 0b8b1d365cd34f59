import { describe, expect, it } from "vitest";
import { type FormatOptions, formatModule } from "../../../src/rego/syntax/format.ts";
import type { ParseOptions } from "../../../src/rego/syntax/parser.ts";
import { moduleOf } from "./parse-support.ts";

/** Formats the rules of package p; the package line and the blank line below it are left out. */
function formatted(rules: string, options: FormatOptions & ParseOptions = {}): string {
  const { text, diagnostics } = formatModule(moduleOf(rules, options), options);
  return text?.replace(/^package p\n\n/, "") ?? diagnostics.map(({ message }) => message).join("\n");
}

describe("formatting", () => {
  it("puts blanks where they belong", () => {
    expect(formatted('q:=1+2*x["a"]')).toBe('q := 1 + (2 * x["a"])\n'.replace('(2 * x["a"])', "(2 * x.a)"));
  });

  it("keeps a single literal on the line of its head, and gives others a line each", () => {
    expect(formatted("q if x")).toBe("q if x\n");
    expect(formatted("q if {x;y}")).toBe("q if {\n\tx\n\ty\n}\n");
  });

  it("spreads a list that stood on several lines, with a comma at the end", () => {
    expect(formatted("q := [1,\n2]")).toBe("q := [\n\t1,\n\t2,\n]\n");
    expect(formatted("q := [1, 2]")).toBe("q := [1, 2]\n");
  });

  it("writes equal members once, and of equal keys the first with the last value, in large literals too", () => {
    expect(formatted("q := {2, 1, 2, 1.5}")).toBe("q := {2, 1, 1.5}\n");
    expect(formatted('q := {"a": 1, "b": 2, "a": 3}')).toBe('q := {"a": 3, "b": 2}\n');
    const members = Array.from({ length: 20_000 }, (_, i) => i % 15_000);
    expect(formatted(`q := {${members.join(", ")}}`)).toBe(`q := {${members.slice(0, 15_000).join(", ")}}\n`);
  });

  it("keeps comments above, beside and below", () => {
    expect(formatted("# a\nq if { # b\n# c\nx # d\n# e\n}\n# f")).toBe("# a\nq if { # b\n\t# c\n\tx # d\n\t# e\n}\n\n# f\n");
  });

  it("leaves a term as it is when a comment stands where there is no line for it", () => {
    expect(formatted("q := f(1 # a\n)")).toContain("# a");
  });

  it("keeps raw strings and the escapes of others", () => {
    expect(formatted('q := ["\\u0041", `a\\n`]')).toBe('q := ["\\u0041", `a\\n`]\n');
  });

  it("keeps the value of an object comprehension and its parentheses", () => {
    expect(formatted('q := {"a": "b" | x := {0: (1 + 2) | x}}')).toBe('q := {"a": "b" | x := {0: (1 + 2) | x}}\n');
  });

  it("sorts imports within their groups", () => {
    expect(formatted("import data.b\nimport data.a\n\nimport data.c\nq := 1")).toBe(
      "import data.a\nimport data.b\n\nimport data.c\n\nq := 1\n",
    );
  });

  it("keeps one-liners together", () => {
    expect(formatted("a := 1\nb := 2\n\nc := 3")).toBe("a := 1\nb := 2\n\nc := 3\n");
  });

  it("writes v0 as v0, or so that both dialects read it", () => {
    const v0 = "q[x] { x := 1 }";
    expect(formatted(v0, { dialect: "v0", target: "v0" })).toBe("q[x] {\n\tx := 1\n}\n");
    expect(formatted(v0, { dialect: "v0", target: "v0-as-v1" })).toBe(
      "import rego.v1\n\nq contains x if {\n\tx := 1\n}\n".replace(" {\n\tx := 1\n}", " x := 1"),
    );
  });

  it("leaves out what v1 needs no import for, if told so", () => {
    expect(formatted("import rego.v1\nimport future.keywords.in\nq := 1", { dropV0Imports: true })).toBe("q := 1\n");
  });

  it("adds the imports that the output needs", () => {
    expect(formatted("import future.keywords.not\nq if not { x }", { dropV0Imports: true })).toContain("import future.keywords.not");
  });

  it("refuses what cannot become v1", () => {
    expect(formatted("import data.a\nimport input.a")).toBe("import must not shadow import data.a");
    expect(formatted("input := 1", { dialect: "v0" })).toBe("rules must not shadow input (use a different rule name)");
    expect(formatted("q if any([1])")).toBe("deprecated built-in function calls in expression: any");
  });
});
