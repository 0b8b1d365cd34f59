/** Draws a table with box characters, as `opa` prints bindings, metrics and profiles. */

/** How a column's cells and heading stand. */
export type Alignment = "left" | "right" | "center";

/** Returns the table's lines: headings centred, cells as `align` says. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[], align: Alignment = "left"): string {
  const widths = headings.map((heading, i) =>
    Math.max(displayWidth(heading), ...rows.map((row) => Math.max(...(row[i] ?? "").split("\n").map(displayWidth)))),
  );
  const rule = (left: string, middle: string, right: string) =>
    `${left}${widths.map((width) => "─".repeat(width + 2)).join(middle)}${right}`;
  const line = (cells: readonly string[], how: Alignment) => `│${cells.map((cell, i) => ` ${pad(cell, widths[i] ?? 0, how)} `).join("│")}│`;
  const body = rows.flatMap((row) => {
    const cells = row.map((cell) => cell.split("\n"));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, y) =>
      line(
        headings.map((_, x) => cells[x]?.[y] ?? ""),
        align,
      ),
    );
  });
  return [rule("┌", "┬", "┐"), line(headings, "center"), rule("├", "┼", "┤"), ...body, rule("└", "┴", "┘")].join("\n");
}

function pad(text: string, width: number, align: Alignment): string {
  const space = width - displayWidth(text);
  const left = align === "left" ? 0 : align === "right" ? space : Math.floor(space / 2);
  return `${" ".repeat(left)}${text}${" ".repeat(space - left)}`;
}

// East Asian wide characters and emoji take two cells in a terminal.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u;

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}
