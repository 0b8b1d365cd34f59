/** URLs: `url("https://…")` and its parts. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library */
import { parseUrl, quote, splitHost, type Url, UrlError, urlText } from "../../../rego/index.ts";
import { MapBuilder } from "../values/map.ts";
import { structType } from "../values/type.ts";
import { CelError, CelOpaque, type CelResult, type CelValue } from "../values/value.ts";
import { traversal, unit } from "./costs.ts";
import { bool, free, func, type Library, list, map, method, opaque, string } from "./declare.ts";

class UrlValue {
  readonly url: Url;
  readonly text: string;

  constructor(url: Url) {
    this.url = url;
    this.text = urlText(url);
  }

  equals(other: unknown): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }
}

const urlType = structType("kubernetes.URL");
const url = opaque<UrlValue>(urlType);

/** Reads a URL that may stand in a request: absolute, or a path from the root. Yields Go's error text for anything else. */
export function parseRequestUrl(text: string): Url | string {
  if (text === "") return 'parse "": empty url';
  const parsed = parseUrl(text);
  if (parsed instanceof UrlError) return parsed.message;
  const rooted = parsed.scheme !== "" || text.startsWith("/") || text === "*";
  return rooted && (parsed.opaque === "" || parsed.scheme !== "") ? parsed : `parse ${quote(text)}: invalid URI for request`;
}

function read(text: string): CelResult {
  const parsed = parseRequestUrl(text);
  if (typeof parsed === "string") return new CelError(`URL parse error during conversion from string: ${parsed}`);
  return new CelOpaque(urlType, new UrlValue(parsed));
}

const NOTHING_ELSE = {
  scheme: "",
  opaque: "",
  user: undefined,
  password: undefined,
  host: "",
  rawQuery: "",
  fragment: "",
  rawFragment: "",
};

// A path as written is kept only when nothing in it needs an escape.
const ENCODED = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/;

function escapedPath({ value }: CelOpaque<UrlValue>): string {
  const rawPath = ENCODED.test(value.url.rawPath) ? value.url.rawPath : "";
  return urlText({ ...value.url, ...NOTHING_ELSE, rawPath });
}

function unescapeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

// Like Go's ParseQuery, with pieces that cannot be read left out.
function query({ value }: CelOpaque<UrlValue>): CelResult {
  const found = new Map<string, string[]>();
  for (const piece of value.url.rawQuery.split("&")) {
    if (piece === "" || piece.includes(";")) continue;
    const at = piece.indexOf("=");
    const key = unescapeQuery(at < 0 ? piece : piece.slice(0, at));
    const text = unescapeQuery(at < 0 ? "" : piece.slice(at + 1));
    if (key === undefined || text === undefined) continue;
    found.set(key, [...(found.get(key) ?? []), text]);
  }
  const builder = new MapBuilder();
  for (const [key, values] of found) builder.set(key, values);
  return builder.build();
}

type Part = (value: Url) => CelValue;
const accessor = (id: string, part: Part) => [method(id, [url], string, ({ value }) => part(value.url))];
const nominal = { cost: unit };

/** The library. */
export const urlLibrary: Library = {
  name: "kubernetes.urls",
  functions: [
    func("url", [free("string_to_url", [string], url, read)], { cost: traversal }),
    func("isURL", [free("is_url_string", [string], bool, (text) => typeof parseRequestUrl(text) !== "string")]),
    func(
      "getScheme",
      accessor("url_get_scheme", ({ scheme }) => scheme),
      nominal,
    ),
    func(
      "getHost",
      accessor("url_get_host", ({ host }) => host),
      nominal,
    ),
    func(
      "getHostname",
      accessor("url_get_hostname", ({ host }) => splitHost(host).name),
      nominal,
    ),
    func(
      "getPort",
      accessor("url_get_port", ({ host }) => splitHost(host).port),
      nominal,
    ),
    func("getEscapedPath", [method("url_get_escaped_path", [url], string, escapedPath)], nominal),
    func("getQuery", [method("url_get_query", [url], map(string, list(string)), query)], nominal),
  ],
};
