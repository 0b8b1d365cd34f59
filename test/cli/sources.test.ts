import { describe, expect, it } from "vitest";
import { decode } from "../../src/cli/gatekeeper/sources.ts";

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

describe("a file's text", () => {
  it("has no byte order mark", () => {
    expect(decode(bytes([0xef, 0xbb, 0xbf], "é: 1"))).toBe("é: 1");
    expect(decode(bytes([0xef, 0xbb, 0xbf], "é: ", [0xff]))).toBe("é: \udcff");
  });

  it("may be UTF-16", () => {
    expect(decode(bytes([0xff, 0xfe], "a\0:\0"))).toBe("a:");
    expect(decode(bytes([0xfe, 0xff], "\0a\0:"))).toBe("a:");
  });

  it("keeps wrong bytes, and of YAML little behind the first", () => {
    const rest = "x".repeat(100_000);
    expect(decode(bytes("a: ", [0xc3], "b\n", rest)).slice(0, 5)).toBe("a: \udcc3b");
    expect(decode(bytes("a: ", [0xc3], "b\n", rest)).length).toBeLessThan(10_000);
    expect(decode(bytes("{ ", [0xc3], "b\n", rest)).length).toBe(rest.length + 5);
    expect(decode(bytes("\ufffd: ", rest, [0xc3]))).toBe(`\ufffd: ${rest}\udcc3`);
  });
});
