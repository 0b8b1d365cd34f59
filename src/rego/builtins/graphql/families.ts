/**
 * The builtins `graphql.*` (https://www.openpolicyagent.org/docs/latest/policy-reference/#graphql), gathered for the door beside this room's: they
 * are large, and few policies use them.
 */
import { isObject } from "../../values/object.ts";
import type { Value } from "../../values/value.ts";
import type { BuiltinContext } from "../context.ts";
import { type Builtin, type BuiltinResult, define } from "../define.ts";
import { builtinError, operandTypeError, row, string } from "../operands.ts";
import { GraphqlError, type QueryDocument, type SchemaDocument } from "./document.ts";
import { parseQuery } from "./query-parser.ts";
import { buildSchema, type Schema } from "./schema.ts";
import { parseSchema } from "./schema-parser.ts";
import { queryFromValue, queryValue, schemaFromValue, schemaValue } from "./shapes.ts";
import { validateQuery } from "./validate.ts";

/** Why a query or a schema is refused, in OPA's words. */
class Refusal extends Error {}

function readQuery(context: BuiltinContext, value: Value): QueryDocument | undefined {
  if (typeof value === "string") return inWords(() => parseQuery(charged(context, value)));
  return isObject(value) ? inPlainWords(() => queryFromValue(value)) : undefined;
}

function readSchema(context: BuiltinContext, value: Value): SchemaDocument | undefined {
  if (typeof value === "string") return inWords(() => parseSchema(charged(context, value)));
  return isObject(value) ? inPlainWords(() => schemaFromValue(value)) : undefined;
}

function charged(context: BuiltinContext, text: string): string {
  context.spend(text.length);
  return text;
}

function toSchema(document: SchemaDocument): Schema {
  try {
    return buildSchema(document);
  } catch (error) {
    if (!(error instanceof GraphqlError)) throw error;
    throw new Refusal(`Error in gqlparser SchemaDocument to Schema conversion: ${error.text}`);
  }
}

function checkQuery(context: BuiltinContext, schema: Schema, document: QueryDocument): void {
  const faults = inWords(() => validateQuery(schema, document, (units) => context.spend(units)));
  if (faults.length > 0) throw new Refusal(wordsOf(faults.map(({ text }) => `${text}\n`).join("")));
}

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof GraphqlError ? new Refusal(wordsOf(error.text)) : error;
  }
}

function inPlainWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof GraphqlError ? new Refusal(error.message) : error;
  }
}

// OPA takes the place out of the text when the text has one, and adds it at the end.
function wordsOf(text: string): string {
  const [, line, column, message] = /^[^:]*:([0-9]+):([0-9]+):(.*)$/s.exec(text) ?? [];
  if (line === undefined || column === undefined || message === undefined) return `GraphQL parse error: ${text}`;
  const shown = message.replace(/^ +/, "").replace(/\.\n$/, "");
  return `${shown} in GraphQL string at location ${Number(line)}:${Number(column)}`;
}

// Refusals become errors.
function reporting(name: string, work: () => BuiltinResult): BuiltinResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return builtinError(name, error.message);
    throw error;
  }
}

// Refusals become another answer.
function orElse(otherwise: Value, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return otherwise;
    throw error;
  }
}

function parse(context: BuiltinContext, ...[query = null, schema = null]: readonly Value[]): BuiltinResult {
  const name = "graphql.parse";
  return reporting(name, () => {
    const document = readQuery(context, query);
    // OPA counts these operands from zero.
    if (document === undefined) return operandTypeError(name, 0, query, ["string", "object"]);
    const schemaDocument = readSchema(context, schema);
    if (schemaDocument === undefined) return operandTypeError(name, 1, schema, ["string", "object"]);
    return verified(context, document, schemaDocument);
  });
}

function verified(context: BuiltinContext, document: QueryDocument, schemaDocument: SchemaDocument): [Value, Value] {
  // The trees are shown as they were before they are checked: checking writes into them.
  const values: [Value, Value] = [queryValue(document), schemaValue(schemaDocument)];
  checkQuery(context, toSchema(schemaDocument), document);
  return values;
}

function parseAndVerify(context: BuiltinContext, ...[query = null, schema = null]: readonly Value[]): BuiltinResult {
  const unverified: Value = [false, {}, {}];
  return orElse(unverified, () => {
    const document = readQuery(context, query);
    const schemaDocument = document && readSchema(context, schema);
    return schemaDocument === undefined ? unverified : [true, ...verified(context, document as QueryDocument, schemaDocument)];
  });
}

function isValid(context: BuiltinContext, ...[query = null, schema = null]: readonly Value[]): BuiltinResult {
  return orElse(false, () => {
    const document = readQuery(context, query);
    const schemaDocument = document && readSchema(context, schema);
    if (document === undefined || schemaDocument === undefined) return false;
    checkQuery(context, toSchema(schemaDocument), document);
    return true;
  });
}

function schemaIsValid(context: BuiltinContext, ...[schema = null]: readonly Value[]): BuiltinResult {
  return orElse(false, () => {
    const document = readSchema(context, schema);
    if (document === undefined) return false;
    toSchema(document);
    return true;
  });
}

function parseQueryText(context: BuiltinContext, text: string): BuiltinResult {
  return reporting("graphql.parse_query", () => queryValue(inWords(() => parseQuery(charged(context, text)))));
}

function parseSchemaText(context: BuiltinContext, text: string): BuiltinResult {
  return reporting("graphql.parse_schema", () => schemaValue(inWords(() => parseSchema(charged(context, text)))));
}

// biome-ignore format: table
/** All of them. */
export const graphqlBuiltins: readonly Builtin[] = [
  define("graphql.is_valid", "(query: any<string, object[any: any]>, schema: any<string, object[any: any]>) => output: boolean", isValid),
  define("graphql.parse", "(query: any<string, object[any: any]>, schema: any<string, object[any: any]>) => output: array<object[any: any], object[any: any]>", parse),
  define("graphql.parse_and_verify", "(query: any<string, object[any: any]>, schema: any<string, object[any: any]>) => output: array<boolean, object[any: any], object[any: any]>", parseAndVerify),
  row("graphql.parse_query", "(query: string) => output: object[any: any]", [string], parseQueryText),
  row("graphql.parse_schema", "(schema: string) => output: object[any: any]", [string], parseSchemaText),
  define("graphql.schema_is_valid", "(schema: any<string, object[any: any]>) => output: boolean", schemaIsValid),
];
