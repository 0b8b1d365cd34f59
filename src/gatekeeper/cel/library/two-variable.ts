/**
 * Comprehensions over index and value, or key and value: `all(i, v, …)`, `exists`, `existsOne`, `transformList`, `transformMap`,
 * `transformMapEntry`. https://pkg.go.dev/github.com/google/cel-go/ext#TwoVarComprehensions
 */
import type { Expr } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import {
  collectFold,
  type Expansion,
  type FoldParts,
  type Macro,
  type MacroCall,
  nodesAt,
  type Quantifier,
  quantifierFold,
  refuse,
  variableName,
} from "../syntax/macro.ts";
import { MapBuilder, type MapValue, mapGet, mapKeys } from "../values/map.ts";
import { printValue } from "../values/print.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import * as d from "./declare.ts";
import { free, func, type Library, map } from "./declare.ts";

const K = d.param("K");
const V = d.param("V");
const INSERT = "cel.@mapInsert";

function insertAll(target: MapValue, entries: Iterable<readonly [CelValue, CelValue]>): CelResult {
  const builder = new MapBuilder();
  for (const key of mapKeys(target)) builder.set(key, mapGet(target, key) ?? null);
  for (const [key, value] of entries) {
    if (builder.has(key)) return new CelError(`insert failed: key ${printValue(key)} already exists`);
    if (!builder.set(key, value)) return new CelError("unsupported key type");
  }
  return builder.build();
}

const entriesOf = (value: MapValue) => mapKeys(value).map((key) => [key, mapGet(value, key) ?? null] as const);

const insert = func(INSERT, [
  free("@mapInsert_map_key_value", [map(K, V), K, V], map(K, V), (target, key, value) => insertAll(target, [[key, value]])),
  free("@mapInsert_map_map", [map(K, V), map(K, V)], map(K, V), (target, added) => insertAll(target, entriesOf(added))),
]);

type MakeFold = (call: MacroCall, first: string, rest: readonly Expr[]) => FoldParts;

function macro(name: string, argumentCount: number, make: MakeFold): Macro {
  return {
    name,
    argumentCount,
    member: true,
    expand(call): Expansion {
      const [first, second, ...rest] = call.args;
      const range = call.target;
      if (range === undefined || first === undefined || second === undefined) return undefined;
      const names = variableNames(first, second);
      if ("issue" in names) return names;
      const { variable, secondVariable } = names;
      const fold = make(call, variable, rest);
      return { expr: { kind: "comprehension", at: call.at, range, variable, secondVariable, accumulator: "@result", ...fold } };
    },
  };
}

function variableNames(first: Expr, second: Expr) {
  const message = "argument must be a simple name";
  const variable = variableName(first, message);
  if (typeof variable !== "string") return variable;
  const secondVariable = variableName(second, message);
  if (typeof secondVariable !== "string") return secondVariable;
  if (variable === secondVariable) return refuse(second.at, `duplicate variable name: ${variable}`);
  return { variable, secondVariable };
}

function quantifier(name: string, kind: Quantifier): Macro {
  return macro(name, 3, (call, _, [predicate]) => quantifierFold(call.at, kind, predicate ?? nodesAt(call.at).literal(true)));
}

// With a filter it comes first and the transformation second.
function transformation(name: string, make: (call: MacroCall, first: string, transform: Expr) => { initial: Expr; step: Expr }): Macro[] {
  return [3, 4].map((count) =>
    macro(name, count, (call, first, rest) => {
      const transform = rest[rest.length - 1] ?? nodesAt(call.at).literal(null);
      const { initial, step } = make(call, first, transform);
      return collectFold(call.at, initial, { step, filter: rest.length === 2 ? rest[0] : undefined });
    }),
  );
}

const macros: readonly Macro[] = [
  quantifier("all", "all"),
  quantifier("exists", "exists"),
  quantifier("existsOne", "existsOne"),
  quantifier("exists_one", "existsOne"),
  ...transformation("transformList", (call, _, transform) => {
    const nodes = nodesAt(call.at);
    return { initial: nodes.list(), step: nodes.call(OPERATORS.add, nodes.accumulator, nodes.list(transform)) };
  }),
  ...transformation("transformMap", (call, first, transform) => {
    const nodes = nodesAt(call.at);
    return { initial: nodes.emptyMap(), step: nodes.call(INSERT, nodes.accumulator, nodes.ident(first), transform) };
  }),
  ...transformation("transformMapEntry", (call, _, transform) => {
    const nodes = nodesAt(call.at);
    return { initial: nodes.emptyMap(), step: nodes.call(INSERT, nodes.accumulator, transform) };
  }),
];

/** The library. */
export const twoVariableLibrary: Library = { name: "two-variable comprehensions", functions: [insert], macros };
