/**
 * Arithmetic, comparison, equality, logic, indexing and membership as functions, for the checker and for operands the planner's fast paths
 * leave over. https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions
 */
import { OPERATORS } from "../syntax/ast.ts";
import { equal } from "../values/equal.ts";
import { listTooLong, textTooLong } from "../values/limits.ts";
import { mapGet } from "../values/map.ts";
import * as n from "../values/number.ts";
import { noSuchOverload, order } from "../values/order.ts";
import { toDuration, toTimestamp } from "../values/time.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import { bothTraversal, secondSize, shorterTraversal } from "./costs.ts";
import * as d from "./declare.ts";
import {
  bool,
  bytes,
  double,
  duration,
  dyn,
  type FunctionDeclaration,
  free,
  func,
  int,
  list,
  map,
  string,
  timestamp,
  uint,
} from "./declare.ts";

const A = d.param("A");
const B = d.param("B");

const ADDABLE = new Set(["bytes", "double", "google.protobuf.Duration", "int", "list", "string", "google.protobuf.Timestamp", "uint"]);
const SUBTRACTABLE = new Set(["double", "google.protobuf.Duration", "int", "google.protobuf.Timestamp", "uint"]);
const NUMERIC = new Set(["double", "int", "uint"]);
const INTEGRAL = new Set(["int", "uint"]);
const COMPARABLE = new Set(["bool", "bytes", "double", "google.protobuf.Duration", "int", "string", "google.protobuf.Timestamp", "uint"]);

