/** Calls builtins directly, outside any policy: operands in, the text of the answer out. */

import { aggregates } from "../../src/rego/builtins/aggregates.ts";
import { arrays } from "../../src/rego/builtins/arrays.ts";
import { bits } from "../../src/rego/builtins/bits.ts";
import { comparison } from "../../src/rego/builtins/comparison.ts";
import type { BuiltinContext } from "../../src/rego/builtins/context.ts";
import type { Builtin } from "../../src/rego/builtins/define.ts";
import { encoding } from "../../src/rego/builtins/encoding.ts";
import { Failure } from "../../src/rego/builtins/failure.ts";
import { graph } from "../../src/rego/builtins/graph.ts";
import { json } from "../../src/rego/builtins/json.ts";
import { membership } from "../../src/rego/builtins/membership.ts";
import { numbers } from "../../src/rego/builtins/numbers.ts";
import { objects } from "../../src/rego/builtins/objects.ts";
import { output } from "../../src/rego/builtins/output.ts";
import { reflection } from "../../src/rego/builtins/reflection.ts";
import { semver } from "../../src/rego/builtins/semver.ts";
import { sets } from "../../src/rego/builtins/sets.ts";
import { formatting } from "../../src/rego/builtins/sprintf.ts";
import { strings } from "../../src/rego/builtins/strings.ts";
import { time } from "../../src/rego/builtins/time.ts";
import { types } from "../../src/rego/builtins/types.ts";
import { units } from "../../src/rego/builtins/units.ts";
import { uuid } from "../../src/rego/builtins/uuid.ts";
import { numberFromText } from "../../src/rego/values/number.ts";
import { ObjectBuilder } from "../../src/rego/values/object.ts";
import { termText } from "../../src/rego/values/print.ts";
import { RegoSet } from "../../src/rego/values/rego-set.ts";
import type { NumberValue, Value } from "../../src/rego/values/value.ts";

// Not the whole registry: regular expressions, schemas and the like are slow to load and have tests of their own.
const families: readonly (readonly Builtin[])[] = [
  aggregates,
  arrays,
  bits,
  comparison,
  encoding,
  graph,
  json,
  membership,
  numbers,
  objects,
  output,
  reflection,
  semver,
  sets,
  strings,
  time,
  types,
  units,
  uuid,
  formatting,
];
const table: ReadonlyMap<string, Builtin> = new Map(families.flat().map((builtin) => [builtin.name, builtin]));

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
  const builtin = table.get(name);
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
