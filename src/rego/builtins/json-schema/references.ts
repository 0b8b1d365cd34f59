/**
 * Finds what `$ref` points to. In: a schema document; out: the same document with absolute references, and a pool of the documents that can be
 * referred to, by their `$id` and by their place. Nothing is read from files or from the network here: a document that is not
 * in the pool is asked of `load`.
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import { parseUrl, resolveUrl, type Url, UrlError, urlText } from "../../text/url.ts";
import { setKey } from "../../values/object.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { META_SCHEMAS } from "./meta-schemas.table.ts";
import { type Draft, SchemaError } from "./schema.ts";
import { isJsonObject } from "./values.ts";

/** A part of a schema document. */
export interface PooledDocument {
  readonly document: Value;
  readonly draft: Draft | undefined;
}

const MAX_DEPTH = 1000;
const LITERAL_KEYS: ReadonlySet<string> = new Set(["const", "enum"]);
const NAMED_SCHEMAS: ReadonlySet<string> = new Set(["properties", "dependencies", "patternProperties"]);

/** Parses a reference. */
export function readReference(text: string): Url {
  const url = parseUrl(text);
  if (url instanceof UrlError) throw new SchemaError(url.message);
  return url;
}

/** Returns the draft that a document declares. */
export function declaredDraft(document: Value): Draft | undefined {
  if (typeof document === "boolean") return undefined;
  if (!isJsonObject(document)) throw new SchemaError("schema is invalid");
  if (!Object.hasOwn(document, "$schema")) return undefined;
  const name = document["$schema"];
  if (typeof name !== "string") throw new SchemaError("$schema must be of type string");
  const known = /^http:\/\/json-schema\.org\/draft-0([467])\/schema$/.exec(urlText(readReference(name)));
  return known ? (Number(known[1]) as Draft) : undefined;
}

/** Documents by their absolute reference. */
export class SchemaPool {
  readonly #documents = new Map<string, PooledDocument>();
  readonly #load: (url: string) => Value;

  constructor(load: (url: string) => Value) {
    this.#load = load;
  }

  /** Adds a document under a reference and returns it with absolute references. */
  add(document: Value, reference: string): Value {
    if (this.#documents.has(reference)) throw new SchemaError(`Reference already exists: "${reference}"`);
    const draft = declaredDraft(document);
    const absolute = this.#absolute(document, readReference(reference), { draft, depth: 0 });
    this.#documents.set(reference, { document: absolute, draft });
    return absolute;
  }

  /** Returns the document that an absolute reference points to. */
  get(reference: string): PooledDocument {
    const known = this.#documents.get(reference);
    if (known !== undefined) return known;
    const url = readReference(reference);
    const base = urlText({ ...url, fragment: "", rawFragment: "" });
    const holder = this.#documents.get(base) ?? this.#fetch(url, base);
    const found = { document: follow(holder.document, url.fragment), draft: holder.draft };
    this.#documents.set(reference, found);
    return found;
  }

  #fetch(url: Url, base: string): PooledDocument {
    if (url.scheme === "" || (url.scheme !== "file" && url.host === "")) {
      throw new SchemaError(`Reference ${urlText(url)} must be canonical`);
    }
    const document = META_SCHEMAS.get(base) ?? this.#load(base);
    const absolute = this.add(document, base);
    return { document: absolute, draft: declaredDraft(document) };
  }

  // The document itself is the caller's and stays as it is.
  #absolute(value: Value, base: Url, place: { readonly draft: Draft | undefined; readonly depth: number }): Value {
    if (place.depth > MAX_DEPTH) throw new SchemaError(`exceeded max depth of ${MAX_DEPTH}`);
    const deeper = { ...place, depth: place.depth + 1 };
    if (Array.isArray(value)) return (value as readonly Value[]).map((item) => this.#absolute(item, base, deeper));
    if (!isJsonObject(value)) return value;
    const id = value[Object.hasOwn(value, "id") ? "id" : "$id"];
    const idUrl = typeof id === "string" && Object.hasOwn(value, Object.hasOwn(value, "id") ? "id" : "$id") ? parseUrl(id) : undefined;
    const local = idUrl === undefined || idUrl instanceof UrlError ? base : resolveUrl({ ...base, fragment: "", rawFragment: "" }, idUrl);
    const copy: { [key: string]: Value } = {};
    if (local !== base) this.#register(urlText(local), { document: copy, draft: place.draft });
    for (const key of Object.keys(value).sort(compareStrings)) {
      setKey(copy, key, this.#absoluteMember(key, value[key] ?? null, local, deeper));
    }
    return copy;
  }

  #absoluteMember(key: string, value: Value, base: Url, place: { readonly draft: Draft | undefined; readonly depth: number }): Value {
    if (key === "$ref" && typeof value === "string") {
      const url = parseUrl(value);
      return url instanceof UrlError ? value : urlText(resolveUrl({ ...base, fragment: "", rawFragment: "" }, url));
    }
    if (LITERAL_KEYS.has(key)) return value;
    if (!NAMED_SCHEMAS.has(key)) return this.#absolute(value, base, place);
    if (!isJsonObject(value)) return value;
    const named: { [name: string]: Value } = {};
    for (const name of Object.keys(value)) setKey(named, name, this.#absolute(value[name] ?? null, base, place));
    return named;
  }

  #register(reference: string, pooled: PooledDocument): void {
    if (this.#documents.has(reference)) throw new SchemaError(`Reference already exists: "${reference}"`);
    this.#documents.set(reference, pooled);
  }
}

/** Follows a JSON pointer; a fragment that is none means the whole document. https://datatracker.ietf.org/doc/html/rfc6901 */
function follow(document: Value, pointer: string): Value {
  if (!pointer.startsWith("/")) return document;
  let node = document;
  for (const token of pointer.slice(1).split("/")) node = step(node, token);
  return node;
}

function step(node: Value, token: string): Value {
  if (Array.isArray(node)) {
    if (!/^[-+]?[0-9]+$/.test(token)) throw new SchemaError(`Invalid array index '${token}'`);
    const item = node[Number(token)] as Value | undefined;
    if (item === undefined) throw new SchemaError(`Out of bound array[0,${node.length}] index '${Number(token)}'`);
    return item;
  }
  if (!isJsonObject(node)) throw new SchemaError(`Invalid token reference '${token}'`);
  const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
  if (!Object.hasOwn(node, key)) throw new SchemaError(`Object has no key '${key}'`);
  return (node as PlainObject)[key] ?? null;
}
