import { describe, expect, it } from "vitest";
import { formatFloat } from "../../../src/rego/text/format-float.ts";

describe("formatFloat", () => {
  it("finds the shortest digits", () => {
    expect(formatFloat(0.1, "f", -1)).toBe("0.1");
    expect(formatFloat(1e21, "f", -1)).toBe("1000000000000000000000");
    expect(formatFloat(5e-324, "e", -1)).toBe("5e-324");
    expect(formatFloat(-0, "g", -1)).toBe("-0");
  });

  it("rounds exact digits half to even", () => {
    expect(formatFloat(2.5, "f", 0)).toBe("2");
    expect(formatFloat(0.125, "f", 2)).toBe("0.12");
    expect(formatFloat(1.005, "f", 2)).toBe("1.00");
    expect(formatFloat(999.96, "g", 4)).toBe("1000");
    expect(formatFloat(0.5, "f", 0)).toBe("0");
  });

  it("writes digits that read back as the number", () => {
    for (let i = 1; i < 500; i++) {
      const value = Math.sin(i) * 10 ** ((i % 40) - 20);
      expect(Number(formatFloat(value, "e", -1))).toBe(value);
      expect(Number(formatFloat(value, "e", 17))).toBe(value);
    }
  });
});
