/**
 * Decodes the YAML of a METADATA block into the fields that annotations have, each of its own type. In: text. Out: raw fields, or what
 * does not fit, in the words of the decoder that OPA uses. https://www.openpolicyagent.org/docs/latest/policy-language/#annotations
 */

import { quote } from "../../text/quote.ts";
import { isBomb, type Node, newDecoding, type ScalarNode } from "../../text/yaml/decode.ts";
import { DocumentParser } from "../../text/yaml/nodes.ts";
import { Scanner } from "../../text/yaml/scanner.ts";
import { YamlError } from "../../text/yaml/tokens.ts";

/** A value as YAML has it. */
export type Yaml = null | boolean | number | bigint | string | readonly Yaml[] | YamlMap;

/** A mapping. Inside values its keys may be other than texts; `oddKey` says so. */
export interface YamlMap {
  readonly entries: ReadonlyMap<string, Yaml>;
  readonly oddKey: boolean;
}

/** The fields as they were written. */
export interface RawFields {
  readonly scope: string;
  readonly title: string;
  readonly description: string;
  readonly entrypoint: boolean;
  readonly organizations: readonly string[];
  readonly related_resources: readonly Yaml[];
  readonly authors: readonly Yaml[];
  readonly schemas: readonly YamlMap[];
  readonly compile: YamlMap | undefined;
  readonly custom: YamlMap | undefined;
  readonly labels: YamlMap | undefined;
}

type Collected = { -readonly [K in keyof RawFields]: RawFields[K] };

/** The fields, or the error text. */
export type Decoded = { readonly fields: RawFields } | { readonly error: string };

/** Decodes the YAML text of a block. */
export function decodeFields(text: string): Decoded {
  try {
    const decoding = newDecoding({});
    const root = new DocumentParser(new Scanner(text), () => decoding).next();
    if (root && isBomb(root.node)) return { error: "yaml: document contains excessive aliasing" };
    // What the shared reader finds wrong with values does not count: here each field has a type of its own.
    const decoder: Decoder = { problems: [], fatal: undefined };
    const fields = rootOf(root?.node, decoder);
    if (decoder.fatal !== undefined) return { error: `yaml: ${decoder.fatal}` };
    if (decoder.problems.length > 0) return { error: `yaml: unmarshal errors:\n${decoder.problems.map((each) => `  ${each}`).join("\n")}` };
    return { fields };
  } catch (error) {
    if (error instanceof YamlError) return { error: `yaml: ${placed(error.message)}` };
    throw error;
  }
}

/** OPA's own decoder places a key without its colon at the key, unless that is on the first line; the reader shared here, at the line after. */
function placed(message: string): string {
  const [, line] = /^line (\d+): could not find expected ':'$/.exec(message) ?? [];
  return line === undefined || Number(line) < 3 ? message : message.replace(line, String(Number(line) - 1));
}

interface Decoder {
  readonly problems: string[];
  /** What ends the decoding at once. */
  fatal: string | undefined;
}

function rootOf(root: Node | undefined, decoder: Decoder): RawFields {
  const fields: Collected = {
    scope: "",
    title: "",
    description: "",
    entrypoint: false,
    organizations: [],
    related_resources: [],
    authors: [],
    schemas: [],
    compile: undefined,
    custom: undefined,
    labels: undefined,
  };
  const node = root && targetOf(root);
  if (node === undefined || isNull(node)) return fields;
  if (node.kind !== "mapping") {
    complain(decoder, node, "ast.rawAnnotation");
    return fields;
  }
  for (const [key, value] of pairsOf(node, decoder)) {
    if (key.kind === "scalar") setField(fields, key.text, { value, decoder });
    else complain(decoder, targetOf(key), "string");
  }
  return fields;
}

