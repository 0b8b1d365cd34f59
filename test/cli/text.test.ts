import { describe, expect, it } from "vitest";
import { decode, decodeSource, parseInput } from "../../src/cli/rego/text.ts";
import { parseModule, writeJson } from "../../src/rego/index.ts";

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...new TextEncoder().encode(part)])));

const inputText = (text: string): string => {
  const read = parseInput(text);
  return read.kind === "value" ? writeJson(read.value) : read.message;
};

describe("documents", () => {
  it("have one replacement character for each byte that is no UTF-8", () => {
    expect(decode(bytes("a", 0xe2, 0x82, 0xff, "é"))).toBe("a\ufffd\ufffd\ufffdé");
    expect(decode(bytes(0xef, 0xbb, 0xbf, "{}"))).toBe("\ufeff{}");
  });

  it("keep the numbers of JSON as they are written", () => {
    const text = `{"e":1e400,"f":1.50,"n":${"9".repeat(400)}}`;
    expect(inputText(text)).toBe(text);
  });

  it("are YAML when they are not JSON, and may begin with a byte order mark", () => {
    expect(inputText("\ufeff[1]")).toBe("[1]");
    expect(inputText("a: [x, 2]")).toBe('{"a":["x",2]}');
    expect(inputText("[")).toContain("yaml: ");
  });

  it("may hold half characters and names of JavaScript's own", () => {
    expect(inputText('{"__proto__":{"a":1},"k":"\\ud800"}')).toBe('{"__proto__":{"a":1},"k":"\ufffd"}');
  });
});

describe("sources", () => {
  it("that are no UTF-8 do not parse", () => {
    const text = decodeSource(bytes('package p\n\nx := "', 0xe2, 0x82, '"\n'));
    const { diagnostics } = parseModule({ name: "p.rego", text }, { dialect: "v1" });
    expect(diagnostics.map(({ message }) => message)).toContain("illegal utf-8 character");
  });
});
