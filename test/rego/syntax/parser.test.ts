import { describe, expect, it } from "vitest";
import { positionOf } from "../../../src/rego/source/position.ts";
import { parseBody, parseModule } from "../../../src/rego/syntax/parser.ts";
import { covered, errorsOf, moduleOf, queryOf, ruleOf, rulesOf, termOf } from "./parse-support.ts";

describe("modules", () => {
  it("hold the package, imports, rules and comments of a file", () => {
    const module = moduleOf("# first\nimport data.q as r\nx := 1 # last");
    expect(module.package.path.map((step) => (step.kind === "string" ? step.value : step.kind))).toEqual(["var", "p"]);
    expect(module.imports.map(({ alias }) => alias)).toEqual(["r"]);
    expect(module.comments.map(({ text }) => text)).toEqual([" first", " last"]);
    expect(rulesOf("x := 1")).toEqual(["x := 1 if { true }"]);
  });

  it("need a package first and only once", () => {
    const parse = (text: string) => parseModule({ name: "p.rego", text }).diagnostics.map(({ message }) => message);
    expect(parse("")).toEqual(["empty module"]);
    expect(parse("x := 1")).toEqual(["package expected"]);
    expect(parse("package a\npackage b")).toEqual(["unexpected package"]);
  });

  it("of v0 that import rego.v1 are of a dialect of their own", () => {
    expect(moduleOf("import rego.v1\nx if true", { dialect: "v0" }).dialect).toBe("v0-as-v1");
    expect(moduleOf("x { true }", { dialect: "v0" }).dialect).toBe("v0");
  });
});

describe("rules", () => {
  it("may have references as names", () => {
    expect(rulesOf("a.b[x].c contains y if x := y")).toEqual(["a.b[x].c contains y if { assign(x, y) }"]);
  });

  it("of two terms are sets in v0 and one value with if", () => {
    const [set] = moduleOf("q[x] { x := 1 }", { dialect: "v0" }).rules;
    expect([set?.head.key?.kind, set?.head.value, set?.head.reference.length]).toEqual(["var", undefined, 1]);
    const single = ruleOf("q[x] if x := 1");
    expect([single.head.value?.kind, single.head.reference.length, single.head.generatedValue]).toEqual(["boolean", 2, true]);
  });

  it("read braces after if as a block, unless they hold an object or a comprehension", () => {
    expect(ruleOf("q if { x }").body[0]?.kind).toBe("term-expr");
    expect(rulesOf("q if {}")).toEqual(["q = true if { {} }"]);
    expect(rulesOf("q if { x | x := 1 }")).toEqual(["q = true if { {x | assign(x, 1)} }"]);
  });

  it("chain bodies and else branches", () => {
    expect(rulesOf("q := 1 if { a } { b }")).toEqual(["q := 1 if { a }", "q := 1 if { b }"]);
    expect(rulesOf("q := 1 if a\nelse := 2 if b\nelse := 3")).toEqual(["q := 1 if { a } else = 2 if { b } else = 3 if { true }"]);
  });

  it("give every wildcard a name of its own", () => {
    const { head, body } = ruleOf("f(_, _) if _");
    expect(
      [...(head.args ?? []), body[0]?.kind === "term-expr" ? body[0].term : undefined].map((term) => term?.kind === "var" && term.name),
    ).toEqual(["$0", "$1", "$2"]);
  });

  it("may be named by a keyword when more follows at once", () => {
    expect(rulesOf("if.x := 1\ncontains[1] := 2")).toHaveLength(2);
    expect(errorsOf("if := 1")).toEqual(["unexpected if keyword"]);
  });

  it("follow one another on a line without a separator", () => {
    expect(rulesOf("a := 1 b := 2")).toHaveLength(2);
    expect(errorsOf("a := 1; b := 2")).toEqual(["multiple expressions cannot be used for rule head"]);
  });
});

