import { describe, expect, it } from "vitest";
import { applyDefaults } from "../../../../src/gatekeeper/manifest/schema/defaults.ts";
import { readSchema } from "../../../../src/gatekeeper/manifest/schema/schema.ts";

const schema = readSchema({
  type: "object",
  properties: {
    a: { type: "string", default: "x" },
    n: { type: "string", nullable: true, default: "y" },
    list: { type: "array", items: { type: "object", properties: { b: { type: "integer", default: 5 } } } },
    map: { type: "object", additionalProperties: { type: "object", properties: { c: { type: "string", default: "z" } } } },
    inner: { type: "object", default: {}, properties: { d: { type: "boolean", default: true } } },
  },
});

describe("defaults", () => {
  it("reach into lists, maps and other defaults", () => {
    expect(applyDefaults({ list: [{}, { b: 1 }], map: { k: {} } }, schema)).toEqual({
      a: "x",
      n: "y",
      list: [{ b: 5 }, { b: 1 }],
      map: { k: { c: "z" } },
      inner: { d: true },
    });
  });

  it("replace a null only where null is not allowed", () => {
    expect(applyDefaults({ a: null, n: null, inner: {} }, schema)).toEqual({ a: "x", n: null, inner: { d: true } });
  });

  it("leave a complete value as it is", () => {
    const value = { a: "q", n: "q", inner: { d: false } };
    expect(applyDefaults(value, schema)).toBe(value);
  });

  it("change nothing they were given", () => {
    const value = Object.freeze({ list: Object.freeze([Object.freeze({})]) });
    applyDefaults(value, schema);
    expect(value).toEqual({ list: [{}] });
  });
});