function setField(fields: Collected, name: string, { value, decoder }: { readonly value: Node; readonly decoder: Decoder }): void {
  switch (name) {
    case "scope":
    case "title":
    case "description":
      fields[name] = textOf(value, decoder);
      break;
    case "entrypoint":
      fields.entrypoint = flagOf(value, decoder);
      break;
    case "organizations":
      fields.organizations = listOf(value, "[]string", decoder).flatMap((each) => (isNull(each) ? [] : textOf(each, decoder)));
      break;
    case "related_resources":
    case "authors":
      fields[name] = listOf(value, "[]interface {}", decoder).map((each) => yamlValue(each, decoder));
      break;
    case "schemas":
      fields.schemas = listOf(value, "[]map[string]interface {}", decoder).flatMap((each) => mapOf(each, decoder) ?? []);
      break;
    case "compile":
    case "custom":
    case "labels":
      fields[name] = mapOf(value, decoder);
  }
}

function targetOf(node: Node): Exclude<Node, { readonly kind: "alias" }> {
  return node.kind === "alias" ? targetOf(node.target) : node;
}

function isNull(node: Node): boolean {
  const target = targetOf(node);
  return target.kind === "scalar" && target.scalar.kind === "null";
}

/** The pairs of a mapping; one with a key that is written twice is not read at all. */
function pairsOf(
  { children }: Extract<Node, { readonly kind: "mapping" | "sequence" }>,
  decoder: Decoder,
): readonly (readonly [Node, Node])[] {
  const pairs: (readonly [Node, Node])[] = [];
  const lines = new Map<string, { readonly text: string; readonly at: number[] }>();
  for (let i = 0; i + 1 < children.length; i += 2) {
    const [key, value] = [children[i], children[i + 1]];
    if (key === undefined || value === undefined) break;
    // Keys that are no scalars have no text and count as the same.
    const text = key.kind === "scalar" ? key.text : "";
    const same = lines.get(`${key.kind} ${text}`) ?? { text, at: [] };
    lines.set(`${key.kind} ${text}`, same);
    same.at.push(key.start.line + 1);
    pairs.push([targetOf(key), value]);
  }
  if (lines.size === pairs.length) return pairs;
  decoder.problems.push(...repetitions([...lines.values()]));
  return [];
}

// Each pair of equal keys is a fault; nobody reads thousands.
const MOST_REPETITIONS = 1_000;

/** The faults of keys that are written twice, by the first of each pair, then the second. */
function repetitions(keys: readonly { readonly text: string; readonly at: readonly number[] }[]): readonly string[] {
  const found: { readonly first: number; readonly fault: string }[] = [];
  for (const { text, at } of keys)
    for (let i = 0; i < at.length && found.length < MOST_REPETITIONS; i++)
      for (const later of at.slice(i + 1)) {
        if (found.length === MOST_REPETITIONS) break;
        const first = at[i] ?? 0;
        found.push({ first, fault: `line ${later}: mapping key ${quote(text)} already defined at line ${first}` });
      }
  return found.sort((a, b) => a.first - b.first).map(({ fault }) => fault);
}

function textOf(node: Node, decoder: Decoder): string {
  const target = targetOf(node);
  if (isNull(target)) return "";
  if (target.kind === "scalar") return target.scalar.kind === "string" ? target.scalar.value : target.text;
  complain(decoder, target, "string");
  return "";
}

function flagOf(node: Node, decoder: Decoder): boolean {
  const target = targetOf(node);
  if (isNull(target)) return false;
  if (target.kind === "scalar" && target.scalar.kind === "bool") return target.scalar.value;
  complain(decoder, target, "bool");
  return false;
}

function listOf(node: Node, type: string, decoder: Decoder): readonly Node[] {
  const target = targetOf(node);
  if (isNull(target)) return [];
  if (target.kind === "sequence") return target.children;
  complain(decoder, target, type);
  return [];
}

function mapOf(node: Node, decoder: Decoder): YamlMap | undefined {
  const target = targetOf(node);
  if (isNull(target)) return undefined;
  if (target.kind !== "mapping") {
    complain(decoder, target, "map[string]interface {}");
    return undefined;
  }
  // Here every scalar key counts as a text, but for null.
  const entries = pairsOf(target, decoder).filter(([key]) => !isNull(key));
  for (const [key] of entries) if (key.kind === "mapping" || key.kind === "sequence") complain(decoder, key, "string");
  return { entries: entriesOf(entries, decoder), oddKey: false };
}

