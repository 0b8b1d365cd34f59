import { describe, expect, it } from "vitest";
import { checkDecode, INT64, OBJECT_META, TEXTS } from "../../../src/gatekeeper/kube/decode.ts";

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
