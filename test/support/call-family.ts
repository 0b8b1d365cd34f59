/** Calls builtins of given families directly: for families that the general helper leaves out because they are slow to load. */
import type { BuiltinContext } from "../../src/rego/builtins/context.ts";
import type { Builtin } from "../../src/rego/builtins/define.ts";
import { Failure } from "../../src/rego/builtins/failure.ts";
import { termText } from "../../src/rego/values/print.ts";
import type { Value } from "../../src/rego/values/value.ts";
import { contextOf } from "./call-builtin.ts";

/** What a test calls: the Rego text of the answer, `undefined`, or `code: message` of the failure. */
export interface FamilyCalls {
  answer(name: string, ...operands: Value[]): string;
  answerIn(context: BuiltinContext, name: string, ...operands: Value[]): string;
  /** The answer as a value; a failure throws. */
  value(name: string, ...operands: Value[]): Value;
}

/** Makes the calls of some families. */
export function callsOf(...families: readonly (readonly Builtin[])[]): FamilyCalls {
  const table = new Map(families.flat().map((builtin) => [builtin.name, builtin]));
  const call = (context: BuiltinContext, name: string, operands: Value[]): ReturnType<Builtin["call"]> => {
    const builtin = table.get(name);
    if (builtin === undefined) throw new Error(`no builtin ${name}`);
    return builtin.call(context, ...operands);
  };
  const answerIn = (context: BuiltinContext, name: string, ...operands: Value[]): string => {
    const result = call(context, name, operands);
    if (result instanceof Failure) return `${result.code}: ${result.message}`;
    return result === undefined ? "undefined" : termText(result);
  };
  return {
    answerIn,
    answer: (name, ...operands) => answerIn(contextOf(), name, ...operands),
    value: (name, ...operands) => {
      const result = call(contextOf(), name, operands);
      if (result instanceof Failure || result === undefined) throw new Error(result?.message ?? "undefined");
      return result;
    },
  };
}

/** A context whose budget ends: what runs on without end is stopped by it. */
export function boundedContext(limit: number): BuiltinContext {
  let spent = 0;
  return contextOf({
    spend: (units) => {
      spent += units;
      if (spent > limit) throw new Error("the budget is used up");
    },
  });
}
