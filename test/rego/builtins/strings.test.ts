import { describe, expect, it } from "vitest";
import { answerIn, answerOf, contextOf, num, objectOf, setOf } from "../../support/call-builtin.ts";

describe("searching", () => {
  it.each([
    ["contains", ["abc", "bc"], "true"],
    ["contains", ["é", "\udcc3"], "true"],
    ["startswith", ["abc", ""], "true"],
    ["endswith", ["abc", "c"], "true"],
    ["indexof", ["a😀b", "b"], "2"],
    ["indexof", ["abc", "x"], "-1"],
    ["indexof", ["abc", ""], "eval_builtin_error: indexof: empty search character"],
    ["indexof_n", ["aaa😀aa", "aa"], "[0, 1, 4]"],
    ["indexof_n", ["abc", "x"], "[]"],
    ["strings.count", ["aaaa", "aa"], "2"],
    ["strings.count", ["a😀", ""], "3"],
    ["strings.any_prefix_match", [["ax", "b"], setOf("c", "a")], "true"],
    ["strings.any_prefix_match", ["ax", "b"], "false"],
    ["strings.any_prefix_match", [[], ""], "false"],
    ["strings.any_suffix_match", [["xa", "b"], ["a"]], "true"],
    [
      "strings.any_prefix_match",
      [1, "a"],
      "eval_type_error: strings.any_prefix_match: operand 1 must be one of {string, set, array} but got number",
    ],
    [
      "strings.any_suffix_match",
      ["a", [1]],
      "eval_type_error: strings.any_suffix_match: operand 2 must be array of strings but got array containing number",
    ],
    ["contains", ["a", null], "eval_type_error: contains: operand 2 must be string but got null"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });
});

describe("case", () => {
  it("maps one code point to one, whatever stands beside it", () => {
    expect(answerOf("upper", "straße ﬁ ᾳ")).toBe('"STRAßE ﬁ ᾼ"');
    expect(answerOf("lower", "ΑΣ İ")).toBe('"ασ i"');
    expect(answerOf("lower", "A\udcff")).toBe('"a\ufffd"');
  });
});

describe("cutting", () => {
  it.each([
    ["substring", ["héllo", 1, 3], '"éll"'],
    ["substring", ["😀bc", 0, 1], '"😀"'],
    ["substring", ["abc", 1, -1], '"bc"'],
    ["substring", ["abc", 9, 1], '""'],
    ["substring", ["abc", 1, num("9223372036854775807")], '"bc"'],
    ["substring", ["abc", -1, 1], "eval_builtin_error: substring: negative offset"],
    ["substring", ["abc", num("1.0"), 1], "eval_type_error: substring: operand 2 must be integer number but got floating-point number"],
    ["split", ["a.b.", "."], '["a", "b", ""]'],
    ["split", ["a😀", ""], '["a", "😀"]'],
    ["split", ["", ","], '[""]'],
    ["split", ["", ""], "[]"],
    ["strings.split_n", ["a.b.c", ".", 2], '["a", "b"]'],
    ["strings.split_n", ["a.b.c", ".", -1], '["c"]'],
    ["strings.split_n", ["a", ".", 0], "[]"],
    ["trim", ["xxaxx", "x"], '"a"'],
    ["trim_left", ["éea", "eé"], '"a"'],
    ["trim_right", ["abc", "cb"], '"a"'],
    ["trim_prefix", ["aab", "a"], '"ab"'],
    ["trim_suffix", ["abb", "b"], '"ab"'],
    ["trim_suffix", ["ab", ""], '"ab"'],
    ["trim_space", ["\u00a0\u2003a\u0085"], '"a"'],
    ["strings.reverse", ["a😀b"], '"b😀a"'],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });
});

describe("joining and replacing", () => {
  it.each([
    ["concat", [",", ["a", "b"]], '"a,b"'],
    ["concat", ["", setOf("b", "a")], '"ab"'],
    ["concat", ["", ["\udcc3", "\udca9"]], '"é"'],
    ["concat", [",", [1]], "eval_type_error: concat: operand 2 must be array of strings but got array containing number"],
    ["concat", [",", "a"], "eval_type_error: concat: operand 2 must be one of {set, array} but got string"],
    ["replace", ["a.b.c", ".", "$&"], '"a$&b$&c"'],
    ["replace", ["aaa", "", "-"], '"-a-a-a-"'],
    ["strings.replace_n", [{ a: "b", b: "c" }, "ab"], '"bc"'],
    ["strings.replace_n", [{ a: "1", ab: "2" }, "ab"], '"1b"'],
    ["strings.replace_n", [{ "": "-", a: "b" }, "aa"], '"-b-b-"'],
    [
      "strings.replace_n",
      [objectOf([1, "a"]), "a"],
      "eval_type_error: strings.replace_n: operand 1 non-string key found in pattern object",
    ],
    ["strings.replace_n", [{ a: 1 }, "a"], "eval_type_error: strings.replace_n: operand 1 non-string value found in pattern object"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answerOf(name, ...operands)).toBe(expected);
  });

  it("refuses a result nobody could hold, after charging for it", () => {
    const context = contextOf();
    const long = "a".repeat(100_000);
    expect(answerIn(context, "replace", long, "a", long)).toBe("eval_builtin_error: replace: result too long");
    expect(context.record.spent).toBeGreaterThan(1e9);
    expect(answerOf("concat", long, Array(20_000).fill(""))).toBe("eval_builtin_error: concat: result too long");
  });
});
