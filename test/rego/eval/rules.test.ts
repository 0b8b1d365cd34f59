import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { answerOf, evaluateText, prepareText } from "../../support/evaluate.ts";

describe("complete rules", () => {
  test("an else is tried only when nothing before it gave a value, false included", () => {
    expect(evaluateText("x := false if true\n\nelse := 2")).toBe(false);
    expect(evaluateText("x := 1 if false\n\nelse := 2 if false\n\nelse := 3")).toBe(3);
  });

  test("a default holds when no rule gives a value", () => {
    expect(evaluateText("default x := 5\n\nx := 1 if input.nope")).toBe(5);
    expect(evaluateText("default f(_) := 5\n\nf(y) := 1 if y == 1\n\nx := [f(1), f(2)]")).toEqual([1, 5]);
  });

  test("a rule is evaluated once a query, its prints included", () => {
    const prints: string[] = [];
    const prepared = prepareText('package p\n\nr := 1 if print("r")\n\nx := [r, r]', "data.p.x; data.p.r");
    evaluateQuery(prepared, { onPrint: (text) => prints.push(text) });
    expect(prints).toEqual(["r"]);
  });
});

describe("functions", () => {
  test("arguments match patterns, and a repeated variable must be equal", () => {
    const rules = 'f([a, b]) := a + b\n\nf({"k": v}) := v\n\ng(a, a) := "same"\n';
    expect(evaluateText(`${rules}x := [f([1, 2]), f({"k": 3}), g(1, 1)]`)).toEqual([3, 3, "same"]);
    expect(evaluateText(`${rules}x := g(1, 2)`)).toBeUndefined();
  });

  test("a call inside a call of the same function keeps its own arguments", () => {
    expect(evaluateText("f(a, b) := a - b\n\nx := f(10, f(5, f(2, 1)))")).toBe(6);
  });

  test("results for many arguments stay apart", () => {
    expect(evaluateText("f(n) := count([m | some m in numbers.range(1, n)])\n\nx := [f(n) | some n in [1, 2, 3, 4, 5, 6, 2, 6]]")).toEqual([
      1, 2, 3, 4, 5, 6, 2, 6,
    ]);
  });

  test("a function of texts gives later evaluations what it gave earlier ones, and its failures each time", () => {
    const rules = 'f(t) := n if { endswith(t, "m"); n := to_number(trim_suffix(t, "m")) + count(split(t, "")) }';
    const prepared = prepareText(`package p\n\n${rules}\n\nx := [v | some t in input; v := f(t)]`, "data.p.x");
    const ask = (input: string[]) => evaluateQuery(prepared, { input });
    for (let round = 0; round < 3; round++) {
      expect(ask(["1m", "20m", "m", "2"]).results[0]?.expressions[0]?.value).toEqual([3, 23]);
      expect(ask(["xm"]).builtinErrors.map(({ code }) => code)).toEqual(["eval_builtin_error"]);
    }
  });

  test("a function of a text that reads the input is asked anew when the input is another", () => {
    const rules = "f(t) := n if { n := count(split(t, input.by)) + count(trim(t, input.by)) + count(upper(t)) }";
    const prepared = prepareText(`package p\n\n${rules}\n\nx := f("a-b")`, "data.p.x");
    const ask = (by: string) => evaluateQuery(prepared, { input: { by } }).results[0]?.expressions[0]?.value;
    expect([ask("-"), ask("a"), ask("-")]).toEqual([8, 7, 8]);
  });

  test("a function that has never seen an argument twice is still quick when it does", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `f${i}(n) := f${i + 1}(n) + f${i + 1}(n) if count([v | some v in [n]]) == 1`);
    const apart = "g(n) := f29(n)\n\ny := [g(n) | some n in numbers.range(1, 400)]";
    const text = `package p\n\n${levels.join("\n\n")}\n\nf30(n) := n if count([v | some v in [n]]) == 1\n\n${apart}\n\nx := f0(1)`;
    const prepared = prepareText(text, "[count(data.p.y), data.p.x]");
    for (let round = 0; round < 3; round++) expect(evaluateQuery(prepared, {}).results[0]?.expressions[0]?.value).toEqual([400, 2 ** 30]);
  });

  test("plain functions that call each other twice a level take no exponential time either", () => {
    const levels = Array.from({ length: 40 }, (_, i) => `f${i}(n) := f${i + 1}(n) + f${i + 1}(n)`).join("\n\n");
    expect(evaluateText(`${levels}\n\nf40(n) := n\n\nx := f0(1)`)).toBe(2 ** 40);
  });

  test("functions that call each other twice a level take no exponential time", () => {
    const levels = Array.from({ length: 40 }, (_, i) => `f${i}(n) := f${i + 1}(n) + f${i + 1}(n) if count([v | some v in [n]]) == 1`).join(
      "\n\n",
    );
    expect(evaluateText(`${levels}\n\nf40(n) := n if count([v | some v in [n]]) == 1\n\nx := f0(1)`)).toBe(2 ** 40);
  });
});

