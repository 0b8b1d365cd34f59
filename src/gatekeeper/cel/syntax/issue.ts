/**
 * A mistake in an expression and its picture: `ERROR: <input>:1:5: message`, the source line and a caret, exactly as cel-go prints it,
 * wide characters included. Columns count code points from 1.
 */
import { codePointCount } from "../values/size.ts";

/** A mistake: where and what. `at` of -1 means no place. */
export interface Issue {
  readonly at: number;
  readonly message: string;
}

/** A place as people count. */
interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Works out line and column (from 1) of an offset. */
function lineColumn(text: string, at: number): LineColumn {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) {
    line++;
    start = next + 1;
  }
  return { line, column: codePointCount(text.slice(start, at)) + 1 };
}

/** How many issues are printed. */
const PRINTED = 100;

/** Prints issues, each with its source line and caret. */
export function renderIssues(text: string, issues: readonly Issue[]): string {
  const placed = issues.slice(0, PRINTED).map((issue) => ({ issue, place: place(text, issue.at) }));
  placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const lines = placed.map(({ issue, place }) => renderIssue(text, issue, place));
  if (issues.length > PRINTED) lines.push(`${issues.length - PRINTED} more errors were truncated`);
  return lines.join("\n");
}

function place(text: string, at: number): LineColumn {
  return at < 0 ? { line: -1, column: 0 } : lineColumn(text, at);
}

function renderIssue(text: string, issue: Issue, { line, column }: LineColumn): string {
  if (text === "") return `ERROR: <input>:1:0: ${issue.message}`;
  const head = `ERROR: <input>:${line}:${column}: ${issue.message}`;
  const source = text.split("\n")[line - 1];
  if (line < 1 || source === undefined) return head;
  const shown = source.replaceAll("\t", " ");
  const before = Array.from(shown).slice(0, column - 1);
  const dots = before.map((char) => (char.length > 1 || isWide(char) ? "．" : ".")).join("");
  const marked = Array.from(shown)[column - 1] ?? " ";
  return `${head}\n | ${shown}\n | ${dots}${isWide(marked) ? "＾" : "^"}`;
}

function isWide(char: string): boolean {
  return new TextEncoder().encode(char).length > 1;
}
