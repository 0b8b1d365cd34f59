/**
 * The macros every CEL environment has: `has`, `all`, `exists`, `exists_one`, `map`, `filter`.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros
 */
import type { Expr } from "./ast.ts";
import { OPERATORS } from "./ast.ts";
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
} from "./macro.ts";

function fold(call: MacroCall, variable: string, parts: FoldParts): Expansion {
  const range = call.target;
  if (range === undefined) return undefined;
  return {
    expr: { kind: "comprehension", at: call.at, range, variable, secondVariable: undefined, accumulator: "@result", ...parts },
  };
}

function quantifier(name: string, kind: Quantifier): Macro {
  return {
    name,
    argumentCount: 2,
    member: true,
    expand(call) {
      const [subject, predicate] = call.args;
      if (subject === undefined || predicate === undefined) return undefined;
      const variable = variableName(subject, "argument must be a simple name");
      if (typeof variable !== "string") return variable;
      return fold(call, variable, quantifierFold(call.at, kind, predicate));
    },
  };
}

function expandMap(call: MacroCall): Expansion {
  const [subject, second, third] = call.args;
  if (subject === undefined || second === undefined) return undefined;
  return collect(call, { subject, filter: third === undefined ? undefined : second, element: third ?? second });
}

function expandFilter(call: MacroCall): Expansion {
  const [subject, predicate] = call.args;
  if (subject === undefined || predicate === undefined) return undefined;
  return collect(call, { subject, filter: predicate, element: subject });
}

interface Collection {
  readonly subject: Expr;
  readonly filter: Expr | undefined;
  readonly element: Expr;
}

function collect(call: MacroCall, { subject, filter, element }: Collection): Expansion {
  const variable = variableName(subject, "argument is not an identifier");
  if (typeof variable !== "string") return variable;
  const nodes = nodesAt(call.at);
  const step = nodes.call(OPERATORS.add, nodes.accumulator, nodes.list(element));
  return fold(call, variable, collectFold(call.at, nodes.list(), { step, filter }));
}

function expandHas(call: MacroCall): Expansion {
  const [argument] = call.args;
  if (argument?.kind !== "select") return refuse(argument?.at ?? call.at, "invalid argument to has() macro");
  return { expr: { ...argument, at: call.at, test: true } };
}

/** `map`, rewriting a call on another target too, for macros made from it. */
export const mapMacro: Macro = { name: "map", argumentCount: 2, member: true, expand: expandMap };

/** The table of standard macros. */
export const standardMacros: readonly Macro[] = [
  { name: "has", argumentCount: 1, member: false, expand: expandHas },
  quantifier("all", "all"),
  quantifier("exists", "exists"),
  quantifier("exists_one", "existsOne"),
  quantifier("existsOne", "existsOne"),
  mapMacro,
  { name: "map", argumentCount: 3, member: true, expand: expandMap },
  { name: "filter", argumentCount: 2, member: true, expand: expandFilter },
];
