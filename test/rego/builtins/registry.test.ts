import { describe, expect, it } from "vitest";
import { define } from "../../../src/rego/builtins/define.ts";
import { pureBuiltins, tableOf } from "../../../src/rego/builtins/registry.ts";
import { contextOf } from "../../support/call-builtin.ts";

describe("the table of builtins", () => {
  it("has every row under its own name, with a signature", () => {
    for (const [name, row] of pureBuiltins) {
      expect(row.name).toBe(name);
      expect(row.signature).toMatch(/^\(.*\) => .+$/);
    }
  });

  it("lets a later family replace a row", () => {
    const table = tableOf([define("f", "() => any", () => 1)], [define("f", "() => any", () => 2)]);
    expect(table.get("f")?.call(contextOf())).toBe(2);
  });

  it("answers every call, whatever the operands are", () => {
    const odd = [null, "\udc80", -1, 1e300, [], {}, JSON.parse('{"__proto__": [1]}'), "__proto__"];
    for (const { call } of pureBuiltins.values())
      for (const value of odd) expect(() => call(contextOf(), value, value, value, value)).not.toThrow();
  });
});
