/**
 * JSON whose fields come in the order a Go struct has them, around values whose keys are sorted as Go sorts a map's. Indented by two spaces,
 * as `opa` prints everything.
 */
import { isPlainObject, quoteJson, type Value, writeJson } from "../../rego/index.ts";

/** An object that keeps its fields' order. Undefined fields are left out. */
export class Struct {
  readonly fields: readonly (readonly [name: string, value: JsonNode])[];

  constructor(fields: { readonly [name: string]: JsonNode | undefined }) {
    this.fields = Object.entries(fields).filter((entry): entry is [string, JsonNode] => entry[1] !== undefined);
  }
}

/** A list of nodes. */
export class List {
  readonly items: readonly JsonNode[];

  constructor(items: readonly JsonNode[]) {
    this.items = items;
  }
}

/** What can be written. */
export type JsonNode = Struct | List | Value;

const INDENT = "  ";

/** Returns the indented text; `depth` is that of the surrounding lines. */
export function writeNode(node: JsonNode, depth = 0, indent = INDENT): string {
  const inner = indent.repeat(depth + 1);
  const outer = indent.repeat(depth);
  if (node instanceof Struct) {
    if (node.fields.length === 0) return "{}";
    return `{\n${node.fields.map(([name, value]) => `${inner}${quoteJson(name)}: ${writeNode(value, depth + 1, indent)}`).join(",\n")}\n${outer}}`;
  }
  if (node instanceof List) {
    if (node.items.length === 0) return "[]";
    return `[\n${node.items.map((item) => `${inner}${writeNode(item, depth + 1, indent)}`).join(",\n")}\n${outer}]`;
  }
  return writeJson(node, { indent, prefix: outer });
}

/** Makes a node of plain values whose objects keep their own order of fields, all the way down. */
export function orderedNode(value: Value): JsonNode {
  if (Array.isArray(value)) return new List(value.map((item) => orderedNode(item as Value)));
  if (!isPlainObject(value)) return value;
  return new Struct(Object.fromEntries(Object.entries(value).map(([name, item]) => [name, orderedNode(item)])));
}
