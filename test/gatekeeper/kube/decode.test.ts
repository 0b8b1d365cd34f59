import { describe, expect, it } from "vitest";
import { checkDecode, type DecodeType, INT64, OBJECT_META, TEXTS } from "../../../src/gatekeeper/kube/decode.ts";
import type { Value } from "../../../src/rego/index.ts";

describe("decoding as Go does", () => {
  it("names the record and the path of the first value that does not fit", () => {
    expect(checkDecode({ labels: { a: 1 } }, OBJECT_META)).toBe(
      "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string",
    );
    expect(checkDecode({ name: {}, annotations: [] }, OBJECT_META)).toBe(
      "json: cannot unmarshal array into Go struct field ObjectMeta.annotations of type map[string]string",
    );
  });

  it("takes null for anything and ignores fields it does not know", () => {
    expect(checkDecode({ labels: null, name: null, other: 3 }, OBJECT_META)).toBeUndefined();
  });

  it("refuses a fraction where a whole number belongs", () => {
    expect(checkDecode(1.5, INT64)).toBe("json: cannot unmarshal number 1.5 into Go value of type int64");
    expect(checkDecode([1], TEXTS)).toBe("json: cannot unmarshal number into Go value of type string");
  });
});

describe("the first of several complaints", () => {
  const text: DecodeType = { kind: "string" };
  const own: DecodeType = { kind: "custom", choose: () => text };
  const record: DecodeType = { kind: "record", name: "R", go: "v1.R", fields: { a: text, b: own, c: text } };

  it("is the one in the order of names, whatever the order of the fields", () => {
    expect(checkDecode({ c: 1, a: true }, record)).toBe("json: cannot unmarshal bool into Go struct field R.a of type string");
  });

  it("is the one of a type that decodes by itself, if there is one", () => {
    expect(checkDecode({ a: true, b: 1, c: 1 }, record)).toBe("json: cannot unmarshal number into Go struct field R.b of type string");
  });

  it("is found in time however deep it is", () => {
    const map: DecodeType = { kind: "map", of: { kind: "lazy", type: () => map }, go: "map[string]v1.M" };
    const deep = Array.from({ length: 400 }).reduce<Value>((inner) => ({ a: inner, b: inner === 1 ? {} : {} }), 1);
    expect(checkDecode(deep, map)).toBe("json: cannot unmarshal number into Go value of type map[string]v1.M");
  });
});