describe("terms", () => {
  it("bind tighter with multiplication than addition, and comparisons loosest", () => {
    expect(queryOf("1 + 2 * 3 & 4 | 5 == 6 in x")).toBe("internal.member_2(equal(or(and(plus(1, mul(2, 3)), 4), 5), 6), x)");
  });

  it("associate to the left", () => {
    expect(queryOf("1 - 2 - 3")).toBe("minus(minus(1, 2), 3)");
  });

  it("keep the spelling of numbers", () => {
    expect(termOf("[1.50, 1e3, -0, .5]")).toBe("[1.50, 1e3, -0, .5]");
  });

  it("decode strings as JSON and leave raw strings", () => {
    expect(termOf('["\\u00e9\\n", `\\n`]')).toBe('["é\\n", "\\\\n"]');
  });

  it("negate numbers in place and anything else by a subtraction", () => {
    expect(queryOf("-1")).toBe("-1");
    expect(queryOf("-input.x")).toBe("minus(0, input.x)");
    expect(queryOf("-(1)")).toContain("expected number");
  });

  it("tolerate a leading and a trailing comma in collections", () => {
    expect(termOf("[,1,]")).toBe("[1]");
    expect(termOf("{,1,}")).toBe("{1}");
  });

  it("take no blank between a head and what continues it", () => {
    expect(queryOf("f(x); f (x)")).toBe("f(x); f; x");
    expect(errorsOf("q if { x [0] }")).toEqual(["unexpected [ token: expected \\n or ; or }"]);
  });

  it("prefer a comprehension over a union, and fall back", () => {
    expect(queryOf("{a | b}")).toBe("{a | b}");
    expect(queryOf("{a | b, c}")).toBe("{c, or(a, b)}");
  });

  it("hold expressions in template strings", () => {
    const { body } = parseBody({ name: "", text: '$"a{x + 1}\\{b{2}"' });
    expect(queryOf('$"a{x + 1}\\{b{2}"')).toBe('$"a{plus(x, 1)}\\{b2"');
    expect(body?.[0]?.kind).toBe("term-expr");
    expect(queryOf('$"a"', { dialect: "v0" })).toContain("not supported");
  });

  it("nest template strings and braces in them", () => {
    expect(queryOf('$"{ {"a": $`{x}}`}["a"] }"')).toBe('$"{{"a": $"{x}}"}.a}"');
  });
});

describe("literals", () => {
  it("know some, every, not and with", () => {
    expect(queryOf("some x, y; some k, v in xs; every k, v in xs { k }; not x with input as 1 with data.a as 2")).toBe(
      "some x, y; some k, v in xs; every k, v in xs { k }; not x with input as 1 with data.a as 2",
    );
  });

  it("negate bodies once future.keywords.not is imported, and sets before", () => {
    expect(ruleOf("import future.keywords.not\nq if not { x }").body[0]?.kind).toBe("not-expr");
    expect(ruleOf("q if { not { x } }").body[0]?.kind).toBe("term-expr");
    expect(ruleOf("import future.keywords.not\nq if not x").body[0]).toMatchObject({ kind: "not-expr", explicitBody: false });
  });

  it("learn the keywords of later dialects by imports", () => {
    expect(rulesOf("import future.keywords.every\nq { every x in xs { x } }", { dialect: "v0" })).toHaveLength(1);
    expect(errorsOf("q { every x in xs { x } }", { dialect: "v0" })[0]).toContain("hint: `import future.keywords.every`");
    expect(errorsOf("q { some x in xs }", { dialect: "v0" })[0]).toContain("hint: `import future.keywords.in`");
  });
});

