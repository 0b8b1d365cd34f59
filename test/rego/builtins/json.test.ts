import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/rego/values/value.ts";
import { answerOf, num, objectOf, setOf } from "../../support/call-builtin.ts";

const text = (answer: string): string => (answer.startsWith('"') ? JSON.parse(answer) : answer);

describe("json.marshal", () => {
  it("writes what JSON can say, as Go would", () => {
    const value = objectOf(["b", setOf(2, num("1.50"))], [num("1.0"), "<&>\u2028"], [["k"], null]);
    expect(text(answerOf("json.marshal", value))).toBe('{"1.0":"\\u003c\\u0026\\u003e\\u2028","[\\"k\\"]":null,"b":[1.50,2]}');
    expect(text(answerOf("json.marshal", "a\udcffb\u0001\t"))).toBe('"a\\ufffdb\\u0001\\t"');
  });

  it("indents when asked", () => {
    const marshal = (options: Value) => text(answerOf("json.marshal_with_options", { a: [1, {}] }, options));
    expect(marshal({})).toBe('{"a":[1,{}]}');
    expect(marshal({ pretty: true })).toBe('{\n\t"a": [\n\t\t1,\n\t\t{}\n\t]\n}');
    expect(marshal({ indent: " ", prefix: ">" })).toBe('>{\n> "a": [\n>  1,\n>  {}\n> ]\n>}');
    expect(marshal({ indent: " ", pretty: false })).toBe('{"a":[1,{}]}');
  });

  it("explains wrong options", () => {
    const fail = (options: Value) => answerOf("json.marshal_with_options", 1, options);
    const start = "eval_type_error: json.marshal_with_options: operand 2";
    expect(fail({ x: 1 })).toBe(`${start} object contained unknown key "x"`);
    expect(fail({ indent: 1 })).toBe(`${start} key "indent" failed cast to string: operand 0 must be string but got number`);
    expect(fail({ pretty: 1 })).toBe(`${start} key "pretty" failed cast to bool`);
    expect(fail(objectOf([1, 1]))).toBe(`${start} failed to stringify key 1 at index 0: operand 0 must be string but got number`);
  });

  it("stops at values that share their parts until nobody could hold the text", () => {
    let value: Value = "a".repeat(100_000);
    for (let i = 0; i < 40; i++) value = [value, value];
    expect(answerOf("json.marshal", value)).toBe("eval_builtin_error: json.marshal: result too long");
    expect(answerOf("json.marshal_with_options", [value], { indent: " ".repeat(1_000_000) })).toContain("result too long");
  });
});

describe("json.unmarshal", () => {
  it.each([
    ['{"a": 1.0, "a": 2e1}', '{"a": 2e1}'],
    ["", "eval_builtin_error: json.unmarshal: EOF"],
    ["[1", "eval_builtin_error: json.unmarshal: unexpected EOF"],
    ["{b}", "eval_builtin_error: json.unmarshal: invalid character 'b' looking for beginning of object key string"],
    ["1 2", "eval_builtin_error: json.unmarshal: error: invalid character '2' after top-level value"],
  ])("reads %o as %s", (given, expected) => {
    expect(answerOf("json.unmarshal", given)).toBe(expected);
  });

  it("tells valid texts from others", () => {
    expect(answerOf("json.is_valid", "[1e5]")).toBe("true");
    expect(answerOf("json.is_valid", "[01]")).toBe("false");
    expect(answerOf("json.is_valid", 1)).toBe("false");
  });
});

describe("paths", () => {
  const document = { a: [{ b: 1, c: 2 }, 5], "x/y": { "~": 1 }, s: setOf("m", "n") };

  it("keep what they lead to", () => {
    expect(answerOf("json.filter", document, ["a/0/b", "/x~1y"])).toBe('{"a": [{"b": 1}], "x/y": {"~": 1}}');
    expect(
      answerOf("json.filter", document, [
        ["s", "m"],
        ["a", "1", "deeper"],
      ]),
    ).toBe('{"a": [5], "s": {"m"}}');
    expect(answerOf("json.filter", { a: { b: 1 } }, ["a", "a/b"])).toBe('{"a": {"b": 1}}');
  });

  it("remove what they lead to", () => {
    expect(answerOf("json.remove", document, setOf("a/0", "x~1y/~0", "s/m", ""))).toBe('{"a": [5], "s": {"n"}, "x/y": {}}');
    expect(answerOf("json.remove", document, 1)).toBe("eval_type_error: json.remove: operand 2 must be one of {set, array} but got number");
    expect(answerOf("json.remove", document, [1])).toBe(
      "eval_type_error: json.remove: operand 2 must be one of {set, array} containing string paths or array of path segments but got number",
    );
  });

  it("are of bounded length", () => {
    expect(answerOf("json.filter", {}, ["a/".repeat(5000)])).toBe("eval_builtin_error: json.filter: path longer than 2000 segments");
  });
});
