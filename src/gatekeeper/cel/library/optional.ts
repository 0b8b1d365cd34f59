/**
 * Optional values: `a.?b`, `a[?b]`, `optional.of`, `orValue`, `optMap` and the others.
 * https://github.com/google/cel-spec/wiki/proposal-246
 */
import { OPERATORS } from "../syntax/ast.ts";
import { bindNode, type Expansion, type Macro, type MacroCall, nodesAt, refuse } from "../syntax/macro.ts";
import { isNumeric } from "../values/equal.ts";
import { isMap, mapSize } from "../values/map.ts";
import { noSuchOverload } from "../values/order.ts";
import { printValue } from "../values/print.ts";
import * as t from "../values/type.ts";
import { CelDouble, CelDuration, CelError, CelOptional, type CelResult, CelTimestamp, CelUint, type CelValue } from "../values/value.ts";
import * as d from "./declare.ts";
import { bool, dyn, type FunctionDeclaration, free, func, int, type Library, list, map, method, optional, string } from "./declare.ts";

const V = d.param("V");
const K = d.param("K");
const none = new CelOptional(undefined);
const planned = (): CelResult => noSuchOverload;

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === "") return true;
  if (isNumeric(value)) return isZeroNumber(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelDuration) return value.nanos === 0n;
  // Go's zero time is year 1, not 1970.
  if (value instanceof CelTimestamp) return value.nanos === -62_135_596_800_000_000_000n;
  if (value instanceof CelOptional) return value.value === undefined || isZero(value.value);
  return isMap(value) && mapSize(value) === 0;
}

function isZeroNumber(value: number | bigint | CelDouble | CelUint): boolean {
  if (value instanceof CelUint) return value.value === 0n;
  return value instanceof CelDouble ? value.value === 0 : value === 0;
}

function unwrapAll(values: readonly CelValue[]): CelResult {
  const present: CelValue[] = [];
  for (const value of values) {
    if (!(value instanceof CelOptional)) return new CelError(`value ${printValue(value)} is not optional`);
    if (value.value !== undefined) present.push(value.value);
  }
  return present;
}

const atEnd = (position: (length: number) => number) => (values: readonly CelValue[]) =>
  values.length === 0 ? none : new CelOptional(values[position(values.length)]);

const functions: readonly FunctionDeclaration[] = [
  func("optional.of", [free("optional_of", [V], optional(V), (value) => new CelOptional(value))]),
  func("optional.ofNonZeroValue", [
    free("optional_ofNonZeroValue", [V], optional(V), (value) => (isZero(value) ? none : new CelOptional(value))),
  ]),
  func("optional.none", [free("optional_none", [], optional(V), () => none)]),
  func("value", [method("optional_value", [optional(V)], V, ({ value }) => value ?? new CelError("optional.none() dereference"))]),
  func("hasValue", [method("optional_hasValue", [optional(V)], bool, ({ value }) => value !== undefined)]),
  func("or", [method("optional_or_optional", [optional(V), optional(V)], optional(V), planned)]),
  func("orValue", [method("optional_orValue_value", [optional(V), V], V, planned)]),
  func(OPERATORS.optionalSelect, [free("select_optional_field", [dyn, string], optional(V), planned)]),
  func(OPERATORS.optionalIndex, [
    free("list_optindex_optional_int", [list(V), int], optional(V), planned),
    free("optional_list_optindex_optional_int", [optional(list(V)), int], optional(V), planned),
    free("map_optindex_optional_value", [map(K, V), K], optional(V), planned),
    free("optional_map_optindex_optional_value", [optional(map(K, V)), K], optional(V), planned),
  ]),
  func(OPERATORS.index, [
    free("optional_list_index_int", [optional(list(V)), int], optional(V), planned),
    free("optional_map_index_value", [optional(map(K, V)), K], optional(V), planned),
  ]),
  func("last", [
    method(
      "list_last",
      [list(V)],
      optional(V),
      atEnd((length) => length - 1),
    ),
  ]),
  func("first", [
    method(
      "list_first",
      [list(V)],
      optional(V),
      atEnd(() => 0),
    ),
  ]),
  func("optional.unwrap", [free("optional_unwrap", [list(optional(V))], list(V), unwrapAll)]),
  func("unwrapOpt", [method("optional_unwrapOpt", [list(optional(V))], list(V), unwrapAll)]),
];

function mapping(name: string, wrap: boolean): Macro {
  return { name, argumentCount: 2, member: true, expand: (call) => expandMapping(name, call, wrap) };
}

// `o.optMap(x, e)` is `o.hasValue() ? optional.of(bind(x, o.value(), e)) : optional.none()`.
function expandMapping(name: string, call: MacroCall, wrap: boolean): Expansion {
  const [variable, body] = call.args;
  const { target, at } = call;
  if (target === undefined || variable === undefined || body === undefined) return undefined;
  if (variable.kind !== "ident") return refuse(variable.at, `${name}() variable name must be a simple identifier`);
  const nodes = nodesAt(at);
  const bound = bindNode(at, { name: variable.name, value: nodes.member(target, "value") }, body);
  const mapped = wrap ? nodes.call("optional.of", bound) : bound;
  return { expr: nodes.call(OPERATORS.conditional, nodes.member(target, "hasValue"), mapped, nodes.call("optional.none")) };
}

/** The library. */
export const optionalLibrary: Library = {
  name: "optional",
  functions,
  macros: [mapping("optMap", true), mapping("optFlatMap", false)],
  types: [t.optionalOf(t.dynType)],
};
