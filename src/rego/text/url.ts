/**
 * URLs as Go's net/url package reads them (https://pkg.go.dev/net/url#Parse): text in, parts or Go's error text out. Percent-encoded bytes
 * are decoded into the Rego form of strings (bytes.ts).
 */
import { fromBinary, toBinary } from "./bytes.ts";
import { AddressError, parseAddress } from "./ip.ts";
import { quote } from "./quote.ts";

/** The parts of a URL; absent ones are "". */
export interface Url {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Host with its port, IPv6 addresses in brackets. */
  readonly host: string;
  readonly path: string;
  /** The path as written, when it cannot be had by encoding `path`. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly fragment: string;
  /** The fragment as written. */
  readonly rawFragment: string;
}

/** A text that is no URL; `message` is Go's. */
export class UrlError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Thrown inside this file, caught at its door. */
class Problem extends Error {}

/** Parses a URL or a reference. */
export function parseUrl(text: string): Url | UrlError {
  const hash = text.indexOf("#");
  const main = hash < 0 ? text : text.slice(0, hash);
  try {
    const url = parseMain(main);
    const rawFragment = hash < 0 ? "" : text.slice(hash + 1);
    return { ...url, rawFragment, fragment: rawFragment === "" ? "" : parsePart(text, () => decodePart(rawFragment, "other")) };
  } catch (error) {
    if (error instanceof UrlFailure) return new UrlError(error.message);
    if (error instanceof Problem) return new UrlError(`parse ${quote(main)}: ${error.message}`);
    throw error;
  }
}

class UrlFailure extends Error {}

function parsePart(whole: string, parse: () => string): string {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Problem) throw new UrlFailure(`parse ${quote(whole)}: ${error.message}`);
    throw error;
  }
}

type Main = Omit<Url, "fragment" | "rawFragment">;
const NOTHING: Main = {
  scheme: "",
  opaque: "",
  user: undefined,
  password: undefined,
  host: "",
  path: "",
  rawPath: "",
  rawQuery: "",
};

function parseMain(text: string): Main {
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Problem("net/url: invalid control character in URL");
  if (text === "*") return { ...NOTHING, path: "*" };
  const { scheme, rest: afterScheme } = splitScheme(text);
  const question = afterScheme.indexOf("?");
  const rawQuery = question < 0 ? "" : afterScheme.slice(question + 1);
  let rest = question < 0 ? afterScheme : afterScheme.slice(0, question);
  const start: Main = { ...NOTHING, scheme, rawQuery };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...start, opaque: rest };
    if (rest.split("/", 1)[0]?.includes(":")) throw new Problem("first path segment in URL cannot contain colon");
  }
  let authority: Authority = { user: undefined, password: undefined, host: "" };
  if (rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    authority = parseAuthority(rest.slice(2, slash < 0 ? undefined : slash));
    rest = slash < 0 ? "" : rest.slice(slash);
  }
  const path = decodePart(rest, "other");
  return { ...start, ...authority, path, rawPath: escapePath(path) === rest ? "" : rest };
}

function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const found = /^([A-Za-z][A-Za-z0-9+.-]*)?:/.exec(text);
  if (!found) return { scheme: "", rest: text };
  if (found[1] === undefined) throw new Problem("missing protocol scheme");
  return { scheme: found[1].toLowerCase(), rest: text.slice(found[0].length) };
}

interface Authority {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
}

function parseAuthority(text: string): Authority {
  const at = text.lastIndexOf("@");
  const host = parseHost(text.slice(at + 1));
  if (at < 0) return { user: undefined, password: undefined, host };
  const info = text.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) throw new Problem("net/url: invalid userinfo");
  const colon = info.indexOf(":");
  if (colon < 0) return { user: decodePart(info, "other"), password: undefined, host };
  return { user: decodePart(info.slice(0, colon), "other"), password: decodePart(info.slice(colon + 1), "other"), host };
}

function parseHost(host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) throw new Problem("invalid IP-literal");
  if (open === 0) return parseBracketed(host);
  const colon = host.lastIndexOf(":");
  if (colon >= 0) checkPort(host.slice(colon));
  return decodePart(host, "host");
}

