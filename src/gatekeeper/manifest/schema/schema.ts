/**
 * The structural schema of a constraint's parameters: JSON in, a typed schema out. Reading fails with the words of Go's decoder.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { isPlainObject, type PlainObject, RegoNumber, textOfNumber, type Value } from "../../../rego/index.ts";
import { ANY, BOOL, type DecodeType, INT64, TEXT, TEXTS } from "../../kube/decode.ts";
import { fieldOf, stringAt } from "../../kube/object.ts";
import { RULES, RULES_TYPE } from "./rules.ts";

/** One schema. A missing member sets no rule. */
export interface Schema {
  readonly type: string;
  readonly format: string;
  readonly nullable: boolean;
  readonly default: Value | undefined;
  readonly enum: readonly Value[];
  readonly pattern: string;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: boolean;
  readonly exclusiveMaximum: boolean;
  readonly multipleOf: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly uniqueItems: boolean;
  readonly minProperties: number | undefined;
  readonly maxProperties: number | undefined;
  readonly required: readonly string[];
  readonly items: Schema | undefined;
  /** Whether `items` is a list of schemas, which Kubernetes refuses. */
  readonly tupleItems: boolean;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly additionalProperties: Schema | boolean | undefined;
  readonly allOf: readonly Schema[];
  readonly anyOf: readonly Schema[];
  readonly oneOf: readonly Schema[];
  readonly not: Schema | undefined;
  readonly preserveUnknownFields: boolean;
  readonly intOrString: boolean;
  readonly embeddedResource: boolean;
  readonly listType: string | undefined;
  readonly listMapKeys: readonly string[];
  readonly mapType: string | undefined;
  /** The JSON it was read from. */
  readonly source: PlainObject;
}

const SCHEMA_FIELDS: Record<string, DecodeType> = {};

/** How Go decodes a schema. */
export const SCHEMA: DecodeType = { kind: "record", name: "JSONSchemaProps", go: "v1.JSONSchemaProps", fields: SCHEMA_FIELDS };

const NESTED: DecodeType = { kind: "lazy", type: () => SCHEMA };
const NESTED_LIST: DecodeType = { kind: "list", of: NESTED, go: "[]v1.JSONSchemaProps" };
const NESTED_MAP: DecodeType = { kind: "map", of: NESTED, go: "map[string]v1.JSONSchemaProps" };
const SCHEMA_OR_LIST: DecodeType = {
  kind: "custom",
  choose: (value) => {
    if (Array.isArray(value)) return NESTED_LIST;
    return isPlainObject(value) ? SCHEMA : ANY;
  },
};
const SCHEMA_OR_BOOL: DecodeType = {
  kind: "custom",
  choose: (value) => {
    if (isPlainObject(value)) return SCHEMA;
    return typeof value === "boolean" ? ANY : { error: "boolean or JSON schema expected" };
  },
};
const FLOAT: DecodeType = { kind: "float64" };

Object.assign(SCHEMA_FIELDS, {
  id: TEXT,
  $schema: { kind: "string", go: "v1.JSONSchemaURL" },
  $ref: TEXT,
  description: TEXT,
  type: TEXT,
  format: TEXT,
  title: TEXT,
  default: ANY,
  example: ANY,
  maximum: FLOAT,
  exclusiveMaximum: BOOL,
  minimum: FLOAT,
  exclusiveMinimum: BOOL,
  maxLength: INT64,
  minLength: INT64,
  pattern: TEXT,
  maxItems: INT64,
  minItems: INT64,
  uniqueItems: BOOL,
  multipleOf: FLOAT,
  enum: { kind: "list", of: ANY, go: "[]v1.JSON" },
  maxProperties: INT64,
  minProperties: INT64,
  required: TEXTS,
  items: SCHEMA_OR_LIST,
  allOf: NESTED_LIST,
  oneOf: NESTED_LIST,
  anyOf: NESTED_LIST,
  not: NESTED,
  properties: NESTED_MAP,
  additionalProperties: SCHEMA_OR_BOOL,
  patternProperties: NESTED_MAP,
  definitions: NESTED_MAP,
  nullable: BOOL,
  "x-kubernetes-preserve-unknown-fields": BOOL,
  "x-kubernetes-embedded-resource": BOOL,
  "x-kubernetes-int-or-string": BOOL,
  "x-kubernetes-list-map-keys": TEXTS,
  "x-kubernetes-list-type": TEXT,
  "x-kubernetes-map-type": TEXT,
  [RULES]: RULES_TYPE,
} satisfies Record<string, DecodeType>);

