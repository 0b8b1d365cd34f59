/** Checks the definitions of a GraphQL schema (https://spec.graphql.org/October2021/#sec-Type-System), with OPA's texts; throws at the first fault. */
import { compareStrings } from "../../../base/compare-strings.ts";
import { quote } from "../../text/quote.ts";
import {
  type ArgumentDefinition,
  type Definition,
  type Directive,
  type FieldDefinition,
  nameOfType,
  type Place,
  schemaError,
  type TypeReference,
  typeText,
  VALUE,
} from "./document.ts";
import type { Schema } from "./schema.ts";

const OUTPUT_KINDS = ["SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM"];
const INPUT_KINDS = ["SCALAR", "ENUM", "INPUT_OBJECT"];
const NO_ENUM_VALUES = ["true", "false", "null"];

/** Finds a part by its name; the first of several wins. */
export function named<T extends { readonly name: string }>(parts: readonly T[], name: string): T | undefined {
  return parts.find((part) => part.name === name);
}

/** Whether arguments and input fields may have the type. */
export function isInputKind(kind: string): boolean {
  return INPUT_KINDS.includes(kind);
}

/** Checks all types and directives, by name. */
export function checkDefinitions(schema: Schema): void {
  for (const name of [...schema.types.keys()].sort(compareStrings)) {
    const definition = schema.types.get(name);
    if (definition !== undefined) checkDefinition(schema, definition);
  }
  for (const name of [...schema.directives.keys()].sort(compareStrings)) {
    const directive = schema.directives.get(name);
    if (directive === undefined) continue;
    checkName(directive.position, directive.name);
    checkArguments(schema, directive.arguments, directive.name);
  }
}

function checkName(place: Place, name: string): void {
  if (!name.startsWith("__")) return;
  throw schemaError(place, `Name "${name}" must not begin with "__", which is reserved by GraphQL introspection.`);
}

function checkDefinition(schema: Schema, definition: Definition): void {
  const { kind, name, position } = definition;
  for (const field of definition.fields) checkField(schema, field, kind);
  for (const type of definition.types) {
    const member = schema.types.get(type);
    if (member === undefined) throw schemaError(position, `Undefined type ${quote(type)}.`);
    if (member.kind !== "OBJECT") throw schemaError(position, `${kind} type ${quote(type)} must be OBJECT.`);
  }
  for (const implemented of definition.interfaces) checkInterface(schema, definition, implemented);
  checkContent(schema, definition);
  const field = definition.fields[secondTwin(definition.fields.map((one) => one.name))];
  if (field !== undefined) throw schemaError(field.position, `Field ${name}.${field.name} can only be defined once.`);
  const value = definition.enumValues[secondTwin(definition.enumValues.map((one) => one.name))];
  if (value !== undefined) throw schemaError(value.position, `Enum value ${name}.${value.name} can only be defined once.`);
  const member = secondTwin(definition.types);
  if (member !== -1) {
    const message = `Union type ${name} can only include type ${definition.types[member]} once.`;
    throw schemaError(definition.typePositions[member] ?? position, message);
  }
  if (!definition.builtIn) checkName(position, name);
  // Directives of a type are those of its extensions too, which are other places.
  checkDirectives(schema, definition.directives, { location: kind, isSingle: false });
}

// Where the first name that comes twice comes again; -1 when none does.
function secondTwin(names: readonly string[]): number {
  const firsts = new Map<string, number>();
  let [first, second] = [names.length, -1];
  for (const [index, name] of names.entries()) {
    const known = firsts.get(name);
    if (known === undefined) firsts.set(name, index);
    else if (known < first) [first, second] = [known, index];
  }
  return second;
}

function checkField(schema: Schema, field: FieldDefinition, kind: string): void {
  checkName(field.position, field.name);
  checkTypeReference(schema, field.type);
  checkArguments(schema, field.arguments);
  const location = kind === "INPUT_OBJECT" ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION";
  checkDirectives(schema, field.directives, { location, isSingle: true });
}

function checkContent(schema: Schema, { kind, name, fields, enumValues, position }: Definition): void {
  const kindOf = (field: FieldDefinition): string | undefined => schema.types.get(nameOfType(field.type))?.kind;
  if (kind === "OBJECT" || kind === "INTERFACE") {
    if (fields.length === 0) throw schemaError(position, `${kind} ${name}: must define one or more fields.`);
    const wrong = fields.find((field) => !OUTPUT_KINDS.includes(kindOf(field) ?? "OBJECT"));
    if (wrong !== undefined) throw schemaError(wrong.position, `${kind} ${name}: field must be one of ${OUTPUT_KINDS.join(", ")}.`);
  } else if (kind === "ENUM") {
    if (enumValues.length === 0) throw schemaError(position, `${kind} ${name}: must define one or more unique enum values.`);
    for (const value of enumValues) {
      if (NO_ENUM_VALUES.includes(value.name)) throw schemaError(position, `${kind} ${name}: non-enum value ${value.name}.`);
      checkDirectives(schema, value.directives, { location: "ENUM_VALUE", isSingle: true });
    }
  } else if (kind === "INPUT_OBJECT") {
    if (fields.length === 0) throw schemaError(position, `${kind} ${name}: must define one or more input fields.`);
    const wrong = fields.find((field) => !isInputKind(kindOf(field) ?? "SCALAR"));
    if (wrong !== undefined) {
      throw schemaError(wrong.position, `${kindOf(wrong)} ${wrong.name}: field must be one of ${INPUT_KINDS.join(", ")}.`);
    }
  }
}

