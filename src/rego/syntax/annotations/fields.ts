/**
 * Reads the raw fields of a METADATA block into annotations: authors, resources and schemas have forms of their own. In: raw fields. Out: the
 * fields as `rego.metadata.rule()` shows them, or OPA's error text. https://www.openpolicyagent.org/docs/latest/policy-language/#annotations
 */
import { parseUrl, UrlError, urlText } from "../../text/url.ts";
import type { Term } from "../ast.ts";
import { isMap, plainJson, type RawFields, type Yaml, type YamlMap } from "./decode.ts";

/** Reads a term out of a text; a text that is none gives Go's error text. */
export type TermReader = (text: string) => Term | string;

/** A fault in a field; it stops the reading of the block. */
class FieldFault extends Error {}

/** The fields, without the scope. */
export type Fields = { readonly [name: string]: unknown };

/** Returns the fields of a block, or what is wrong with one. */
export function readFields(raw: RawFields, readTerm: TermReader): Fields | string {
  try {
    return fieldsOf(raw, readTerm);
  } catch (fault) {
    if (fault instanceof FieldFault) return fault.message;
    throw fault;
  }
}

function fieldsOf(raw: RawFields, readTerm: TermReader): Fields {
  // The order of these is the order in which OPA finds faults.
  const resources = raw.related_resources.map(resourceOf);
  const compile = raw.compile === undefined ? undefined : compileOf(raw.compile, readTerm);
  const schemas = raw.schemas.map((each) => schemaOf(each, readTerm));
  const authors = raw.authors.map(authorOf);
  const custom = raw.custom === undefined ? undefined : mapOf(raw.custom);
  const labels = raw.labels === undefined ? undefined : mapOf(raw.labels);
  return {
    ...(raw.title === "" ? {} : { title: raw.title }),
    ...(raw.description === "" ? {} : { description: raw.description }),
    ...(raw.entrypoint ? { entrypoint: true } : {}),
    ...(raw.organizations.length === 0 ? {} : { organizations: raw.organizations }),
    ...(resources.length === 0 ? {} : { related_resources: resources }),
    ...(authors.length === 0 ? {} : { authors }),
    ...(schemas.length === 0 ? {} : { schemas }),
    ...(compile === undefined ? {} : { compile }),
    ...(custom === undefined || Object.keys(custom).length === 0 ? {} : { custom }),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

function mapOf(map: YamlMap): { readonly [name: string]: unknown } {
  const plain = plainJson({ entries: map.entries, oddKey: false });
  if (plain === undefined) throw new FieldFault("invalid map key type(s): ");
  return plain.json as { readonly [name: string]: unknown };
}

/** Returns a text field of a mapping, trimmed; other values count as none. */
function trimmed({ entries }: YamlMap, name: string): string {
  const value = entries.get(name);
  return typeof value === "string" ? value.trim() : "";
}

function resourceOf(value: Yaml): Fields {
  const fail = (why: string): never => {
    throw new FieldFault(`invalid related-resource definition ${goText(value)}: ${why}`);
  };
  if (typeof value !== "string" && !isMap(value)) return fail("invalid value type, must be string or map");
  const ref = typeof value === "string" ? value : trimmed(value, "ref");
  if (ref === "") return fail(typeof value === "string" ? "ref URL may not be empty string" : "'ref' value required in object");
  const url = parseUrl(ref);
  if (url instanceof UrlError) return fail(url.message);
  const description = typeof value === "string" ? "" : trimmed(value, "description");
  return description === "" ? { ref: urlText(url) } : { description, ref: urlText(url) };
}

function authorOf(value: Yaml): Fields {
  const fail = (why: string): never => {
    throw new FieldFault(`invalid author definition ${goText(value)}: ${why}`);
  };
  if (typeof value !== "string" && !isMap(value)) return fail("invalid value type, must be string or map");
  const [name, email] = typeof value === "string" ? authorInText(value) : [trimmed(value, "name"), trimmed(value, "email")];
  if (name === "" && email === "") {
    return fail(typeof value === "string" ? "author is an empty string" : "'name' and/or 'email' values required in object");
  }
  return { ...(name === "" ? {} : { name }), ...(email === "" ? {} : { email }) };
}

/** A last word in angle brackets is the address. */
function authorInText(text: string): readonly [string, string] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const last = words[words.length - 1] ?? "";
  const hasEmail = last.startsWith("<") && last.endsWith(">") && last.length > 1;
  return [words.slice(0, hasEmail ? -1 : words.length).join(" "), hasEmail ? last.slice(1, -1) : ""];
}

function schemaOf({ entries }: YamlMap, readTerm: TermReader): Fields {
  const [[key, value] = ["", null] as const] = entries;
  const path = readTerm(key);
  if (typeof path === "string" || path.kind !== "ref") throw new FieldFault("invalid document reference");
  if (typeof value === "string") return { path: wordsOf(path.path), schema: wordsOf(schemaRef(value, readTerm)) };
  if (!isMap(value)) throw new FieldFault(`invalid schema declaration for path ${JSON.stringify(key)}`);
  const plain = plainJson(value);
  if (plain === undefined) throw new FieldFault("invalid schema definition: invalid map key type(s): ");
  return { path: wordsOf(path.path), definition: plain.json };
}

function schemaRef(text: string, readTerm: TermReader): readonly Term[] {
  const term = readTerm(text);
  if (typeof term !== "string") {
    const path = term.kind === "ref" ? term.path : [term];
    const [root] = path;
    if (root?.kind === "var" && root.name === "schema") return path;
  }
  throw new FieldFault("invalid schema reference");
}

function compileOf({ entries }: YamlMap, readTerm: TermReader): Fields {
  const unknowns = entries.get("unknowns");
  const mask = entries.get("mask_rule");
  const fields: { [name: string]: unknown } = {};
  if (Array.isArray(unknowns))
    fields["unknowns"] = unknowns.map((each: Yaml) => (typeof each === "string" ? unknownOf(each, readTerm) : []));
  if (typeof mask === "string") fields["mask_rule"] = maskOf(mask, readTerm);
  return fields;
}

function unknownOf(text: string, readTerm: TermReader): readonly string[] {
  const term = readTerm(text);
  const name = `invalid unknowns element ${JSON.stringify(text)}`;
  if (typeof term === "string") throw new FieldFault(`${name}: failed to parse ref: ${term}`);
  if (term.kind !== "ref") throw new FieldFault(`${name}: expected ref but got ${text}`);
  return wordsOf(term.path);
}

function maskOf(text: string, readTerm: TermReader): readonly string[] {
  const term = readTerm(text);
  if (typeof term === "string") throw new FieldFault(`invalid mask_rule annotation ${JSON.stringify(text)}: ${term}`);
  if (term.kind === "ref") return wordsOf(term.path);
  if (term.kind === "var" || term.kind === "string") return wordsOf([term]);
  throw new FieldFault(`invalid mask_rule annotation type ${JSON.stringify(text)}: string`);
}

function wordsOf(path: readonly Term[]): readonly string[] {
  return path.map((step) => (step.kind === "string" ? step.value : step.kind === "var" ? step.name : step.kind));
}

/** Returns a value as Go prints it where a text was expected. */
function goText(value: Yaml): string {
  if (typeof value === "string") return value;
  if (value === null) return "%!s(<nil>)";
  if (typeof value === "boolean") return `%!s(bool=${value})`;
  if (typeof value === "bigint") return `%!s(int=${value})`;
  if (typeof value === "number") return `%!s(${Number.isInteger(value) ? "int" : "float64"}=${value})`;
  if (!isMap(value)) return `[${value.map(goText).join(" ")}]`;
  const entries = [...value.entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, inner]) => `${name}:${goText(inner)}`).join(" ")}]`;
}
