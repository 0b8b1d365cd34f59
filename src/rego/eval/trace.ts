/**
 * Writes trace events as `opa eval --explain` does: one line an event, indented by query, the place in a column before it.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#explanations
 */
import { positionOf } from "../source/position.ts";
import { quote } from "../text/quote.ts";
import { termText } from "../values/print.ts";
import type { TraceEvent } from "./outcome.ts";

/** How much of a trace to show: everything, or the way to each note, each failure, or each of both. */
export type ExplainMode = "full" | "notes" | "fails" | "notes and fails";

/** Returns the events that a mode shows. */
export function filterTrace(events: readonly TraceEvent[], mode: ExplainMode): readonly TraceEvent[] {
  if (mode === "full") return events.filter(({ op }) => op !== "Unify");
  const wanted: readonly string[] = mode === "notes" ? ["Note"] : mode === "fails" ? ["Fail"] : ["Note", "Fail"];
  const shown: TraceEvent[] = [];
  let queries = new Map<number, TraceEvent>();
  for (const event of events) {
    if (wanted.includes(event.op)) {
      shown.push(...pathTo(event, queries), event);
      queries = new Map();
    }
    if ((event.op === "Enter" || event.op === "Redo") && event.node !== "expr") queries.set(event.queryId, event);
  }
  return shown;
}

function pathTo(event: TraceEvent, queries: ReadonlyMap<number, TraceEvent>): readonly TraceEvent[] {
  const path: TraceEvent[] = [];
  let at = queries.get(event.queryId);
  let before: TraceEvent | undefined;
  while (at && at !== before) {
    path.push(at);
    before = at;
    at = queries.get(at.parentId);
  }
  return path.reverse();
}

/** How a trace is written. */
export interface TraceStyle {
  /** Stands before each cell, and at the end of the line: so it is in a report of tests. */
  readonly indent?: string;
  /** Shows the values of variables. */
  readonly values?: boolean;
}

/** Returns the text of a trace, a line an event. */
export function renderTrace(events: readonly TraceEvent[], { indent = "", values = false }: TraceStyle = {}): string {
  const depths = new Map<number, number>();
  const names = shortNames(events);
  const rows = events.map((event) => {
    const cells = [placeOf(event, names), lineOf(event, depthOf(event, depths))];
    return values ? [...cells, valuesOf(event)] : cells;
  });
  const last = values ? 2 : 1;
  const widths = Array.from(
    { length: last },
    (_, i) => rows.reduce((widest, row) => Math.max(widest, lengthOf(row[i] ?? "")), 0) + COLUMN_PADDING,
  );
  return rows
    .map(
      (row) =>
        `${row.map((cell, i) => (i === last ? `${indent}${cell}` : `${indent}${padTo(cell, widths[i] ?? 0)} `)).join("")}${indent}\n`,
    )
    .join("");
}

const lengthOf = (text: string): number => [...text].length;

function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - lengthOf(text)));
}

const VALUE_WIDTH = 32;

function valuesOf({ values = [] }: TraceEvent): string {
  return `{${values.map(([name, value]) => `${name}: ${shortened(termText(value), VALUE_WIDTH)}`).join(", ")}}`;
}

/** Returns a text, or its beginning and three dots. */
export function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 3)}...` : text;
}

const COLUMN_PADDING = 4;

function placeOf({ span }: TraceEvent, names: ReadonlyMap<string, string>): string {
  if (!span) return "";
  const { name } = span.source;
  return `${name === "" ? "query" : (names.get(name) ?? name)}:${positionOf(span).row}`;
}

// Places are as wide as this, if leaving out what all files have in common makes them so.
const IDEAL_WIDTH = 64;

/** Returns the names of files with the folders that they share left out, where places would be too wide. */
function shortNames(events: readonly TraceEvent[]): ReadonlyMap<string, string> {
  const spans = events.flatMap(({ span }) => (span && span.source.name !== "" ? [span] : []));
  const width = spans.reduce((widest, span) => Math.max(widest, span.source.name.length + String(positionOf(span).row).length + 1), 0);
  const names = [...new Set(spans.map(({ source }) => source.name))];
  if (width <= IDEAL_WIDTH) return new Map();
  const common = commonPart(names.map(foldersOf));
  const spare = IDEAL_WIDTH - (width - common.length + 3);
  const left = spare > 0 ? common.slice(0, Math.max(0, common.length - spare)) : common;
  return left.length > 3 ? new Map(names.map((name) => [name, name.replace(left, () => "...")])) : new Map();
}

// The folders of a path but for the first.
function foldersOf(path: string): string {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "." : path.slice(0, slash).replace(/^\//, "");
  const first = folder.indexOf("/");
  return first > 0 ? folder.slice(first + 1) : folder;
}

/** Returns the longest text that all texts hold, of several the first in order. */
function commonPart(texts: readonly string[]): string {
  const [shortest = ""] = [...texts].sort((a, b) => a.length - b.length);
  for (let length = shortest.length; length > 0; length--) {
    const parts = Array.from({ length: shortest.length - length + 1 }, (_, from) => shortest.slice(from, from + length));
    const [found] = parts.filter((part) => texts.every((text) => text.includes(part))).sort();
    if (found !== undefined) return found;
  }
  return "";
}

// A query is one deeper than its parent.
function depthOf({ queryId, parentId }: TraceEvent, depths: Map<number, number>): number {
  const known = depths.get(queryId);
  if (known !== undefined) return known;
  const depth = (depths.get(parentId) ?? 0) + 1;
  depths.set(queryId, depth);
  return depth;
}

function lineOf(event: TraceEvent, depth: number): string {
  const spaces = event.op === "Enter" || (event.op === "Redo" && event.node !== "expr") ? depth : depth + 1;
  const padding = "| ".repeat(Math.max(0, spaces - 1));
  if (event.op === "Note") return `${padding}Note ${quote(event.message)}`;
  return `${padding}${event.op} ${event.text}${event.message === "" ? "" : ` ${event.message}`}`;
}
