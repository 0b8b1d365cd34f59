import { isCelError, isCelList, run } from "@bufbuild/cel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createKubernetesEnvironment } from "../../../src/gatekeeper/cel/kubernetes.ts";
import { equal } from "../../../src/gatekeeper/cel/values/equal.ts";
import { addInt, type CelInt, divideInt, moduloInt, multiplyInt, subtractInt, toInt } from "../../../src/gatekeeper/cel/values/number.ts";
import { order } from "../../../src/gatekeeper/cel/values/order.ts";
import { parseDuration, parseTimestamp, printDuration, printTimestamp, toTimestamp } from "../../../src/gatekeeper/cel/values/time.ts";
import { CelDouble, CelError, CelUint, type CelValue } from "../../../src/gatekeeper/cel/values/value.ts";
import { compileExpression } from "../../../src/gatekeeper/cel.ts";

// A fixed seed: a law that fails must fail again.
const SEED = 20261124;
const LIMIT = 2n ** 63n;
const int64 = fc.oneof(
  fc.bigInt({ min: -LIMIT, max: LIMIT - 1n }),
  fc.bigInt({ min: -9n, max: 9n }),
  fc.constantFrom(-LIMIT, LIMIT - 1n, 2n ** 53n, -(2n ** 53n)),
);

function asInt(value: bigint): CelInt {
  const int = toInt(value);
  if (int instanceof CelError) throw new Error(int.message);
  return int;
}

describe("ints", () => {
  test.each([
    ["+", addInt, (a: bigint, b: bigint) => a + b],
    ["-", subtractInt, (a: bigint, b: bigint) => a - b],
    ["*", multiplyInt, (a: bigint, b: bigint) => a * b],
    ["/", divideInt, (a: bigint, b: bigint) => a / b],
    ["%", moduloInt, (a: bigint, b: bigint) => a % b],
  ] as const)("%s agrees with exact integers and never leaves 64 bits", (_, ours, exact) => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        if ((exact(7n, 2n) === 3n || exact(7n, 2n) === 1n) && b === 0n) return;
        const wanted = exact(a, b);
        const result = ours(asInt(a), asInt(b));
        if (result instanceof CelError) {
          const overflows = wanted < -LIMIT || wanted >= LIMIT || (a === -LIMIT && b === -1n);
          expect(overflows).toBe(true);
          return;
        }
        expect(BigInt(result)).toBe(wanted);
        expect(Object.is(result, -0)).toBe(false);
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});

const scalar: fc.Arbitrary<CelValue> = fc.oneof(
  fc.constantFrom<CelValue>(null, true, false, Number.NaN, Number.POSITIVE_INFINITY, new CelDouble(-0), new CelDouble(1), 1.5),
  int64.map(asInt),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new CelUint(value)),
  fc.string({ maxLength: 4, unit: "binary" }),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => Uint8Array.from(bytes)),
);
const value: fc.Arbitrary<CelValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("a", "b", "__proto__"), scalar, { maxKeys: 3, noNullPrototype: true }),
);

function holdsNaN(value: CelValue): boolean {
  if (Number.isNaN(value)) return true;
  if (Array.isArray(value)) return value.some(holdsNaN);
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => Number.isNaN(inner));
}

describe("values", () => {
  test("equality is symmetric, and reflexive but for NaN", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(equal(a, b)).toBe(equal(b, a));
        expect(equal(a, a)).toBe(!holdsNaN(a));
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  test("what has an order is ordered the same from both sides, and equal exactly at zero", () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        const there = order(a, b);
        const back = order(b, a);
        if (there instanceof CelError || back instanceof CelError) return;
        expect(Math.sign(there) + Math.sign(back)).toBe(0);
        expect(there === 0).toBe(equal(a, b));
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  test("times and durations survive being printed and read", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -62_135_596_800_000_000_000n, max: 253_402_300_799_999_999_999n }), (nanos) => {
        const time = toTimestamp(nanos);
        if (time instanceof CelError) throw new Error(time.message);
        expect(parseTimestamp(printTimestamp(time))).toEqual(time);
      }),
      { numRuns: 200, seed: SEED },
    );
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (millis) => {
        const text = `${millis}ms`;
        expect(parseDuration(printDuration(parseDuration(text) ?? { nanos: -1n }))).toEqual(parseDuration(text));
      }),
      { numRuns: 200, seed: SEED },
    );
  });
});