function parseBracketed(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new Problem("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const name = host.slice(1, close);
  const zone = name.indexOf("%25");
  const decoded = zone < 0 ? decodePart(name, "host") : decodePart(name.slice(0, zone), "host") + decodePart(name.slice(zone), "zone");
  const address = parseAddress(decoded);
  if (address instanceof AddressError) throw new Problem(`invalid host: ${address.message}`);
  if (address.bits === 32) throw new Problem("invalid IP-literal");
  return `[${decoded}]${decodePart(port, "host")}`;
}

function checkPort(text: string): void {
  if (!/^(?::[0-9]*)?$/.test(text)) throw new Problem(`invalid port ${quote(text)} after host`);
}

const HOST_LETTER = /^[A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~\u0080-\uffff]$/;

/** Decodes percent escapes; a host may write only letters beyond ASCII that way, a zone only what a host may hold. */
function decodePart(text: string, mode: "host" | "zone" | "other"): string {
  const binary = toBinary(text);
  const decoded = binary.replace(/%([0-9A-Fa-f]{2})?|[^%]/g, (letter: string, digits: string | undefined, at: number) => {
    if (!letter.startsWith("%")) {
      if (mode !== "other" && letter < "\u0080" && !HOST_LETTER.test(letter))
        throw new Problem(`invalid character ${quote(letter)} in host name`);
      return letter;
    }
    const escaped = binary.slice(at, at + 3);
    const refuse = (): never => {
      throw new Problem(`invalid URL escape ${quote(fromBinary(escaped))}`);
    };
    if (digits === undefined) return refuse();
    const byte = Number.parseInt(digits, 16);
    if (mode === "host" && byte < 0x80 && digits !== "25") refuse();
    if (mode === "zone" && digits !== "25" && byte !== 0x20 && !/^[A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~]$/.test(String.fromCharCode(byte)))
      refuse();
    return String.fromCharCode(byte);
  });
  return fromBinary(decoded);
}

function escapePath(path: string): string {
  return toBinary(path).replace(
    /[^A-Za-z0-9\-_.~$&+,/:;=@]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Returns a URL's path as it may be sent: as written where that is a right encoding of it. */
export function escapedPath({ path, rawPath }: Url): string {
  return rawPath !== "" && /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/.test(rawPath) ? rawPath : path === "*" ? "*" : escapePath(path);
}

/** Writes a URL, without user and password. */
export function urlText(url: Url): string {
  const { scheme, opaque, host, rawQuery, rawFragment } = url;
  const path = url.rawPath === "" ? escapePath(url.path) : url.rawPath;
  const head = scheme === "" ? "" : `${scheme}:`;
  const body =
    opaque !== "" ? opaque : `${host === "" ? "" : `//${host}`}${host !== "" && path !== "" && !path.startsWith("/") ? "/" : ""}${path}`;
  return `${head}${body}${rawQuery === "" ? "" : `?${rawQuery}`}${rawFragment === "" ? "" : `#${rawFragment}`}`;
}

/** Resolves a reference against a base. https://datatracker.ietf.org/doc/html/rfc3986#section-5.2 */
export function resolveUrl(base: Url, reference: Url): Url {
  const scheme = reference.scheme === "" ? base.scheme : reference.scheme;
  if (reference.scheme !== "" || reference.host !== "") return { ...reference, scheme, ...resolvedPath(writtenPath(reference), "") };
  if (reference.opaque !== "") return { ...reference, scheme, host: "", path: "", rawPath: "" };
  if (reference.path === "" && base.opaque !== "") return { ...reference, scheme, opaque: base.opaque };
  const sameQuery = reference.path === "" && reference.rawQuery === "";
  return {
    ...reference,
    scheme,
    host: base.host,
    rawQuery: sameQuery ? base.rawQuery : reference.rawQuery,
    ...resolvedPath(writtenPath(base), writtenPath(reference)),
  };
}

function writtenPath(url: Url): string {
  return url.rawPath === "" ? escapePath(url.path) : url.rawPath;
}

function resolvedPath(base: string, reference: string): { readonly path: string; readonly rawPath: string } {
  const full = reference === "" ? base : reference.startsWith("/") ? reference : base.slice(0, base.lastIndexOf("/") + 1) + reference;
  if (full === "") return { path: "", rawPath: "" };
  const kept: string[] = [];
  const parts = full.replace(/^\//, "").split("/");
  for (const part of parts) {
    if (part === "..") kept.pop();
    else if (part !== ".") kept.push(part);
  }
  const last = parts.at(-1);
  if (last === "." || last === "..") kept.push("");
  const written = `/${kept.join("/")}`;
  const path = decodePart(written, "other");
  return { path, rawPath: escapePath(path) === written ? "" : written };
}

/** Splits a host from its port; brackets around an IPv6 address go away. */
export function splitHost(host: string): { readonly name: string; readonly port: string } {
  const found = /^(.*):([0-9]*)$/s.exec(host);
  const name = found?.[1] ?? host;
  return { name: name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name, port: found?.[2] ?? "" };
}
