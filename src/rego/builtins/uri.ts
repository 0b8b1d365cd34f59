/** The `uri.*` builtins: Go's reading of URLs (https://www.openpolicyagent.org/docs/latest/policy-reference/#encoding). */
import { parseUrl, splitHost, UrlError } from "../text/url.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { builtinError, row, string } from "./operands.ts";

/** Returns the parts that are there; a path comes with the path as written. */
function parse(_: BuiltinContext, text: string): BuiltinResult {
  const url = parseUrl(text);
  if (url instanceof UrlError) return builtinError("uri.parse", url.message);
  const { name, port } = splitHost(url.host);
  const parts: { [key: string]: Value } = {};
  const put = (key: string, value: string): void => {
    if (value !== "") parts[key] = value;
  };
  put("scheme", url.scheme);
  put("hostname", name);
  put("port", port);
  put("path", url.path);
  put("raw_path", url.rawPath === "" ? url.path : url.rawPath);
  put("raw_query", url.rawQuery);
  put("fragment", url.fragment);
  return parts;
}

function isValid(_: BuiltinContext, text: Value): boolean {
  return typeof text === "string" && text !== "" && !(parseUrl(text) instanceof UrlError);
}

/** URIs. */
// biome-ignore format: table
export const uri: readonly Builtin[] = [
  row("uri.parse", "(uri: string) => output: object[string: string]", [string], parse),
  define("uri.is_valid", "(uri: string) => result: boolean", isValid),
];
