import { describe, expect, it } from "vitest";
import { cryptoBuiltins } from "../../../src/rego/builtins/crypto/families.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer } = callsOf(cryptoBuiltins);

describe("digests", () => {
  it.each([
    ["crypto.md5", ["lorem ipsum"], '"80a751fde577028640c419000e33eba6"'],
    ["crypto.sha1", ["lorem ipsum"], '"bfb7759a67daeb65410490b4d98bb9da7d1ea2ce"'],
    ["crypto.sha256", ["lorem ipsum"], '"5e2bf57d3f40c4b6df69daf1936cb766f832374b4fc0259a7cbff06e2f70f269"'],
    ["crypto.sha256", ["\udc80\udcff"], '"d87d01642f47a0d1901b1dfd2331c9def1bcfc69d8835c6cd911fe4165b804e4"'],
    ["crypto.hmac.md5", ["foo", "bar"], '"31b6db9e5eb4addb42f1a6ca07367adc"'],
    ["crypto.hmac.sha1", ["foo", "bar"], '"85d155c55ed286a300bd1cf124de08d87e914f3a"'],
    ["crypto.hmac.sha256", ["foo", "bar"], '"147933218aaabc0b8b10a2b3a5c34684c8d94341bcf10a4736dc7270f7741851"'],
    ["crypto.hmac.equal", ["a", "a"], "true"],
    ["crypto.hmac.equal", ["a", "b"], "false"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answer(name, ...operands)).toBe(expected);
  });
});
