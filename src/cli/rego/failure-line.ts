/**
 * Shows the expression that made a test fail, as it stands in its file, with the values of its parts below. Trace events in, lines out.
 * https://www.openpolicyagent.org/docs/latest/policy-testing/
 */
import { positionOf, type Span, shortened, type TraceEvent, termText, textOf } from "../../rego/index.ts";

const VALUE_WIDTH = 64;

/** A part of the text with its value's. */
interface Part {
  readonly title: string;
  readonly value: string;
  readonly row: number;
  readonly col: number;
  /** Columns of the tabs before it. */
  readonly tabs: readonly number[];
}

/** Returns the lines of the last failure in a trace; none when there is none. */
export function failureLine(trace: readonly TraceEvent[]): readonly string[] {
  const event = trace.findLast(
    ({ op, node, span, queryId, text }) =>
      op === "Fail" && node === "expr" && span !== undefined && queryId !== 0 && !text.startsWith("every "),
  );
  const span = event?.span;
  if (event === undefined || span === undefined) return [""];
  const base = event.failure?.base ?? span;
  const text = padded(base);
  return [
    "",
    `  ${span.source.name}:${positionOf(span).row}:`,
    ...[text, ...partLines(partsOf(event))].flatMap((line) => line.split("\n")).map((line) => `    ${line}`),
  ];
}

function lineBefore({ source, start }: Span): string {
  return source.text.slice(source.text.lastIndexOf("\n", start - 1) + 1, start);
}

function padded(span: Span): string {
  return lineBefore(span).replace(/[^\t]/g, " ") + textOf(span);
}

function partsOf({ failure }: TraceEvent): readonly Part[] {
  const parts = new Map<string, Part & { readonly defined: boolean }>();
  for (const { span, value } of failure?.parts ?? []) {
    const title = textOf(span);
    if (title === "" || parts.get(title)?.defined === true) continue;
    const tabs = [...lineBefore(span)].flatMap((character, i) => (character === "\t" ? [i + 1] : []));
    const shown = value === undefined ? "undefined" : shortened(termText(value), VALUE_WIDTH);
    parts.set(title, { title, value: shown, ...positionOf(span), tabs, defined: value !== undefined });
  }
  return [...parts.values()];
}

function partLines(parts: readonly Part[]): readonly string[] {
  const byName = (a: Part, b: Part): number => (a.title < b.title ? -1 : Number(a.title > b.title));
  if (parts.length === 0) return [];
  if (parts.some(({ tabs }) => tabs.length > 0) && new Set(parts.map(({ row }) => row)).size > 1)
    return ["", "Where:", "", ...[...parts].sort(byName).map(({ title, value }) => `${title}: ${value}`)];
  const sorted = [...parts].sort((a, b) => a.col - b.col || b.row - a.row || byName(a, b));
  return [arrows(sorted, -1), ...sorted.map((_, i) => arrows(sorted, sorted.length - 1 - i))];
}

// A bar below each part, and below one of them its value.
function arrows(parts: readonly Part[], valueAt: number): string {
  const shown = valueAt < 0 ? parts : parts.slice(0, valueAt + 1);
  let line = "";
  let before = 0;
  shown.forEach(({ title, value, col, tabs }, i) => {
    const isLast = i === shown.length - 1;
    if (!isLast && col === parts[i + 1]?.col) return;
    for (let at = before + 1; at < col; at++) line += tabs.includes(at) ? "\t" : " ";
    const shares = col === parts[i - 1]?.col || col === parts[i + 1]?.col;
    line += isLast && valueAt >= 0 ? (shares ? `${title}: ${value}` : value) : "|";
    before = col;
  });
  return line;
}