function checkTypeReference(schema: Schema, type: TypeReference): void {
  const name = nameOfType(type);
  if (!schema.types.has(name)) throw schemaError(type.position, `Undefined type ${name}.`);
}

function checkArguments(schema: Schema, args: readonly ArgumentDefinition[], directive?: string): void {
  for (const argument of args) {
    checkName(argument.position, argument.name);
    checkTypeReference(schema, argument.type);
    const kind = schema.types.get(nameOfType(argument.type))?.kind ?? "";
    if (!isInputKind(kind)) {
      const message = `cannot use ${typeText(argument.type)} as argument ${argument.name} because ${kind} is not a valid input type`;
      throw schemaError(argument.position, message);
    }
    checkDirectives(schema, argument.directives, { location: "ARGUMENT_DEFINITION", isSingle: true, directive });
  }
}

/** Checks directives used in a schema; `directive` is the one being defined. */
export function checkDirectives(
  schema: Schema,
  directives: readonly Directive[],
  { location, isSingle, directive }: { readonly location: string; readonly isSingle: boolean; readonly directive?: string | undefined },
): void {
  const seen = new Set<string>();
  for (const { name, position, arguments: args } of directives) {
    checkName(position, name);
    if (name === directive) throw schemaError(position, `Directive ${name} cannot refer to itself.`);
    const definition = schema.directives.get(name);
    if (definition === undefined) throw schemaError(position, `Undefined directive ${name}.`);
    if (isSingle && seen.has(name) && !definition.isRepeatable) {
      throw schemaError(position, `The directive ${name} can only be used once at this location.`);
    }
    seen.add(name);
    if (!definition.locations.includes(location)) throw schemaError(position, `Directive ${name} is not applicable on ${location}.`);
    const unknown = args.find((argument) => named(definition.arguments, argument.name) === undefined);
    if (unknown !== undefined) throw schemaError(unknown.position, `Undefined argument ${unknown.name} for directive ${name}.`);
    for (const wanted of definition.arguments) {
      if (!wanted.type.nonNull || wanted.defaultValue !== undefined) continue;
      const given = named(args, wanted.name);
      if (given === undefined || given.value.kind === VALUE.null) {
        throw schemaError(position, `Argument ${wanted.name} for directive ${name} cannot be null.`);
      }
    }
  }
}

function checkInterface(schema: Schema, definition: Definition, name: string): void {
  const { position } = definition;
  const implemented = schema.types.get(name);
  if (implemented === undefined) throw schemaError(position, `Undefined type ${quote(name)}.`);
  if (implemented.kind !== "INTERFACE") throw schemaError(position, `${quote(name)} is a non interface type ${implemented.kind}.`);
  for (const required of implemented.fields) checkImplementedField(schema, required, { definition, name: implemented.name });
  for (const transitive of implemented.interfaces) {
    if (definition.interfaces.includes(transitive)) continue;
    if (transitive === definition.name) {
      throw schemaError(position, `Type ${definition.name} cannot implement ${name} because it would create a circular reference.`);
    }
    throw schemaError(position, `Type ${definition.name} must implement ${transitive} because it is implemented by ${name}.`);
  }
}

function checkImplementedField(
  schema: Schema,
  required: FieldDefinition,
  { definition, name }: { readonly definition: Definition; readonly name: string },
): void {
  const start = `For ${definition.name} to implement ${name}`;
  const found = named(definition.fields, required.name);
  if (found === undefined) throw schemaError(definition.position, `${start} it must have a field called ${required.name}.`);
  if (!isCovariant(schema, required.type, found.type)) {
    throw schemaError(found.position, `${start} the field ${required.name} must have type ${typeText(required.type)}.`);
  }
  const same = `${start} the field ${required.name} must have the same arguments but`;
  for (const wanted of required.arguments) {
    const given = named(found.arguments, wanted.name);
    if (given === undefined) throw schemaError(found.position, `${same} it is missing ${wanted.name}.`);
    if (!isCompatible(wanted.type, given.type)) throw schemaError(given.position, `${same} ${wanted.name} has the wrong type.`);
  }
  for (const given of found.arguments) {
    if (named(required.arguments, given.name) !== undefined || !given.type.nonNull || given.defaultValue !== undefined) continue;
    const message = `${start} any additional arguments on ${found.name} must be optional or have a default value but ${given.name} is required.`;
    throw schemaError(given.position, message);
  }
}

function isCovariant(schema: Schema, required: TypeReference, actual: TypeReference): boolean {
  if (required.nonNull && !actual.nonNull) return false;
  if (required.namedType !== "") {
    if (required.namedType === actual.namedType) return true;
    return (schema.possibleTypes.get(required.namedType) ?? []).some(({ name }) => name === actual.namedType);
  }
  return required.elem !== undefined && actual.elem !== undefined && isCovariant(schema, required.elem, actual.elem);
}

/** Whether a value of a type may stand where another is expected. */
export function isCompatible(type: TypeReference, other: TypeReference): boolean {
  if (type.namedType !== other.namedType) return false;
  if (type.elem !== undefined && (other.elem === undefined || !isCompatible(type.elem, other.elem))) return false;
  return !other.nonNull || type.nonNull;
}
