import { Lexer } from "chevrotain";
import { describe, expect, it } from "vitest";
import { kindOf, plainTypes, templateModes } from "../../../src/rego/syntax/lex/token-types.ts";
import { tokenize } from "../../../src/rego/syntax/lexer.ts";
import { parseBody } from "../../../src/rego/syntax/parser.ts";
import { kinds, nameOfKind } from "../../../src/rego/syntax/tokens.ts";

function shown(text: string): readonly string[] {
  return tokenize(text).tokens.map((token) => `${nameOfKind(kindOf(token))} ${token.image}`);
}

describe("the lexer", () => {
  it("has sound definitions of tokens", () => {
    const plain = new Lexer([...plainTypes], { positionTracking: "onlyOffset", ensureOptimizations: true });
    const modes = new Lexer(
      { defaultMode: "main", modes: templateModes() },
      { positionTracking: "onlyOffset", deferDefinitionErrorsHandling: true },
    );
    expect(plain.lexerDefinitionErrors).toEqual([]);
    expect(modes.lexerDefinitionErrors).toEqual([]);
  });

  it("leaves no character out", () => {
    const text = "ä\u00a0x@\\'\u2028😀";
    expect(tokenize(text).tokens.map(({ image }) => image)).toEqual([...text]);
  });

  it("takes digits of any script into words, though not first", () => {
    expect(shown("x٣ ٣")).toEqual(["identifier x٣", "illegal ٣"]);
  });

  it("keeps comments apart", () => {
    const { tokens, comments } = tokenize("a # b\nc");
    expect([tokens.length, comments.map(({ image, startOffset }) => [image, startOffset])]).toEqual([2, [["# b", 2]]]);
  });

  it("knows strings of every sort", () => {
    expect(shown('"a\\"" `b` $"c{d}e{ {1} }f" $`\\{`')).toEqual([
      'string "a\\""',
      "string `b`",
      'template-string-part $"c{',
      "identifier d",
      "} }",
      "template-string-part e{",
      "{ {",
      "number 1",
      "} }",
      "} }",
      'template-string-end f"',
      "raw-template-string-end $`\\{`",
    ]);
  });

  it("does not take the end of a pattern for the start of a template", () => {
    expect(shown('"^a$" "{b}"')).toEqual(['string "^a$"', 'string "{b}"']);
  });

  it("goes on behind the tail of a template that it starts in", () => {
    const kindsFrom = (text: string, mode: "tail" | "rawTail") =>
      tokenize(text, 0, mode).tokens.map(({ image, startOffset }) => [image, startOffset]);
    expect(kindsFrom('a{x}b" y', "tail")).toEqual([
      ["a{", 0],
      ["x", 2],
      ["}", 3],
      ['b"', 4],
      ["y", 7],
    ]);
    expect(kindsFrom("` y", "rawTail")).toEqual([
      ["`", 0],
      ["y", 2],
    ]);
    expect(parseBody({ name: "q", text: '$"a{x}b"$"a{x}b"\0{ null\n$"a{x}b"' }).diagnostics[0]?.message).toBe("illegal null character");
  });

  it("tells whole numbers from broken ones", () => {
    expect(tokenize("1 1.5 1e5 1.5E-3 192.0.2.1").tokens.map(kindOf)).not.toContain(kinds.illegal);
    expect(tokenize("1. 1e 1x 1_0").tokens.map(kindOf)).toEqual(Array(4).fill(kinds.illegal));
  });
});
