import { describe, expect, it } from "vitest";
import { answerIn, answerOf, contextOf } from "../../support/call-builtin.ts";

describe("uuid", () => {
  it("makes version 4, the same for a key within one query", () => {
    const context = contextOf();
    const first = answerIn(context, "uuid.rfc4122", "k");
    expect(first).toMatch(/^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
    expect(answerIn(context, "uuid.rfc4122", "k")).toBe(first);
    expect(answerIn(context, "uuid.rfc4122", "other")).not.toBe(first);
  });

  it("reads every way of writing one", () => {
    const plain = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
    for (const text of [plain, plain.toUpperCase(), plain.replaceAll("-", ""), `urn:uuid:${plain}`, `{${plain}}`])
      expect(answerOf("uuid.parse", text)).toBe('{"variant": "RFC4122", "version": 4}');
    expect(answerOf("uuid.parse", "6ba7b810")).toBe("undefined");
    expect(answerOf("uuid.parse", 1)).toBe("eval_type_error: uuid.parse: operand 1 must be string but got number");
  });

  it("takes time and place out of version 1", () => {
    expect(answerOf("uuid.parse", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toBe(
      '{"clocksequence": 180, "macvariables": "global:unicast", "nodeid": "00-c0-4f-d4-30-c8", "time": 886630433151214400, "variant": "RFC4122", "version": 1}'.replace(
        "886630433151214400",
        String((0x1d19dad6ba7b810n - 122192928000000000n) * 100n),
      ),
    );
  });
});
