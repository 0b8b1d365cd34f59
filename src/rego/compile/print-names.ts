/** Writes references and imports as OPA's messages show them: `data.p["a-b"][x]`. */
import { positionOf } from "../source/position.ts";
import type { Span } from "../source/source.ts";
import { textOf } from "../source/source.ts";
import type { Import } from "../syntax/ast.ts";
import { printReference } from "../syntax/print.ts";

export { printReference };

/** Returns the text of an import. */
export function printImport({ path, alias }: Import): string {
  return `import ${printReference(path.path)}${alias === undefined ? "" : ` as ${alias}`}`;
}

/** Returns the text of a location: `file:row`, the covered text where there is no file name. */
export function printLocation(span: Span | undefined): string {
  if (!span) return "";
  const { row, col } = positionOf(span);
  if (span.source.name !== "") return `${span.source.name}:${row}`;
  return span.end > span.start ? textOf(span) : `${row}:${col}`;
}
