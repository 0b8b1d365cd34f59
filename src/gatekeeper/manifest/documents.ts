/**
 * Reads a file of Kubernetes objects: YAML documents between `---` lines, or JSON objects one after the other, in the manner of Kubernetes'
 * own reader. A named text in, objects with the place of their document out; the first document that cannot be read ends it, as in the
 * original, and the objects before it are there. https://kubernetes.io/docs/concepts/overview/working-with-objects/
 */
import { isPlainObject, parseJson, parseYaml, type Source, toUtf8Bytes, type Value } from "../../rego/index.ts";
import { jsonTypeName } from "../kube/go-text.ts";
import { hugeNumber, plainNumbers } from "../kube/numbers.ts";
import type { KubeObject } from "../kube/object.ts";

/** Where a document is: in which file, the how manieth (from one), its text and the row (from one) of its first line. */
export interface DocumentPlace {
  readonly source: Source;
  readonly index: number;
  readonly text: string;
  readonly row: number;
}

/** An object and the document it was read from. */
export interface Manifest {
  readonly object: KubeObject;
  readonly place: DocumentPlace;
}

/** A document that cannot be read: the original's text and where it is. */
export interface DocumentError {
  readonly message: string;
  readonly place: DocumentPlace;
  /** Row and column in the document's text, both from one. */
  readonly row: number;
  readonly col: number;
}

/** What a file holds. */
export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly error: DocumentError | undefined;
}

/** Reads a file. Empty documents are skipped. */
export function readManifests(source: Source): ReadManifests {
  const manifests: Manifest[] = [];
  const json = readJsonObjects(source, manifests);
  if (json.kind === "error") return { manifests, error: json.error };
  let isFirst = true;
  for (const place of splitDocuments(source, json.rest, manifests.length)) {
    const read = readDocument(place);
    // A text that began like JSON is complained about as JSON.
    if ("message" in read) return { manifests, error: (isFirst ? json.problem : undefined) ?? { ...read, place } };
    if (read.object !== undefined) manifests.push({ object: read.object, place });
    isFirst = false;
  }
  return { manifests, error: undefined };
}

const SEPARATOR = "---";

/** A document's text, or a separator with more behind it than a comment. */
type Part = DocumentPlace & { readonly separator: string | undefined };

/** Cuts the text into documents. A `---` at the very start of the text belongs to the first document, so that rows count from it. */
function* splitDocuments(source: Source, from: number, before: number): Generator<Part> {
  const { text } = source;
  let index = before;
  let row = 1 + countBreaks(text, 0, from);
  let start = from;
  let startRow = row;
  for (let at = from; at < text.length; row++) {
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end + 1;
    if (text.startsWith(SEPARATOR, at)) {
      const behind = text.slice(at + SEPARATOR.length, next).trim();
      if (behind !== "" && !behind.startsWith("#")) {
        yield { source, index: index + 1, text: text.slice(at, next), row, separator: behind };
        return;
      }
      if (at > start) {
        yield { source, index: ++index, text: text.slice(start, at), row: startRow, separator: undefined };
        start = next;
        startRow = row + 1;
      }
    }
    at = next;
  }
  if (start < text.length) yield { source, index: ++index, text: text.slice(start), row: startRow, separator: undefined };
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

interface Problem {
  readonly message: string;
  readonly row: number;
  readonly col: number;
}

function readDocument({ text, separator }: Part): { readonly object: KubeObject | undefined } | Problem {
  if (separator !== undefined) return { message: `invalid Yaml document separator: ${separator}`, row: 1, col: 1 };
  const yaml = parseYaml(text, { mappingOnly: true });
  if (yaml.kind === "error") {
    const { message, row, col } = yaml;
    return { message: `error converting YAML to JSON: ${message}`, ...(row === undefined ? firstPlace(text) : { row, col: col ?? 1 }) };
  }
  const { value } = yaml;
  if (value === null) return { object: undefined };
  if (!isPlainObject(value)) {
    return { message: `error unmarshaling JSON: while decoding JSON: ${notAnObject(value)}`, ...firstPlace(text) };
  }
  return { object: Object.keys(value).length === 0 ? undefined : value };
}

function notAnObject(value: Value): string {
  return `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`;
}

function tooLarge(number: string): string {
  return `json: cannot unmarshal number ${number} into Go value of type float64`;
}

/** The place of the first line that says anything. */
function firstPlace(text: string): { readonly row: number; readonly col: number } {
  const before = /^(?:\s*(?:#.*|---.*)?\n)*/.exec(text)?.[0].length ?? 0;
  return { row: 1 + countBreaks(text, 0, before), col: 1 };
}

/** Where YAML begins, and what to say if that cannot be read. */
interface JsonEnd {
  readonly kind: "read";
  readonly rest: number;
  readonly problem: DocumentError | undefined;
}

/**
 * Reads JSON objects from the start of a text that begins with one. What follows no object or a single one may be YAML (flow style begins with
 * a brace too); after more than one it must be JSON.
 */
function readJsonObjects(source: Source, manifests: Manifest[]): JsonEnd | { readonly kind: "error"; readonly error: DocumentError } {
  const { text } = source;
  let at = skipSpace(text, 0);
  if (text.charAt(at) !== "{") return { kind: "read", rest: 0, problem: undefined };
  let last = 0;
  for (let count = 0; at < text.length; count++) {
    const end = text.charAt(at) === "{" ? endOfJson(text, at) : text.length;
    const place = { source, index: manifests.length + 1, text: text.slice(at, end), row: 1 + countBreaks(text, 0, at) };
    const read = parseJson(place.text);
    const huge = read.kind === "error" ? undefined : hugeNumber(read.value);
    const object = read.kind === "error" || huge !== undefined ? undefined : plainNumbers(read.value);
    if (!isPlainObject(object)) {
      const message = read.kind === "error" ? read.message : huge === undefined ? notAnObject(read.value) : tooLarge(huge);
      const offset = read.kind === "error" ? read.at : Math.max(0, place.text.indexOf(huge ?? ""));
      // A text that ends too early as JSON does so as YAML: brackets are still open.
      if (count > 1 || message === "unexpected EOF") return { kind: "error", error: { message, place, ...placeAt(place.text, offset) } };
      const bytes = read.kind === "error" ? `json: offset ${toUtf8Bytes(text.slice(0, at + offset)).length + 1}: ` : "";
      return { kind: "read", rest: last, problem: { message: `${bytes}${message}`, place, ...placeAt(place.text, offset) } };
    }
    if (Object.keys(object).length > 0) manifests.push({ object, place });
    last = end;
    at = skipSpace(text, end);
  }
  return { kind: "read", rest: at, problem: undefined };
}

function placeAt(text: string, offset: number): { readonly row: number; readonly col: number } {
  const lines = text.slice(0, offset).split("\n");
  return { row: lines.length, col: Array.from(lines.at(-1) ?? "").length + 1 };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

/** Finds the end of the object that starts with the brace at `start`, minding braces in strings. */
function endOfJson(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (quoted) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) quoted = false;
    } else if (unit === 0x22) quoted = true;
    else if (unit === 0x7b) depth++;
    else if (unit === 0x7d && --depth === 0) return at + 1;
  }
  return text.length;
}
