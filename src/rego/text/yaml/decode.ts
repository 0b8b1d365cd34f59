/**
 * Gives each finished YAML node its value, the way Go's reader and its conversion to JSON do: keys become texts, merge keys are
 * applied in their place, numbers keep what JSON keeps. In: nodes as the parser finishes them; out: the same nodes with values, and in
 * `Decoding` the first thing that Go would have refused. Aliases share their target's value; how much they would have grown to is counted, so
 * that documents built to explode are refused as Go refuses them.
 */
import { numberFromText } from "../../values/number.ts";
import { setKey } from "../../values/object.ts";
import { RegoNumber } from "../../values/rego-number.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { goSyntax, shortFloat } from "./go-syntax.ts";
import { resolvePlain, resolveTagged, type Scalar, type YamlVersion } from "./resolve.ts";
import { type Mark, YamlError } from "./tokens.ts";

/** A scalar with its meaning. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly start: Mark;
  readonly scalar: Scalar;
  /** What was written, its escapes resolved. */
  readonly text: string;
  /** Neither quoted nor tagged. */
  readonly plain: boolean;
  /** `<<`, not quoted. */
  readonly isMerge: boolean;
}

/** A sequence or mapping; children of a mapping are keys and values in turn. */
export interface CollectionNode {
  readonly kind: "sequence" | "mapping";
  readonly start: Mark;
  readonly children: Node[];
  value: Value;
  open: boolean;
  /** Nodes that Go visits to decode it, and how many of them behind aliases. */
  size: number;
  aliased: number;
}

/** A reference to an anchor. */
interface AliasNode {
  readonly kind: "alias";
  readonly start: Mark;
  readonly name: string;
  readonly target: Node;
}

/** A part of a document. */
export type Node = ScalarNode | CollectionNode | AliasNode;

/** What a document is read for. */
export interface DecodingOptions {
  readonly strict: boolean;
  readonly version: YamlVersion;
  /** Only a mapping is of use at the root; the items of a list there are checked and forgotten. */
  readonly mappingOnly: boolean;
}

/** What is remembered over one document. */
export interface Decoding extends DecodingOptions {
  readonly anchors: Map<string, Node>;
  /** Keys written twice, in strict reading. */
  readonly duplicates: string[];
  /** First problem of each kind: the document itself, its keys, its numbers. They are reported in this order. */
  problem: Problem | undefined;
  keyProblem: Problem | undefined;
  numberProblem: Problem | undefined;
}

/** What Go refuses, and the node it is about. */
interface Problem {
  readonly message: string;
  readonly at: Mark;
}

/** Starts a document's memory. */
export function newDecoding({ strict = false, version = "1.1", mappingOnly = false }: Partial<DecodingOptions>): Decoding {
  return {
    strict,
    version,
    mappingOnly,
    anchors: new Map(),
    duplicates: [],
    problem: undefined,
    keyProblem: undefined,
    numberProblem: undefined,
  };
}

