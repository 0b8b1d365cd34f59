/**
 * Turns a schema as written into one that queries can be checked against, merging extensions and the types every schema has. In: a document;
 * out: a schema whose definitions are checked, or a GraphqlError. https://spec.graphql.org/October2021/#sec-Schema
 */
import {
  type Definition,
  type DirectiveDefinition,
  type SchemaDefinition,
  type SchemaDocument,
  schemaError,
  type TypeReference,
} from "./document.ts";
import { PRELUDE } from "./prelude.table.ts";
import { checkDefinitions, checkDirectives } from "./schema-checks.ts";
import { parseSchema } from "./schema-parser.ts";

/** A checked schema. */
export interface Schema {
  query: Definition | undefined;
  mutation: Definition | undefined;
  subscription: Definition | undefined;
  readonly types: Map<string, Definition>;
  readonly directives: Map<string, DirectiveDefinition>;
  /** The object types an interface or a union stands for. */
  readonly possibleTypes: Map<string, Definition[]>;
}

const BUILTIN_DIRECTIVES = new Set(["include", "skip", "deprecated", "specifiedBy", "defer", "oneOf"]);

/** Checks a document and makes a schema of it; throws GraphqlError. The document's definitions become the schema's. */
export function buildSchema(document: SchemaDocument): Schema {
  const prelude = parseSchema(PRELUDE);
  for (const definition of prelude.definitions) definition.builtIn = true;
  const schema: Schema = {
    query: undefined,
    mutation: undefined,
    subscription: undefined,
    types: new Map(),
    directives: new Map(),
    possibleTypes: new Map(),
  };
  const definitions = collectDefinitions(schema, [...prelude.definitions, ...document.definitions], document.extensions);
  for (const definition of definitions) addPossibleTypes(schema, definition);
  for (const directive of [...prelude.directives, ...document.directives]) {
    if (schema.directives.has(directive.name) && !BUILTIN_DIRECTIVES.has(directive.name)) {
      throw schemaError(directive.position, `Cannot redeclare directive ${directive.name}.`);
    }
    schema.directives.set(directive.name, directive);
  }
  if (document.schema.length > 1) {
    throw schemaError(document.schema[1]?.position, "Cannot have multiple schema entry points, consider schema extensions instead.");
  }
  for (const entry of [...document.schema, ...document.schemaExtension]) applyEntry(schema, entry);
  checkDefinitions(schema);
  if (document.schema.length === 0) {
    schema.query ??= schema.types.get("Query");
    schema.mutation ??= schema.types.get("Mutation");
    schema.subscription ??= schema.types.get("Subscription");
  }
  if (schema.query !== undefined) addIntrospection(schema.query);
  return schema;
}

function collectDefinitions(schema: Schema, definitions: readonly Definition[], extensions: readonly Definition[]): Definition[] {
  const all = [...definitions];
  for (const definition of definitions) {
    if (schema.types.has(definition.name)) throw schemaError(definition.position, `Cannot redeclare type ${definition.name}.`);
    schema.types.set(definition.name, definition);
  }
  for (const extension of extensions) {
    let base = schema.types.get(extension.name);
    if (base === undefined) {
      base = emptyDefinition(extension);
      schema.types.set(base.name, base);
      all.push(base);
    }
    if (base.kind !== extension.kind) {
      throw schemaError(
        extension.position,
        `Cannot extend type ${extension.name} because the base type is a ${base.kind}, not ${extension.kind}.`,
      );
    }
    base.directives = [...base.directives, ...extension.directives];
    base.interfaces = [...base.interfaces, ...extension.interfaces];
    base.fields = [...base.fields, ...extension.fields];
    base.types = [...base.types, ...extension.types];
    base.typePositions = [...base.typePositions, ...extension.typePositions];
    base.enumValues = [...base.enumValues, ...extension.enumValues];
  }
  return all;
}

function emptyDefinition({ kind, name, position }: Definition): Definition {
  return {
    kind,
    name,
    position,
    description: "",
    directives: [],
    interfaces: [],
    fields: [],
    types: [],
    enumValues: [],
    builtIn: false,
    typePositions: [],
    beforeDescriptionComment: undefined,
    afterDescriptionComment: undefined,
    endOfDefinitionComment: undefined,
  };
}

function addPossibleTypes(schema: Schema, definition: Definition): void {
  const add = (name: string, possible: Definition | undefined): void => {
    if (possible === undefined) return;
    const known = schema.possibleTypes.get(name);
    if (known === undefined) schema.possibleTypes.set(name, [possible]);
    else known.push(possible);
  };
  const { kind, name } = definition;
  if (kind === "UNION") for (const member of definition.types) add(name, schema.types.get(member));
  if (kind !== "OBJECT" && kind !== "INPUT_OBJECT" && kind !== "INTERFACE") return;
  for (const implemented of definition.interfaces) add(implemented, definition);
  if (kind !== "INTERFACE") add(name, definition);
}

function applyEntry(schema: Schema, { operationTypes, directives }: SchemaDefinition): void {
  for (const { operation, type, position } of operationTypes) {
    const definition = schema.types.get(type);
    if (definition === undefined) throw schemaError(position, `Schema root ${operation} refers to a type ${type} that does not exist.`);
    if (operation === "query" || operation === "mutation" || operation === "subscription") schema[operation] = definition;
  }
  checkDirectives(schema, directives, { location: "SCHEMA", isSingle: true });
}

function addIntrospection(query: Definition): void {
  const type = (namedType: string, nonNull: boolean): TypeReference => ({ namedType, elem: undefined, nonNull, position: undefined });
  const common = {
    description: "",
    defaultValue: undefined,
    directives: [],
    position: undefined,
    beforeDescriptionComment: undefined,
    afterDescriptionComment: undefined,
  };
  const name = { ...common, name: "name", type: type("String", true) };
  query.fields = [
    ...query.fields,
    { ...common, name: "__schema", type: type("__Schema", true), arguments: [] },
    { ...common, name: "__type", type: type("__Type", false), arguments: [name] },
  ];
}
