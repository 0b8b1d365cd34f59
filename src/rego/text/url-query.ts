/**
 * The query part of URLs as Go escapes it: bytes outside the unreserved set as %XX, space as `+`. Works on text.
 * https://pkg.go.dev/net/url#QueryEscape, https://pkg.go.dev/net/url#ParseQuery
 */
import { fromBinary, toBinary } from "./bytes.ts";
import { quote } from "./quote.ts";

/** A text, or Go's complaint. */
export type QueryText = { readonly kind: "text"; readonly text: string } | { readonly kind: "error"; readonly message: string };

/** Returns a text escaped for a query. */
export function escapeQuery(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  return toBinary(text).replace(/[^A-Za-z0-9\-_.~]/g, (byte) =>
    byte === " " ? "+" : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Returns what an escaped text stands for. */
export function unescapeQuery(text: string): QueryText {
  if (!/[%+]/.test(text)) return { kind: "text", text };
  const binary = toBinary(text);
  const wrong = binary.search(/%(?![0-9A-Fa-f]{2})/);
  if (wrong >= 0) return { kind: "error", message: `invalid URL escape ${quote(fromBinary(binary.slice(wrong, wrong + 3)))}` };
  const plain = binary
    .replaceAll("+", " ")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { kind: "text", text: fromBinary(plain) };
}

/** Keys and all their values in order, or the first thing that is wrong. */
export type QueryPairs =
  | { readonly kind: "pairs"; readonly pairs: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: "error"; readonly message: string };

// Go refuses queries with more parameters than this.
const MOST_PARAMETERS = 10_000;

/** Takes a query apart. A wrong escape is remembered and the rest read on; a semicolon outdoes any other complaint. */
export function parseQuery(query: string): QueryPairs {
  const parts = query.split("&");
  if (parts.length > MOST_PARAMETERS) return { kind: "error", message: "number of URL query parameters exceeded limit" };
  const pairs = new Map<string, string[]>();
  let problem: string | undefined;
  for (const part of parts) {
    if (part === "") continue;
    if (part.includes(";")) {
      problem = "invalid semicolon separator in query";
      continue;
    }
    const equals = part.indexOf("=");
    const key = unescapeQuery(equals < 0 ? part : part.slice(0, equals));
    const value = key.kind === "error" ? key : unescapeQuery(equals < 0 ? "" : part.slice(equals + 1));
    if (key.kind === "error" || value.kind === "error") problem ??= value.kind === "error" ? value.message : undefined;
    else {
      const values = pairs.get(key.text);
      if (values === undefined) pairs.set(key.text, [value.text]);
      else values.push(value.text);
    }
  }
  return problem === undefined ? { kind: "pairs", pairs } : { kind: "error", message: problem };
}
