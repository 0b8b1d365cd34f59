import { describe, expect, it } from "vitest";
import { answerOf, setOf } from "../../support/call-builtin.ts";

describe("base64", () => {
  it.each([
    ["base64.encode", "héllo", '"aMOpbGxv"'],
    ["base64.decode", "aMOpbGxv", '"héllo"'],
    ["base64.decode", "aGk\n=", '"hi"'],
    ["base64.decode", "/w==", '"\\xff"'],
    ["base64.decode", "aGk", "eval_builtin_error: base64.decode: illegal base64 data at input byte 0"],
    ["base64.decode", "aGk=x", "eval_builtin_error: base64.decode: illegal base64 data at input byte 4"],
    ["base64.decode", "a-==", "eval_builtin_error: base64.decode: illegal base64 data at input byte 1"],
    ["base64.is_valid", "aGk=", "true"],
    ["base64.is_valid", 1, "false"],
    ["base64url.encode", "\udcfb\udcff", '"-_8="'],
    ["base64url.encode_no_pad", "\udcfb\udcff", '"-_8"'],
    ["base64url.decode", "-_8", '"\\xfb\\xff"'],
    ["base64url.decode", "a", "eval_builtin_error: base64url.decode: illegal base64url string: a"],
    ["base64url.decode", "a+b=", "eval_builtin_error: base64url.decode: illegal base64 data at input byte 1"],
  ])("%s(%o) is %s", (name, text, expected) => {
    expect(answerOf(name, text)).toBe(expected);
  });

  it("carries every byte", () => {
    const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte < 128 ? byte : 0xdc00 + byte)).join("");
    expect(JSON.parse(answerOf("hex.encode", all))).toMatch(/^000102.*fdfeff$/);
    expect(JSON.parse(answerOf("base64.encode", all))).toBe(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("base64"));
  });
});

describe("hex", () => {
  it.each([
    ["hex.encode", "é\udcff", '"c3a9ff"'],
    ["hex.decode", "C3a9", '"é"'],
    ["hex.decode", "6z", "eval_builtin_error: hex.decode: encoding/hex: invalid byte: U+007A 'z'"],
    ["hex.decode", "6", "eval_builtin_error: hex.decode: encoding/hex: odd length hex string"],
    ["hex.decode", "\u0001", "eval_builtin_error: hex.decode: encoding/hex: invalid byte: U+0001"],
  ])("%s(%o) is %s", (name, text, expected) => {
    expect(answerOf(name, text)).toBe(expected);
  });
});

describe("URL queries", () => {
  it.each([
    ["urlquery.encode", "a b&é~", '"a+b%26%C3%A9~"'],
    ["urlquery.decode", "a+b%26%C3%A9", '"a b&é"'],
    ["urlquery.decode", "a%zzb", 'eval_builtin_error: urlquery.decode: invalid URL escape "%zz"'],
    ["urlquery.decode", "%2", 'eval_builtin_error: urlquery.decode: invalid URL escape "%2"'],
    ["urlquery.decode_object", "b=2&a=1&b=3&c", '{"a": ["1"], "b": ["2", "3"], "c": [""]}'],
    ["urlquery.decode_object", "a=%zz&b=1;2", "eval_builtin_error: urlquery.decode_object: invalid semicolon separator in query"],
  ])("%s(%o) is %s", (name, text, expected) => {
    expect(answerOf(name, text)).toBe(expected);
  });

  it("writes objects with sorted keys", () => {
    expect(answerOf("urlquery.encode_object", { b: ["2", "1"], a: "x y", c: setOf("z"), d: [] })).toBe('"a=x+y&b=2&b=1&c=z"');
    expect(answerOf("urlquery.encode_object", { a: 1 })).toBe(
      "eval_type_error: urlquery.encode_object: operand 1 values must be string, array[string], or set[string]",
    );
    expect(answerOf("urlquery.encode_object", [])).toBe("eval_type_error: urlquery.encode_object: operand 1 must be object but got array");
  });
});
