/** Writes the trace of an evaluation as text, one event a line, indented by the depth of its query, in the manner of OPA's own. */
import { renderLocation, type TraceEvent } from "../../../rego/index.ts";

/** Returns the lines of a trace. */
export function traceText(events: readonly TraceEvent[]): string {
  const depths = new Map<number, number>();
  return events.map((event) => `${eventLine(event, depthOf(event, depths))}\n`).join("");
}

function depthOf({ queryId, parentId }: TraceEvent, depths: Map<number, number>): number {
  const known = depths.get(queryId);
  if (known !== undefined) return known;
  const depth = (depths.get(parentId) ?? -1) + 1;
  depths.set(queryId, depth);
  return depth;
}

function eventLine({ op, text, message, span }: TraceEvent, depth: number): string {
  const place = renderLocation({ code: "eval_internal_error", message: "", span, notes: [] }).padEnd(14);
  const said = message === "" ? text : `${text} ${message}`;
  return `${place} ${"| ".repeat(depth)}${op} ${said}`.trimEnd();
}
