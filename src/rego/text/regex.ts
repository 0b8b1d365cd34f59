/**
 * Regular expressions with Go's syntax, meaning and error texts (https://pkg.go.dev/regexp/syntax), in linear time, over the re2js
 * engine: pattern text in, a compiled `Regex` or an error text out. Matching, splitting and replacing follow Go's rules for empty
 * matches and `$name` templates (https://pkg.go.dev/regexp). Offsets are UTF-16 units of the text given.
 */
import { RE2JS } from "re2js";
import { CATEGORY_ALIASES } from "./unicode-names.table.ts";

/** Start and end of the match, then of each group; -1 for a group that took no part. */
export type MatchOffsets = readonly number[];

/** A compiled pattern. */
export class Regex {
  readonly pattern: string;
  /** Name of each group by number, "" for unnamed ones; entry 0 is the whole match. */
  readonly groupNames: readonly string[];
  readonly #engine: ReturnType<RE2JS["re2"]>;

  constructor(pattern: string, engine: RE2JS, groupNames: readonly string[]) {
    this.pattern = pattern;
    this.groupNames = groupNames;
    this.#engine = engine.re2();
  }

  /** Tells whether the text holds a match. */
  test(text: string): boolean {
    return this.#engine.match(text.toWellFormed());
  }

  /** Returns up to `limit` successive matches (all when negative), without empty matches that touch the one before. */
  matches(text: string, limit = -1): readonly MatchOffsets[] {
    // A byte that is no UTF-8 reads as U+FFFD in Go too, and the replacement keeps every offset.
    return (this.#engine.findAllSubmatchIndex(text.toWellFormed(), limit) as number[][] | null) ?? [];
  }

  /** Returns the texts of up to `limit` successive matches. */
  findAll(text: string, limit = -1): readonly string[] {
    return this.matches(text, limit).map(([start, end]) => text.slice(start, end));
  }

  /** Returns, for each match, the texts of the match and of its groups; a group without part is "". */
  findAllSubmatches(text: string, limit = -1): readonly (readonly string[])[] {
    return this.matches(text, limit).map((offsets) => this.groupNames.map((_, group) => groupText(text, offsets, group)));
  }

  /** Replaces every match by a template in which `$1`, `$name`, `${name}` stand for groups and `$$` for a dollar; `spend` gets each length. */
  replaceAll(text: string, template: string, spend: (characters: number) => void = () => undefined): string {
    const parts = parseTemplate(template);
    return this.replaceEach(text, (offsets) => {
      const replacement = parts.map((part) => this.#expand(part, text, offsets)).join("");
      spend(replacement.length);
      return replacement;
    });
  }

  /** Replaces every match by what `replacement` returns for it. */
  replaceEach(text: string, replacement: (offsets: MatchOffsets) => string): string {
    let out = "";
    let last = 0;
    for (const offsets of this.matches(text)) {
      out += text.slice(last, offsets[0]) + replacement(offsets);
      last = offsets[1] ?? last;
    }
    return out + text.slice(last);
  }

  /** Splits the text around all matches, as Go's `Split(s, -1)` does. */
  split(text: string): readonly string[] {
    if (text === "" && this.pattern !== "") return [""];
    const parts: string[] = [];
    let begin = 0;
    let end = 0;
    for (const [start = 0, stop = 0] of this.matches(text)) {
      end = start;
      if (stop !== 0) parts.push(text.slice(begin, end));
      begin = stop;
    }
    if (end !== text.length) parts.push(text.slice(begin));
    return parts;
  }

  #expand(part: TemplatePart, text: string, offsets: MatchOffsets): string {
    if (part.kind === "text") return part.text;
    if (part.index !== undefined) return groupText(text, offsets, part.index);
    const group = this.groupNames.findIndex((name, at) => name === part.name && (offsets[2 * at] ?? -1) >= 0);
    return group < 0 ? "" : groupText(text, offsets, group);
  }
}

function groupText(text: string, offsets: MatchOffsets, group: number): string {
  const start = offsets[2 * group] ?? -1;
  return start < 0 ? "" : text.slice(start, offsets[2 * group + 1]);
}

type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "group"; readonly name: string; readonly index: number | undefined };

const REFERENCE = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;
const GROUP_NUMBER = /^(?:0|[1-9][0-9]{0,8})$/;

