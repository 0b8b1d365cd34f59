import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderDiagnostic, renderDiagnostics } from "../../../src/rego/diagnostic/render.ts";
import { parseModule } from "../../../src/rego/syntax/parser.ts";
import { errorsOf, queryOf } from "./parse-support.ts";

interface Case {
  readonly id: string;
  readonly module: string;
  readonly error?: string;
}

const shared = new URL("../../../../shared/conformance/rego-errors/", import.meta.url);

function casesOf(dialect: "v0" | "v1"): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`${dialect}.json`, shared), "utf8"));
}

/** The entries of an error text, in no order. */
function entriesOf(error: string): readonly string[] {
  const body = error.replace(/^1 error occurred: /, "").replace(/^\d+ errors occurred:?\n/, "");
  return body.split(/\n(?=test-0\.rego:)/).sort();
}

describe.each(["v0", "v1"] as const)("broken modules of %s", (dialect) => {
  // Errors in METADATA are met when the policy is compiled, and only if it asks for metadata.
  const cases = casesOf(dialect).filter(({ error }) => !error?.includes("rawAnnotation"));

  it("that OPA's parser refuses are refused in the same words", () => {
    const different = cases.filter(({ module, error }) => {
      if (error === undefined || !error.includes("rego_parse_error")) return false;
      const { diagnostics } = parseModule({ name: "test-0.rego", text: module }, { dialect });
      return JSON.stringify(diagnostics.map(renderDiagnostic).sort()) !== JSON.stringify(entriesOf(error));
    });
    expect(different.map(({ id }) => id)).toEqual([]);
  });

  it("that OPA's parser accepts are accepted", () => {
    const refused = cases.filter(({ module, error }) => {
      if (error?.includes("rego_parse_error")) return false;
      return parseModule({ name: "test-0.rego", text: module }, { dialect }).module === undefined;
    });
    expect(refused.map(({ id }) => id)).toEqual([]);
  });
});

