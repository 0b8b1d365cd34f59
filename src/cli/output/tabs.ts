/**
 * Aligns text in columns as Go's tabwriter does: a cell ends at a tab, and neighbouring lines that have a cell in a column share its width.
 * https://pkg.go.dev/text/tabwriter
 */

const PADDING = 2;

/** Returns the lines with spaces instead of tabs. */
export function alignTabs(text: string): string {
  const rows = text.split("\n").map((line) => line.split("\t"));
  const columns = Math.max(...rows.map((cells) => cells.length - 1));
  for (let column = 0; column < columns; column++) alignColumn(rows, column);
  return rows.map((cells) => cells.join("")).join("\n");
}

function alignColumn(rows: string[][], column: number): void {
  for (let start = 0; start < rows.length; start++) {
    if (!hasCell(rows[start], column)) continue;
    let end = start;
    while (hasCell(rows[end], column)) end++;
    const run = rows.slice(start, end);
    const width = Math.max(...run.map((cells) => widthOf(cells[column] ?? ""))) + PADDING;
    for (const cells of run) cells[column] = (cells[column] ?? "") + " ".repeat(width - widthOf(cells[column] ?? ""));
    start = end;
  }
}

/** The text after the last tab of a line is no cell: it takes no part in the alignment. */
function hasCell(cells: readonly string[] | undefined, column: number): boolean {
  return cells !== undefined && column < cells.length - 1;
}

function widthOf(text: string): number {
  return [...text].length;
}
