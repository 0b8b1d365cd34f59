/**
 * What a policy may use: OPA's capabilities file (`opa capabilities`, https://www.openpolicyagent.org/docs/latest/deployments/#capabilities)
 * read into the tables that parsing and compiling take, and written from them. A file can only take away: a builtin that it lists and that
 * does not exist here is an error, since policies that pass the check could not run.
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { suggest } from "../../base/suggest.ts";
import type { Builtin, BuiltinTable } from "../builtins/define.ts";
import { typeToJson } from "../types/json.ts";
import { parseSignature } from "../types/signature.ts";

/** The language features that exist, by the names OPA gives them. */
const languageFeatures = ["keywords_in_refs", "rego_v1", "template_strings"] as const;

// Features that OPA has folded into `rego_v1`; files of older versions list them.
const OLDER_FEATURES = ["rule_head_ref_string_prefixes", "rule_head_refs", "rego_v1_import"];

/** The words that `import future.keywords` can bring, in either dialect. */
const FUTURE_KEYWORDS = ["contains", "every", "if", "in", "not"];

/** What is granted. */
export interface Capabilities {
  readonly builtins: BuiltinTable;
  readonly futureKeywords: readonly string[];
  readonly features: ReadonlySet<string>;
  /** Hosts that may be reached; undefined = all, empty = none. */
  readonly allowNet: readonly string[] | undefined;
}

/** Capabilities, or every reason why the file cannot be used. */
export type ReadCapabilities = { readonly capabilities: Capabilities } | { readonly errors: readonly string[] };

/**
 * Reads a capabilities file (plain JSON) against the builtins that exist.
 * @example readCapabilities(JSON.parse(text), builtins)
 */
export function readCapabilities(file: unknown, known: BuiltinTable): ReadCapabilities {
  const errors: string[] = [];
  if (!isObject(file)) return { errors: ["capabilities: expected an object"] };
  const builtins = readBuiltins(file["builtins"], known, errors);
  const futureKeywords = readWords(file["future_keywords"], "future_keywords", errors) ?? [];
  for (const word of futureKeywords) if (!FUTURE_KEYWORDS.includes(word)) errors.push(unknown("future keyword", word, FUTURE_KEYWORDS));
  const features = readWords(file["features"], "features", errors) ?? [];
  const allFeatures = [...languageFeatures, ...OLDER_FEATURES];
  for (const name of features) if (!allFeatures.includes(name)) errors.push(unknown("feature", name, allFeatures));
  const allowNet = readWords(file["allow_net"], "allow_net", errors);
  if (errors.length > 0) return { errors };
  return { capabilities: { builtins, futureKeywords, features: new Set(features), allowNet } };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknown(what: string, name: string, known: Iterable<string>): string {
  const meant = suggest(name, known);
  return `capabilities: unknown ${what} "${name}"${meant === undefined ? "" : `, did you mean "${meant}"?`}`;
}

function readBuiltins(list: unknown, known: BuiltinTable, errors: string[]): BuiltinTable {
  const builtins = new Map<string, Builtin>();
  if (list === undefined || list === null) return builtins;
  if (!Array.isArray(list)) {
    errors.push("capabilities: builtins: expected a list");
    return builtins;
  }
  for (const row of list as readonly unknown[]) {
    const name = isObject(row) ? row["name"] : undefined;
    if (typeof name !== "string") {
      errors.push("capabilities: builtins: every entry needs a name");
      continue;
    }
    const builtin = known.get(name);
    if (builtin) builtins.set(name, builtin);
    else errors.push(unknown("builtin", name, known.keys()));
  }
  return builtins;
}

function readWords(list: unknown, field: string, errors: string[]): readonly string[] | undefined {
  if (list === undefined || list === null) return undefined;
  if (Array.isArray(list) && list.every((word) => typeof word === "string")) return list;
  errors.push(`capabilities: ${field}: expected a list of strings`);
  return undefined;
}

/** Returns the capabilities file of the builtins that exist, as plain JSON in OPA's order; without descriptions. */
export function writeCapabilities(builtins: BuiltinTable): { readonly [field: string]: unknown } {
  const rows = [...builtins.values()].sort((a, b) => compareStrings(a.name, b.name));
  return { builtins: rows.map(writeBuiltin), future_keywords: ["not"], features: [...languageFeatures] };
}

function writeBuiltin({ name, signature, infix, relation, deprecated, nondeterministic }: Builtin): { readonly [field: string]: unknown } {
  return {
    name,
    decl: typeToJson(parseSignature(signature)),
    ...(infix === undefined ? {} : { infix }),
    ...(relation ? { relation } : {}),
    ...(deprecated ? { deprecated } : {}),
    ...(nondeterministic ? { nondeterministic } : {}),
  };
}