describe("partial rules", () => {
  test("sets and objects with nested keys are merged over all their rules", () => {
    expect(evaluateText('x[a][b] := 1 if some [a, b] in [["k", "l"], ["k", "m"]]\n\nx.k.n := 2')).toEqual({ k: { l: 1, m: 1, n: 2 } });
    expect(evaluateText('x[k] contains v if some [k, v] in [["a", 1], ["a", 2], ["b", 1]]')).toEqual({ a: [1, 2], b: [1] });
  });

  test("rules that begin alike under other names give what each gives by itself", () => {
    const rules = [
      's contains {"a": x} if { some c in input.list; not c.skip; x := c.n; x > 1 }',
      's contains {"b": y} if { some d in input.list; not d.skip; y := d.n; y < 2 }',
      's contains "all" if { some e in input.list; not e.skip }',
      's contains {"c": z} if { some c in input.list; z := c.n; not c.skip }',
      's contains {"d": n} if { some c in input.other; n := c.n }',
    ];
    const input = { list: [{ n: 1 }, { n: 2, skip: false }, { n: 3, skip: true }], other: [{ n: 9 }] };
    const apart = rules.flatMap((rule) => evaluateText(`${rule}\n\nx := [m | some m in s]`, { input }) as unknown[]);
    for (const order of [rules, rules.toReversed()]) {
      expect(evaluateText(`${order.join("\n\n")}\n\nx := s`, { input })).toHaveLength(apart.length);
      for (const member of apart)
        expect(evaluateText(`${order.join("\n\n")}\n\nx if s[${JSON.stringify(member)}]`, { input }), JSON.stringify(member)).toBe(true);
    }
  });

  test("a variable bound after the common part stays its rule's own", () => {
    const rules = "s contains x if { some i in [1, 2]; x := i * 10 }\n\ns contains y if { some i in [1, 2]; y := i + 1; x := y; x > 2 }";
    expect(evaluateText(`${rules}\n\nx := s`)).toEqual([3, 10, 20]);
    expect(evaluateText(`${rules}\n\nx := [m | some m; s[m]]`)).toEqual([3, 10, 20]);
  });

  test("a path that goes on below a value is an error at the later rule", () => {
    expect(evaluateText('x[k] := 1 if some k in ["a"]\n\nx.a.b := 2')).toBe("p.rego:5: eval_conflict_error: object keys must be unique");
  });

  test("a question for one key does not see a conflict under another", () => {
    const rules = 'o[k] := v if some [k, v] in [["a", 1], ["b", 2], ["b", 3]]\n\n';
    expect(evaluateText(`${rules}x := o.a`)).toBe(1);
    expect(evaluateText(`${rules}x := o`)).toContain("object keys must be unique");
  });

  test("a member is found without the whole set, however often it is asked for", () => {
    expect(evaluateText("s contains n if some n in numbers.range(1, 20)\n\nx := [n | some n in numbers.range(0, 30); s[n]]")).toHaveLength(
      20,
    );
  });

  test("rules that ask one another twice a level for keys, members or elements take no exponential time", () => {
    const asked = (ask: (i: number) => string): string => Array.from({ length: 40 }, (_, i) => ask(i)).join("\n\n");
    const objects = asked((i) => `o${i}[k] := o${i + 1}[k] + o${i + 1}[k] if some k in [1, 2]`);
    expect(evaluateText(`${objects}\n\no40[k] := 1 if some k in [1, 2]\n\nx := o0[1]`)).toBe(2 ** 40);
    const members = asked((i) => `s${i} contains k if { some k in [1, 2]; s${i + 1}[k]; s${i + 1}[k] }`);
    expect(evaluateText(`${members}\n\ns40 contains 1\n\nx if s0[1]`)).toBe(true);
    const elements = asked((i) => `s${i} contains k if { s${i + 1}[k]; some j; s${i + 1}[j]; j == k }`);
    expect(evaluateText(`${elements}\n\ns40 contains k if some k in input\n\nx := count(s0)`, { input: [1, 2, 3] })).toBe(3);
  });

  test("a set that is enumerated in place gives each member, and ends early where one is enough", () => {
    const rules = "s contains n if some n in [1, 2, 1, 3]\n\n";
    expect(evaluateText(`${rules}x contains n * 2 if s[n]`)).toEqual([2, 4, 6]);
    expect(evaluateText(`${rules}x if { some n; s[n]; n > 1 }`)).toBe(true);
    expect(evaluateText(`${rules}x := [n | some n; s[n]]`)).toEqual([1, 2, 3]);
  });
});

