/**
 * The standard library: operators, conversions, text search, calendar fields and the standard macros.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions
 */
import { compileRegex, RegexError } from "../../../rego/index.ts";
import { standardMacros } from "../syntax/standard-macros.ts";
import * as t from "../values/type.ts";
import { CelError, type CelResult } from "../values/value.ts";
import { calendarFunctions } from "./calendar.ts";
import { conversions, timeLiteralChecks } from "./conversions.ts";
import { regexMatch, search, traversal } from "./costs.ts";
import { bool, type FunctionDeclaration, free, func, type Library, type LiteralCheck, method, string } from "./declare.ts";
import { operators } from "./operators.ts";

function matches(text: string, pattern: string): CelResult {
  const regex = compileRegex(pattern);
  return regex instanceof RegexError ? new CelError(regex.message) : regex.test(text);
}

const text: readonly FunctionDeclaration[] = [
  func("contains", [method("contains_string", [string, string], bool, (value, part) => value.includes(part), search)], {
    mismatch: "bare",
  }),
  func("startsWith", [method("starts_with_string", [string, string], bool, (value, part) => value.startsWith(part), traversal)], {
    mismatch: "bare",
  }),
  func("endsWith", [method("ends_with_string", [string, string], bool, (value, part) => value.endsWith(part), traversal)], {
    mismatch: "bare",
  }),
  func(
    "matches",
    [method("matches_string", [string, string], bool, matches, regexMatch), free("matches", [string, string], bool, matches)],
    { mismatch: { firstOperand: new Set(["string"]) } },
  ),
];

const regexLiteral: LiteralCheck = {
  name: "matches",
  argument: 0,
  message: (value) => (typeof value === "string" && compileRegex(value) instanceof RegexError ? "invalid matches argument" : undefined),
};

const TYPE_NAMES: readonly t.CelType[] = [
  t.boolType,
  t.bytesType,
  t.doubleType,
  t.intType,
  t.listOf(t.dynType),
  t.mapOf(t.dynType, t.dynType),
  t.nullType,
  t.stringType,
  t.typeType,
  t.uintType,
];

/** The standard library. */
export const standardLibrary: Library = {
  name: "std",
  functions: [...operators, ...conversions, ...text, ...calendarFunctions],
  macros: standardMacros,
  types: TYPE_NAMES,
  literalChecks: [...timeLiteralChecks, regexLiteral],
};
