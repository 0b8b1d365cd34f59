import { describe, expect, it } from "vitest";
import {
  compileModules,
  evaluateQuery,
  parseModule,
  prepareQuery,
  pureBuiltins,
  renderDiagnostics,
  type Value,
  writeJson,
} from "../../src/rego/index.ts";

const LIMIT_MILLIS = 400;

/** The JSON of `data.p.x`, or the first error; a deadline on the real clock is set. */
function ask(text: string, input: Value = null): string {
  const { module, diagnostics } = parseModule({ name: "p.rego", text: `package p\n\n${text}` }, { dialect: "v1" });
  if (module === undefined || diagnostics.length > 0) return renderDiagnostics(diagnostics);
  const { policy, diagnostics: problems } = compileModules(new Map([["p.rego", module]]), { builtins: pureBuiltins });
  const prepared = policy && prepareQuery(policy, "x := data.p.x", {});
  if (prepared?.query === undefined) return renderDiagnostics(problems);
  const budget = { clock: () => performance.now(), deadlineMillis: performance.now() + LIMIT_MILLIS };
  const { results, errors } = evaluateQuery(prepared.query, { input, budget });
  const [error] = errors;
  return error ? `${error.code}: ${error.message}` : results[0] ? writeJson(results[0].bindings["x"] as Value) : "undefined";
}

/** Asks and sees to it that the answer comes soon. */
function askSoon(text: string, input: Value = null): string {
  const start = performance.now();
  const answer = ask(text, input);
  expect(performance.now() - start).toBeLessThan(LIMIT_MILLIS * 8);
  return answer;
}

/** `a0` to `a40`, each made of two of the one before. */
function tower(name: string, bottom: string, make: (below: string) => string): string {
  const floors = Array.from({ length: 40 }, (_, i) => `${name}${i + 1} := ${make(`${name}${i}`)}`);
  return [`${name}0 := ${bottom}`, ...floors].join("\n");
}

const many = Array.from({ length: 2000 }, (_, i) => i);

describe("a budget stops", () => {
  it.each([
    ["a comprehension without end", "x := [1 | some a in input; some b in input; some c in input; a + b + c < 0]", many],
    ["a cross product", "x contains [a, b, c] if { some a in input; some b in input; some c in input }", many],
    ["nested quantifiers", "x if every a in input { every b in input { every c in input { a + b + c >= 0 } } }", many],
    ["a walk of what shares its parts", `${tower("a", "[input]", (a) => `[${a}, ${a}]`)}\nx := count([1 | walk(a40, [_, _])])`, 1],
    [
      "all paths of a dense graph",
      'g := {a: [b | some b in input] | some a in input}\nx := count(graph.reachable_paths(g, ["1"]))',
      many.slice(0, 25).map(String),
    ],
    ["an address range", 'x := count(net.cidr_expand("::/0"))', null],
  ] as const)("%s", (_, text, input) => {
    expect(askSoon(text, input as Value)).toMatch(/^eval_cancel_error: /);
  });
});

describe("an answer comes soon for", () => {
  it.each([
    ["arrays", "[input.a]", "[input.b]", (of: string) => `[${of}, ${of}]`],
    ["sets", "{input.a}", "{input.b}", (of: string) => `{[${of}, ${of}], 1}`],
    ["objects", '{"k": input.a}', '{"k": input.b}', (of: string) => `{"a": ${of}, "b": ${of}}`],
    ["constants", "[1]", "[1]", (of: string) => `[${of}, ${of}]`],
  ])("%s that share their parts, compared and put into sets", (_, a, b, make) => {
    const towers = `${tower("a", a, make)}\n${tower("b", b, make)}`;
    expect(askSoon(`${towers}\nx := [a40 == b40, a40 < b40, count({a40, b40})]`, { a: 1, b: 1 })).toBe("[true,false,1]");
  });

  it.each([
    ["a pattern that others match exponentially", "x := regex.match(`^(a+)+$`, input)", `${"a".repeat(50_000)}!`, "false"],
    ["a glob of many stars", 'x := glob.match(input, [], "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")', "*a".repeat(60), "false"],
    ["the last integer that is exact", "x := input + 1", Number.MAX_SAFE_INTEGER, "9007199254740992"],
    ["a number of 400 digits in the text", `x := ${"9".repeat(400)} + 1`, null, `1${"0".repeat(400)}`],
    ["a set of many members", "x := count({[a] | some a in input})", Array.from({ length: 100_000 }, (_, i) => i), "100000"],
  ] as const)("%s", (_, text, input, answer) => {
    expect(askSoon(text, input as Value)).toBe(answer);
  });
});

