/** Gives an HTTP response the form that `http.send` returns (https://www.openpolicyagent.org/docs/latest/policy-reference/#http). */

import { parseYaml } from "../text/yaml.ts";
import { parseJson } from "../values/json.ts";
import { setKey } from "../values/object.ts";
import type { Value } from "../values/value.ts";

/** A response as it came: header names in any case, the body as text. */
export interface HttpResponse {
  /** Code and reason, e.g. `200 OK`. */
  readonly status: string;
  readonly statusCode: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Returns the response as a policy sees it; a body that cannot be decoded is null. */
export function httpResponseValue(
  { status, statusCode, headers, body }: HttpResponse,
  { forceJson, forceYaml }: { readonly forceJson: boolean; readonly forceYaml: boolean },
): Value {
  const byName: { [name: string]: Value } = {};
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const known = Object.hasOwn(byName, lower) ? (byName[lower] as readonly Value[]) : [];
    setKey(byName, lower, [...known, value]);
  }
  const contentType = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return {
    status,
    status_code: statusCode,
    body: decodeBody(body, contentType, { forceJson, forceYaml }),
    raw_body: body,
    headers: byName,
  };
}

function decodeBody(
  body: string,
  contentType: string,
  { forceJson, forceYaml }: { readonly forceJson: boolean; readonly forceYaml: boolean },
): Value {
  if (forceJson || isJsonType(contentType)) {
    const read = parseJson(body);
    return read.kind === "value" ? read.value : null;
  }
  if (!forceYaml && !/application\/(?:x-)?yaml/.test(contentType)) return null;
  const read = parseYaml(body);
  return read.kind === "value" ? read.value : null;
}

function isJsonType(contentType: string): boolean {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return /^application\/(?:json|[^/]*\+json)$/.test(type);
}