/** How deep schemas may nest: far beyond any real one, and far from the end of the stack. */
const DEPTH_LIMIT = 500;

/** Reads a schema whose shape Go's decoder accepts; parts below the depth limit are read as schemas without rules. */
export function readSchema(source: PlainObject, depth = 0): Schema {
  const nested = (value: Value | undefined): Schema | undefined =>
    isPlainObject(value) && depth < DEPTH_LIMIT ? readSchema(value, depth + 1) : undefined;
  const nestedList = (key: string): readonly Schema[] => listAt(source, key).flatMap((value) => nested(value) ?? []);
  const items = fieldOf(source, "items");
  const additional = fieldOf(source, "additionalProperties");
  return {
    ...readScalars(source),
    items: nested(items),
    // An empty list is no items at all.
    tupleItems: Array.isArray(items) && items.length > 0,
    properties: readProperties(source, nested),
    additionalProperties: typeof additional === "boolean" ? additional : nested(additional),
    allOf: nestedList("allOf"),
    anyOf: nestedList("anyOf"),
    oneOf: nestedList("oneOf"),
    not: nested(fieldOf(source, "not")),
    source,
  };
}

type Nested = "items" | "tupleItems" | "properties" | "additionalProperties" | "allOf" | "anyOf" | "oneOf" | "not" | "source";

function readScalars(source: PlainObject): Omit<Schema, Nested> {
  const isTrue = (key: string): boolean => fieldOf(source, key) === true;
  const textOrNone = (key: string): string | undefined => (typeof fieldOf(source, key) === "string" ? stringAt(source, key) : undefined);
  return {
    type: stringAt(source, "type"),
    format: stringAt(source, "format"),
    nullable: isTrue("nullable"),
    default: fieldOf(source, "default") ?? undefined,
    enum: listAt(source, "enum"),
    pattern: stringAt(source, "pattern"),
    minLength: numberAt(source, "minLength"),
    maxLength: numberAt(source, "maxLength"),
    minimum: numberAt(source, "minimum"),
    maximum: numberAt(source, "maximum"),
    exclusiveMinimum: isTrue("exclusiveMinimum"),
    exclusiveMaximum: isTrue("exclusiveMaximum"),
    multipleOf: numberAt(source, "multipleOf"),
    minItems: numberAt(source, "minItems"),
    maxItems: numberAt(source, "maxItems"),
    uniqueItems: isTrue("uniqueItems"),
    minProperties: numberAt(source, "minProperties"),
    maxProperties: numberAt(source, "maxProperties"),
    required: textsAt(source, "required"),
    preserveUnknownFields: isTrue("x-kubernetes-preserve-unknown-fields"),
    intOrString: isTrue("x-kubernetes-int-or-string"),
    embeddedResource: isTrue("x-kubernetes-embedded-resource"),
    listType: textOrNone("x-kubernetes-list-type"),
    listMapKeys: textsAt(source, "x-kubernetes-list-map-keys"),
    mapType: textOrNone("x-kubernetes-map-type"),
  };
}

function readProperties(source: PlainObject, nested: (value: Value | undefined) => Schema | undefined): ReadonlyMap<string, Schema> {
  const properties = new Map<string, Schema>();
  const map = fieldOf(source, "properties");
  if (!isPlainObject(map)) return properties;
  for (const [key, value] of Object.entries(map)) properties.set(key, nested(value) ?? readSchema({}));
  return properties;
}

function listAt(source: PlainObject, key: string): readonly Value[] {
  const list = fieldOf(source, key);
  return Array.isArray(list) ? list : [];
}

function textsAt(source: PlainObject, key: string): readonly string[] {
  return listAt(source, key).filter((value) => typeof value === "string");
}

function numberAt(source: PlainObject, key: string): number | undefined {
  const value = fieldOf(source, key);
  if (typeof value === "number") return value;
  return value instanceof RegoNumber ? Number(textOfNumber(value)) : undefined;
}

/** Reads a limit exactly; what is below nothing counts as nothing. */
export function limitIn({ source }: Schema, name: "maxItems" | "maxLength" | "maxProperties"): bigint | undefined {
  const value = fieldOf(source, name);
  if (typeof value !== "number" && !(value instanceof RegoNumber)) return undefined;
  const text = textOfNumber(value);
  const limit = /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Math.trunc(Number(text)));
  return limit < 0n ? 0n : limit;
}
