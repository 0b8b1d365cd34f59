/**
 * The CEL type of the values a schema allows: a schema in, a type and the fields of its objects out, or nothing where Kubernetes shows
 * nothing of the value to rules (unknown fields, lists of such).
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { Schema } from "../manifest/schema/schema.ts";
import type { StructFields } from "./environment.ts";
import type { CelType } from "./values/type.ts";
import * as t from "./values/type.ts";

/** A type and the fields of every object within it. */
export interface DeclaredType {
  readonly type: CelType;
  readonly structs: ReadonlyMap<string, StructFields>;
}

/** Declares the type of a schema; objects in it are named after `name` and their path. */
export function declareSchema(schema: Schema, name: string): DeclaredType | undefined {
  const structs = new Map<string, StructFields>();
  const type = typeOf(schema, name, structs);
  return type === undefined ? undefined : { type, structs };
}

function typeOf(schema: Schema, name: string, structs: Map<string, StructFields>): CelType | undefined {
  // Which of the two it is shows only in the value.
  if (schema.intOrString) return t.dynType;
  switch (schema.type) {
    case "array": {
      const items = schema.items === undefined ? undefined : typeOf(schema.items, `${name}.@idx`, structs);
      return items === undefined ? undefined : t.listOf(items);
    }
    case "object":
      return objectType(schema, name, structs);
    case "string":
      return FORMATS.get(schema.format) ?? t.stringType;
    case "boolean":
      return t.boolType;
    case "number":
      return t.doubleType;
    case "integer":
      return t.intType;
    default:
      return undefined;
  }
}

const FORMATS: ReadonlyMap<string, CelType> = new Map([
  ["byte", t.bytesType],
  ["duration", t.durationType],
  ["date", t.timestampType],
  ["date-time", t.timestampType],
]);

function objectType(schema: Schema, name: string, structs: Map<string, StructFields>): CelType | undefined {
  const { additionalProperties, embeddedResource, properties } = schema;
  if (typeof additionalProperties === "object") {
    const values = typeOf(additionalProperties, `${name}.@elem`, structs);
    return values === undefined ? undefined : t.mapOf(t.stringType, values);
  }
  const fields = new Map<string, CelType>();
  for (const [key, property] of properties) {
    const field = escapeName(key);
    const type = field === undefined ? undefined : typeOf(property, `${name}.${field}`, structs);
    if (field !== undefined && type !== undefined) fields.set(field, type);
  }
  if (embeddedResource) addResourceFields(fields, name, structs);
  structs.set(name, fields);
  return t.structType(name);
}

function addResourceFields(fields: Map<string, CelType>, name: string, structs: Map<string, StructFields>): void {
  const metadata = `${name}.metadata`;
  structs.set(metadata, new Map(["name", "generateName"].map((key) => [key, t.stringType] as const)));
  fields.set("kind", t.stringType).set("apiVersion", t.stringType).set("metadata", t.structType(metadata));
}

const RESERVED: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["__", "__underscores__"],
  [".", "__dot__"],
  ["-", "__dash__"],
  ["/", "__slash__"],
]);

/** Returns the name under which an expression knows a field; undefined when it has none. */
function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return name.replace(/__|[./-]/g, (part) => ESCAPES.get(part) ?? part);
}