describe("capabilities", () => {
  const only = (futureKeywords: readonly string[], ...features: readonly string[]) => ({
    capabilities: { futureKeywords, features: new Set(features) },
  });

  it("decide whether v1 is read at all", () => {
    expect(errorsOf("x := 1", only([]))).toEqual(["illegal capabilities: rego_v1 feature required for parsing v1 Rego"]);
    expect(rulesOf("x := 1", only([], "rego_v1"))).toHaveLength(1);
  });

  it("decide which keywords can be imported", () => {
    expect(errorsOf("import future.keywords.every", { dialect: "v0", ...only(["in"]) })).toEqual([
      "unexpected keyword, must be one of [in]",
    ]);
    expect(errorsOf("import rego.v1", { dialect: "v0", ...only(["in"]) })[0]).toContain("not supported by current capabilities");
    expect(errorsOf("x := 1", only(["nope"], "rego_v1"))).toEqual(["illegal capabilities: unknown keyword: nope"]);
  });

  it("decide on template strings and on keywords in references", () => {
    expect(errorsOf('x := $"{y}"', only([], "rego_v1"))[0]).toContain("template strings are not supported");
    expect(errorsOf("x := input.if", only([], "rego_v1"))[0]).toContain("expected identifier");
    expect(rulesOf("x := input.if", only([], "rego_v1", "keywords_in_refs"))).toHaveLength(1);
  });

  it("yield to words that the caller makes keywords", () => {
    expect(queryOf("every x in xs { x }", { dialect: "v0", futureKeywords: ["every"] })).toBe("every x in xs { x }");
    expect(queryOf("x", { futureKeywords: ["nope"] })).toContain("unknown future keyword: nope");
  });
});

describe("spans", () => {
  it("cover what OPA shows of each node", () => {
    const rule = ruleOf("q := (1 + 2) * 3 if {\n  x.y[0](z)\n}");
    expect(covered(rule)).toBe("q := (1 + 2) * 3 if {\n  x.y[0](z)\n}");
    expect(covered(rule.head)).toBe("q := (1 + 2) * 3");
    expect(rule.head.value && covered(rule.head.value)).toBe("(1 + 2) * 3");
    expect(rule.body.map(covered)).toEqual(["x.y[0](z)"]);
  });

  it("place a term in parentheses at its first operand", () => {
    const { value } = ruleOf("q := (1 + 2) * 3").head;
    expect(value?.span && positionOf(value.span)).toEqual({ row: 2, col: 7 });
  });

  it("count columns in code points", () => {
    const { body } = parseBody({ name: "", text: '"😀" == x' });
    const [, right] = body?.[0]?.kind === "call-expr" ? body[0].args : [];
    expect(right?.span && positionOf(right.span)).toEqual({ row: 1, col: 8 });
  });
});

describe("hostile texts", () => {
  const deep = 10_000;
  const cases: readonly (readonly [name: string, text: string])[] = [
    ["arrays", "[".repeat(deep)],
    ["parentheses", `${"(".repeat(deep)}1${")".repeat(deep)}`],
    ["objects", '{"a":'.repeat(deep)],
    ["comprehensions", "[x | x = ".repeat(deep)],
    ["broken comprehensions", `${"[x | ".repeat(deep)},`],
    ["references", "a[".repeat(deep)],
    ["calls", "f(".repeat(deep)],
    ["sums", `1${" + 1".repeat(deep)}`],
    ["memberships", `1${" in a".repeat(deep)}`],
    ["templates", '$"{'.repeat(deep)],
    ["blocks", "every x in xs { ".repeat(deep)],
  ];
  it.each(cases)("of deep %s end in an error, not in an overflow", (_, text) => {
    expect(errorsOf(`q := ${text}`).length).toBeGreaterThan(0);
    expect(errorsOf(`q if { ${text}`).length).toBeGreaterThan(0);
  });

  it("of deep else chains end in an error", () => {
    expect(errorsOf(`q := 1 if x${"\nelse := 1 if x".repeat(deep)}`)).toEqual(["max parsing recursion depth exceeded"]);
  });

  it("of many parts are read", () => {
    expect(moduleOf(`q := [${"1, ".repeat(100_000)}]`).rules).toHaveLength(1);
    expect(moduleOf("q := 1\n".repeat(10_000)).rules).toHaveLength(10_000);
    expect(moduleOf(`q := a${".b".repeat(100_000)}`).rules).toHaveLength(1);
  });

  it("name __proto__ as anything else", () => {
    expect(rulesOf('__proto__ := {"__proto__": 1}')).toEqual(['__proto__ := {"__proto__": 1} if { true }']);
  });
});
