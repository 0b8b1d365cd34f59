/**
 * Finds where a part of a YAML document stands in its text: a text and a path of keys and indexes in; the place of the key, and of each
 * character of the value, out. It reads the text again, so it is for messages only. https://yaml.org/spec/1.1/#id857168
 */
import { type CollectionNode, keyText, type Node, newDecoding, type ScalarNode } from "./decode.ts";
import { DocumentParser } from "./nodes.ts";
import type { YamlVersion } from "./resolve.ts";
import { Scanner } from "./scanner.ts";
import { type Mark, YamlError } from "./tokens.ts";

/** A part of a document. Offsets count UTF-16 units of the text. */
export interface YamlPlace {
  /** Steps of the path that lead there; fewer than were asked for when the rest is not written down. */
  readonly depth: number;
  /** Where the key stands, or the element of a list, or the document. */
  readonly start: number;
  /** Returns the place of a character of a text, or where the value starts when it is no text. */
  readonly offsetOf: (offset: number) => number;
}

/** Finds the part at a path, or the last part on the way to it; undefined when the text is no YAML. */
export function placeInYaml(text: string, path: readonly (string | number)[], version: YamlVersion = "1.1"): YamlPlace | undefined {
  const root = parse(text, version);
  if (root === undefined) return undefined;
  let found: Entry = { key: root, value: root };
  let depth = 0;
  for (const step of path) {
    const next = entryAt(targetOf(found.value), step);
    if (next === undefined) break;
    found = next;
    depth++;
  }
  const value = targetOf(found.value);
  const from = offsetOf(text, value.start);
  return {
    depth,
    start: offsetOf(text, found.key.start),
    offsetOf: (offset) => (value.kind === "scalar" ? offsetInScalar(text, from, value.text, offset) : from),
  };
}

interface Entry {
  readonly key: Node;
  readonly value: Node;
}

function parse(text: string, version: YamlVersion): Node | undefined {
  try {
    const decoding = newDecoding({ version });
    return new DocumentParser(new Scanner(text), () => decoding).next()?.node;
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function targetOf(node: Node): ScalarNode | CollectionNode {
  return node.kind === "alias" ? targetOf(node.target) : node;
}

function entryAt(node: ScalarNode | CollectionNode, step: string | number): Entry | undefined {
  if (node.kind === "scalar") return undefined;
  if (node.kind === "sequence") {
    const child = typeof step === "number" ? node.children[step] : undefined;
    return child === undefined ? undefined : { key: child, value: child };
  }
  return typeof step === "string" ? memberAt(node, step) : undefined;
}

// The last of equal keys counts; keys that are merged in count where the mapping has none of its own.
function memberAt({ children }: CollectionNode, name: string): Entry | undefined {
  let merged: Entry | undefined;
  for (let i = children.length - 2; i >= 0; i -= 2) {
    const [key, value] = [children[i], children[i + 1]];
    if (key === undefined || value === undefined) continue;
    const keyNode = targetOf(key);
    if (keyNode.kind === "scalar" && keyText(keyNode.scalar) === name) return { key, value };
    if (keyNode.kind === "scalar" && keyNode.isMerge) merged ??= mergedEntry(targetOf(value), name);
  }
  return merged;
}

function mergedEntry(source: ScalarNode | CollectionNode, name: string): Entry | undefined {
  if (source.kind === "scalar" || source.open) return undefined;
  if (source.kind === "mapping") return memberAt(source, name);
  for (const child of source.children) {
    const entry = mergedEntry(targetOf(child), name);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

const BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/g;

function offsetOf(text: string, { line, column }: Mark): number {
  let start = text.startsWith("\ufeff") ? 1 : 0;
  BREAK.lastIndex = 0;
  for (let i = 0; i < line && BREAK.exec(text) !== null; i++) start = BREAK.lastIndex;
  let at = start;
  for (let i = 0; i < column; i++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** Anchors and tags in front of a value. */
const PROPERTIES = /(?:[&!][^\s]*\s+)*/y;
/** The rest of the line behind `|` or `>`. */
const HEADER = /[|>][^\n]*\n/y;

/**
 * Walks the text of a value and what was written for it side by side. Characters that are no white space come in the same order in both,
 * escapes apart; white space is where the character before it ends.
 */
function offsetInScalar(text: string, from: number, value: string, offset: number): number {
  let at = skip(PROPERTIES, text, from);
  const quoted = text.charAt(at);
  const isQuoted = quoted === '"' || quoted === "'";
  at = isQuoted ? at + 1 : skip(HEADER, text, at);
  let place = at;
  let width = 1;
  for (let i = 0; i <= offset && i < value.length; i += width) {
    width = (value.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
    place = at;
    if (/\s/.test(value.charAt(i))) continue;
    at = nextWritten(text, at, quoted);
    place = at;
    at = endOfWritten(text, at, quoted, width);
  }
  return offset >= value.length ? at : place;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** Escapes that stand for white space, or for nothing at the end of a line. */
const BLANK_ESCAPE = /\\(?:[tnrfv bNLP_\t]|\r?\n|x20|x0[9aAdD])/y;

function nextWritten(text: string, from: number, quoted: string): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at++;
    const next = quoted === '"' ? skip(BLANK_ESCAPE, text, at) : at;
    if (next === at) return at;
    at = next;
  }
}

const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/y;

function endOfWritten(text: string, at: number, quoted: string, width: number): number {
  if (quoted === '"' && text.charAt(at) === "\\") return skip(ESCAPE, text, at);
  return quoted === "'" && text.startsWith("''", at) ? at + 2 : at + width;
}