function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let last = 0;
  for (const found of template.matchAll(REFERENCE)) {
    parts.push({ kind: "text", text: template.slice(last, found.index) });
    const name = found[1] ?? found[2];
    if (name === undefined) parts.push({ kind: "text", text: "$" });
    else parts.push({ kind: "group", name, index: GROUP_NUMBER.test(name) ? Number(name) : undefined });
    last = found.index + found[0].length;
  }
  parts.push({ kind: "text", text: template.slice(last) });
  return parts;
}

/** A pattern that cannot be compiled; `message` is Go's text. */
export class RegexError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

// Compiled patterns by text. Compiling is pure, so a process-wide memory changes no answer; 512 patterns hold any policy set seen.
const CACHE_SIZE = 512;
const cache = new Map<string, Regex | RegexError>();

/** Compiles a pattern, or returns Go's error for it; the last few hundred results are kept. */
export function compileRegex(pattern: string): Regex | RegexError {
  const known = cache.get(pattern);
  if (known !== undefined) {
    // Most recently used last, so that the first key is the one to forget.
    if (cache.size === CACHE_SIZE) {
      cache.delete(pattern);
      cache.set(pattern, known);
    }
    return known;
  }
  const compiled = compileUncached(pattern);
  if (cache.size >= CACHE_SIZE)
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  cache.set(pattern, compiled);
  return compiled;
}

const LONE_SURROGATE = /[\ud800-\udfff]/u;
const UNICODE_NAME = /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{([^}]*)\}|\\[\s\S]/g;
const CAPTURE_NAME = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\(\?P?<([A-Za-z0-9_]+)>/g;

function compileUncached(pattern: string): Regex | RegexError {
  const bad = LONE_SURROGATE.exec(pattern);
  if (bad) return new RegexError(`error parsing regexp: invalid UTF-8: \`${pattern.slice(bad.index)}\``);
  const originals = new Map<string, string>();
  const normal = pattern.includes("\\p{") || pattern.includes("\\P{") ? normaliseNames(pattern, originals) : pattern;
  try {
    const engine = RE2JS.compile(normal);
    const names = Array.from({ length: engine.groupCount() + 1 }, () => "");
    for (const [name, group] of Object.entries(engine.namedGroups())) names[group] = name;
    return new Regex(pattern, engine, names);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.message.includes("duplicate capture group name")) return compileDuplicates(pattern, normal);
    return new RegexError(errorText(error.message, pattern, originals));
  }
}

// Go lets two groups share a name, the engine does not: give them names of their own and remember what they were called.
function compileDuplicates(pattern: string, normal: string): Regex | RegexError {
  const called = new Map<string, string>();
  const renamed = normal.replace(CAPTURE_NAME, (whole: string, name?: string) => {
    if (name === undefined) return whole;
    const unique = `n${called.size}`;
    called.set(unique, name);
    return `(?P<${unique}>`;
  });
  const compiled = compileRegex(renamed);
  if (compiled instanceof RegexError) return compiled;
  return new Regex(
    pattern,
    RE2JS.compile(renamed),
    compiled.groupNames.map((name) => called.get(name) ?? name),
  );
}

// Go 1.25 reads names of Unicode classes without regard to case, spaces, hyphens and underscores, and knows the long category names.
function normaliseNames(pattern: string, originals: Map<string, string>): string {
  return pattern.replace(UNICODE_NAME, (whole: string, name?: string) => {
    if (name === undefined) return whole;
    const negated = name.startsWith("^") ? "^" : "";
    const canonical = canonicalName(name.slice(negated.length));
    const known = CATEGORY_ALIASES.get(canonical) ?? canonical;
    const escaped = `${whole.slice(0, 2)}{${negated}${known}}`;
    if (escaped === whole || !isUnicodeName(known)) return whole;
    originals.set(escaped, whole);
    return escaped;
  });
}

function canonicalName(name: string): string {
  const letters = name.replace(/[ _-]/g, "");
  return letters.slice(0, 1).replace(/[a-z]/, (c) => c.toUpperCase()) + letters.slice(1).replace(/[A-Z]/g, (c) => c.toLowerCase());
}

function isUnicodeName(name: string): boolean {
  return /^[A-Za-z]+$/.test(name) && !(compileRegex(`\\p{${name}}`) instanceof RegexError);
}

function errorText(message: string, pattern: string, originals: ReadonlyMap<string, string>): string {
  let text = message;
  for (const [escaped, original] of originals) text = text.replaceAll(escaped, original);
  if (text.endsWith("trailing backslash at end of expression")) return `${text}: \`\``;
  if (/: expression (?:nests too deeply|too large)$/.test(text)) return `${text}: \`${pattern}\``;
  return text;
}

/** Escapes every character that has a meaning in a pattern. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
