/** Generates Rego values of every kind: odd spellings of numbers, stray bytes, keys that are no strings, names that objects inherit. */
import fc from "fast-check";
import { numberFromText } from "../../../src/rego/values/number.ts";
import { ObjectBuilder } from "../../../src/rego/values/object.ts";
import { RegoSet } from "../../../src/rego/values/rego-set.ts";
import type { NumberValue, Value } from "../../../src/rego/values/value.ts";

/** Texts of JSON numbers, spelled in many ways. */
export const numberText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(fc.nat(20).map(String), fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String)),
    fc.option(fc.stringMatching(/^[0-9]{1,6}$/), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom("e", "E"), fc.constantFrom("", "+", "-"), fc.nat(25)), { nil: undefined }),
  )
  .map(
    ([sign, whole, fraction, power]) =>
      sign + whole + (fraction === undefined ? "" : `.${fraction}`) + (power === undefined ? "" : power.join("")),
  );

/** Numbers. */
export const number: fc.Arbitrary<NumberValue> = numberText.map(numberFromText);

/** Texts as JSON gives them. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }).map((binary) => binary.toWellFormed()),
  fc.constantFrom("", "a", "b", "__proto__", "constructor", "toString", "\uffff", "😀", "1"),
);

/** Texts that may hold bytes that are no UTF-8. */
export const byteText: fc.Arbitrary<string> = fc.oneof(text, fc.constantFrom("\udc80", "a\udcff", "\udcfe\udcff"));

function objectFrom(entries: readonly (readonly [Value, Value])[]): Value {
  const builder = new ObjectBuilder();
  for (const [key, value] of entries) builder.set(key, value);
  return builder.finish();
}

/** Any value, a few levels deep. */
export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false),
    number,
    byteText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 12 }).map((members) => RegoSet.of(members)),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map(objectFrom),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map(objectFrom),
  ),
})).value;

/** Sets. */
export const set: fc.Arbitrary<RegoSet> = fc.array(value, { maxLength: 12 }).map((members) => RegoSet.of(members));
