/** Writes locations as OPA's messages show them inside a sentence. */
import { positionOf } from "../../source/position.ts";
import type { Span } from "../../source/source.ts";
import { textOf } from "../../source/source.ts";

/** Returns the text of a location: `file:row`, the covered text where there is no file name. */
export function printLocation(span: Span | undefined): string {
  if (!span) return "";
  const { row, col } = positionOf(span);
  if (span.source.name !== "") return `${span.source.name}:${row}`;
  return span.end > span.start ? textOf(span) : `${row}:${col}`;
}
