/** The `glob.*` builtins (https://www.openpolicyagent.org/docs/latest/policy-reference/#glob): gobwas globs in linear time. */
import { compileGlob, GlobError, quoteGlob } from "../text/glob.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { Failure } from "./failure.ts";
import { builtinError, elementError, operandError, operandTypeError, row, string } from "./operands.ts";

const NAME = "glob.match";

/** Matches a whole text; no delimiters is written null, an empty list of delimiters stands for a dot. */
function match(_: BuiltinContext, ...operands: readonly Value[]): BuiltinResult {
  const [patternOperand = null, delimiterOperand = null, textOperand = null] = operands;
  const pattern = string(patternOperand, 1, NAME);
  if (pattern instanceof Failure) return pattern;
  const delimiters = readDelimiters(delimiterOperand);
  if (delimiters instanceof Failure) return delimiters;
  const text = string(textOperand, 3, NAME);
  if (text instanceof Failure) return text;
  const glob = compileGlob(pattern, delimiters);
  return glob instanceof GlobError ? builtinError(NAME, glob.message) : glob.test(text);
}

function readDelimiters(value: Value): readonly string[] | Failure {
  if (value === null) return [];
  if (!Array.isArray(value)) return operandTypeError(NAME, 2, value, ["array", "null"]);
  for (const letter of value as readonly Value[]) {
    if (typeof letter !== "string") return elementError(NAME, 2, value, letter, ["string"]);
    if ([...letter].length !== 1) return operandError(NAME, 2, "must be array of runes but got array containing string");
  }
  return value.length === 0 ? ["."] : (value as readonly string[]);
}

/** Globs. */
// biome-ignore format: table
export const glob: readonly Builtin[] = [
  define(NAME, "(pattern: string, delimiters: any<null, array[string]>, match: string) => result: boolean", match),
  row("glob.quote_meta", "(pattern: string) => output: string", [string], (_, pattern) => quoteGlob(pattern)),
];
