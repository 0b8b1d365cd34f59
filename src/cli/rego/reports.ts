/** What an evaluation says about itself, in `opa`'s shapes: the explanation, the profile, the coverage. */
import {
  type Module,
  type Outcome,
  type ProfileRow,
  positionAt,
  renderTrace,
  type Span,
  type TraceEvent,
  walkNode,
} from "../../rego/index.ts";
import { List, Struct } from "../output/json.ts";
import type { Output, ProfileLine } from "./results.ts";

/** Returns the explanation as text and as JSON. */
export function explanationOf(outcome: Outcome, values: boolean): Pick<Output, "explanation" | "explanationJson"> {
  const trace = outcome.trace ?? [];
  return { explanation: renderTrace(trace, { values }), explanationJson: new List(trace.map(eventStruct)) };
}

function eventStruct({ op, queryId, parentId, text, message, span }: TraceEvent): Struct {
  const location = span === undefined ? undefined : new Struct({ file: span.source.name, ...positionAt(span.source, span.start) });
  return new Struct({ Op: op, Node: text, QueryID: queryId, ParentID: parentId, Message: message, Location: location });
}

type Order = (a: ProfileLine, b: ProfileLine) => number;

const most =
  (of: (line: ProfileLine) => number): Order =>
  (a, b) =>
    of(b) - of(a);
const ORDER: Readonly<Record<string, Order>> = {
  total_time_ns: most(({ nanos }) => nanos),
  num_eval: most(({ evaluations }) => evaluations),
  num_redo: most(({ redos }) => redos),
  num_gen_expr: most(({ generated }) => generated),
  file: (a, b) => (a.file > b.file ? -1 : Number(a.file < b.file)),
  line: most(({ row }) => row),
};
const DEFAULT_ORDER = ["total_time_ns", "num_eval", "num_redo", "num_gen_expr", "file", "line"];

/** Returns the profile's lines of source, sorted by the criteria (the default ones after those given), cut to a number. */
export function profileLines(rows: readonly ProfileRow[], criteria: readonly string[], limit: number): readonly ProfileLine[] {
  const order = [...criteria, ...DEFAULT_ORDER.filter((name) => !criteria.includes(name))];
  const lines = linesOf(rows).sort((a, b) => order.reduce((difference, name) => difference || (ORDER[name]?.(a, b) ?? 0), 0));
  return limit > 0 ? lines.slice(0, limit) : lines;
}

// What a compiler makes of one line of source is one line of the profile.
function linesOf(rows: readonly ProfileRow[]): ProfileLine[] {
  const lines = new Map<string, { readonly rows: ProfileRow[]; readonly file: string; readonly row: number; readonly col: number }>();
  for (const each of rows) {
    const { row, col } = positionAt(each.span.source, each.span.start);
    const file = each.span.source.name;
    const known = lines.get(`${file}:${row}`) ?? { rows: [], file, row, col };
    lines.set(`${file}:${row}`, known);
    known.rows.push(each);
  }
  return [...lines].map(([place, { rows: of, file, row, col }]) => {
    const sum = (value: (each: ProfileRow) => number): number => of.reduce((total, each) => total + value(each), 0);
    const [first] = of;
    const text = first === undefined ? "" : first.span.source.text.slice(first.span.start, first.span.end);
    return {
      nanos: sum(({ nanos }) => nanos),
      evaluations: sum(({ evaluations }) => evaluations),
      redos: sum(({ redos }) => redos),
      generated: new Set(of.map(({ index }) => index)).size,
      file,
      row,
      place: file === "" ? text : place,
      location: new Struct({ file, row, col }),
    };
  });
}

interface Range {
  readonly start: { readonly row: number; readonly col: number };
  readonly end: { readonly row: number; readonly col: number };
}

