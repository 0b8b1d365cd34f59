import { describe, expect, it } from "vitest";
import { typeName } from "../../../src/rego/values/type-name.ts";
import { num, objectOf, setOf } from "../../support/call-builtin.ts";

describe("typeName", () => {
  it("tells the seven types apart", () => {
    const values = [null, true, num("1.0"), "", [], objectOf([1, 2]), setOf()];
    expect(values.map(typeName)).toEqual(["null", "boolean", "number", "string", "array", "object", "set"]);
    expect(typeName({})).toBe("object");
  });
});
