/**
 * Runs the official CEL conformance tests (https://github.com/google/cel-spec, as packed by `@bufbuild/cel-spec`) that need no protobuf
 * messages beyond the well-known ones, and prints a table by file: `node conformance/cel/official.ts [--failures] [name…]`. A file counts
 * under Kubernetes when Kubernetes enables what it tests. Leaves with 1 when a test fails that is not listed as a difference of cel-go.
 */
import { tests } from "@bufbuild/cel-spec/testdata/conformance.js";
import {
  bindingsLibrary,
  CelDouble,
  CelDuration,
  CelError,
  CelOptional,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  compileExpression,
  createEnvironment,
  dynType,
  type Environment,
  encodersLibrary,
  extendEnvironment,
  type FunctionDeclaration,
  isMap,
  kubernetesLibraries,
  mapGet,
  mapKeys,
  mathLibrary,
  type Overload,
  plainStringsLibrary,
  printFullType,
  wellKnownConstants,
  wellKnownTypes,
} from "../../src/gatekeeper/cel.ts";
import { type Json, readType, readValue } from "./read-value.ts";

type JsonObject = { readonly [key: string]: Json };

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: JsonObject }[];
}

interface Case {
  readonly file: string;
  readonly section: string;
  readonly test: JsonObject;
}

/** Kubernetes leaves these libraries out. */
const NOT_IN_KUBERNETES: ReadonlySet<string> = new Set(["bindings_ext", "block_ext", "encoders_ext", "math_ext"]);
/** Messages, enums and extensions of the test protobufs. */
const NEEDS_MESSAGES = /TestAllTypes|GlobalEnum|NestedEnum|cel\.expr\.conformance\.proto/;
/** Where Kubernetes' cel-go differs from the specification, and why; a listed test that passes fails the run. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ["fields/map_value_repeat_key", "the last of repeated keys wins, silently"],
  ["fields/map_value_repeat_key_heterogeneous", "keys of different types that are equal are no error"],
  ["fields/map_key_float", "a map may be written with a key of any scalar type"],
  ["optionals/map_null_entry_no_such_key", "a field of null is absent in an optional chain; Kubernetes leaves the stricter option off"],
  [
    "optionals/map_present_key_invalid_field",
    "a field of a number is absent in an optional chain; Kubernetes leaves the stricter option off",
  ],
  ["string_ext/indexof_out_of_range", "an offset past the end finds nothing instead of failing"],
  ["string_ext/lastindexof_out_of_range", "an offset past the end finds nothing instead of failing"],
  ["timestamps/get_milliseconds", "milliseconds of a duration are its whole length, not the part beyond the last second"],
  ["type_deductions/null_assignable_to_abstract_parameter_candidate", "a list of an optional and null is a list of null"],
]);
/** `cel.block` is a form that only optimisers write. */
const NEEDS_BLOCK = /cel\.block|cel\.index|cel\.iterVar/;

function* casesOf(suite: Suite, file: string): Generator<Case> {
  for (const { original } of suite.tests ?? []) yield { file, section: suite.name, test: original };
  for (const inner of suite.suites ?? []) yield* casesOf(inner, file === "" ? inner.name : file);
}

const libraries = kubernetesLibraries.filter(({ name }) => name !== "strings");
const base = extendEnvironment(
  createEnvironment([...libraries, plainStringsLibrary, mathLibrary, encodersLibrary, bindingsLibrary], {
    homogeneous: false,
    crossTypeComparison: true,
    escapedNames: true,
  }),
  { types: wellKnownTypes, constants: wellKnownConstants },
);

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function environmentOf(test: JsonObject): Environment {
  const variables: [string, CelType][] = [];
  const functions: FunctionDeclaration[] = [];
  for (const declaration of Array.isArray(test["typeEnv"]) ? test["typeEnv"] : []) {
    if (!isObject(declaration)) continue;
    if (isObject(declaration["function"])) functions.push(functionOf(String(declaration["name"]), declaration["function"]));
    if (!isObject(declaration["ident"])) continue;
    const type = readType(declaration["ident"]["type"]);
    if (type !== undefined) variables.push([String(declaration["name"]), type]);
  }
  return extendEnvironment(base, {
    variables,
    functions,
    container: String(test["container"] ?? ""),
    unchecked: test["disableCheck"] === true,
  });
}

// Functions of the tests are only ever checked, never called.
function functionOf(name: string, json: JsonObject): FunctionDeclaration {
  const overloads = (Array.isArray(json["overloads"]) ? json["overloads"] : []).filter(isObject).map(
    (overload): Overload => ({
      id: String(overload["overloadId"]),
      member: overload["isInstanceFunction"] === true,
      parameters: (Array.isArray(overload["params"]) ? overload["params"] : []).map((param) => ({
        type: readType(param) ?? dynType,
        test: undefined,
      })),
      result: readType(overload["resultType"]) ?? dynType,
      run: () => new CelError("not to be called"),
    }),
  );
  return { name, overloads, mismatch: "signature" };
}

