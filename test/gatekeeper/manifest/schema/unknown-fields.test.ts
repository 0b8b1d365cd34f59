import { describe, expect, it } from "vitest";
import { preserveUnknownFields } from "../../../../src/gatekeeper/manifest/schema/legacy.ts";
import { readSchema } from "../../../../src/gatekeeper/manifest/schema/schema.ts";
import { unknownFields } from "../../../../src/gatekeeper/manifest/schema/unknown-fields.ts";
import type { PlainObject } from "../../../../src/rego/index.ts";

const source: PlainObject = {
  type: "object",
  properties: {
    spec: { type: "object", properties: { list: { type: "array", items: { type: "object", properties: { a: { type: "string" } } } } } },
    open: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { known: { type: "object" } } },
    map: { type: "object", additionalProperties: { type: "object" } },
  },
};
const value = {
  apiVersion: "v1",
  metadata: { x: 1 },
  spec: { list: [{ a: "", b: 1 }], c: 2 },
  open: { z: 1, known: { y: 1 } },
  map: { k: { q: 1 } },
  z: 1,
};

describe("unknown fields", () => {
  it("are found below lists, maps and preserved objects, sorted", () => {
    expect(unknownFields(value, readSchema(source))).toEqual(["map.k.q", "open.known.y", "spec.c", "spec.list[0].b", "z"]);
  });

  it("do not exist in a legacy schema", () => {
    const open = preserveUnknownFields(source);
    expect(unknownFields(value, readSchema(open as PlainObject))).toEqual([]);
  });

  it("a legacy schema gives an array without items something to keep", () => {
    expect(preserveUnknownFields({ type: "array" })).toEqual({ type: "array", items: { "x-kubernetes-preserve-unknown-fields": true } });
    expect(preserveUnknownFields({ items: [{}] })).toEqual({
      error: "non-nil JSONSchemas encountered, multiple schemas are not supported",
    });
  });
});
