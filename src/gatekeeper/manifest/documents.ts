/**
 * Reads a file of Kubernetes objects: YAML documents between `---` lines, or JSON objects one after the other, in the manner of Kubernetes'
 * own reader. A named text in, objects with the place of their document out; the first document that cannot be read ends it, as in the
 * original, and the objects before it are there. https://kubernetes.io/docs/concepts/overview/working-with-objects/
 */
import { isPlainObject, parseJson, parseYaml, type Source } from "../../rego/index.ts";
import { jsonTypeName } from "../kube/go-text.ts";
import { plainNumbers } from "../kube/numbers.ts";
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
  for (const place of splitDocuments(source, json.rest, manifests.length)) {
    const read = readDocument(place);
    if ("message" in read) return { manifests, error: { message: read.message, place } };
    if (read.object !== undefined) manifests.push({ object: read.object, place });
  }
  return { manifests, error: undefined };
}

const SEPARATOR = "---";

/** Cuts the text into documents. A `---` at the very start of the text belongs to the first document, so that rows count from it. */
function* splitDocuments(source: Source, from: number, before: number): Generator<DocumentPlace> {
  const { text } = source;
  let index = before;
  let row = 1 + countBreaks(text, 0, from);
  let start = from;
  let startRow = row;
  for (let at = from; at < text.length; row++) {
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end + 1;
    if (text.startsWith(SEPARATOR, at) && at > start) {
      yield { source, index: ++index, text: text.slice(start, at), row: startRow };
      start = next;
      startRow = row + 1;
    }
    at = next;
  }
  if (start < text.length) yield { source, index: ++index, text: text.slice(start), row: startRow };
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function readDocument({ text }: DocumentPlace): { readonly object: KubeObject | undefined } | { readonly message: string } {
  const yaml = parseYaml(text);
  if (yaml.kind === "error") return { message: `error converting YAML to JSON: ${yaml.message}` };
  const { value } = yaml;
  if (value === null) return { object: undefined };
  if (!isPlainObject(value)) {
    const what = `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`;
    return { message: `error unmarshaling JSON: while decoding JSON: ${what}` };
  }
  return { object: Object.keys(value).length === 0 ? undefined : value };
}

type JsonPart = { readonly kind: "read"; readonly rest: number } | { readonly kind: "error"; readonly error: DocumentError };

/** Reads JSON objects from the start of the text. What follows the first one may be YAML; after more than one it must be JSON. */
function readJsonObjects(source: Source, manifests: Manifest[]): JsonPart {
  const { text } = source;
  let at = skipSpace(text, 0);
  let last = 0;
  while (text.charAt(at) === "{") {
    const end = endOfJson(text, at);
    const place = { source, index: manifests.length + 1, text: text.slice(at, end), row: 1 + countBreaks(text, 0, at) };
    const read = parseJson(place.text);
    if (read.kind === "error") {
      // Flow style YAML begins with a brace too.
      if (manifests.length < 2) break;
      return { kind: "error", error: { message: `json: offset ${at}: ${read.message}`, place } };
    }
    const object = plainNumbers(read.value);
    if (isPlainObject(object) && Object.keys(object).length > 0) manifests.push({ object, place });
    last = end;
    at = skipSpace(text, end);
  }
  return { kind: "read", rest: at === text.length ? at : last };
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