function onDoubles(compute: (a: number, b: number) => number) {
  return (a: Parameters<typeof n.doubleValue>[0], b: Parameters<typeof n.doubleValue>[0]) =>
    n.toDouble(compute(n.doubleValue(a), n.doubleValue(b)));
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/** Adds two lists. */
export function addLists(a: readonly CelValue[], b: readonly CelValue[]): CelResult {
  const refusal = listTooLong(a.length + b.length);
  if (refusal !== undefined) return refusal;
  // Lists never change, so a sum with nothing is the other list itself.
  if (b.length === 0) return a;
  return a.length === 0 ? b : a.concat(b);
}

/** Adds two texts. */
export function addTexts(a: string, b: string): CelResult {
  return textTooLong(a.length + b.length) ?? a + b;
}

const add = func(
  OPERATORS.add,
  [
    free("add_bytes", [bytes, bytes], bytes, joinBytes, bothTraversal),
    free(
      "add_double",
      [double, double],
      double,
      onDoubles((a, b) => a + b),
    ),
    free("add_duration_duration", [duration, duration], duration, (a, b) => toDuration(a.nanos + b.nanos)),
    free("add_duration_timestamp", [duration, timestamp], timestamp, (a, b) => toTimestamp(a.nanos + b.nanos, b.offset)),
    free("add_timestamp_duration", [timestamp, duration], timestamp, (a, b) => toTimestamp(a.nanos + b.nanos, a.offset)),
    free("add_int64", [int, int], int, n.addInt),
    free("add_list", [list(A), list(A)], list(A), addLists),
    free("add_string", [string, string], string, addTexts, bothTraversal),
    free("add_uint64", [uint, uint], uint, (a, b) => n.toUint(a.value + b.value)),
  ],
  { mismatch: { firstOperand: ADDABLE } },
);

const subtract = func(
  "_-_",
  [
    free(
      "subtract_double",
      [double, double],
      double,
      onDoubles((a, b) => a - b),
    ),
    free("subtract_duration_duration", [duration, duration], duration, (a, b) => toDuration(a.nanos - b.nanos)),
    free("subtract_int64", [int, int], int, n.subtractInt),
    free("subtract_timestamp_duration", [timestamp, duration], timestamp, (a, b) => toTimestamp(a.nanos - b.nanos, a.offset)),
    free("subtract_timestamp_timestamp", [timestamp, timestamp], duration, (a, b) => toDuration(a.nanos - b.nanos)),
    free("subtract_uint64", [uint, uint], uint, (a, b) => n.toUint(a.value - b.value)),
  ],
  { mismatch: { firstOperand: SUBTRACTABLE } },
);

const multiply = func(
  "_*_",
  [
    free(
      "multiply_double",
      [double, double],
      double,
      onDoubles((a, b) => a * b),
    ),
    free("multiply_int64", [int, int], int, n.multiplyInt),
    free("multiply_uint64", [uint, uint], uint, (a, b) => n.toUint(a.value * b.value)),
  ],
  { mismatch: { firstOperand: NUMERIC } },
);

const divide = func(
  "_/_",
  [
    free(
      "divide_double",
      [double, double],
      double,
      onDoubles((a, b) => a / b),
    ),
    free("divide_int64", [int, int], int, n.divideInt),
    free("divide_uint64", [uint, uint], uint, (a, b) => (b.value === 0n ? n.divisionByZero : n.toUint(a.value / b.value))),
  ],
  { mismatch: { firstOperand: NUMERIC } },
);

const modulo = func(
  "_%_",
  [
    free("modulo_int64", [int, int], int, n.moduloInt),
    free("modulo_uint64", [uint, uint], uint, (a, b) => (b.value === 0n ? n.modulusByZero : n.toUint(a.value % b.value))),
  ],
  { mismatch: { firstOperand: INTEGRAL } },
);

const negate = func(
  OPERATORS.negate,
  [free("negate_double", [double], double, (a) => n.toDouble(-n.doubleValue(a))), free("negate_int64", [int], int, n.negateInt)],
  { mismatch: { firstOperand: new Set(["bool", "double", "google.protobuf.Duration", "int"]) } },
);

type Decide = (sign: number) => boolean;

function comparison(name: string, word: string, decide: Decide): FunctionDeclaration {
  const compare = (a: CelValue, b: CelValue): CelResult => {
    const sign = order(a, b);
    return sign instanceof CelError ? sign : decide(sign);
  };
  const numbers = [
    ["int64", int],
    ["uint64", uint],
    ["double", double],
  ] as const;
  const mixed = numbers.flatMap(([left, leftKind]) =>
    numbers.map(([right, rightKind]) =>
      free(left === right ? `${word}_${left}` : `${word}_${left}_${right}`, [leftKind, rightKind], bool, compare),
    ),
  );
  const overloads = [
    free(`${word}_bool`, [bool, bool], bool, compare),
    ...mixed,
    free(`${word}_string`, [string, string], bool, compare, shorterTraversal),
    free(`${word}_bytes`, [bytes, bytes], bool, compare, shorterTraversal),
    free(`${word}_timestamp`, [timestamp, timestamp], bool, compare),
    free(`${word}_duration`, [duration, duration], bool, compare),
  ];
  return func(name, overloads, { mismatch: { firstOperand: COMPARABLE } });
}

// The planner works these out itself; the declarations are for the checker.
const planned = (): CelResult => noSuchOverload;

const structural: readonly FunctionDeclaration[] = [
  func(OPERATORS.and, [free("logical_and", [bool, bool], bool, planned)]),
  func(OPERATORS.or, [free("logical_or", [bool, bool], bool, planned)]),
  func(OPERATORS.not, [free("logical_not", [bool], bool, planned)]),
  func(OPERATORS.conditional, [free("conditional", [bool, A, A], A, planned)]),
  func(OPERATORS.notStrictlyFalse, [free("not_strictly_false", [bool], bool, planned)]),
  func(OPERATORS.equals, [free("equals", [A, A], bool, planned)]),
  func("_!=_", [free("not_equals", [A, A], bool, planned)]),
  func(OPERATORS.index, [free("index_list", [list(A), int], A, planned), free("index_map", [map(A, B), A], B, planned)]),
];

const membership = func(
  OPERATORS.in,
  [
    free("in_list", [A, list(A)], bool, (member, members) => members.some((each) => equal(member, each)), secondSize),
    free("in_map", [A, map(A, B)], bool, (key, entries) => mapGet(entries, key) !== undefined),
  ],
  { mismatch: "bare" },
);

/** The operators. */
export const operators: readonly FunctionDeclaration[] = [
  ...structural,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  negate,
  comparison("_<_", "less", (sign) => sign < 0),
  comparison("_<=_", "less_equals", (sign) => sign <= 0),
  comparison("_>_", "greater", (sign) => sign > 0),
  comparison("_>=_", "greater_equals", (sign) => sign >= 0),
  membership,
  func("dyn", [free("to_dyn", [A], dyn, (value) => value)]),
];
