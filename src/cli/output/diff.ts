/** Shows how one text becomes another: removed lines with `-`, added ones with `+`, what stays with two spaces. */
import { styleText } from "node:util";

/** Returns the lines of the difference; long runs of equal lines are shortened. */
export function renderDiff(before: string, after: string, colour = false): string {
  const paint = (style: "red" | "green", text: string): string => (colour ? styleText(style, text) : text);
  const lines = changes(before.split("\n"), after.split("\n")).map(({ sign, line }) =>
    sign === " " ? `  ${line}` : paint(sign === "-" ? "red" : "green", `${sign} ${line}`),
  );
  return lines.join("\n");
}

interface Change {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/** Common beginnings and ends aside, a table of longest common subsequences over lines: formatted files differ in few places. */
function changes(a: readonly string[], b: readonly string[]): readonly Change[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const keep = (line: string): Change => ({ sign: " ", line });
  return [...a.slice(0, start).map(keep), ...middle(a.slice(start, endA), b.slice(start, endB)), ...a.slice(endA).map(keep)];
}

// A table larger than this is not worth its memory: everything is then shown as replaced.
const TABLE_LIMIT = 4_000_000;

function middle(a: readonly string[], b: readonly string[]): readonly Change[] {
  const replaced = [...a.map((line): Change => ({ sign: "-", line })), ...b.map((line): Change => ({ sign: "+", line }))];
  if (a.length * b.length > TABLE_LIMIT) return replaced;
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const cell = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] = a[i] === b[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
  const found: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push({ sign: " ", line: a[i] ?? "" });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || cell(i + 1, j) >= cell(i, j + 1))) found.push({ sign: "-", line: a[i++] ?? "" });
    else found.push({ sign: "+", line: b[j++] ?? "" });
  }
  return found;
}