const environment = createKubernetesEnvironment();

describe("any text", () => {
  test("compiles or is refused, and never throws", () => {
    const piece = fc.constantFrom(
      ..."( ) [ ] { } . , : ? ! - + * / % == != < <= && || in true null 1 2.5 3u 'a' b'x' r'\\' x y all map has \" ' ` = & | # // \n".split(
        " ",
      ),
    );
    const text = fc.oneof(
      fc.string({ maxLength: 30, unit: "binary" }),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(" ")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const compiled = compileExpression(source, environment);
        if (compiled.kind === "program") compiled.program.evaluate(() => undefined, 10_000);
      }),
      { numRuns: 1000, seed: SEED },
    );
  });
});

/** Expressions by what they yield, over variables of comprehensions that are in sight. */
const { int, bool, text, list } = fc.letrec<{ int: string; bool: string; text: string; list: string }>((tie) => {
  const pair = (a: "int" | "bool" | "text" | "list", operators: readonly string[]) =>
    fc.tuple(tie(a), fc.constantFrom(...operators), tie(a)).map(([left, operator, right]) => `(${left} ${operator} ${right})`);
  const options = { depthSize: "small", withCrossShrink: true } as const;
  return {
    int: fc.oneof(
      options,
      fc.constantFrom("0", "1", "-3", "7", "9223372036854775807"),
      pair("int", ["+", "-", "*", "/", "%"]),
      tie("list").map((each) => `size(${each})`),
      tie("text").map((each) => `size(${each})`),
      fc.tuple(tie("bool"), tie("int"), tie("int")).map(([test, a, b]) => `(${test} ? ${a} : ${b})`),
    ),
    bool: fc.oneof(
      options,
      fc.constantFrom("true", "false"),
      pair("int", ["<", "<=", ">", ">=", "==", "!="]),
      pair("text", ["<", ">", "==", "!="]),
      pair("list", ["==", "!="]),
      pair("bool", ["&&", "||"]),
      tie("bool").map((each) => `!${each}`),
      fc.tuple(tie("text"), fc.constantFrom("startsWith", "endsWith", "contains"), tie("text")).map(([a, name, b]) => `${a}.${name}(${b})`),
      fc.tuple(tie("list"), fc.constantFrom("all", "exists", "exists_one"), tie("int")).map(([a, name, b]) => `${a}.${name}(e, e < ${b})`),
      fc.tuple(tie("int"), tie("list")).map(([a, b]) => `(${a} in ${b})`),
    ),
    text: fc.oneof(
      options,
      fc.constantFrom("''", "'a'", "'é😀'"),
      pair("text", ["+"]),
      tie("int").map((each) => `string(${each})`),
    ),
    list: fc.oneof(
      options,
      fc.constantFrom("[1]", "[3, 1, 2]"),
      fc.tuple(tie("int"), tie("int")).map(([a, b]) => `[${a}, ${b}]`),
      pair("list", ["+"]),
      fc.tuple(tie("list"), tie("int")).map(([a, b]) => `${a}.map(e, e + ${b})`),
      fc.tuple(tie("list"), tie("int")).map(([a, b]) => `${a}.filter(e, e != ${b})`),
    ),
  };
});

function ours(source: string): string {
  const compiled = compileExpression(source, environment);
  if (compiled.kind !== "program") return "error";
  const { result } = compiled.program.evaluate(() => undefined, 1_000_000_000);
  return result instanceof CelError ? "error" : plain(result);
}

function theirs(source: string): string {
  const result = run(source);
  return isCelError(result) ? "error" : plain(result);
}

function plain(result: unknown): string {
  if (isCelList(result as never)) return `[${[...(result as Iterable<unknown>)].map(plain).join(", ")}]`;
  return Array.isArray(result) ? `[${result.map(plain).join(", ")}]` : String(result);
}

describe("another implementation", () => {
  test("gives the same answers where it is whole", () => {
    fc.assert(
      fc.property(fc.oneof(int, bool, text, list), (source) => {
        expect([source, ours(source)]).toEqual([source, theirs(source)]);
      }),
      { numRuns: 400, seed: SEED },
    );
  });
});
