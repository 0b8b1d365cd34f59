/**
 * CEL types: the ones the checker reasons about and the values `type(x)` yields are the same objects, as in cel-go. A type is a kind, a
 * name and parameters (https://github.com/google/cel-spec/blob/master/doc/langdef.md#type-checking).
 */

/** How the checker treats a type. */
export type CelTypeKind =
  | "any"
  | "bool"
  | "bytes"
  | "double"
  | "duration"
  | "dyn"
  | "error"
  | "int"
  | "list"
  | "map"
  | "null"
  | "opaque"
  | "string"
  | "struct"
  | "timestamp"
  | "type"
  | "param"
  | "uint"
  | "wrapper";

/** A type; identity does not matter, `sameType` compares. */
export class CelType {
  readonly kind: CelTypeKind;
  readonly name: string;
  readonly parameters: readonly CelType[];

  constructor(kind: CelTypeKind, name: string, parameters: readonly CelType[] = []) {
    this.kind = kind;
    this.name = name;
    this.parameters = parameters;
  }
}

export const anyType = new CelType("any", "google.protobuf.Any");
export const boolType = new CelType("bool", "bool");
export const bytesType = new CelType("bytes", "bytes");
export const doubleType = new CelType("double", "double");
export const durationType = new CelType("duration", "google.protobuf.Duration");
export const dynType = new CelType("dyn", "dyn");
export const errorType = new CelType("error", "error");
export const intType = new CelType("int", "int");
export const nullType = new CelType("null", "null_type");
export const stringType = new CelType("string", "string");
export const timestampType = new CelType("timestamp", "google.protobuf.Timestamp");
export const typeType = new CelType("type", "type");
export const uintType = new CelType("uint", "uint");

/** Makes the type of lists of `element`. */
export function listOf(element: CelType): CelType {
  return new CelType("list", "list", [element]);
}

/** Makes the type of maps from `key` to `value`. */
export function mapOf(key: CelType, value: CelType): CelType {
  return new CelType("map", "map", [key, value]);
}

/** Makes the type of optional values. */
export function optionalOf(value: CelType): CelType {
  return new CelType("opaque", "optional_type", [value]);
}

/** Makes the type whose only value is `type`. */
export function typeOf(type: CelType): CelType {
  return new CelType("type", "type", [type]);
}

/** Makes a type that only libraries look into. */
export function opaqueType(name: string): CelType {
  return new CelType("opaque", name);
}

/** Makes a type with named fields; the fields are declared in the environment. */
export function structType(name: string): CelType {
  return new CelType("struct", name);
}

/** Makes a type parameter such as `A` in `list(A)`. */
export function typeParameter(name: string): CelType {
  return new CelType("param", name);
}

/** Makes the nullable form of a primitive type, as protobuf's wrapper messages have it. */
export function wrapperOf(type: CelType): CelType {
  return new CelType("wrapper", type.name, [type]);
}

/** Tells whether two types are the same in every part. */
export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.parameters.length !== b.parameters.length) return false;
  return a.parameters.every((parameter, i) => {
    const other = b.parameters[i];
    return other !== undefined && sameType(parameter, other);
  });
}

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ["any", "any"],
  ["duration", "duration"],
  ["error", "!error!"],
  ["null", "null"],
  ["timestamp", "timestamp"],
]);

/** Prints a type as the checker's messages do, e.g. `map(string, dyn)`. */
export function printType(type: CelType): string {
  const short = SHORT_NAMES.get(type.kind);
  if (short !== undefined) return short;
  if (type.kind === "wrapper") return `wrapper(${type.name})`;
  if (type.parameters.length === 0) return type.name;
  return `${type.name}(${type.parameters.map(printType).join(", ")})`;
}

/** Prints a type as `must evaluate to` messages do, with full names of well-known types. */
export function printFullType(type: CelType): string {
  if (type.kind === "param") return `<${type.name}>`;
  if (type.kind === "wrapper") return `wrapper(${type.name})`;
  if (type.parameters.length === 0) return type.name;
  return `${type.name}(${type.parameters.map(printFullType).join(", ")})`;
}
