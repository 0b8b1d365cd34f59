/** Writes what a command takes: its line, and its flags in columns, as Go programs show them. Text for people. */
import type { FlagTable } from "./parse.ts";

/** What a command says of itself. */
export interface Description {
  /** The words that call it and what follows them: `rego eval <query>`. */
  readonly line: string;
  readonly about: string;
}

/** Returns the line and the flags. */
export function usageText(program: string, { line }: Description, table: FlagTable): string {
  return `Usage:\n  ${program} ${line} [flags]\n\nFlags:\n${flagLines(table, line.split(" ")[1] ?? "")}\n`;
}

/** Returns what `--help` shows. */
export function helpText(program: string, description: Description, table: FlagTable): string {
  return `${description.about}\n\n${usageText(program, description, table)}`;
}

function flagLines(table: FlagTable, command: string): string {
  const rows = [
    ...Object.entries(table)
      .filter(([, { hidden }]) => !hidden)
      .map(([name, { short, shownAs, usage, shownDefault }]) => ({
        name,
        left: `  ${short === undefined ? "    " : `-${short}, `}--${name}${shownAs === "" ? "" : ` ${shownAs}`}`,
        right: shownDefault === "" ? usage : `${usage} (default ${shownDefault})`,
      })),
    { name: "help", left: "  -h, --help", right: `help for ${command}` },
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, right }) => `${left.padEnd(width)}   ${right}\n`).join("");
}