/** Makes a scalar node. */
export function scalarNode(
  { text, tag, implicit, start }: { readonly text: string; readonly tag: string; readonly implicit: boolean; readonly start: Mark },
  decoding: Decoding,
): ScalarNode {
  const isMerge = text === "<<" && (implicit || tag === "tag:yaml.org,2002:merge");
  const base = { kind: "scalar", start, isMerge, text, plain: tag === "" && implicit } as const;
  if (tag === "") return { ...base, scalar: implicit ? resolvePlain(text, decoding.version) : { kind: "string", value: text } };
  try {
    return { ...base, scalar: resolveTagged(tag, text) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    decoding.problem ??= { message: error.message, at: start };
    return { ...base, scalar: { kind: "null" } };
  }
}

/** Computes the value of a collection whose children are all there. */
export function closeCollection(node: CollectionNode, decoding: Decoding): CollectionNode {
  node.size++;
  for (const child of node.children) countChild(node, child);
  node.value = node.kind === "sequence" ? node.children.map((child) => nodeValue(child, decoding)) : mappingValue(node, decoding);
  node.open = false;
  return node;
}

/** Adds a child to what is known of the size of a collection. */
export function countChild(node: CollectionNode, child: Node): void {
  node.size += sizeOfNode(child);
  node.aliased += aliasedOf(child);
}

function sizeOfNode(node: Node): number {
  if (node.kind === "alias") return 1 + sizeOfNode(node.target);
  return node.kind === "scalar" ? 1 : node.size;
}

function aliasedOf(node: Node): number {
  if (node.kind === "alias") return sizeOfNode(node.target);
  return node.kind === "scalar" ? 0 : node.aliased;
}

/** Returns a node's value as JSON would have it. */
export function nodeValue(node: Node, decoding: Decoding): Value {
  if (node.kind === "scalar") return scalarValue(node, decoding);
  if (node.kind !== "alias") return node.value;
  if (node.target.kind !== "scalar" && node.target.kind !== "alias" && node.target.open) {
    decoding.problem ??= { message: `anchor '${node.name}' value contains itself`, at: node.start };
    return null;
  }
  return nodeValue(node.target, decoding);
}

function scalarValue({ scalar, start }: ScalarNode, decoding: Decoding): Value {
  switch (scalar.kind) {
    case "null":
      return null;
    case "int":
      return typeof scalar.value === "number" ? scalar.value : new RegoNumber(String(scalar.value));
    case "float":
      return floatValue(scalar.value, start, decoding);
    default:
      return scalar.value;
  }
}

function floatValue(value: number, at: Mark, decoding: Decoding): Value {
  if (Number.isFinite(value)) return numberFromText(Object.is(value, -0) ? "-0" : String(value));
  const message = `json: unsupported value: ${Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf"}`;
  decoding.numberProblem ??= { message, at };
  return null;
}

// Mappings ------------------------------------------------------------------------------------------------------------------------

function target(node: Node): ScalarNode | CollectionNode {
  return node.kind === "alias" ? target(node.target) : node;
}

function mappingValue(node: CollectionNode, decoding: Decoding): PlainObject {
  const object: { [key: string]: Value } = {};
  const seen = decoding.strict ? new Set<string>() : undefined;
  for (let i = 0; i + 1 < node.children.length; i += 2) {
    const [key, item] = [node.children[i], node.children[i + 1]];
    if (key === undefined || item === undefined) break;
    if (key.kind === "scalar" && key.isMerge) mergeInto(object, item, decoding, seen);
    else addPair(object, key, item, decoding, seen);
  }
  return object;
}

function addPair(object: { [key: string]: Value }, key: Node, item: Node, decoding: Decoding, seen: Set<string> | undefined): void {
  const keyNode = target(key);
  if (keyNode.kind !== "scalar") {
    decoding.problem ??= { message: `invalid map key: ${goSyntax(keyNode)}`, at: key.start };
    return;
  }
  const { scalar } = keyNode;
  const value = nodeValue(item, decoding);
  if (seen !== undefined) {
    const identity = `${scalar.kind}:${scalar.kind === "null" ? "" : scalar.value}`;
    if (seen.has(identity)) {
      decoding.duplicates.push(`  line ${item.start.line + 1}: key ${goSyntax(keyNode)} already set in map`);
      return;
    }
    seen.add(identity);
  }
  const text = keyText(scalar);
  if (text !== undefined) setKey(object, text, value);
  else {
    const message = `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(target(item), "<nil>")}`;
    decoding.keyProblem ??= { message, at: key.start };
  }
}

/** Returns a key as the text it becomes; undefined for null. Go's conversion to JSON writes floating-point keys with single precision. */
export function keyText(scalar: Scalar): string | undefined {
  switch (scalar.kind) {
    case "null":
      return undefined;
    case "float":
      return floatKey(scalar.value);
    default:
      return String(scalar.value);
  }
}

function floatKey(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value) || !Number.isFinite(Math.fround(value))) return value > 0 ? ".inf" : "-.inf";
  return shortFloat(Math.fround(value), Math.fround);
}

function mergeInto(object: { [key: string]: Value }, from: Node, decoding: Decoding, seen: Set<string> | undefined): void {
  const source = target(from);
  if (source.kind === "mapping") {
    copyEntries(object, source, { from, decoding, seen });
    return;
  }
  // A list of mappings, the first of which wins; an alias to such a list is refused.
  const isList = from.kind === "sequence" && from.children.every((child) => target(child).kind === "mapping");
  if (!isList) {
    decoding.problem ??= { message: "map merge requires map or sequence of maps as the value", at: from.start };
    return;
  }
  for (const child of from.children.toReversed()) mergeInto(object, child, decoding, seen);
}

interface Merge {
  readonly from: Node;
  readonly decoding: Decoding;
  readonly seen: Set<string> | undefined;
}

function copyEntries(object: { [key: string]: Value }, source: CollectionNode, { from, decoding, seen }: Merge): void {
  if (source.open) {
    decoding.problem ??= { message: `anchor '${from.kind === "alias" ? from.name : ""}' value contains itself`, at: from.start };
    return;
  }
  if (seen === undefined) {
    for (const [key, item] of Object.entries(source.value as PlainObject)) setKey(object, key, item);
    return;
  }
  for (let i = 0; i + 1 < source.children.length; i += 2) {
    const [key, item] = [source.children[i], source.children[i + 1]];
    if (key === undefined || item === undefined) return;
    if (key.kind === "scalar" && key.isMerge) mergeInto(object, item, decoding, seen);
    else addPair(object, key, item, decoding, seen);
  }
}

// Limits --------------------------------------------------------------------------------------------------------------------------

// Go's limits on what aliases may expand to: nearly everything of a small document, a tenth of a huge one.
const [SMALL, HUGE] = [400_000, 4_000_000];

/** Tells whether a document grows too much by its aliases. */
export function isBomb(root: Node): boolean {
  const [size, aliased] = [sizeOfNode(root), aliasedOf(root)];
  if (!Number.isFinite(size)) return true;
  if (aliased <= 100 || size <= 1000) return false;
  const allowed = size <= SMALL ? 0.99 : size >= HUGE ? 0.1 : 0.99 - 0.89 * ((size - SMALL) / (HUGE - SMALL));
  return aliased / size > allowed;
}
