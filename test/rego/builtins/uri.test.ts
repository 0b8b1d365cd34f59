import { describe, expect, it } from "vitest";
import { uri } from "../../../src/rego/builtins/uri.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer, value } = callsOf(uri);

describe("URIs", () => {
  it("fall into their parts", () => {
    expect(value("uri.parse", "https://u:p@h.example:8080/a%2Fb?x=1#f")).toMatchObject({
      scheme: "https",
      hostname: "h.example",
      port: "8080",
      raw_query: "x=1",
      fragment: "f",
    });
  });

  it("are valid or not", () => {
    expect(answer("uri.is_valid", "http://[::1]:80/")).toBe("true");
    expect(answer("uri.is_valid", "http://[::1")).toBe("false");
    expect(answer("uri.is_valid", "\u0000")).toBe("false");
  });

  it("that cannot be read are refused in Go's words", () => {
    expect(answer("uri.parse", "http://h/%zz")).toContain('parse "http://h/%zz": invalid URL escape "%zz"');
  });
});
