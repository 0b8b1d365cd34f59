import { describe, expect, it } from "vitest";
import { plainNumbers } from "../../../src/gatekeeper/kube/numbers.ts";
import { parseJson, writeJson } from "../../../src/rego/index.ts";

function plain(text: string): string {
  const read = parseJson(text);
  return read.kind === "value" ? writeJson(plainNumbers(read.value)) : "";
}

describe("plain numbers", () => {
  it("drops what JSON allows and Kubernetes forgets", () => expect(plain("[1.0, 1e3, 2.50, -0]")).toBe("[1,1000,2.5,0]"));
  it("keeps every digit of an integer", () => expect(plain('{"a":[12345678901234567890]}')).toBe('{"a":[12345678901234567890]}'));
  it("gives back the same object when there is nothing to do", () => {
    const value = { a: [1, { b: "x" }] };
    expect(plainNumbers(value)).toBe(value);
  });
  it("copies a key named __proto__ like any other", () => expect(plain('{"__proto__":1.0}')).toBe('{"__proto__":1}'));
});
