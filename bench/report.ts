/** Prints a benchmark's rows with ratios, and their geometric means by group; ratios above one mean that we are faster. */

/** One measured case; figures in nanoseconds or bytes by name. */
export interface Row {
  readonly name: string;
  readonly group: string;
  readonly figures: { readonly [name: string]: number };
  readonly problem?: string;
}

/** A ratio of two figures. */
export interface Ratio {
  readonly title: string;
  readonly over: string;
  readonly under: string;
}

/** Returns the table and the means. */
export function renderRows(rows: readonly Row[], ratios: readonly Ratio[]): string {
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  const width = Math.max(...rows.map(({ name }) => name.length), 10) + 2;
  const head = `${"case".padEnd(width)}${names.map((name) => name.padStart(14)).join("")}${ratios.map(({ title }) => title.padStart(18)).join("")}`;
  const lines = rows.map((row) => {
    const figures = names.map((name) => shown(row.figures[name]).padStart(14)).join("");
    const divided = ratios.map((ratio) => times(ratioOf(row, ratio)).padStart(18)).join("");
    return `${row.name.padEnd(width)}${figures}${divided}${row.problem === undefined ? "" : `  ${row.problem}`}`;
  });
  return `${[head, ...lines, "", ...means(rows, ratios)].join("\n")}\n`;
}

function means(rows: readonly Row[], ratios: readonly Ratio[]): readonly string[] {
  const groups = [...new Set(rows.map(({ group }) => group)), "all"];
  return ratios.flatMap((ratio) =>
    groups.flatMap((group) => {
      const values = rows
        .filter((row) => (group === "all" || row.group === group) && row.problem === undefined)
        .map((row) => ratioOf(row, ratio))
        .filter((value) => value !== undefined);
      if (values.length === 0) return [];
      const mean = Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
      return [`${ratio.title}, ${group}: geometric mean ${times(mean)}, lowest ${times(Math.min(...values))}, ${values.length} cases`];
    }),
  );
}

function ratioOf({ figures }: Row, { over, under }: Ratio): number | undefined {
  const [a, b] = [figures[over], figures[under]];
  return a === undefined || b === undefined || b === 0 ? undefined : a / b;
}

function shown(figure: number | undefined): string {
  if (figure === undefined) return "-";
  return figure >= 100_000 ? figure.toExponential(2) : figure >= 100 ? figure.toFixed(0) : figure.toFixed(1);
}

function times(ratio: number | undefined): string {
  return ratio === undefined ? "-" : `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)}x`;
}
