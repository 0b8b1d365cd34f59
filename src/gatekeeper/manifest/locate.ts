/**
 * Finds where a piece of a text inside a document stands in the file: a policy is a block of YAML, its errors carry offsets into the policy. A
 * document, a path to the text and an offset in; row, column and the file's line out, or only the row of the key when the text is not
 * written line by line (quoted or folded).
 */
import { positionAt, type Value } from "../../rego/index.ts";
import { fieldOf } from "../kube/object.ts";
import type { DocumentPlace, Manifest } from "./documents.ts";

/** A place in a file; the column is missing when only the row is known. */
export interface FilePosition {
  readonly file: string;
  readonly row: number;
  readonly col: number | undefined;
  readonly line: string;
}

/** Returns the place of an offset into the text at a path of a manifest. */
export function locateInManifest(manifest: Manifest, path: readonly (string | number)[], offset: number): FilePosition {
  const { place } = manifest;
  const text = valueAt(manifest.object, path);
  const lines = place.text.split("\n");
  const found = typeof text === "string" ? findBlock(lines, text.replace(/\n+$/, "").split("\n")) : undefined;
  if (typeof text !== "string" || found === undefined) return positionOfLine(place, lines, keyRow(lines, path), undefined);
  const { row, col } = positionAt({ name: "", text }, Math.min(offset, text.length));
  return positionOfLine(place, lines, found.row + row - 1, found.indent + col);
}

function valueAt(value: Value, path: readonly (string | number)[]): Value | undefined {
  let at: Value | undefined = value;
  for (const step of path) {
    if (typeof step === "string") at = fieldOf(at, step);
    else at = Array.isArray(at) ? (at as readonly Value[])[step] : undefined;
  }
  return at;
}

function positionOfLine({ source, row }: DocumentPlace, lines: readonly string[], index: number, col: number | undefined): FilePosition {
  return { file: source.name, row: row + index, col, line: lines[index] ?? "" };
}

/** Finds the lines of a block scalar: the same lines, all moved right by one amount. */
function findBlock(lines: readonly string[], block: readonly string[]): { readonly row: number; readonly indent: number } | undefined {
  const first = block.findIndex((line) => line.trim() !== "");
  const wanted = block[first]?.trim();
  if (first < 0 || wanted === undefined) return undefined;
  for (const [i, line] of lines.entries()) {
    if (line.trim() !== wanted) continue;
    const indent = line.indexOf(wanted) - (block[first] ?? "").indexOf(wanted);
    if (indent >= 0 && block.every((text, k) => sameLine(lines[i - first + k], text, indent))) return { row: i - first, indent };
  }
  return undefined;
}

function sameLine(line: string | undefined, text: string, indent: number): boolean {
  if (text.trim() === "") return line === undefined || line.trim() === "" || line.slice(indent).trimEnd() === text.trimEnd();
  return line !== undefined && line.slice(indent).trimEnd() === text.trimEnd();
}

/** Finds the row of the last key of a path; the document's first row when it is not written like that. */
function keyRow(lines: readonly string[], path: readonly (string | number)[]): number {
  let row = 0;
  for (const step of path) {
    if (typeof step !== "string") continue;
    const key = new RegExp(`^[\\s-]*["']?${step.replace(/[^A-Za-z0-9_]/g, "\\$&")}["']?\\s*:`);
    const found = lines.findIndex((line, i) => i >= row && key.test(line));
    if (found < 0) return row;
    row = found;
  }
  return row;
}

/** Returns the lines that show a place: `file:row:col`, the line, a caret below. */
export function showPosition({ file, row, col, line }: FilePosition): readonly string[] {
  if (col === undefined) return [`${file}:${row}`, `  ${line}`];
  return [`${file}:${row}:${col}`, `  ${line}`, `  ${line.slice(0, col - 1).replace(/[^\t]/g, " ")}^`];
}
