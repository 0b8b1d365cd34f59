/**
 * The `regex.*` builtins: Go regular expressions on strings (https://www.openpolicyagent.org/docs/latest/policy-reference/#regex).
 * In: pattern, text and the like; out: matches, or the pattern's error. Matching is linear in the text.
 */

import { joinBytes, toUtf8Bytes } from "../text/bytes.ts";
import { GlobIntersectionError, globsIntersect } from "../text/glob-intersection.ts";
import { quote } from "../text/quote.ts";
import { compileRegex, quoteMeta, type Regex, RegexError } from "../text/regex.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import type { Failure } from "./failure.ts";
import { builtinError, integer, row, string } from "./operands.ts";

/** Runs `use` with the compiled pattern, or fails with the pattern's error. */
function withRegex(name: string, pattern: string, use: (compiled: Regex) => Value): Value | Failure {
  const compiled = compileRegex(pattern);
  return compiled instanceof RegexError ? builtinError(name, compiled.message) : use(compiled);
}

function match(name: string) {
  return (_: BuiltinContext, pattern: string, text: string): BuiltinResult => withRegex(name, pattern, (compiled) => compiled.test(text));
}

function replace(context: BuiltinContext, text: string, pattern: string, template: string): BuiltinResult {
  return withRegex("regex.replace", pattern, (compiled) =>
    joinBytes(compiled.replaceAll(text, template, (characters) => context.spend(characters))),
  );
}

function templateMatch(_: BuiltinContext, template: string, text: string, start: string, end: string): BuiltinResult {
  const name = "regex.template_match";
  const startLength = toUtf8Bytes(start).length;
  // OPA's message for the end delimiter tells the length of the start delimiter.
  if (startLength !== 1) return builtinError(name, `start delimiter has to be exactly one character long but is ${startLength} long`);
  if (toUtf8Bytes(end).length !== 1) return builtinError(name, "end delimiter has to be exactly one character long but is 1 long");
  const pattern = templatePattern(template, start, end);
  if (pattern instanceof RegexError) return builtinError(name, pattern.message);
  return withRegex(name, pattern, (compiled) => compiled.test(text));
}

/** Turns a template into a pattern: what stands between delimiters is a regular expression, the rest is literal. */
function templatePattern(template: string, start: string, end: string): string | RegexError {
  let pattern = "^";
  let level = 0;
  let from = 0;
  for (let i = 0; i < template.length; i++) {
    const letter = template.charAt(i);
    if (letter === start) {
      level++;
      if (level === 1) {
        pattern += quoteMeta(template.slice(from, i));
        from = i + 1;
      }
    } else if (letter === end) {
      level--;
      if (level < 0) break;
      if (level > 0) continue;
      const part = template.slice(from, i);
      const alone = compileRegex(`^${part}$`);
      if (alone instanceof RegexError) return alone;
      pattern += `(${part})`;
      from = i + 1;
    }
  }
  if (level !== 0) return new RegexError(`unbalanced braces in ${quote(template)}`);
  return `${pattern}${quoteMeta(template.slice(from))}$`;
}

function globsMatch(context: BuiltinContext, left: string, right: string): BuiltinResult {
  const answer = globsIntersect(left, right, (units) => context.spend(units));
  return answer instanceof GlobIntersectionError ? builtinError("regex.globs_match", answer.message) : answer;
}

function isValid(_: BuiltinContext, pattern: Value): boolean {
  return typeof pattern === "string" && !(compileRegex(pattern) instanceof RegexError);
}

/** Regular expressions. */
// biome-ignore format: table
export const regex: readonly Builtin[] = [
  define("regex.is_valid", "(pattern: string) => result: boolean", isValid),
  row("regex.match", "(pattern: string, value: string) => result: boolean", [string, string], match("regex.match")),
  row("re_match", "(string, string) => boolean", [string, string], match("re_match"), { deprecated: true }),
  row("regex.split", "(pattern: string, value: string) => output: array[string]", [string, string],
    (_, pattern, text) => withRegex("regex.split", pattern, (compiled) => compiled.split(text))),
  row("regex.find_n", "(pattern: string, value: string, number: number) => output: array[string]", [string, string, integer],
    (_, pattern, text, limit) => withRegex("regex.find_n", pattern, (compiled) => compiled.findAll(text, limit))),
  row("regex.find_all_string_submatch_n", "(pattern: string, value: string, number: number) => output: array[array[string]]", [string, string, integer],
    (_, pattern, text, limit) => withRegex("regex.find_all_string_submatch_n", pattern, (compiled) => compiled.findAllSubmatches(text, limit))),
  row("regex.replace", "(s: string, pattern: string, value: string) => output: string", [string, string, string], replace),
  row("regex.template_match", "(template: string, value: string, delimiter_start: string, delimiter_end: string) => result: boolean", [string, string, string, string], templateMatch),
  row("regex.globs_match", "(glob1: string, glob2: string) => result: boolean", [string, string], globsMatch),
];