describe("documents", () => {
  const modules = { "a.rego": "package a.b\n\nr := 1\n\nf(y) := y\n\ns contains 1 if false", "c.rego": "package system.x\n\nq := 1" };

  test("an extent merges base documents with rules, without functions and without system", () => {
    const data = { a: { base: 2, b: { more: 3 } }, system: { hidden: true } };
    expect(answerOf(prepareText(modules, "data"), { data })).toEqual({ a: { base: 2, b: { more: 3, r: 1, s: [] } } });
    expect(answerOf(prepareText(modules, "data.system.x.q"), { data })).toBe(1);
  });

  test("enumeration gives base keys first, then rules", () => {
    const { results } = evaluateQuery(prepareText(modules, "data.a.b[k] = v"), { data: { a: { b: { zz: 0 } } } });
    expect(results.map(({ bindings }) => bindings["k"])).toEqual(["zz", "r", "s"]);
  });
});

describe("chains of rules", () => {
  const chain = (length: number, link: (i: number) => string) => Array.from({ length }, (_, i) => link(i + 1)).join("\n\n");

  test("answer, each rule reading the next a thousand times over", () => {
    expect(evaluateText(`r0 := input.n\n\n${chain(1000, (i) => `r${i} := r${i - 1} + 1`)}\n\nx := r1000`, { input: { n: 1 } })).toBe(1001);
    expect(evaluateText(`r0 if input.n\n\n${chain(1000, (i) => `r${i} if not r${i - 1}`)}\n\nx := r1000`, { input: { n: 1 } })).toBe(true);
    expect(
      evaluateText(`f0(v) := v\n\n${chain(1000, (i) => `f${i}(v) := f${i - 1}(v + 1)`)}\n\nx := f1000(input.n)`, { input: { n: 1 } }),
    ).toBe(1001);
  });
});

describe("sets with variables in heads", () => {
  const member = 'r contains {"a", v} if v = 1\n\n';

  test("take no key apart: a question for one member finds none, unless the whole set is known", () => {
    expect(evaluateText(`${member}x := [1 | r[{"a", 1}]]`)).toEqual([]);
    expect(evaluateText(`${member}x := [1 | r[_]; r[{"a", 1}]]`)).toEqual([1]);
    expect(evaluateText(`${member}x := [1 | {"a", 1} in r]`)).toEqual([1]);
  });

  test("of functions match nothing", () => {
    expect(evaluateText('f({"a", v}) := 1 if v = 1\n\nx := [y | y := f({"a", 1})]')).toEqual([]);
    expect(evaluateText('f({"a", 1}) := 1\n\nx := [y | y := f({"a", 1})]')).toEqual([1]);
  });
});

describe("many rules", () => {
  const rules = Array.from({ length: 40 }, (_, i) => `x := ${i} if { input.kind == "k${i}"; input.n > 0 }`).join("\n\n");

  test("the index finds the rules that can match", () => {
    const prepared = prepareText(`package p\n\n${rules}\n\ndefault x := "none"`, "data.p.x");
    expect(answerOf(prepared, { input: { kind: "k17", n: 1 } })).toBe(17);
    expect(answerOf(prepared, { input: { kind: "k17", n: 0 } })).toBe("none");
    expect(answerOf(prepared, { input: { kind: ["k1"], n: 1 } })).toBe("none");
    expect(answerOf(prepared, {})).toBe("none");
  });
});
