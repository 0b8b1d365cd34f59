import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegoNumber, RegoSet, readValue, toJson, writeJson } from "../../../src/rego/index.ts";

const json = (given: unknown): string => {
  const read = readValue(given);
  return read.kind === "value" ? writeJson(toJson(read.value)) : `error: ${read.message}`;
};

describe("reading a JavaScript value", () => {
  it("gives what JSON.stringify writes, for all that JSON can say", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(json(value)).toBe(writeJson(JSON.parse(JSON.stringify(value))));
      }),
    );
  });

  it("never throws and always ends in a value or a reason", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        expect(json(value)).not.toBe("");
      }),
    );
  });

  it.each([
    ["absent members", { a: undefined, b: [undefined] }, '{"b":[null]}'],
    ["dates", { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ["big integers", [2n ** 64n, 2n, 2 ** 60, 1e21], "[18446744073709551616,2,1152921504606847000,1e+21]"],
    ["sets and maps", [new Set([2, 1, 2]), new Map<unknown, unknown>([["k", 1]]), new Map([[1, "x"]])], '[[1,2],{"k":1},{"1":"x"}]'],
    ["wrapped values", [Object("s"), Object(1), Object(true)], '["s",1,true]'],
    ["half characters", { "\ud800": "\udc00" }, '{"\ufffd":"\ufffd"}'],
    ["own names alone", JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    ["values of ours", [new RegoNumber("1.0"), RegoSet.of([1])], "[1.0,[1]]"],
    ["minus zero", -0, "0"],
  ])("keeps %s", (_, given, expected) => {
    expect(json(given)).toBe(expected);
  });

  const itself: { self?: unknown; n: number } = { n: 1 };
  itself.self = [itself];
  const more = (): object => ({
    get next() {
      return more();
    },
  });
  const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], 1);
  it.each([
    ["what holds itself", itself, "self[0]: the value holds itself"],
    ["not numbers", { a: [Number.NaN] }, "a[0]: NaN is no value"],
    ["functions and symbols", { f: () => 1 }, "f: a function is no value"],
    ["nothing", undefined, "undefined is no value"],
    [
      "getters that throw",
      {
        get a() {
          throw new Error("not today");
        },
      },
      "a: not today",
    ],
    [
      "proxies that throw",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no keys");
          },
        },
      ),
      "no keys",
    ],
    ["arrays without end", new Array(2 ** 32 - 1), "the value has too many parts"],
  ])("refuses %s and says where", (_, given, message) => {
    expect(readValue(given)).toEqual({ kind: "error", message });
    expect(json(more())).toMatch(/nested too deeply$/);
  });

  it("refuses what is nested too deeply", () => {
    expect(json(deep)).toMatch(/^error: (\[0\])+…: the value is nested too deeply$/);
  });

  it("reads what is shared once", () => {
    const tower = Array.from({ length: 60 }).reduce<unknown>((below) => [below, below], 1);
    expect(readValue(tower).kind).toBe("value");
  });
});
