/**
 * What the YAML scanner hands to the parser, and how both say no. Texts and line numbers are those of Go's YAML reader
 * (https://pkg.go.dev/sigs.k8s.io/yaml), which counts a scanner's line from one and a parser's from zero.
 */

/** A place in the text; all three count from zero, columns and indexes in code points. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** How a scalar was written. */
type ScalarStyle = "plain" | "quoted" | "block";

/** Kinds of tokens without further data. */
export type PlainTokenKind =
  | "stream-end"
  | "document-start"
  | "document-end"
  | "block-sequence-start"
  | "block-mapping-start"
  | "block-end"
  | "flow-sequence-start"
  | "flow-sequence-end"
  | "flow-mapping-start"
  | "flow-mapping-end"
  | "block-entry"
  | "flow-entry"
  | "key"
  | "value";

/** One token. */
export type Token = { readonly start: Mark } & (
  | { readonly kind: PlainTokenKind }
  | { readonly kind: "version-directive"; readonly major: number; readonly minor: number }
  | { readonly kind: "tag-directive"; readonly handle: string; readonly prefix: string }
  | { readonly kind: "alias" | "anchor"; readonly name: string }
  | { readonly kind: "tag"; readonly handle: string; readonly suffix: string }
  | { readonly kind: "scalar"; readonly text: string; readonly style: ScalarStyle }
);

/** A text that is not YAML; thrown inside the reader and caught at its door. */
export class YamlError extends Error {
  /** Where it stopped being YAML, when that is known; Go's texts count differently here and there. */
  readonly at: Mark | undefined;

  constructor(message: string, at?: Mark) {
    super(message);
    this.at = at;
  }
}

/** Stops the scanner with a problem at a place. */
export function scannerError(at: Mark, problem: string): never {
  throw new YamlError(at.line === 0 ? problem : `line ${at.line + 1}: ${problem}`, at);
}

/** Stops the parser with a problem at a place; `context` is where the construct began. */
export function parserError(at: Mark, problem: string, context?: Mark): never {
  const line = at.line || context?.line || 0;
  throw new YamlError(line === 0 ? problem : `line ${line}: ${problem}`, at);
}
