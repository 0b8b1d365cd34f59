/** Equal numbers with different texts: which text an answer shows follows OPA's order of evaluation, whatever order the plan prefers. */
import { describe, expect, test } from "vitest";
import {
  compileModules,
  evaluateQuery,
  parseJson,
  parseModule,
  prepareQuery,
  pureBuiltins,
  type Value,
  writeJson,
} from "../../../src/rego/index.ts";

function answer(body: string, input = '{"o":{"b":1.0,"a":1,"c":100e-2},"y":1,"z":1}'): string {
  const { module } = parseModule({ name: "p.rego", text: `package p\n${body}` }, { dialect: "v1" });
  if (module === undefined) throw new Error("the module cannot be read");
  const { policy } = compileModules(new Map([["p.rego", module]]), { builtins: pureBuiltins, dialect: "v1" });
  const prepared = policy && prepareQuery(policy, "x = data.p");
  const parsed = parseJson(input);
  if (prepared?.query === undefined || parsed.kind === "error") throw new Error("the policy cannot be prepared");
  const asked = { input: parsed.value };
  const texts = [1, 2].map(() => {
    const { results } = evaluateQuery(prepared.query as never, asked);
    return writeJson((results[0]?.bindings["x"] ?? null) as Value);
  });
  expect(texts[1]).toBe(texts[0]);
  return texts[0] ?? "";
}

describe("the text of a number that comes in several", () => {
  test("is that of the rule which the index names first", () => {
    expect(answer("f := 1.0 if { input.y }\nf := 1 if { input.z }")).toBe('{"f":1}');
    expect(answer("f(x) := [1.0] if { input.y == x }\nf(_) := [1] if { input.z }\ng := f(1)")).toBe('{"g":[1]}');
  });
  test("is that of the only rule which holds", () => {
    expect(answer("f := 1.0 if { input.y }\nf := 1 if { input.missing }")).toBe('{"f":1.0}');
  });
  test("is that of the first member in Rego's order", () => {
    expect(answer("s := {v | v := input.o[_]}")).toBe('{"s":[1]}');
    expect(answer("s contains [v] if v := input.o[_]")).toBe('{"s":[[1]]}');
    expect(answer("s[v] := 2 if v := input.o[_]")).toBe('{"s":{"1":2}}');
    expect(answer("s := v if v := input.o[_]")).toBe('{"s":1}');
  });
  test("is that of the first key and of the last value in an object comprehension", () => {
    expect(answer("o := {v: v | v := input.o[_]}")).toBe('{"o":{"1":100e-2}}');
  });
  test("is met once where the members of a set are enumerated", () => {
    expect(answer('s contains v if v := input.o[_]\nt := {x | some v in s; x := sprintf("%v", [v])}')).toBe('{"s":[1],"t":["1"]}');
    expect(answer("s contains [v] if v := input.o[_]\nt := {x | some v in s; x := json.marshal(v)}")).toBe('{"s":[[1]],"t":["[1]"]}');
  });
  test("names one key of a document, whose values merge", () => {
    expect(answer("r[1.0].a := 1\nr[1].b := 2")).toBe('{"r":{"1.0":{"a":1,"b":2}}}');
    expect(answer("r[1.0] := 2\nr[1] := 3")).toBe('{"r":{"1.0":2}}');
  });
});
