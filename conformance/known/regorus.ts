/**
 * regorus cases in which OPA v1.19 itself answers otherwise than regorus: id → what OPA does. `npm run conformance -- --against-opa` asks the
 * questions of these cases too and shows that our answers are OPA's.
 */

const TYPES = "OPA's type checker refuses the module; regorus finds wrong operands only when it runs.";

/** Differences by case. */
export const regorusDifferences: ReadonlyMap<string, string> = new Map([
  ["arithmetic/tests.yaml#2", "OPA computes with decimals of 64 bits of mantissa, regorus with doubles."],
  ["arithmetic/tests.yaml#3", "OPA refuses the module: the rules lt and gt hide the builtins behind the operators < and >."],
  ["arithmetic/tests.yaml#6", "OPA keeps the digits of large integers, regorus rounds them to doubles."],
  ["basic_001.yaml#0", "OPA refuses the module: the rules mul and div hide the builtins behind the operators * and /."],
  ["builtins/aggregates/count.yaml#0", TYPES],
  ["builtins/aggregates/max.yaml#0", TYPES],
  ["builtins/aggregates/product.yaml#0", TYPES],
  ["builtins/aggregates/sum.yaml#0", TYPES],
  ["builtins/arrays/concat.yaml#0", TYPES],
  [
    "builtins/comparison/tests.yaml#4",
    "The case writes its expectation with sets and objects as keys that YAML cannot say; OPA sorts objects before sets.",
  ],
  ["builtins/numbers/add.yaml#0", TYPES],
  ["builtins/numbers/intn.yaml#1", TYPES],
  ["builtins/numbers/mod.yaml#0", TYPES],
  ["builtins/numbers/mod.yaml#2", TYPES],
  ["builtins/numbers/mod.yaml#6", "OPA takes the remainder of integers of any size; regorus refuses those beyond 64 bits."],
  ["builtins/numbers/mul.yaml#0", TYPES],
  ["builtins/numbers/range.yaml#0", TYPES],
  ["builtins/numbers/round.yaml#0", TYPES],
  ["builtins/numbers/sub.yaml#0", TYPES],
  ["builtins/semver/is_valid.yaml#1", "semver.is_valid takes any value in OPA and is false for what is no string."],
  ["builtins/strings/contains.yaml#1", TYPES],
  ["builtins/strings/contains.yaml#2", TYPES],
  ["builtins/strings/endswith.yaml#1", TYPES],
  ["builtins/strings/endswith.yaml#2", TYPES],
  ["builtins/strings/sprintf.yaml#1", "OPA formats floats with %f to six digits and prints octal numbers without a prefix, as Go does."],
  ["builtins/strings/sprintf.yaml#4", "A verb without an argument is no error in OPA: the text says MISSING, as in Go."],
  ["builtins/time/add_date.yaml#3", "OPA says that the time is out of range; regorus has no result."],
  ["builtins/time/add_date.yaml#4", "OPA says that the time is out of range; regorus has no result."],
  ["builtins/time/format.yaml#0", "OPA's default layout drops zeros at the end of a fraction of a second."],
  ["builtins/time/format.yaml#1", "OPA's default layout drops zeros at the end of a fraction of a second."],
  ["builtins/units/parse_bytes.yaml#0", "OPA knows no yobibytes or zebibytes."],
  ["builtins/uuid/parse.yaml#2", "OPA tells the time of UUIDs of versions 1 and 2 only."],
  ["negation/tests.yaml#2", "The case itself says that it is not what OPA does."],
  ["refr/keywords_in_refs.yaml#0", "OPA refuses a package or rule that is named by a keyword."],
  ["rego.v1/tests.yaml#0", "OPA allows future.keywords beside rego.v1."],
  ["rego.v1/tests.yaml#1", "OPA allows future.keywords beside rego.v1."],
]);
