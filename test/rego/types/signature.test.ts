import { expect, test } from "vitest";
import { printType, printWanted } from "../../../src/rego/types/print.ts";
import { parseSignature } from "../../../src/rego/types/signature.ts";

test("a signature gives the arguments, the result and their names", () => {
  const type = parseSignature("(x: number, y: any<array[string], set[string]>) => z: object<a: number>[string: any]");
  expect(printWanted(type, true)).toBe("(x: number, y: any<array[string], set[string]>, z: object<a: number>[string: any])");
  expect(printType(type)).toBe("(number, any<array[string], set[string]>) => object<a: number>[string: any]");
});

test("a void function has no result", () => {
  const type = parseSignature("(array[set[any]]) => void");
  expect(type.result).toBeUndefined();
  expect(printType(type)).toBe("(array[set[any]]) => ???");
});

test("a variadic function takes any number of further arguments", () => {
  const type = parseSignature("(...any) => void");
  expect(type.args).toEqual([]);
  expect(printWanted(type, true)).toBe("(any...)");
});

test("a name may be several words", () => {
  expect(parseSignature("(number) => formatted timestamp: string").resultName).toBe("formatted timestamp");
});

test("the members of a union come in order, whatever order they are written in", () => {
  expect(printType(parseSignature("(any<string, null, set[any], number>) => boolean").args[0])).toBe("any<null, number, string, set[any]>");
});

test("equal parts of two signatures are one object", () => {
  const [a] = parseSignature("(a: array[set[number]]) => number").args;
  const [b] = parseSignature("(b: array[set[number]]) => string").args;
  expect(a).toBe(b);
});

test("a signature with a mistake is our bug", () => {
  expect(() => parseSignature("(strnig) => number")).toThrow("no type is called strnig");
  expect(() => parseSignature("(string => number")).toThrow("expected ,");
});
