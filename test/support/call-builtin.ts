/** Calls builtins directly, outside any policy: operands in, the text of the answer out. */

import type { BuiltinContext } from "../../src/rego/builtins/context.ts";
import { Failure } from "../../src/rego/builtins/failure.ts";
import { pureBuiltins } from "../../src/rego/builtins/registry.ts";
import { numberFromText } from "../../src/rego/values/number.ts";
import { ObjectBuilder } from "../../src/rego/values/object.ts";
import { termText } from "../../src/rego/values/print.ts";
import { RegoSet } from "../../src/rego/values/rego-set.ts";
import type { NumberValue, Value } from "../../src/rego/values/value.ts";

/** What a test may see of a call beside its answer. */
export interface CallRecord {
  spent: number;
  readonly printed: string[];
}

/** Makes a context with a fixed time, a counting random source and a record of what was charged and printed. */
export function contextOf(overrides: Partial<BuiltinContext> = {}): BuiltinContext & { readonly record: CallRecord } {
  const record: CallRecord = { spent: 0, printed: [] };
  let next = 0;
  return {
    nowNanos: 1_700_000_000_123_456_789n,
    random: () => (next = (next + 0x9e3779b9) >>> 0),
    runtime: {},
    allowedHosts: [],
    memo: new Map(),
    ask: () => new Error("nobody is asked in this test"),
    spend: (units) => {
      record.spent += units;
    },
    print: (text) => {
      record.printed.push(text);
    },
    ...overrides,
    record,
  };
}

/** Calls a builtin and returns its Rego text, `undefined`, or `code: message` of its failure. */
export function answerOf(name: string, ...operands: Value[]): string {
  return answerIn(contextOf(), name, ...operands);
}

/** Calls a builtin in a given context. */
export function answerIn(context: BuiltinContext, name: string, ...operands: Value[]): string {
  const builtin = pureBuiltins.get(name);
  if (builtin === undefined) throw new Error(`no builtin ${name}`);
  const result = builtin.call(context, ...operands);
  if (result instanceof Failure) return `${result.code}: ${result.message}`;
  return result === undefined ? "undefined" : termText(result);
}

/** A number spelled in a way of its own: `num("1.0")`. */
export function num(text: string): NumberValue {
  return numberFromText(text);
}

/** A set. */
export function setOf(...members: Value[]): RegoSet {
  return RegoSet.of(members);
}

/** An object whose keys may be anything. */
export function objectOf(...entries: readonly (readonly [Value, Value])[]): Value {
  const builder = new ObjectBuilder();
  for (const [key, value] of entries) builder.set(key, value);
  return builder.finish();
}
