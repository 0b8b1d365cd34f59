/** Writes diagnostics as OPA writes them: `file:row: code: message`, detail lines below with one tab. */
import { positionOf } from "../source/position.ts";
import { textOf } from "../source/source.ts";
import type { Diagnostic } from "./diagnostic.ts";

/**
 * Returns `file:row`, or nothing when there is no location. When the source has no name it is `row:col`, and for errors of an evaluation the text
 * itself.
 */
export function renderLocation(diagnostic: Diagnostic): string {
  const { span } = diagnostic;
  if (!span) return "";
  if (span.source.name === "" && diagnostic.code.startsWith("eval_") && span.end > span.start) return textOf(span);
  const { row, col } = positionOf(span);
  return span.source.name === "" ? `${row}:${col}` : `${span.source.name}:${row}`;
}

/** Returns OPA's text of one error. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const location = renderLocation(diagnostic);
  const head = `${diagnostic.code}: ${diagnostic.message}`;
  return [location === "" ? head : `${location}: ${head}`, ...diagnostic.notes.map((note) => `\t${note}`)].join("\n");
}

/** Returns OPA's text of a list of errors as its compiler prints it. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return "no error(s)";
  if (diagnostics.length === 1) return `1 error occurred: ${diagnostics.map(renderDiagnostic).join("")}`;
  return `${diagnostics.length} errors occurred:\n${diagnostics.map(renderDiagnostic).join("\n")}`;
}
