import { describe, expect, it } from "vitest";
import { answerIn, answerOf, contextOf } from "../../support/call-builtin.ts";

describe("opa.runtime", () => {
  it("leaves secrets out", () => {
    const runtime = {
      env: { A: "b" },
      config: { services: { s: { url: "u", credentials: { x: 1 } } }, keys: { k: { key: "secret", algorithm: "RS256" } } },
    };
    expect(answerIn(contextOf({ runtime }), "opa.runtime")).toBe(
      '{"config": {"keys": {"k": {"algorithm": "RS256"}}, "services": {"s": {"url": "u"}}}, "env": {"A": "b"}}',
    );
    expect(answerOf("opa.runtime")).toBe("{}");
  });
});

describe("rego.parse_module", () => {
  it("gives the tree of a module", () => {
    expect(answerOf("rego.parse_module", "a.rego", "package a.b")).toBe(
      '{"package": {"path": [{"type": "var", "value": "data"}, {"type": "string", "value": "a"}, {"type": "string", "value": "b"}]}}',
    );
  });

  it("reports what is no module", () => {
    expect(answerOf("rego.parse_module", "a.rego", "")).toBe(
      "eval_builtin_error: rego.parse_module: a.rego:0: rego_parse_error: empty module",
    );
    expect(answerOf("rego.parse_module", "", "package 1")).toContain("1 error occurred: 1:9: rego_parse_error: unexpected number token");
    expect(answerOf("rego.parse_module", "", 1)).toBe("eval_type_error: rego.parse_module: operand 1 must be string but got number");
  });
});

describe("rego.metadata", () => {
  it("is for rules", () => {
    expect(answerOf("rego.metadata.rule")).toBe(
      "eval_builtin_error: rego.metadata.rule: the rego.metadata.rule function must only be called within the scope of a rule",
    );
  });
});