function bindingsOf(test: JsonObject): ReadonlyMap<string, CelValue> {
  const bindings = new Map<string, CelValue>();
  for (const [name, binding] of Object.entries(isObject(test["bindings"]) ? test["bindings"] : {})) {
    const value = isObject(binding) ? readValue(binding["value"]) : undefined;
    if (value !== undefined) bindings.set(name, value);
  }
  return bindings;
}

/** The reason a case failed, or nothing. */
function judge(test: JsonObject): string | undefined {
  const compiled = compileExpression(String(test["expr"]), environmentOf(test));
  const wantsError = test["evalError"] !== undefined || test["anyEvalErrors"] !== undefined;
  if (compiled.kind !== "program") {
    const text = compiled.kind === "issues" ? compiled.text : compiled.message;
    return wantsError ? undefined : `does not compile: ${text}`;
  }
  const typed = test["typedResult"];
  const wrongType = isObject(typed) ? checkType(typed, compiled.program.type) : undefined;
  if (wrongType !== undefined || test["checkOnly"] === true) return wrongType;
  const bindings = bindingsOf(test);
  const { result } = compiled.program.evaluate((name) => bindings.get(name), 1_000_000_000);
  if (result instanceof CelError) return wantsError ? undefined : `error: ${result.message}`;
  if (wantsError) return "no error";
  const wanted = isObject(typed) ? typed["result"] : (test["value"] ?? { boolValue: true });
  const expected = readValue(wanted);
  if (expected === undefined) return `expectation not understood: ${JSON.stringify(wanted)}`;
  return show(result) === show(expected) ? undefined : `got ${show(result)}, want ${show(expected)}`;
}

function checkType(typed: JsonObject, type: CelType): string | undefined {
  const wanted = readType(typed["deducedType"]);
  if (wanted === undefined || printFullType(wanted) === printFullType(type)) return undefined;
  return `type ${printFullType(type)}, want ${printFullType(wanted)}`;
}

// A text that two values share only when they are of the same type and equal; the order of a map's entries does not count.
function show(value: CelValue): string {
  if (Number.isSafeInteger(value) || typeof value === "bigint") return `int ${value}`;
  if (typeof value === "number" || value instanceof CelDouble) return `double ${typeof value === "number" ? value : value.value + 0}`;
  if (value instanceof CelUint) return `uint ${value.value}`;
  if (value instanceof CelType) return `type ${value.name}`;
  if (value instanceof CelTimestamp) return `timestamp ${value.nanos}`;
  if (value instanceof CelDuration) return `duration ${value.nanos}`;
  if (value instanceof CelOptional) return value.value === undefined ? "none" : `optional ${show(value.value)}`;
  if (value instanceof Uint8Array) return `bytes ${value.join(" ")}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = mapKeys(value).map((key) => `${show(key)}: ${show(mapGet(value, key) ?? null)}`);
  return `{${entries.sort().join(", ")}}`;
}

interface Row {
  passed: number;
  failed: number;
  /** Listed differences of cel-go itself. */
  known: number;
  skipped: number;
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const verbose = process.argv.includes("--failures");
const rows = new Map<string, Row>();

for (const { file, section, test } of casesOf(tests as unknown as Suite, "")) {
  if (wanted.length > 0 && !wanted.includes(file)) continue;
  const row = rows.get(file) ?? { passed: 0, failed: 0, known: 0, skipped: 0 };
  rows.set(file, row);
  const text = JSON.stringify(test);
  if (NEEDS_MESSAGES.test(text) || NEEDS_BLOCK.test(text)) {
    row.skipped++;
    continue;
  }
  const judged = judge(test);
  const known = KNOWN.get(`${file}/${test["name"]}`);
  const failure = known === undefined ? judged : judged === undefined ? `passes, though listed: ${known}` : undefined;
  if (known !== undefined && failure === undefined) row.known++;
  else if (failure === undefined) row.passed++;
  else row.failed++;
  if (failure !== undefined && verbose) console.log(`${file}/${section}/${test["name"]}: ${test["expr"]}\n    ${failure}`);
}

const total = { passed: 0, failed: 0, known: 0, skipped: 0 };
const inKubernetes = { passed: 0, failed: 0, known: 0, skipped: 0 };
const KEYS = ["passed", "failed", "known", "skipped"] as const;
console.log(`${"file".padEnd(18)}${KEYS.map((key) => key.padStart(9)).join("")}`);
for (const [file, row] of rows) {
  const kubernetes = !NOT_IN_KUBERNETES.has(file);
  for (const key of KEYS) {
    total[key] += row[key];
    if (kubernetes) inKubernetes[key] += row[key];
  }
  console.log(`${file.padEnd(18)}${KEYS.map((key) => String(row[key]).padStart(9)).join("")}${kubernetes ? "" : "  not in Kubernetes"}`);
}
const ran = inKubernetes.passed + inKubernetes.failed + inKubernetes.known;
const rate = ((100 * inKubernetes.passed) / Math.max(1, ran)).toFixed(2);
console.log(`in Kubernetes: ${inKubernetes.passed} of ${ran} as specified (${rate} %), ${inKubernetes.known} as cel-go instead`);
console.log("known: Kubernetes' cel-go differs from the specification; skipped: needs protobuf messages or cel.block");
console.log(`${total.passed} passed, ${total.failed} failed, ${total.known} known, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
