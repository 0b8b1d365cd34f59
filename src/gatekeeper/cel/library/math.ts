/**
 * `math.greatest`, `math.least`, rounding, signs, bits. Kubernetes leaves the library out; it is here for environments of one's own.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Math
 */
import type { Expr } from "../syntax/ast.ts";
import { type Expansion, type Macro, type MacroCall, nodesAt, refuse } from "../syntax/macro.ts";
import { type CelInt, doubleValue, intOverflow, negateInt, toDouble, toInt, toUint } from "../values/number.ts";
import { order } from "../values/order.ts";
import { type CelDouble, CelError, type CelResult, CelUint, type CelValue } from "../values/value.ts";
import { bool, double, dyn, type FunctionDeclaration, free, func, int, type Kind, type Library, list, uint } from "./declare.ts";

const NUMBERS: readonly (readonly [string, Kind])[] = [
  ["double", double],
  ["int", int],
  ["uint", uint],
];

function extreme(name: "min" | "max"): FunctionDeclaration {
  const wanted = name === "min" ? 1 : -1;
  const pick = (a: CelValue, b: CelValue): CelResult => {
    const sign = order(a, b);
    if (sign instanceof CelError) return sign;
    return Math.sign(sign) === wanted ? b : a;
  };
  const ofList = (values: readonly CelValue[]): CelResult => {
    let best: CelValue | undefined;
    for (const value of values) {
      const next: CelResult = best === undefined ? value : pick(best, value);
      if (next instanceof CelError) return next;
      best = next;
    }
    return best ?? new CelError(`math.@${name}(list) argument must not be empty`);
  };
  return func(`math.@${name}`, [
    ...NUMBERS.map(([id, kind]) => free(`math_@${name}_${id}`, [kind], kind, (value) => value)),
    ...NUMBERS.flatMap(([left, a]) =>
      NUMBERS.map(([right, b]) => free(`math_@${name}_${left}_${right}`, [a, b], left === right ? a : dyn, pick)),
    ),
    ...NUMBERS.map(([id, kind]) => free(`math_@${name}_list_${id}`, [list(kind)], kind, ofList)),
  ]);
}

const onDouble = (compute: (value: number) => number) => (value: number | CelDouble) => toDouble(compute(doubleValue(value)));
const testDouble = (test: (value: number) => boolean) => (value: number | CelDouble) => test(doubleValue(value));

