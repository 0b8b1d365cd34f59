import { describe, expect, it } from "vitest";
import { yaml } from "../../../src/rego/builtins/yaml.ts";
import { num, setOf } from "../../support/call-builtin.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer } = callsOf(yaml);

describe("reading", () => {
  it.each([
    ["a: 1\nb: [x, yes, ~]\n", '{"a": 1, "b": ["x", true, null]}'],
    ["1e3", "1000"],
    ["0o17", "15"],
    ["0x10", "16"],
    ["a: &x {b: 1}\nc: *x\n", '{"a": {"b": 1}, "c": {"b": 1}}'],
    ["- |\n  two\n  lines\n- >\n  folded\n  text\n", '["two\\nlines\\n", "folded text\\n"]'],
    ["1: a\ntrue: b\n", '{"1": "a", "true": "b"}'],
    ["", "null"],
  ])("%j is %s", (text, expected) => {
    expect(answer("yaml.unmarshal", text)).toBe(expected);
  });

  it("refuses what is wrong, with the line", () => {
    expect(answer("yaml.unmarshal", "a: [1")).toContain("eval_builtin_error: yaml.unmarshal: ");
    expect(answer("yaml.is_valid", "a: [1")).toBe("false");
    expect(answer("yaml.is_valid", 1)).toBe("false");
    expect(answer("yaml.is_valid", "a: b")).toBe("true");
  });

  it("refuses aliases that grow without bounds", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    expect(answer("yaml.unmarshal", lines.join("\n"))).toContain("document contains excessive aliasing");
  });
});

describe("writing", () => {
  it("a key with a control character cannot be written", () => {
    expect(answer("yaml.marshal", { "\u0080": 1 })).toContain("control characters are not allowed");
  });

  it("sorts keys and quotes what would read as something else", () => {
    expect(answer("yaml.marshal", { b: "yes", a: [1, null], c: { d: "x: y" } })).toBe(
      '"a:\\n- 1\\n- null\\nb: \\"yes\\"\\nc:\\n  d: \'x: y\'\\n"',
    );
  });

  it("keeps numbers and gives sets as lists", () => {
    expect(answer("yaml.marshal", [num("12345678901234567890"), setOf("b", "a")])).toBe('"- 12345678901234567890\\n- - a\\n  - b\\n"');
  });
});
