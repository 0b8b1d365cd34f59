/**
 * Globs as gobwas/glob reads them (https://github.com/gobwas/glob#syntax): pattern and delimiters in, a compiled glob or the library's
 * error text out. A glob becomes a regular expression, so matching is linear in the text whatever the pattern. `*` and `?` stop at
 * delimiters, `**` does not; `[a-z]`, `[abc]`, `[!…]` are one character each; `{a,b}` alternatives nest and may stay unclosed.
 */
import { compileRegex, quoteMeta, Regex } from "./regex.ts";

/** A glob that cannot be compiled. */
export class GlobError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

// Globs by delimiters and pattern; the regular expressions behind them have a memory of their own.
const CACHE_SIZE = 512;
const cache = new Map<string, Regex | GlobError>();

/** Compiles a glob to the regular expression that matches whole texts; the last few hundred results are kept. */
export function compileGlob(pattern: string, delimiters: readonly string[]): Regex | GlobError {
  const key = `${delimiters.join("")}\n${delimiters.length}\n${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = translate(pattern, delimiters);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

interface Reader {
  readonly letters: readonly string[];
  at: number;
}

// The library takes U+0000 for the end of the pattern and refuses U+FFFD, its sign of a letter that cannot be read.
function peek(reader: Reader): string | undefined {
  const letter = reader.letters[reader.at];
  if (letter === "\0") return undefined;
  if (letter === "\ufffd") throw new GlobError("could not read rune");
  return letter;
}

function translate(pattern: string, delimiters: readonly string[]): Regex | GlobError {
  const reader: Reader = { letters: [...pattern.toWellFormed()], at: 0 };
  const single = delimiters.length === 0 ? "." : `[^${delimiters.map(classLetter).join("")}]`;
  const parts: string[] = [];
  let depth = 0;
  try {
    for (let letter = peek(reader); letter !== undefined; letter = peek(reader)) {
      reader.at++;
      if (letter === "{") depth++;
      else if (letter === "}" && depth > 0) {
        depth--;
        parts.push(")");
        continue;
      }
      const part = letter === "," && depth > 0 ? "|" : readPart(reader, letter, single);
      if (part === undefined) break;
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof GlobError) return error;
    throw error;
  }
  const compiled = compileRegex(`^(?s:${parts.join("")}${")".repeat(depth)})${maybeEmpty(parts)}$`);
  return compiled instanceof Regex ? compiled : new GlobError(compiled.message);
}

function readPart(reader: Reader, letter: string, single: string): string | undefined {
  switch (letter) {
    case "{":
      return "(?:";
    case "[":
      return readRange(reader);
    case "?":
      return single;
    case "*":
      if (peek(reader) !== "*") return `${single}*`;
      reader.at++;
      return ".*";
    case "\\": {
      const escaped = peek(reader);
      if (escaped === undefined) return undefined;
      reader.at++;
      return quoteMeta(escaped);
    }
    default:
      return quoteMeta(letter);
  }
}

// The library lets `?` and `[!a]`, when they are the whole pattern, match the empty text as well.
function maybeEmpty(parts: readonly string[]): "" | "?" {
  const [part] = parts;
  return parts.length === 1 && part !== undefined && (part === "." || part.startsWith("[^")) && !part.endsWith("*") ? "?" : "";
}

function classLetter(letter: string): string {
  return /[\\\]^[-]/.test(letter) ? `\\${letter}` : letter;
}

/** Reads what follows `[`: `a-z]` or a list of letters up to `]`, each after an optional `!`. */
function readRange(reader: Reader): string {
  let first = take(reader);
  const negated = first === "!";
  if (negated) first = take(reader);
  if (peek(reader) === "-") {
    reader.at++;
    const last = take(reader);
    if (take(reader) !== "]") throw new GlobError("expected close range character");
    if ((last.codePointAt(0) ?? 0) < (first.codePointAt(0) ?? 0)) {
      throw new GlobError(`hi character '${last}' should be greater than lo '${first}'`);
    }
    return `[${negated ? "^" : ""}${classLetter(first)}-${classLetter(last)}]`;
  }
  reader.at--;
  const letters = readList(reader);
  if (letters.length === 0) throw new GlobError("could not parse range");
  return `[${negated ? "^" : ""}${letters.map(classLetter).join("")}]`;
}

function readList(reader: Reader): readonly string[] {
  const letters: string[] = [];
  for (;;) {
    const letter = take(reader);
    if (letter === "]") return letters;
    letters.push(letter === "\\" ? take(reader) : letter);
  }
}

function take(reader: Reader): string {
  const letter = peek(reader);
  if (letter === undefined) throw new GlobError("unexpected end of input");
  reader.at++;
  return letter;
}

/** Escapes every character that has a meaning in a glob. */
export function quoteGlob(text: string): string {
  return text.replace(/[*?\\[\]{}]/g, "\\$&");
}
