/**
 * Reads the files that a suite names, through a reader that is passed in, with the original's complaints. Suites speak YAML 1.2: `yes` is a
 * text there. A file of objects is cut at `---` and freed of blank lines and comments first, as the original does it.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { isPlainObject, type PlainObject, parseYaml, quote, writeJson } from "../../rego/index.ts";
import { isExpansionTemplate } from "../expand/template.ts";
import { plainNumbers } from "../kube/numbers.ts";
import { kindOf } from "../kube/object.ts";
import type { DocumentPlace, Manifest } from "../manifest/documents.ts";
import { fieldProblem } from "../manifest/field-places.ts";
import { columnIn, type FilePosition, locateInManifest } from "../manifest/locate.ts";
import type { SourceProblem } from "../policy/engine.ts";

/** Gives a file's text, or why it cannot be read (`open x: no such file or directory`). */
export type ReadFile = (path: string) => { readonly text: string } | { readonly error: string };

/** A value, or the complaint with the places it is about. */
export type Read<T> = { readonly value: T } | { readonly error: string; readonly places: readonly FilePosition[] };

/** Returns where fields of a manifest are; the manifest itself when no field is named. */
export function placesOf(manifest: Manifest, problems: readonly SourceProblem[]): readonly FilePosition[] {
  const known = problems.length > 0 ? problems : [{ path: [], start: undefined }];
  return known.map(({ path, start }) => locateInManifest(manifest, path, start));
}

/** A map, or the complaint with row and column in the text, both from one. */
export type ReadMap = { readonly value: PlainObject } | { readonly error: string; readonly row: number; readonly col: number };

/** Reads the one object of a YAML text; only the first document counts. */
function readObjectText(text: string): ReadMap {
  const map = readMap(text);
  if ("error" in map) return map;
  if (kindOf(map.value) !== "") return map;
  const error = `Object 'Kind' is missing in '${writeJson(map.value, { plainHtml: false })}'`;
  return { error, row: firstRow(text), col: 1 };
}

/** Reads the map of a YAML text. */
export function readMap(text: string): ReadMap {
  const yaml = parseYaml(text, { version: "1.2" });
  if (yaml.kind === "error") return { error: yaml.message, row: yaml.row ?? firstRow(text), col: yaml.col ?? 1 };
  const value = plainNumbers(yaml.value ?? {});
  if (isPlainObject(value)) return { value };
  const row = firstRow(text);
  return { error: `yaml: unmarshal errors:\n  line ${row}: cannot unmarshal ${yamlTag(value)} into map[string]interface {}`, row, col: 1 };
}

/** The row, from one, of the first line that is not blank. */
function firstRow(text: string): number {
  return text.slice(0, Math.max(0, text.search(/\S/))).split("\n").length;
}

function yamlTag(value: unknown): string {
  if (Array.isArray(value)) return "!!seq";
  const text = String(value);
  const shown = text.length > 10 ? `${text.slice(0, 7)}...` : text;
  const tag = typeof value === "string" ? "str" : typeof value === "boolean" ? "bool" : "int";
  return `!!${tag} \`${shown}\``;
}

/** Reads a file with one object. `what` is what the error calls it. */
export function readObjectFile(path: string, what: string, read: ReadFile): Read<Manifest> {
  const file = read(path);
  if ("error" in file) return { error: `reading ${what} from ${quote(path)}: ${file.error}`, places: [] };
  const { text } = file;
  const object = readObjectText(text);
  const place = { source: { name: path, text }, index: 1, text, row: 1 };
  if ("error" in object) return { error: object.error, places: [positionIn(place, object)] };
  return { value: { object: object.value, place } };
}

/** Returns a place of a document as a place of its file. */
export function positionIn(place: DocumentPlace, { row, col }: { readonly row: number; readonly col: number }): FilePosition {
  const { text } = place;
  const base = { file: place.source.name, document: place.index };
  const start = startOfRow(text, row);
  const line = lineFrom(text, start);
  // What is missing at the end of a text is missing behind the last line that says something.
  const last = line === "" ? text.slice(0, start).trimEnd() : "";
  if (last === "") return { ...base, row: place.row + row - 1, col, line };
  const shown = last.slice(last.lastIndexOf("\n") + 1);
  return { ...base, row: place.row + row - 1 - countBreaks(text, last.length, start), col: columnIn(shown, shown.length), line: shown };
}

// Documents may have millions of lines: none of these makes a list of them.
function startOfRow(text: string, row: number): number {
  let start = 0;
  for (let i = 1; i < row; i++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start;
}

function lineFrom(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "");
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Reads a file with any number of objects, at least one. */
export function readObjectsFile(path: string, read: ReadFile): Read<readonly Manifest[]> {
  const file = read(path);
  if ("error" in file) return { error: file.error, places: [] };
  const objects = readObjects(path, file.text);
  if ("error" in objects) return { ...objects, error: `reading ${quote(path)}: ${objects.error}` };
  if (objects.value.length > 0) return objects;
  return { error: `missing objects: path ${quote(path)} defines no YAML objects`, places: [] };
}

/** Reads a file of expansion templates. */
export function readExpansionFile(path: string, read: ReadFile): Read<readonly Manifest[]> {
  const file = read(path);
  if ("error" in file) return { error: `reading ExpansionTemplate from ${quote(path)}: ${file.error}`, places: [] };
  const objects = readObjects(path, file.text);
  if ("error" in objects) return { ...objects, error: `reading ${quote(path)}: ${objects.error}` };
  const other = objects.value.find(({ object }) => !isExpansionTemplate(object));
  if (objects.value.length > 0 && other === undefined) return objects;
  const places = other === undefined ? [] : placesOf(other, [fieldProblem(other.object, "kind")]);
  return { error: `not an Expansion Template: ${quote(path)}`, places };
}

const SEPARATOR = "\n---";

function readObjects(name: string, text: string): Read<readonly Manifest[]> {
  const objects: Manifest[] = [];
  const source = { name, text };
  let row = 1;
  for (const part of text.split(SEPARATOR)) {
    const { cleaned, rows } = withoutComments(part);
    if (cleaned !== "") {
      const object = readObjectText(cleaned);
      const place = { source, index: objects.length + 1, text: part, row };
      // Rows are those of the text without comments and blank lines.
      if ("error" in object) {
        const at = positionIn(place, { row: rows[object.row - 1] ?? 1, col: object.col });
        return { error: `invalid yaml: ${object.error}`, places: [at] };
      }
      objects.push({ object: object.value, place });
    }
    row += part.split("\n").length;
  }
  return { value: objects };
}

/** The lines that say something, and which rows they were. */
function withoutComments(text: string): { readonly cleaned: string; readonly rows: readonly number[] } {
  const rows: number[] = [];
  let cleaned = "";
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.trim().startsWith("#")) continue;
    cleaned += `${line}\n`;
    rows.push(i + 1);
  }
  return { cleaned, rows };
}
