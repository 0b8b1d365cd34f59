/**
 * YAML as Go's yaml.v3 writes it, which `gator` prints results with: four columns a level, sequences indented under their key, literal blocks
 * for texts of several lines. Structs keep their fields' order, plain objects come in the writer's natural order.
 * https://pkg.go.dev/gopkg.in/yaml.v3
 */
import {
  analyseYamlText,
  compareYamlKeys,
  isPlainObject,
  quote,
  RegoNumber,
  readsAsOtherYaml,
  textOfNumber,
  type Value,
} from "../../rego/index.ts";
import { type JsonNode, List, Struct } from "./json.ts";

const LEVEL = 4;

/** Returns a node as a YAML document. */
export function writeYamlNode(node: JsonNode): string {
  const lines = linesOf(node, -1, "document");
  return `${lines.join("\n")}\n`;
}

/** Where a node stands: it decides how far its own parts are indented. */
type Setting = "document" | "mapping" | "sequence";

/** Indentation grows to the next multiple of a level, except after a dash, which is two wide. */
function deeper(indent: number, setting: Setting): number {
  if (indent < 0) return 0;
  return setting === "sequence" ? indent + 2 : LEVEL * Math.floor((indent + LEVEL) / LEVEL);
}

/** Returns the lines of a node. The first one continues the line of its key or dash, the others carry their whole indentation. */
function linesOf(node: JsonNode, indent: number, setting: Setting): readonly string[] {
  const entries = entriesOf(node);
  if (entries !== undefined) return entries.length === 0 ? ["{}"] : mappingLines(entries, deeper(indent, setting));
  const items = itemsOf(node);
  if (items !== undefined) return items.length === 0 ? ["[]"] : sequenceLines(items, deeper(indent, setting));
  return scalarLines(node as Value, deeper(Math.max(indent, 0), setting));
}

function entriesOf(node: JsonNode): readonly (readonly [string, JsonNode])[] | undefined {
  if (node instanceof Struct) return node.fields;
  if (node instanceof List || !isPlainObject(node)) return undefined;
  return Object.keys(node)
    .sort(compareYamlKeys)
    .map((key) => [key, node[key] as Value] as const);
}

function itemsOf(node: JsonNode): readonly JsonNode[] | undefined {
  if (node instanceof List) return node.items;
  return Array.isArray(node) ? (node as readonly Value[]) : undefined;
}

function isCollection(node: JsonNode): boolean {
  return (entriesOf(node) ?? itemsOf(node) ?? []).length > 0;
}

function mappingLines(entries: readonly (readonly [string, JsonNode])[], indent: number): readonly string[] {
  const space = " ".repeat(indent);
  return entries.flatMap(([key, value], i) => {
    const lines = linesOf(value, indent, "mapping");
    const head = `${i === 0 ? "" : space}${keyText(key)}:`;
    if (!isCollection(value)) return [`${head} ${lines[0] ?? ""}`, ...lines.slice(1)];
    const first = `${" ".repeat(deeper(indent, "mapping"))}${lines[0] ?? ""}`;
    return [head, first, ...lines.slice(1)];
  });
}

function sequenceLines(items: readonly JsonNode[], indent: number): readonly string[] {
  const space = " ".repeat(indent);
  return items.flatMap((item, i) => {
    const lines = linesOf(item, indent, "sequence");
    return [`${i === 0 ? "" : space}- ${lines[0] ?? ""}`, ...lines.slice(1)];
  });
}

function keyText(key: string): string {
  return textLines(key, 0, true)[0] ?? "";
}

function scalarLines(value: Value, indent: number): readonly string[] {
  if (value === null) return ["null"];
  if (typeof value === "string") return textLines(value, indent, false);
  if (typeof value === "number" || value instanceof RegoNumber) return [textOfNumber(value)];
  return [String(value)];
}

function textLines(text: string, indent: number, isKey: boolean): readonly string[] {
  const { plainAllowed, singleAllowed, blockAllowed } = analyseYamlText(text);
  if (text.includes("\n")) return blockAllowed && !isKey ? literalLines(text, indent) : [doubleQuoted(text)];
  if (readsAsOtherYaml(text) || text === "") return [doubleQuoted(text)];
  if (plainAllowed) return [text];
  return [singleAllowed ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text)];
}

function literalLines(text: string, indent: number): readonly string[] {
  const hint = /^[ \n]/.test(text) ? String(LEVEL) : "";
  const keep = text.endsWith("\n\n") || text === "\n" ? "+" : "";
  const chomp = text.endsWith("\n") ? keep : "-";
  const space = " ".repeat(indent);
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return [`|${hint}${chomp}`, ...body.split("\n").map((line) => (line === "" ? "" : space + line))];
}

/** Go's own quoting differs from YAML's in nothing that occurs in a manifest but the names of a few control characters. */
function doubleQuoted(text: string): string {
  return quote(text).replace(/\\x1b/g, "\\e");
}
