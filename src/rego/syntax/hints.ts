/**
 * Hints for what authors most often get wrong in syntax, above all those who come from another language or from Rego before v1. In: an
 * error's message and place. Out: a sentence that says what to write, or nothing. OPA's own text stays as it is.
 * https://www.openpolicyagent.org/docs/latest/v0-upgrade/, https://www.openpolicyagent.org/docs/latest/policy-language/
 */
import type { Span } from "../source/source.ts";

interface HintRow {
  readonly message: RegExp;
  /** What the text at the place of the error starts with. */
  readonly text?: RegExp;
  readonly hint: string;
}

const V0_FILES = "or read the file as v0 (--v0-compatible)";

// The first row that fits counts.
// biome-ignore format: table
const hints: readonly HintRow[] = [
  { message: /^`if` keyword is required before (rule|function) body/, hint: `since v1 a body follows the word if: write \`allow if { … }\`, ${V0_FILES}` },
  { message: /^`contains` keyword is required for partial set rules/, hint: `since v1 a set is written with contains: write \`deny contains msg if { … }\`, ${V0_FILES}` },
  { message: /^unexpected and token/, text: /^&/, hint: "conditions of one body must all hold: write each on its own line, or separate them with ;" },
  { message: /^unexpected or token/, text: /^\|/, hint: "alternatives are rules of the same name: write one rule for each" },
  { message: /^illegal ! character/, hint: "negation is the word not" },
  { message: /^illegal token/, text: /^'/, hint: 'strings stand between double quotes: "…"' },
  { message: /^illegal token/, text: /^\?/, hint: "there is no ?: write two rules, or one with else" },
  { message: /^unexpected eq token/, text: /^=/, hint: "values are compared with ==" },
  { message: /^unexpected in keyword/, hint: "`not` stands before the whole expression: write `not x in xs`" },
  { message: /^unexpected if keyword/, hint: "`if` only starts the body of a rule: a condition inside a body is an expression of its own" },
  { message: /^unexpected div token/, text: /^\//, hint: "comments start with #" },
  { message: /^unexpected , token: expected \\n or ; or }/, hint: "expressions of a body are separated by new lines or ;" },
  { message: /^unexpected identifier token: expected \\n or ; or }/, text: /^(and|or)\b/, hint: "there are no words and and or: write conditions on lines of their own, alternatives as rules of their own" },
  { message: /^unexpected true keyword: expected \\n or ; or }/, hint: "a rule has its value in its head: `allow := true if { … }`" },
  { message: /^package expected/, hint: "a file starts with its package: `package example`" },
  { message: /^multiple expressions cannot be used for rule head/, hint: "two statements on one line: put each on its own line" },
  { message: /^expected else keyword/, hint: "a body after an else branch needs an else of its own" },
];

/** Returns a hint for a parse error, if there is one. */
export function hintForParseError(message: string, span: Span | undefined): string | undefined {
  const text = span ? span.source.text.slice(span.start, span.start + 8) : "";
  return hints.find((row) => row.message.test(message) && (!row.text || row.text.test(text)))?.hint;
}