/** Returns the coverage of modules as OPA reports it: ranges that were evaluated, ranges that were not, lines and percentages. */
export function coverageReport(
  covered: readonly Span[],
  modules: ReadonlyMap<string, Module>,
): { readonly report: Struct; readonly percent: number; readonly missed: readonly string[] } {
  const files = new Map<string, { readonly covered: readonly Range[]; readonly missed: readonly Range[] }>();
  for (const [name, module] of modules) {
    const hits = distinct(covered.filter((span) => span.source.name === name).map(rangeOf));
    const missed = distinct(
      countable(module)
        .map(rangeOf)
        .filter((range) => !hits.some((hit) => contains(hit, range))),
    );
    files.set(name, { covered: hits, missed });
  }
  const lines = [...files.values()].map((file) => ({ covered: rowsIn(file.covered), missed: rowsIn(file.missed) }));
  const total = (key: "covered" | "missed") => lines.reduce((sum, each) => sum + each[key], 0);
  const percent = percentOf(total("covered"), total("missed"));
  const fileStructs = Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, file]) => [name, fileStruct(file)]));
  const report = new Struct({
    files: new Struct(fileStructs),
    covered_lines: total("covered"),
    not_covered_lines: total("missed"),
    coverage: percent,
  });
  const missed = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, file]) => spansOf(file.missed).map((span) => `${name}:${span}`));
  return { report, percent, missed };
}

/** Returns the rows of ranges, those that follow one another as one span. */
function spansOf(ranges: readonly Range[]): readonly string[] {
  const rows = [...new Set(ranges.flatMap(({ start, end }) => Array.from({ length: end.row - start.row + 1 }, (_, i) => start.row + i)))];
  const spans: { first: number; last: number }[] = [];
  for (const row of rows.sort((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span?.last === row - 1) span.last = row;
    else spans.push({ first: row, last: row });
  }
  return spans.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
}

/** What counts: heads of rules and expressions, `some` declarations aside. */
function countable(module: Module): readonly Span[] {
  const spans: Span[] = [];
  walkNode(module, (node) => {
    const counts = node.kind === "head" || (node.kind.endsWith("-expr") && node.kind !== "some-expr");
    if (counts && node.span !== undefined) spans.push(node.span);
    return undefined;
  });
  return spans;
}

function fileStruct({ covered, missed }: { readonly covered: readonly Range[]; readonly missed: readonly Range[] }): Struct {
  const list = (ranges: readonly Range[]) =>
    ranges.length === 0
      ? undefined
      : new List(ranges.map(({ start, end }) => new Struct({ start: new Struct(start), end: new Struct(end) })));
  const lines = { covered: rowsIn(covered), missed: rowsIn(missed) };
  return new Struct({
    covered: list(covered),
    not_covered: list(missed),
    covered_lines: lines.covered || undefined,
    not_covered_lines: lines.missed || undefined,
    coverage: percentOf(lines.covered, lines.missed) || undefined,
  });
}

// The end is the column after the last character, in that character's row.
function rangeOf(span: Span): Range {
  const last = positionAt(span.source, Math.max(span.start, span.end - 1));
  return { start: { ...positionAt(span.source, span.start) }, end: { row: last.row, col: last.col + 1 } };
}

function distinct(ranges: readonly Range[]): readonly Range[] {
  const order = (a: Range, b: Range) =>
    a.start.row - b.start.row || a.start.col - b.start.col || a.end.row - b.end.row || a.end.col - b.end.col;
  return [...ranges].sort(order).filter((range, i, all) => i === 0 || order(range, all[i - 1] as Range) !== 0);
}

function contains(outer: Range, inner: Range): boolean {
  const starts = outer.start.row < inner.start.row || (outer.start.row === inner.start.row && outer.start.col <= inner.start.col);
  const ends = outer.end.row > inner.end.row || (outer.end.row === inner.end.row && outer.end.col >= inner.end.col);
  return starts && ends;
}

function rowsIn(ranges: readonly Range[]): number {
  const rows = new Set<number>();
  for (const { start, end } of ranges) for (let row = start.row; row <= end.row; row++) rows.add(row);
  return rows.size;
}

function percentOf(covered: number, missed: number): number {
  return covered + missed === 0 ? 0 : (100 * covered) / (covered + missed);
}
