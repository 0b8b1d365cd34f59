import { describe, expect, it } from "vitest";
import { fromBinary, fromUtf8Bytes, joinBytes, toBinary, toUtf8Bytes } from "../../../src/rego/text/bytes.ts";

describe("bytes", () => {
  it("come back from any text made of them", () => {
    const samples = [
      [],
      [0x61],
      [0xff],
      [0xc3, 0x28],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xc0, 0xaf],
      [0xf5, 0x80],
    ];
    for (const bytes of samples) expect([...toUtf8Bytes(fromUtf8Bytes(Uint8Array.from(bytes)))]).toEqual(bytes);
  });

  it("show as one lone surrogate each where they are no UTF-8", () => {
    expect(fromUtf8Bytes(Uint8Array.of(0x61, 0xff, 0xe2, 0x82))).toBe("a\udcff\udce2\udc82");
  });

  it("keep a byte order mark", () => {
    expect(fromUtf8Bytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  it("are one character each in binary text", () => {
    expect(toBinary("é\udcff")).toBe("\u00c3\u00a9\u00ff");
    expect(fromBinary("\u00c3\u00a9\u00ff")).toBe("é\udcff");
  });

  it("turn into characters when they meet", () => {
    expect(joinBytes("\udcc3\udca9")).toBe("é");
  });
});
