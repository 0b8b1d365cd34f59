/** Sums up the measures of several evaluations of one query: how each timer, and the time of each line, was spread. */
import { formatFloat, isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import { List, Struct } from "../output/json.ts";
import { statistics } from "../output/statistics.ts";
import { renderTable } from "../output/table.ts";
import { goDuration, type Output, type ProfileLine, type Shapes } from "./results.ts";

const SHOWN = ["min", "max", "mean", "90%", "99%"] as const;
const SHOWN_HEADINGS = ["Min", "Max", "Mean", "90%", "99%"];
/** Measures that stay whole numbers. */
const WHOLE: ReadonlySet<string> = new Set(["min", "max"]);

/** Returns the spread of each timer; nothing when there are none. */
export function aggregatedMetrics(rounds: readonly PlainObject[]): Pick<Output, "aggregatedMetrics"> {
  const [first] = rounds;
  if (first === undefined) return {};
  const spread = Object.fromEntries(
    Object.keys(first)
      .sort()
      .map((name) => [name, Object.fromEntries(statistics(rounds.map((round) => Number(round[name]))))]),
  );
  const rows = Object.entries(spread).map(([name, values]) => [name, ...SHOWN.map((key) => figure(key, values[key] ?? 0))]);
  return { aggregatedMetrics: shapes(renderTable(["Metric", ...SHOWN_HEADINGS], rows), spread) };
}

/** Returns the spread of each line's time; nothing when there are none. */
export function aggregatedProfile(rounds: readonly (readonly ProfileLine[])[]): Pick<Output, "aggregatedProfile"> {
  const [first] = rounds;
  if (first === undefined || first.length === 0) return {};
  const lines = first.map((line, i) => ({
    line,
    spread: Object.fromEntries(statistics(rounds.flatMap((round) => (round[i] === undefined ? [] : [round[i].nanos])))),
  }));
  const rows = lines.map(({ line, spread }) => [
    ...SHOWN.map((key) => goDuration(Math.trunc(spread[key] ?? 0))),
    String(line.evaluations),
    String(line.redos),
    String(line.generated),
    line.place,
  ]);
  const json = lines.map(
    ({ line, spread }) =>
      new Struct({
        total_time_ns_stats: spread,
        num_eval: line.evaluations,
        num_redo: line.redos,
        num_gen_expr: line.generated,
        location: line.location,
      }),
  );
  return {
    aggregatedProfile: {
      table: renderTable([...SHOWN_HEADINGS, "Num Eval", "Num Redo", "Num Gen Expr", "Location"], rows),
      json: new List(json),
    },
  };
}

function shapes(table: string, json: Value): Shapes {
  return { table, json: isPlainObject(json) ? json : {} };
}

function figure(name: string, value: number): string {
  return WHOLE.has(name) ? String(value) : formatFloat(value, "g", -1);
}
