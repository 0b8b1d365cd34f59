/**
 * Works out what a text may use: from the dialect, the words that the caller makes keywords, and OPA's capabilities. In: options. Out: settings,
 * or OPA's text of why the text cannot be read at all. https://www.openpolicyagent.org/docs/latest/deployments/#capabilities
 */
import { keywordsAddedByV1 } from "../tokens.ts";

/** The part of OPA's capabilities that concerns the syntax. */
interface SyntaxCapabilities {
  readonly futureKeywords: Iterable<string>;
  readonly features: ReadonlySet<string>;
}

/** How to read a text. */
export interface ParseOptions {
  /** The dialect; v1 unless given. */
  readonly dialect?: "v0" | "v1";
  /** Whether a v0 text must be valid in v1 too, as if it said `import rego.v1`. */
  readonly bothDialects?: boolean;
  /** Whether METADATA comments are read. */
  readonly annotations?: boolean;
  /** Words that are keywords without an import, beside those of the dialect. */
  readonly futureKeywords?: readonly string[];
  /** Whether `$"…"` is understood; by default in v1 only. */
  readonly templateStrings?: boolean;
  /** What may be used; without them all that the dialect has. */
  readonly capabilities?: SyntaxCapabilities;
}

/** What the parser goes by. */
export interface Settings {
  readonly dialect: "v0" | "v1";
  readonly bothDialects: boolean;
  /** Words that are keywords from the start, beside those of the dialect. */
  readonly keywords: readonly string[];
  /** Words that an import can make keywords, in the order in which errors list them. */
  readonly importable: readonly string[];
  readonly templateStrings: boolean;
  /** Whether keywords may stand in references. */
  readonly refKeywords: boolean;
  /** Whether `import rego.v1` is understood. */
  readonly regoV1: boolean;
}

const laterKeywords: ReadonlySet<string> = new Set([...keywordsAddedByV1, "not", "and", "or"]);

/** Returns the settings that options make, or an error text. */
export function settingsOf(options: ParseOptions): Settings | string {
  const dialect = options.dialect ?? "v1";
  const { capabilities } = options;
  const has = (feature: string): boolean => capabilities?.features.has(feature) ?? true;
  if (dialect === "v1" && !has("rego_v1")) return "illegal capabilities: rego_v1 feature required for parsing v1 Rego";
  const named = [...(capabilities?.futureKeywords ?? [...keywordsAddedByV1, "not"])];
  const unknown = named.find((word) => !laterKeywords.has(word));
  if (unknown !== undefined) return `illegal capabilities: unknown keyword: ${unknown}`;
  // `and` and `or` are in OPA's parser, but no version of it lists them.
  const allowed = new Set([...named.filter((word) => word !== "and" && word !== "or"), ...(has("rego_v1") ? keywordsAddedByV1 : [])]);
  const keywords = options.futureKeywords ?? [];
  const strange = keywords.find((word) => !allowed.has(word));
  if (strange !== undefined) return `unknown future keyword: ${strange}`;
  return {
    dialect,
    bothDialects: options.bothDialects ?? false,
    keywords,
    importable: [...allowed].toSorted(),
    templateStrings: options.templateStrings ?? (capabilities === undefined ? dialect === "v1" : has("template_strings")),
    refKeywords: has("keywords_in_refs"),
    regoV1: has("rego_v1") || has("rego_v1_import"),
  };
}
