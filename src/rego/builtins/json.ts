/**
 * JSON text and JSON paths: writing, reading, keeping or removing parts of a document, patching it.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#encoding, https://www.openpolicyagent.org/docs/latest/policy-reference/#object
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { parseJson } from "../values/json.ts";
import { writeJson } from "../values/json-write.ts";
import { termText } from "../values/print.ts";
import { RegoObject } from "../values/rego-object.ts";
import { typeName } from "../values/type-name.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { Failure } from "./failure.ts";
import { patchDocument } from "./json-patch.ts";
import { keepPaths, pathTree, removePaths } from "./json-paths.ts";
import type { Operand } from "./operands.ts";
import { anyValue, array, builtinError, membersOf, object, operandError, operandTypeError, row, string } from "./operands.ts";
import { writeBounded } from "./result-size.ts";

const OPTIONS = "json.marshal_with_options";

interface Options {
  readonly indent: string;
  readonly prefix: string;
  readonly pretty: boolean;
}

function readOptions(given: PlainObject | RegoObject): Options | Failure {
  let indent = "\t";
  let prefix = "";
  let implied = false;
  let asked: boolean | undefined;
  for (const [index, [key, value]] of sortedEntries(given).entries()) {
    if (typeof key !== "string") {
      const got = `operand ${index} must be string but got ${typeName(key)}`;
      return operandError(OPTIONS, 2, `failed to stringify key ${termText(key)} at index ${index}: ${got}`);
    }
    if (key === "pretty") {
      if (typeof value !== "boolean") return operandError(OPTIONS, 2, 'key "pretty" failed cast to bool');
      asked = value;
    } else if (key !== "indent" && key !== "prefix") {
      return operandError(OPTIONS, 2, `object contained unknown key ${termText(key)}`);
    } else if (typeof value !== "string") {
      const got = `operand ${index} must be string but got ${typeName(value)}`;
      return operandError(OPTIONS, 2, `key ${termText(key)} failed cast to string: ${got}`);
    } else {
      if (key === "indent") indent = value;
      else prefix = value;
      implied = true;
    }
  }
  return { indent, prefix, pretty: asked ?? implied };
}

function sortedEntries(from: PlainObject | RegoObject): readonly (readonly [Value, Value])[] {
  if (from instanceof RegoObject) return from.order().map((at) => [from.keys[at] as Value, from.values[at] as Value] as const);
  return Object.keys(from)
    .sort(compareStrings)
    .map((key) => [key, from[key] as Value] as const);
}

function marshalWithOptions(context: BuiltinContext, value: Value, given: PlainObject | RegoObject): BuiltinResult {
  const options = readOptions(given);
  if (options instanceof Failure) return options;
  const { indent, prefix, pretty } = options;
  return writeBounded(context, OPTIONS, (spend) =>
    pretty ? prefix + writeJson(value, { indent, prefix, spend }) : writeJson(value, { spend }),
  );
}

function unmarshal(text: string): BuiltinResult {
  const read = parseJson(text);
  return read.kind === "value" ? read.value : builtinError("json.unmarshal", read.message);
}

// Paths are read here so that their failures come after those of the document.
const paths: Operand<RegoObject> = (value, position, name) => {
  const list = membersOf(value);
  return list === undefined ? operandTypeError(name, position, value, ["set", "array"]) : pathTree(name, list);
};

const PATHS = "any<array[any<string, array[any]>], set[any<string, array[any]>]>";

/** The rows of this family. */
export const json: readonly Builtin[] = [
  row("json.marshal", "(x: any) => y: string", [anyValue], (context, value) =>
    writeBounded(context, "json.marshal", (spend) => writeJson(value, { spend })),
  ),
  row(
    OPTIONS,
    "(x: any, opts: object<indent: string, prefix: string, pretty: boolean>[string: any]) => y: string",
    [anyValue, object],
    marshalWithOptions,
  ),
  row("json.unmarshal", "(x: string) => y: any", [string], (_, text) => unmarshal(text)),
  row(
    "json.is_valid",
    "(x: string) => result: boolean",
    [anyValue],
    (_, value) => typeof value === "string" && parseJson(value).kind === "value",
  ),
  row("json.filter", `(object: object[any: any], paths: ${PATHS}) => filtered: object[any: any]`, [object, paths], (_, from, tree) =>
    keepPaths(from, tree),
  ),
  row("json.remove", `(object: object[any: any], paths: ${PATHS}) => output: object[any: any]`, [object, paths], (_, from, tree) =>
    removePaths(from, tree),
  ),
  row(
    "json.patch",
    "(target: any, patches: array[object<op: string, path: any>[any: any]]) => output: any",
    [anyValue, array],
    (_, target, patches) => patchDocument(target, patches),
  ),
];
