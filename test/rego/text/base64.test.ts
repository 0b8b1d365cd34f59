import { describe, expect, it } from "vitest";
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "../../../src/rego/text/base64.ts";

describe("base64", () => {
  it("undoes itself", () => {
    for (const binary of ["", "a", "ab", "abc", "\u00ff\u0000\u00fe"]) {
      expect(decodeBase64(encodeBase64(binary))).toEqual({ kind: "bytes", binary });
      expect(decodeBase64Url(encodeBase64Url(binary))).toEqual({ kind: "bytes", binary });
    }
  });

  it.each([
    ["aGk", 0],
    ["aGkh====", 4],
    ["aGk=aGk=", 4],
    ["a=", 1],
    ["aG=k", 2],
    ["aG=", 3],
    ["aGkha", 4],
    ["aGk\n!", 4],
    ["é", 0],
  ])("names the first wrong byte of %o", (text, at) => {
    expect(decodeBase64(text)).toEqual({ kind: "error", at });
  });

  it("skips line breaks", () => {
    expect(decodeBase64("aG\r\nk\n=\n")).toEqual({ kind: "bytes", binary: "hi" });
  });
});
