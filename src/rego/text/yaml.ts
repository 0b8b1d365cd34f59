/**
 * YAML in and out as sigs.k8s.io/yaml has it (https://pkg.go.dev/sigs.k8s.io/yaml), the form of Kubernetes manifests, of OPA's `yaml.*`
 * builtins and of the command lines: text to values as JSON would hold them, values to text, Go's error texts. Reading never follows a
 * reference to the outside, aliases share what they name, and nesting costs no stack.
 */

import { writeJson } from "../values/json-write.ts";
import type { Value } from "../values/value.ts";
import { type Decoding, isBomb, newDecoding, nodeValue } from "./yaml/decode.ts";
import { emitYaml } from "./yaml/emit.ts";
import { DocumentParser, type DocumentRoot } from "./yaml/nodes.ts";
import type { YamlVersion } from "./yaml/resolve.ts";
import { Scanner } from "./yaml/scanner.ts";
import { YamlError } from "./yaml/tokens.ts";

export { placeInYaml, type YamlPlace } from "./yaml/place.ts";

/** How strictly to read. */
export interface YamlOptions {
  /** Refuses keys that are written twice; otherwise the last one wins. */
  readonly strict?: boolean;
  /** Which words are booleans; 1.1 unless given, as Kubernetes has it. */
  readonly version?: YamlVersion;
  /** Reads a list at the root only for what is wrong with it; its value is an empty list. */
  readonly mappingOnly?: boolean;
}

/** A document, and the row (from one) where its content begins. */
export interface YamlDocument {
  readonly value: Value;
  readonly row: number;
}

/** What is wrong, in Go's words, and where that is (both from one), when a place is known. Lines in Go's words are now and then off by one. */
export interface YamlProblem {
  readonly message: string;
  readonly row: number | undefined;
  readonly col: number | undefined;
}

/** A value, or what is wrong. */
export type YamlResult = { readonly kind: "value"; readonly value: Value } | ({ readonly kind: "error" } & YamlProblem);

/** Reads the first document of a text, as Go's `Unmarshal` does; an empty text is null. */
export function parseYaml(text: string, options: YamlOptions = {}): YamlResult {
  const { documents, error } = readDocuments(text, options, 1);
  return error === undefined ? { kind: "value", value: documents[0]?.value ?? null } : { kind: "error", ...error };
}

/** Reads all documents of a stream; after an error the documents before it are there. */
export function readYaml(
  text: string,
  options: YamlOptions = {},
): { readonly documents: readonly YamlDocument[]; readonly error: string | undefined } {
  const { documents, error } = readDocuments(text, options, Number.POSITIVE_INFINITY);
  return { documents, error: error?.message };
}

function readDocuments(
  text: string,
  options: YamlOptions,
  limit: number,
): { readonly documents: readonly YamlDocument[]; readonly error: YamlProblem | undefined } {
  const documents: YamlDocument[] = [];
  try {
    const scanner = new Scanner(text);
    let decoding = newDecoding(options);
    const parser = new DocumentParser(scanner, () => decoding);
    while (documents.length < limit) {
      decoding = newDecoding(options);
      const root = parser.next();
      if (root === undefined) break;
      documents.push({ value: finish(root, decoding), row: root.start.line + 1 });
    }
    return { documents, error: undefined };
  } catch (error) {
    if (error instanceof YamlError) return { documents, error: problemOf(error) };
    throw error;
  }
}

function problemOf({ message, at }: YamlError): YamlProblem {
  const isOfJson = message.startsWith("json: ") || message.startsWith("unsupported map key");
  return {
    message: isOfJson ? message : `yaml: ${message}`,
    row: at === undefined ? undefined : at.line + 1,
    col: at === undefined ? undefined : at.column + 1,
  };
}

function finish({ node }: DocumentRoot, decoding: Decoding): Value {
  const value = nodeValue(node, decoding);
  if (decoding.problem !== undefined) throw new YamlError(decoding.problem.message, decoding.problem.at);
  if (isBomb(node)) throw new YamlError("document contains excessive aliasing");
  if (decoding.duplicates.length > 0) throw new YamlError(`unmarshal errors:\n${decoding.duplicates.join("\n")}`);
  const problem = decoding.keyProblem ?? decoding.numberProblem;
  if (problem !== undefined) throw new YamlError(problem.message, problem.at);
  return value;
}

/**
 * Writes a value as YAML, or says in Go's words why not. Like Go it goes through JSON text and back, which is why 1e3 comes
 * out as 1000 and why a key of more than 1024 characters is refused.
 */
export function writeYaml(value: Value, spend?: (characters: number) => void): { readonly text: string } | { readonly error: string } {
  const json = writeJson(value, spend === undefined ? {} : { spend });
  try {
    const scanner = new Scanner(json);
    const decoding = newDecoding({});
    const root = new DocumentParser(scanner, () => decoding).next();
    return { text: root === undefined ? "null\n" : emitYaml(root.node) };
  } catch (error) {
    if (error instanceof YamlError) return { error: `yaml: ${error.message}` };
    throw error;
  }
}