describe("parse errors", () => {
  const show = (text: string, name = "p.rego"): string => renderDiagnostics(parseModule({ name, text }).diagnostics);

  it("show the line without its leading tabs, and a caret that counts bytes", () => {
    expect(show('package p\n\n\tx := "é" y := [\n')).toBe(
      [
        "2 errors occurred:",
        "p.rego:4: rego_parse_error: unexpected eof token",
        '\tx := "é" y := [',
        `\t${" ".repeat(15)}^`,
        "p.rego:4: rego_parse_error: unexpected eof token: expected rule value term (e.g., y := <VALUE> { ... })",
        '\tx := "é" y := [',
        `\t${" ".repeat(15)}^`,
      ].join("\n"),
    );
  });

  it("give row and column when the text has no name", () => {
    expect(queryOf("1 +")).toBe("1 error occurred: 1:3: rego_parse_error: unexpected eof token\n\t1 +\n\t  ^");
  });

  it("say what is wrong with a token, and then that it is illegal", () => {
    expect(errorsOf('x := "\\q"')).toEqual(["illegal escape sequence", "illegal token", expect.stringMatching(/illegal token/)]);
    expect(errorsOf("x := 1.")).toContain("expected fraction");
    expect(errorsOf("x := 1e")).toContain("expected exponent");
    expect(errorsOf("x := 0x1")).toContain("illegal number format");
    expect(errorsOf("x := 01")[0]).toContain("expected number without leading zero");
    expect(errorsOf("x := 1e100000")[0]).toContain("number too big");
    expect(errorsOf("x := `a")).toContain("non-terminated string");
    expect(errorsOf("x := $a")).toContain("illegal $ character");
    expect(errorsOf("x := !a")).toContain("illegal ! character");
  });

  it("refuse characters that no text may hold, at the token before them", () => {
    expect(errorsOf("x := 1\0")).toEqual(["illegal null character", "illegal token", "illegal token"]);
    expect(errorsOf("x := 1 if \ufeff{ true }")).toEqual(["illegal byte-order mark", "illegal token"]);
    expect(errorsOf("x := 1 # \ufeff")).toEqual(["illegal byte-order mark"]);
    expect(parseModule({ name: "p.rego", text: "\ufeffpackage p" }).module).toBeDefined();
  });

  it("a character that begins no token is one, whatever it is", () => {
    for (let code = 0x2000; code < 0xd800; code += 97) expect(errorsOf(`x := ${String.fromCharCode(code)}1`)).toContain("illegal token");
    // Chevrotain files characters in runs of 255: each run has to be known.
    for (let code = 0xfdf0; code < 0xfff0; code += 1) expect(errorsOf(`x := ${String.fromCharCode(code)}1`)).toContain("illegal token");
  });

  it("a raw text that ends has no fault but a null character in it", () => {
    const only = ["illegal null character", "illegal token", "illegal token"];
    for (const text of ["`a\0`", "`\0`", "$`a\0b`", '"a\0"']) expect(errorsOf(`x := ${text}\n\ny := 1`)).toEqual(only);
  });

  it("a text without an end that holds a null character has both faults", () => {
    expect(errorsOf('x := "a\0')).toEqual(expect.arrayContaining(["illegal null character", "non-terminated string"]));
  });

  it("`in` is the name of a builtin where it is no keyword", () => {
    const { diagnostics } = parseModule({ name: "p.rego", text: "package p\n\nin([x])\n" }, { dialect: "v0" });
    expect(diagnostics.map(({ message }) => message)).toEqual(["rule name conflicts with built-in function"]);
  });

  it("name what v1 wants of the form of rules", () => {
    expect(errorsOf("x { true }")).toEqual(["`if` keyword is required before rule body"]);
    expect(errorsOf("x[y]")).toEqual(["`contains` keyword is required for partial set rules"]);
    expect(errorsOf("x.y.z")).toEqual(["rule must have value assignment and/or body declaration"]);
  });

  it("explain why a statement defines nothing", () => {
    expect(errorsOf("1 + 2")).toEqual(["rule name conflicts with built-in function"]);
    expect(errorsOf("not x")).toEqual(["negated expressions cannot be used for rule head"]);
    expect(errorsOf("x := 1 with input as 2")).toEqual(["expressions using with keyword cannot be used for rule head"]);
    expect(errorsOf("[1]")).toEqual(["array cannot be used for rule name"]);
  });

  it("hold defaults to constants and distinct arguments", () => {
    expect(errorsOf("default x := y")).toEqual(["illegal default rule (value cannot contain var)"]);
    expect(errorsOf("default f(x, x) := 1")).toEqual(["illegal default rule (arguments cannot be repeated x)"]);
    expect(errorsOf("default f(1) := 1")).toEqual(["illegal default rule (arguments cannot contain number)"]);
  });

  it("refuse imports of what cannot be imported", () => {
    expect(errorsOf("import foo.bar")[0]).toContain("must begin with one of: {data, future, input, rego}, got: foo");
    expect(errorsOf("import data.if")[0]).toContain("must not end with a keyword, got: if");
    expect(errorsOf("import future.keywords.nope")).toEqual(["unexpected keyword, must be one of [contains every if in not]"]);
    expect(errorsOf("import rego.v2")).toEqual(["invalid import `rego.v2`, must be `rego.v1`"]);
  });
});

it("an import whose path is no path hides what is wrong after it", () => {
  expect(errorsOf("import data.x[_]1v1")).toEqual(["unexpected var token: expecting string"]);
});

it("words reserved for later are none of the terms that a hint promises", () => {
  const every = (domain: string) => errorsOf(`p { every x in ${domain} { x } }`, { dialect: "v0" })[0];
  expect(every("xs")).toContain("import future.keywords.every");
  expect(every("or(xs, ys)")).not.toContain("import future.keywords.every");
});
