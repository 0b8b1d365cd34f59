import { expect, test } from "vitest";
import { define } from "../../../src/rego/builtins/define.ts";
import { readCapabilities, writeCapabilities } from "../../../src/rego/compile/capabilities.ts";

const nothing = (): undefined => undefined;
const known = new Map(
  [
    define("count", "(collection: any<array[any], set[any]>) => n: number", nothing),
    define("plus", "(x: number, y: number) => z: number", nothing, { infix: "+" }),
    define("print", "(...any) => void", nothing),
  ].map((row) => [row.name, row]),
);

test("a file grants only what it lists", () => {
  const read = readCapabilities({ builtins: [{ name: "count" }], features: ["rego_v1"], allow_net: [] }, known);
  if ("errors" in read) throw new Error(read.errors.join());
  expect([...read.capabilities.builtins.keys()]).toEqual(["count"]);
  expect([...read.capabilities.features]).toEqual(["rego_v1"]);
  expect(read.capabilities.allowNet).toEqual([]);
});

test("without allow_net every host is allowed", () => {
  const read = readCapabilities({}, known);
  expect("capabilities" in read && read.capabilities.allowNet).toBeUndefined();
});

test("what does not exist here is an error, each on its own", () => {
  expect(readCapabilities({ builtins: [{ name: "cuont" }, 1], features: ["x"], future_keywords: ["evry"], allow_net: "h" }, known)).toEqual(
    {
      errors: [
        'capabilities: unknown builtin "cuont", did you mean "count"?',
        "capabilities: builtins: every entry needs a name",
        'capabilities: unknown future keyword "evry", did you mean "every"?',
        'capabilities: unknown feature "x"',
        "capabilities: allow_net: expected a list of strings",
      ],
    },
  );
  expect(readCapabilities([], known)).toEqual({ errors: ["capabilities: expected an object"] });
});

test("what is written can be read, and has OPA's form", () => {
  const file = writeCapabilities(known);
  expect(file["builtins"]).toEqual([
    {
      name: "count",
      decl: {
        args: [
          {
            name: "collection",
            of: [
              { dynamic: { type: "any" }, type: "array" },
              { of: { type: "any" }, type: "set" },
            ],
            type: "any",
          },
        ],
        result: { name: "n", type: "number" },
        type: "function",
      },
    },
    {
      name: "plus",
      decl: {
        args: [
          { name: "x", type: "number" },
          { name: "y", type: "number" },
        ],
        result: { name: "z", type: "number" },
        type: "function",
      },
      infix: "+",
    },
    { name: "print", decl: { type: "function", variadic: { type: "any" } } },
  ]);
  expect("capabilities" in readCapabilities(file, known)).toBe(true);
});
