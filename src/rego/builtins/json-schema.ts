/**
 * The builtins `json.match_schema` and `json.verify_schema` (https://www.openpolicyagent.org/docs/latest/policy-reference/#object).
 * Both operands may be JSON texts or values. Documents that a schema refers to by URL are asked of the host, never of files.
 */

import { splitHost } from "../text/url.ts";
import { parseJson, toJson } from "../values/json.ts";
import { isObject } from "../values/object.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { parseSchema } from "./json-schema/parse.ts";
import { readReference } from "./json-schema/references.ts";
import { SchemaError, type SubSchema } from "./json-schema/schema.ts";
import { validateDocument } from "./json-schema/validate.ts";
import { builtinError } from "./operands.ts";

const MATCH = "json.match_schema";
const VERIFY = "json.verify_schema";

function readDocument(value: Value): Value {
  if (typeof value === "string") {
    const read = parseJson(value);
    if (read.kind === "error") throw new SchemaError("invalid JSON string");
    return read.value;
  }
  if (!Array.isArray(value) && !isObject(value)) throw new SchemaError("wrong type, expected string or object");
  return toJson(value);
}

function compile(context: BuiltinContext, document: Value): SubSchema {
  return parseSchema(document, (url) => fetchSchema(context, url));
}

function fetchSchema(context: BuiltinContext, url: string): Value {
  const { scheme, host } = readReference(url);
  const { allowedHosts } = context;
  const allowed = allowedHosts === undefined || allowedHosts.includes(splitHost(host).name);
  if (!allowed || (scheme !== "http" && scheme !== "https")) throw new SchemaError(`remote reference loading disabled: ${url}`);
  const request: Value = { method: "get", url, force_json_decode: true };
  const answer = context.ask(`json.schema:${url}`, { builtin: "http.send", operands: [request] });
  if (answer instanceof Error) throw new SchemaError(answer.message);
  const response = answer as { readonly status?: Value; readonly status_code?: Value; readonly body?: Value };
  if (response.status_code !== 200) {
    throw new SchemaError(`Could not read schema from HTTP, response status is ${String(response.status ?? response.status_code ?? "")}`);
  }
  return response.body ?? null;
}

function matchSchema(context: BuiltinContext, ...[document = null, schema = null]: readonly Value[]): BuiltinResult {
  try {
    const read = readDocument(document);
    const compiled = compile(context, readDocument(schema));
    const violations = validateDocument(compiled, read, (units) => context.spend(units));
    const errors = violations.map(({ type, field, description }) => ({
      error: `${field}: ${description}`,
      type,
      field,
      desc: description,
    }));
    return [errors.length === 0, errors];
  } catch (error) {
    if (error instanceof SchemaError) return builtinError(MATCH, error.message);
    throw error;
  }
}

function verifySchema(context: BuiltinContext, ...[schema = null]: readonly Value[]): BuiltinResult {
  try {
    compile(context, readDocument(schema));
    return [true, null];
  } catch (error) {
    if (error instanceof SchemaError) return [false, `jsonschema: ${error.message}`];
    throw error;
  }
}

/** JSON Schema. */
// biome-ignore format: table
export const jsonSchema: readonly Builtin[] = [
  define(MATCH, "(document: any<string, object[any: any]>, schema: any<string, object[any: any]>) => output: array<boolean, array[object<desc: string, error: string, field: string, type: string>]>", matchSchema),
  define(VERIFY, "(schema: any<string, object[any: any]>) => output: array<boolean, any<null, string>>", verifySchema),
];