function yamlValue(node: Node, decoder: Decoder): Yaml {
  const target = targetOf(node);
  if (target.kind === "scalar") return scalarOf(target);
  if (target.open) {
    decoder.fatal ??= `anchor '${node.kind === "alias" ? node.name : ""}' value contains itself`;
    return null;
  }
  if (target.kind === "sequence") return target.children.map((each) => yamlValue(each, decoder));
  const pairs = pairsOf(target, decoder);
  for (const [key] of pairs) if (key.kind !== "scalar") decoder.fatal ??= `invalid map key: ${goText(yamlValue(key, decoder))}`;
  const oddKey = pairs.some(([key]) => key.kind !== "scalar" || typeof scalarOf(key) !== "string");
  return { entries: entriesOf(pairs, decoder), oddKey };
}

/** The entries of a mapping; those that a merge key brings give way to its own. */
function entriesOf(pairs: readonly (readonly [Node, Node])[], decoder: Decoder): ReadonlyMap<string, Yaml> {
  const merged = new Map<string, Yaml>();
  const own = new Map<string, Yaml>();
  for (const [key, value] of pairs) {
    const inner = yamlValue(value, decoder);
    if (key.kind !== "scalar") own.set("", inner);
    else if (key.isMerge && isMap(inner)) for (const [name, each] of inner.entries) merged.set(name, each);
    else own.set(key.text, inner);
  }
  return new Map([...merged, ...own]);
}

function scalarOf({ scalar, text, plain }: ScalarNode): Yaml {
  switch (scalar.kind) {
    case "null":
      return null;
    case "bool":
      // Where no type asks for a boolean, `yes` and `on` are texts.
      return plain && !/^(true|True|TRUE|false|False|FALSE)$/.test(text) ? text : scalar.value;
    case "string":
      return plain && /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : scalar.value;
    default:
      return scalar.value;
  }
}

// The most bytes of a value that OPA's decoder shows whole in an error; of longer ones it shows seven.
const shownLength = 10;

function complain(decoder: Decoder, node: Exclude<Node, { readonly kind: "alias" }>, type: string): void {
  const before = decoder.problems.length;
  // Keys that are there twice are found before anything else is.
  if (node.kind === "mapping") pairsOf(node, decoder);
  if (decoder.problems.length > before) return;
  decoder.problems.push(`line ${node.start.line + 1}: cannot unmarshal ${tagOf(node)} into ${type}`);
}

function tagOf(node: Exclude<Node, { readonly kind: "alias" }>): string {
  if (node.kind !== "scalar") return node.kind === "sequence" ? "!!seq" : "!!map";
  const value = scalarOf(node);
  const tag = typeof value === "string" ? "str" : node.scalar.kind;
  const bytes = new TextEncoder().encode(node.text);
  const shown = bytes.length > shownLength ? `${new TextDecoder().decode(bytes.subarray(0, 7))}...` : node.text;
  return `!!${tag} \`${shown}\``;
}

/** Returns a value as Go writes it in its own syntax. */
function goText(value: Yaml): string {
  if (value === null) return "interface {}(nil)";
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goText).join(", ")}}`;
  if (!isMap(value)) return String(value);
  const entries = [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => `${quote(key)}:${goText(each)}`);
  return `map[${value.oddKey ? "interface {}" : "string"}]interface {}{${entries.join(", ")}}`;
}

/** Returns a value as plain JSON; undefined if a mapping inside has a key that is no text. */
export function plainJson(value: Yaml): { readonly json: unknown } | undefined {
  if (Array.isArray(value)) {
    const items = value.map(plainJson);
    return items.some((item) => item === undefined) ? undefined : { json: items.map((item) => item?.json) };
  }
  if (!isMap(value)) return { json: value };
  if (value.oddKey) return undefined;
  const entries: (readonly [string, unknown])[] = [];
  for (const [name, inner] of value.entries) {
    const plain = plainJson(inner);
    if (plain === undefined) return undefined;
    entries.push([name, plain.json]);
  }
  // Unlike an assignment this makes even `__proto__` a plain key.
  return { json: Object.fromEntries(entries) };
}

/** Says whether a value is a mapping. */
export function isMap(value: Yaml): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
