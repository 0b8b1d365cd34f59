/**
 * Says what is wrong with a JSON text in the words of the fastjson library, through which OPA reads the headers of tokens it signs.
 * Only texts that are not JSON come here.
 */
import { quote } from "../../text/quote.ts";

// The library's own limit.
const MAX_DEPTH = 300;

/** Thrown inside this file; `tail` is what was left to read. */
class Problem extends Error {
  readonly tail: string;

  constructor(message: string, tail: string) {
    super(message);
    this.tail = tail;
  }

  within(what: string): Problem {
    return new Problem(`${what}: ${this.message}`, this.tail);
  }
}

/** Returns the library's error for a text; none for what only the library takes for JSON, such as a lone `e` for a number. */
export function fastJsonProblem(text: string): string | undefined {
  try {
    const tail = skipSpace(readValue(skipSpace(text), 0));
    if (tail === "") return undefined;
    return `unexpected tail: ${quote(shorten(tail))}`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `cannot parse JSON: ${error.message}; unparsed tail: ${quote(shorten(error.tail))}`;
  }
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 40)}...${text.slice(-40)}`;
}

function skipSpace(text: string): string {
  return text.replace(/^[ \t\r\n]+/, "");
}

function inside(what: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw error instanceof Problem ? error.within(what) : error;
  }
}

function readValue(text: string, depth: number): string {
  if (text === "") throw new Problem("cannot parse empty string", text);
  if (depth + 1 > MAX_DEPTH) throw new Problem(`too big depth for the nested JSON; it exceeds ${MAX_DEPTH}`, text);
  const first = text.charAt(0);
  if (first === "{") return inside("cannot parse object", () => readObject(text.slice(1), depth + 1));
  if (first === "[") return inside("cannot parse array", () => readArray(text.slice(1), depth + 1));
  if (first === '"') return inside("cannot parse string", () => readString(text.slice(1)));
  for (const word of ["true", "false", "null"]) {
    if (first !== word.charAt(0)) continue;
    if (text.startsWith(word)) return text.slice(word.length);
    if (word === "null" && /^nan/i.test(text)) return text.slice(3);
    throw new Problem(`unexpected value found: ${quote(text)}`, text);
  }
  const number = /^[-+0-9.eE]+/.exec(text)?.[0];
  if (number === undefined) throw new Problem(`cannot parse number: unexpected char: ${quote(first)}`, text);
  return text.slice(number.length);
}

function readArray(from: string, depth: number): string {
  let text = skipSpace(from);
  if (text === "") throw new Problem("missing ']'", text);
  if (text.startsWith("]")) return text.slice(1);
  for (;;) {
    const item = skipSpace(text);
    text = skipSpace(inside("cannot parse array value", () => readValue(item, depth)));
    if (text === "") throw new Problem("unexpected end of array", text);
    if (text.startsWith("]")) return text.slice(1);
    if (!text.startsWith(",")) throw new Problem("missing ',' after array value", text);
    text = text.slice(1);
  }
}

function readObject(from: string, depth: number): string {
  let text = skipSpace(from);
  if (text === "") throw new Problem("missing '}'", text);
  if (text.startsWith("}")) return text.slice(1);
  for (;;) {
    const key = skipSpace(text);
    if (!key.startsWith('"')) throw new Problem('cannot find opening \'"" for object key', key);
    text = skipSpace(inside("cannot parse object key", () => readString(key.slice(1))));
    if (!text.startsWith(":")) throw new Problem("missing ':' after object key", text);
    const value = skipSpace(text.slice(1));
    text = skipSpace(inside("cannot parse object value", () => readValue(value, depth)));
    if (text.startsWith("}")) return text.slice(1);
    if (text === "") throw new Problem("unexpected end of object", text);
    if (!text.startsWith(",")) throw new Problem("missing ',' after object value", text);
    text = text.slice(1);
  }
}

function readString(text: string): string {
  const end = /^(?:[^"\\]|\\[\s\S])*"/.exec(text)?.[0];
  if (end === undefined) throw new Problem(`missing closing '"'`, "");
  return text.slice(end.length);
}