// Halves round away from zero, unlike JavaScript's.
function round(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

const rounding: readonly FunctionDeclaration[] = (
  [
    ["ceil", Math.ceil],
    ["floor", Math.floor],
    ["round", round],
    ["trunc", Math.trunc],
  ] as const
).map(([name, compute]) => func(`math.${name}`, [free(`math_${name}_double`, [double], double, onDouble(compute))]));

const tests: readonly FunctionDeclaration[] = (
  [
    ["isInf", (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY],
    ["isNaN", Number.isNaN],
    ["isFinite", Number.isFinite],
  ] as const
).map(([name, test]) => func(`math.${name}`, [free(`math_${name}_double`, [double], bool, testDouble(test))]));

const bits = (value: CelInt) => BigInt.asIntN(64, BigInt(value));

function bitwise(name: string, compute: (a: bigint, b: bigint) => bigint): FunctionDeclaration {
  return func(`math.${name}`, [
    free(`math_${name}_int_int`, [int, int], int, (a, b) => toInt(BigInt.asIntN(64, compute(bits(a), bits(b))))),
    free(`math_${name}_uint_uint`, [uint, uint], uint, (a, b) => toUint(BigInt.asUintN(64, compute(a.value, b.value)))),
  ]);
}

function shift(name: string, compute: (value: bigint, count: bigint) => bigint): FunctionDeclaration {
  const shifted = (value: bigint, count: CelInt, finish: (value: bigint) => CelResult): CelResult => {
    if (count < 0) return new CelError(`math.${name}() negative offset: ${count}`);
    return count >= 64 ? finish(0n) : finish(compute(BigInt.asUintN(64, value), BigInt(count)));
  };
  return func(`math.${name}`, [
    free(`math_${name}_int_int`, [int, int], int, (a, b) => shifted(bits(a), b, (value) => toInt(BigInt.asIntN(64, value)))),
    free(`math_${name}_uint_int`, [uint, int], uint, (a, b) => shifted(a.value, b, (value) => toUint(BigInt.asUintN(64, value)))),
  ]);
}

const sign = (value: number) => (Number.isNaN(value) ? value : Math.sign(value) + 0);

const functions: readonly FunctionDeclaration[] = [
  extreme("min"),
  extreme("max"),
  ...rounding,
  ...tests,
  func("math.abs", [
    free("math_abs_double", [double], double, onDouble(Math.abs)),
    free("math_abs_int", [int], int, (value) => (value === -(2n ** 63n) ? intOverflow : value < 0 ? negateInt(value) : value)),
    free("math_abs_uint", [uint], uint, (value) => value),
  ]),
  func("math.sign", [
    free("math_sign_double", [double], double, onDouble(sign)),
    free("math_sign_int", [int], int, (value) => (value < 0 ? -1 : value > 0 ? 1 : 0)),
    free("math_sign_uint", [uint], uint, (value) => new CelUint(value.value === 0n ? 0n : 1n)),
  ]),
  func("math.sqrt", [
    free("math_sqrt_double", [double], double, onDouble(Math.sqrt)),
    free("math_sqrt_int", [int], double, (value) => toDouble(Math.sqrt(Number(value)))),
    free("math_sqrt_uint", [uint], double, (value) => toDouble(Math.sqrt(Number(value.value)))),
  ]),
  bitwise("bitAnd", (a, b) => a & b),
  bitwise("bitOr", (a, b) => a | b),
  bitwise("bitXor", (a, b) => a ^ b),
  func("math.bitNot", [
    free("math_bitNot_int_int", [int], int, (value) => toInt(~bits(value))),
    free("math_bitNot_uint_uint", [uint], uint, (value) => toUint(BigInt.asUintN(64, ~value.value))),
  ]),
  shift("bitShiftLeft", (value, count) => value << count),
  shift("bitShiftRight", (value, count) => value >> count),
];

// A literal that is no number can be refused at once; anything else is left to the checker.
function isNumberOrUnknown(expr: Expr): boolean {
  if (expr.kind === "literal") {
    const { value } = expr;
    return typeof value === "number" || typeof value === "bigint" || value instanceof CelUint || isDoubleLiteral(value);
  }
  return expr.kind !== "list" && expr.kind !== "map" && expr.kind !== "struct";
}

function isDoubleLiteral(value: CelValue): boolean {
  return typeof value === "object" && value !== null && "value" in value && typeof value.value === "number";
}

function isNumberList(expr: Expr): boolean {
  return expr.kind === "list" && expr.elements.length > 0 && expr.elements.every(({ value }) => isNumberOrUnknown(value));
}

function variadic(name: "least" | "greatest", inner: string): Macro {
  const expand = ({ at, target, args }: MacroCall): Expansion => {
    if (target?.kind !== "ident" || target.name !== "math") return undefined;
    const nodes = nodesAt(at);
    const [first] = args;
    if (first === undefined) return refuse(target.at, `math.${name}() requires at least one argument`);
    if (args.length === 1) {
      const fits = isNumberList(first) || isNumberOrUnknown(first);
      return fits ? { expr: nodes.call(inner, first) } : refuse(first.at, `math.${name}() invalid single argument value`);
    }
    const wrong = args.find((arg) => !isNumberOrUnknown(arg));
    if (wrong !== undefined) return refuse(wrong.at, `math.${name}() simple literal arguments must be numeric`);
    return { expr: args.length === 2 ? nodes.call(inner, ...args) : nodes.call(inner, nodes.list(...args)) };
  };
  return { name, argumentCount: "any", member: true, expand };
}

/** The library. */
export const mathLibrary: Library = {
  name: "math",
  functions,
  macros: [variadic("least", "math.@min"), variadic("greatest", "math.@max")],
};
