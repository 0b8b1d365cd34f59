import { describe, expect, it } from "vitest";
import { printExpr } from "../../../src/gatekeeper/cel/syntax/print.ts";
import { createKubernetesEnvironment } from "../../../src/gatekeeper/cel.ts";

const { parser } = createKubernetesEnvironment();

function print(text: string): string | undefined {
  const { expr } = parser.parse(text);
  return expr === undefined ? undefined : printExpr(expr, text);
}

describe("a tree as text", () => {
  it.each([
    "a.b.c",
    'a["b"][0]',
    "has(a.b)",
    'a.startsWith("x") && !b',
    "(a + b) * c",
    "size(a) in [1, 2]",
    'a ? {"k": -1} : null',
    "a.?b.orValue(1)",
    "a.all(x, x.b in [')', 1]).size()",
    "a.map(x, x > 1, x).exists(y, y)",
  ])("is what was written: %s", (text) => {
    expect(print(text)?.replaceAll("(-1)", "-1")).toBe(text);
  });

  it("has one line", () => {
    expect(print("a.all(x,\n  x > 1)")).toBe("a.all(x, x > 1)");
  });
});
