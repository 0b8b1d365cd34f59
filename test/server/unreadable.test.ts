import { describe, expect, it } from "vitest";
import type { PlainObject } from "../../src/rego/index.ts";
import { admitLabel } from "../../src/server/http/admit-label.ts";
import { unreadableObject } from "../../src/server/unreadable.ts";

describe("objects that Go cannot decode", () => {
  const reason = (object: unknown, operation = "CREATE"): string | undefined =>
    unreadableObject({ operation, ...(operation === "DELETE" ? { oldObject: object } : { object }) } as PlainObject);

  it("are refused in its words", () => {
    expect(reason({ metadata: { name: "a" } })).toBe(`Object 'Kind' is missing in '{"metadata":{"name":"a"}}'`);
    expect(reason("text")).toMatch(
      /^couldn't get version\/kind; json parse error: json: cannot unmarshal string into Go value of type struct \{/,
    );
    expect(reason([])).toContain("cannot unmarshal array");
    expect(reason(7)).toContain("cannot unmarshal number");
    expect(reason({}, "DELETE")).toBe("Object 'Kind' is missing in '{}'");
  });

  it("are no business of requests without one, and objects with a kind are fine", () => {
    expect(reason(null)).toBeUndefined();
    expect(reason({ kind: "Pod" })).toBeUndefined();
  });
});

describe("the webhook for the ignore label", () => {
  const exemptions = { names: new Set<string>(), prefixes: [], suffixes: [] };
  const decide = (object: unknown): { readonly allowed: boolean; readonly code: number; readonly message: string | undefined } => {
    const kind = { group: "", version: "v1", kind: "Namespace" };
    const { allowed, status } = admitLabel({ uid: "u", operation: "CREATE", kind, object } as PlainObject, exemptions);
    return { allowed, code: status.code, message: status.message };
  };

  it("answers objects that are none as the original does", () => {
    const failed = (message: string) => ({ allowed: false, code: 500, message: `while deserializing resource: ${message}` });
    expect(decide(null)).toEqual(failed("unexpected end of JSON input"));
    expect(decide("x")).toEqual(failed("json: cannot unmarshal string into Go value of type map[string]interface {}"));
    expect(decide({ metadata: {} })).toEqual(failed(`Object 'Kind' is missing in '{"metadata":{}}'`));
  });

  it("takes labels that are not all texts for none, as the API server does", () => {
    const labels = { "admission.gatekeeper.sh/ignore": 1 };
    expect(decide({ kind: "Namespace", metadata: { name: "a", labels } })).toMatchObject({ allowed: true, code: 200 });
  });
});
