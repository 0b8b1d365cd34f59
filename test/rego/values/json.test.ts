import { describe, expect, it } from "vitest";
import { parseJson, toJson } from "../../../src/rego/values/json.ts";
import { quoteJson, writeJson } from "../../../src/rego/values/json-write.ts";
import { termText } from "../../../src/rego/values/print.ts";
import { RegoNumber } from "../../../src/rego/values/rego-number.ts";
import type { Value } from "../../../src/rego/values/value.ts";
import { num, objectOf, setOf } from "../../support/call-builtin.ts";

const read = (text: string): Value => {
  const result = parseJson(text);
  if (result.kind === "error") throw new Error(result.message);
  return result.value;
};

describe("parseJson", () => {
  it("keeps the text of numbers that JavaScript would write otherwise", () => {
    const text = "[1,-2,0.5,1.0,1e3,-0,12345678901234567890,9007199254740993,0.10,1e-7]";
    expect(writeJson(read(text))).toBe(text);
    expect((read("[1,0.5,123456789012345,-3]") as Value[]).every((value) => typeof value === "number")).toBe(true);
    expect(read("1.0")).toBeInstanceOf(RegoNumber);
  });

  it("does not mistake strings for numbers", () => {
    expect(read('{"image": "nginx:1.0", "t": "1e5 \\" 2.0"}')).toEqual({ image: "nginx:1.0", t: '1e5 " 2.0' });
  });

  it("replaces halves of surrogate pairs and stray bytes", () => {
    expect(read('"\\ud83d\\ude00 \\ud800 \\udc00a"')).toBe("😀 \ufffd \ufffda");
    expect(read('["a\udcff", 1.0]')).toEqual(["a\ufffd", new RegoNumber("1.0")]);
  });

  it("takes the last of equal keys, whatever they are called", () => {
    for (const text of ['{"__proto__":1,"__proto__":{"x":[]}}', '{"__proto__":1.0,"__proto__":{"x":[]}}'])
      expect(writeJson(read(text))).toBe('{"__proto__":{"x":[]}}');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it("nests to a limit without using the stack", () => {
    const nested = (depth: number, inner: string) => "[".repeat(depth) + inner + "]".repeat(depth);
    expect(parseJson(nested(10_000, "1")).kind).toBe("value");
    expect(parseJson(nested(10_000, "1.0")).kind).toBe("value");
    expect(parseJson(nested(10_001, "1"))).toMatchObject({ kind: "error", message: "invalid character '[' exceeded max depth" });
    expect(parseJson("[[1]]", { depth: 1 }).kind).toBe("error");
    expect(writeJson(read(nested(10_000, "1.0")))).toBe(nested(10_000, "1.0"));
    expect(termText(read(nested(10_000, "1.0")))).toBe(nested(10_000, "1.0"));
  });

  it.each([
    ["", "EOF"],
    [" ", "EOF"],
    ["[1,", "unexpected EOF"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 2}', "invalid character '2' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["1.", "unexpected EOF"],
    ["[1.]", "invalid character ']' after decimal point in numeric literal"],
    ["[1ex]", "invalid character 'x' in exponent of numeric literal"],
    ["[-]", "invalid character ']' in numeric literal"],
    ["01", "error: invalid character '1' after top-level value"],
    ["trux", "invalid character 'x' in literal true (expecting 'e')"],
    ['"a\n"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["'", "invalid character '\\'' looking for beginning of value"],
    ["é", "invalid character 'Ã' looking for beginning of value"],
    ["\udcff", "invalid character 'ÿ' looking for beginning of value"],
    ["1 [", "error: invalid character '[' after top-level value"],
    ['1 "b"', "error: invalid character 'b' after top-level value"],
    ["1 null", "error: invalid character 'null' after top-level value"],
    ["1 }", "invalid character '}' looking for beginning of value"],
  ])("says of %o: %s", (text, message) => {
    expect(parseJson(text)).toMatchObject({ kind: "error", message });
  });
});

describe("toJson", () => {
  it("turns sets into sorted arrays and keys into texts", () => {
    const value = objectOf([setOf(2, 1), { b: setOf("y", "x") }], [1, [objectOf([null, num("1.50")])]]);
    expect(writeJson(toJson(value) as Value)).toBe('{"1":[{"null":1.50}],"[1,2]":{"b":["x","y"]}}');
  });

  it("lets the last of the keys win that are one text in JSON", () => {
    const value = objectOf([1, [setOf(1)]], ["1", { a: setOf(2) }]);
    expect(writeJson(toJson(value) as Value)).toBe('{"1":{"a":[2]}}');
  });

  it("shares what JSON can already say", () => {
    const plain = { a: [1, num("1.0")] };
    expect(toJson(plain)).toBe(plain);
  });

  it("takes any depth", () => {
    let value: Value = setOf(1);
    for (let i = 0; i < 50_000; i++) value = [value];
    expect(writeJson(toJson(value) as Value)).toHaveLength(100_003);
  });
});

describe("writeJson", () => {
  it("escapes as Go does, or less when asked", () => {
    expect(quoteJson('<a href="é">&\u2028\u007f\b')).toBe('"\\u003ca href=\\"é\\"\\u003e\\u0026\\u2028\u007f\\b"');
    expect(writeJson("<&>\udcff", { plainHtml: true })).toBe('"<&>\\ufffd"');
    expect(writeJson("<&>\u2028", { plainHtml: true })).toBe('"<&>\\u2028"');
  });

  it("sorts keys by code point", () => {
    expect(writeJson({ "😀": 1, "\uffff": 2, b: 3, 10: 4, 9: 5 })).toBe('{"10":4,"9":5,"b":3,"\uffff":2,"😀":1}');
  });

  it("lets the caller stop it", () => {
    const spend = () => {
      throw new Error("enough");
    };
    expect(() => writeJson("a".repeat(10_000), { spend })).toThrow("enough");
  });
});
