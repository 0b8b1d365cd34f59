/** Compares our answer with OPA's in everything that both say: rows, spelling of numbers, sets, errors with code, place and text, prints. */
import { type PlainObject, positionOf, type Value, writeJson } from "../../src/rego/index.ts";
import { lossyTerms, rowToJson, sameLines, sameNumberTexts, sameRows } from "../compare.ts";
import { type Answer, renderEvaluationError } from "../engine.ts";
import { textField } from "../read/data.ts";
import type { OracleAnswer } from "./oracle.ts";

/** Returns what differs, in a few words and both answers; undefined when nothing does. An answer that OPA does not give differs from none. */
export function difference(ours: Answer, theirs: OracleAnswer): string | undefined {
  if (theirs.kind === "none") return ours.errorText.startsWith("the engine threw") ? ours.errorText : undefined;
  const what = theirs.kind === "error" ? errorDifference(ours, theirs) : rowDifference(ours, theirs);
  if (what !== undefined) return `${what}\n  OPA:  ${shownOracle(theirs)}\n  here: ${shownAnswer(ours)}`;
  // How often a rule that prints is evaluated depends on what is kept between uses of it, and how much of it on when an error ends it all.
  const [here, there] = [distinct(ours.prints), distinct(theirs.prints)];
  if (theirs.kind === "error" ? !here.startsWith(there) && !there.startsWith(here) : here !== there)
    return `prints\n  OPA:  ${theirs.prints.join(" | ")}\n  here: ${ours.prints.join(" | ")}`;
  return undefined;
}

function distinct(lines: readonly string[]): string {
  return [...new Set(lines)].join("\n");
}

function rowDifference(ours: Answer, theirs: OracleAnswer & { readonly kind: "rows" }): string | undefined {
  if (ours.rows === undefined) return "error instead of an answer";
  const rows = wholeRows(ours);
  if (!sameRows(rows as readonly Value[], theirs.rows as readonly Value[])) return "value";
  const spelled = theirs.rows.every((row) => rows.some((other) => sameRows([other], [row]) && sameNumberTexts(other, row)));
  if (!spelled) return "spelling of numbers";
  return termsOf(ours).join("\n") === [...theirs.terms].sort().join("\n") ? undefined : "terms";
}

/** Returns our rows in the oracle's form. */
function wholeRows({ rows = [], values }: Answer): readonly PlainObject[] {
  return rows.map((row, i) => rowToJson({ b: row as Value, e: (values[i] ?? []) as Value }));
}

function termsOf({ rows = [], values }: Answer): readonly string[] {
  return lossyTerms([...rows, ...values.map((row): { readonly [name: string]: Value } => Object.fromEntries(row.entries()))]);
}

function errorDifference(ours: Answer, { error }: OracleAnswer & { readonly kind: "error" }): string | undefined {
  if (ours.errors.length === 0) return ours.rows === undefined ? ours.errorText : "answer instead of an error";
  const code = textField(error, "code") ?? "";
  const row = error["row"];
  const text = code.startsWith("eval_") ? ours.errors.map(renderEvaluationError).join("\n") : ours.errorText;
  // The text names the code; that of the answer may be one of a parse error inside the message.
  if (sameText(text, textField(error, "text") ?? "")) return undefined;
  const places = ours.errors.map((each) => `${each.code}:${each.span === undefined ? "" : positionOf(each.span).row}`);
  if (!places.includes(`${code}:${row === undefined ? "" : String(row)}`)) return "code or row of the error";
  return "text of the error";
}

// OPA reports several errors of a stage, and finds the way from a rule back to itself, in the order of a Go map; its JWK reader makes up a struct
// whose fields come in another order each time the process starts.
function sameText(a: string, b: string): boolean {
  const plain = (text: string) =>
    text
      .replace("errors occurred:\n", "errors occurred\n")
      .replaceAll(/ is recursive: .*/g, " is recursive")
      .replaceAll(/Go value of type struct \{.*\}/g, "Go value of type struct");
  return sameLines(plain(a), plain(b));
}

/** Returns OPA's answer as text. */
export function shownOracle(answer: OracleAnswer): string {
  if (answer.kind === "none") return `${answer.reason} ${answer.text}`;
  if (answer.kind === "error") return textField(answer.error, "text") ?? "";
  return `${writeJson(answer.rows as readonly Value[])}${answer.terms.length === 0 ? "" : ` terms ${answer.terms.join(" | ")}`}`;
}

/** Returns our answer as text. */
export function shownAnswer(answer: Answer): string {
  const { rows, errorText, errors } = answer;
  if (rows === undefined)
    return errors.some(({ code }) => code.startsWith("eval_")) ? errors.map(renderEvaluationError).join("\n") : errorText;
  const terms = termsOf(answer);
  return `${writeJson(wholeRows(answer))}${terms.length === 0 ? "" : ` terms ${terms.join(" | ")}`}`;
}
