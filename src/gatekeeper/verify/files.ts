/**
 * Reads the files that a suite names, through a reader that is passed in, with the original's complaints. Suites speak YAML 1.2: `yes` is a
 * text there. A file of objects is cut at `---` and freed of blank lines and comments first, as the original does it.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { isPlainObject, type PlainObject, parseYaml, quote, writeJson } from "../../rego/index.ts";
import { isExpansionTemplate } from "../expand/template.ts";
import { plainNumbers } from "../kube/numbers.ts";
import { type KubeObject, kindOf } from "../kube/object.ts";
import type { Manifest } from "../manifest/documents.ts";

/** Gives a file's text, or why it cannot be read (`open x: no such file or directory`). */
export type ReadFile = (path: string) => { readonly text: string } | { readonly error: string };

/** A value, or the complaint. */
export type Read<T> = { readonly value: T } | { readonly error: string };

/** Reads the one object of a YAML text; only the first document counts. */
export function readObjectText(text: string): Read<KubeObject> {
  const map = readMap(text);
  if ("error" in map) return map;
  if (kindOf(map.value) !== "") return map;
  return { error: `Object 'Kind' is missing in '${writeJson(map.value, { plainHtml: false })}'` };
}

/** Reads the map of a YAML text. */
export function readMap(text: string): Read<PlainObject> {
  const yaml = parseYaml(text, { version: "1.2" });
  if (yaml.kind === "error") return { error: yaml.message };
  const value = plainNumbers(yaml.value ?? {});
  if (isPlainObject(value)) return { value };
  const row = 1 + text.slice(0, text.search(/\S/)).split("\n").length - 1;
  return { error: `yaml: unmarshal errors:\n  line ${row}: cannot unmarshal ${yamlTag(value)} into map[string]interface {}` };
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
  if ("error" in file) return { error: `reading ${what} from ${quote(path)}: ${file.error}` };
  const object = readObjectText(file.text);
  if ("error" in object) return object;
  return { value: { object: object.value, place: { source: { name: path, text: file.text }, index: 1, text: file.text, row: 1 } } };
}

/** Reads a file with any number of objects, at least one. */
export function readObjectsFile(path: string, read: ReadFile): Read<readonly KubeObject[]> {
  const file = read(path);
  if ("error" in file) return file;
  const objects = readObjects(file.text);
  if ("error" in objects) return { error: `reading ${quote(path)}: ${objects.error}` };
  return objects.value.length === 0 ? { error: `missing objects: path ${quote(path)} defines no YAML objects` } : objects;
}

/** Reads a file of expansion templates. */
export function readExpansionFile(path: string, read: ReadFile): Read<readonly KubeObject[]> {
  const file = read(path);
  if ("error" in file) return { error: `reading ExpansionTemplate from ${quote(path)}: ${file.error}` };
  const objects = readObjects(file.text);
  if ("error" in objects) return { error: `reading ${quote(path)}: ${objects.error}` };
  const fits = objects.value.length > 0 && objects.value.every(isExpansionTemplate);
  return fits ? objects : { error: `not an Expansion Template: ${quote(path)}` };
}

function readObjects(text: string): Read<readonly KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const part of text.split("\n---")) {
    const cleaned = withoutComments(part);
    if (cleaned === "") continue;
    const object = readObjectText(cleaned);
    if ("error" in object) return { error: `invalid yaml: ${object.error}` };
    objects.push(object.value);
  }
  return { value: objects };
}

function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("#"))
    .map((line) => `${line}\n`)
    .join("");
}