describe("nesting", () => {
  const DEPTH = 10_000;

  it.each(["[", "{", "(", "{1: ", "[1 | x := ", "f(", "not ", "-"])("of %s ends in a parse error", (open) => {
    expect(askSoon(`x := ${open.repeat(DEPTH)}`)).toContain("rego_parse_error");
  });

  it("of inputs is answered or refused, whatever asks", () => {
    const deep = () => Array.from({ length: DEPTH }).reduce<Value>((inner) => [inner], 1);
    const input = { a: deep(), b: deep() };
    for (const asked of [
      "input.a == input.b",
      "input.a < input.b",
      "{input.a} == {input.b}",
      'sprintf("%v", [input.a]) != ""',
      "count([1 | walk(input, [_, _])]) > 1",
    ])
      expect(askSoon(`x := ${asked}`, input)).toMatch(/^(true|false|eval_internal_error: evaluation is nested too deeply)$/);
  });

  it("of rules, functions and packages is answered or refused", () => {
    const chain = Array.from({ length: DEPTH }, (_, i) => `r${i + 1} := r${i}`).join("\n");
    expect(ask(`r0 := input\n${chain}\nx := r${DEPTH}`, 1)).toMatch(/^(1|eval_internal_error: evaluation is nested too deeply)$/);
    const { module } = parseModule({ name: "p.rego", text: `package p${".a".repeat(DEPTH)}\n\nx := 1` }, { dialect: "v1" });
    const { diagnostics } = module ? compileModules(new Map([["p.rego", module]]), { builtins: pureBuiltins }) : { diagnostics: [] };
    for (const { message } of diagnostics) expect(message).toBe("policy is nested too deeply");
  });
});

describe("names that objects inherit are names like any other", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "then"])("%s", (name) => {
    const input = JSON.parse(`{"${name}": {"${name}": 7}}`) as Value;
    expect(ask(`${name} := 1\n\nx := [${name}, data.p.${name}, input.${name}.${name}, input.other.${name}]`, input)).toBe("undefined");
    expect(ask(`${name} := 1\n\nx := [${name}, data.p.${name}, input.${name}.${name}]`, input)).toBe("[1,1,7]");
    expect(ask(`x := {k: 1 | some k in ["${name}"]}`, null)).toBe(`{"${name}":1}`);
    expect(ask(`x[k] := 1 if some k in ["${name}"]`, null)).toBe(`{"${name}":1}`);
    expect(ask(`${name}(a) := a\n\nx := ${name}(input)`, 3)).toBe("3");
    expect(ask(`x := y if y := input with input.${name} as 3`, {})).toBe(`{"${name}":3}`);
    expect(ask("x := object.keys(input)", JSON.parse(`{"${name}": 1}`) as Value)).toBe(`["${name}"]`);
    expect(ask(`x := [input == {"${name}": 1}, {} == {"${name}": 1}]`, {})).toBe("[false,false]");
  });

  it("halves of characters and null bytes go through", () => {
    expect(ask("x := [count(input), input]", "a\u0000b")).toBe('[3,"a\\u0000b"]');
    expect(ask("x := [count(input), startswith(input, `a`)]", "a\ud800b")).toMatch(/^\[\d,true\]$/);
  });
});

describe("large texts", () => {
  // Slow: fifty million characters.
  it("a document of 50 MB is read, searched and compared", { timeout: 20_000 }, () => {
    const input = "lorem ipsum ".repeat(4_300_000);
    expect(ask('x := [count(input), contains(input, "dolor"), endswith(input, "ipsum "), input in {input}]', input)).toMatch(
      /^(\[51600000,false,true,true\]|eval_cancel_error: .*|eval_internal_error: .*)$/,
    );
  });
});
