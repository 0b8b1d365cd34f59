/** Parses GraphQL schemas (https://spec.graphql.org/October2021/#sec-Type-System). */
import type {
  ArgumentDefinition,
  Commented,
  CommentGroup,
  Definition,
  DirectiveDefinition,
  EnumValueDefinition,
  FieldDefinition,
  OperationTypeDefinition,
  Place,
  SchemaDefinition,
  SchemaDocument,
} from "./document.ts";
import { parseDirectives, parseOperationType, parseType, parseValue } from "./query-parser.ts";
import { TokenReader } from "./token-reader.ts";

const KINDS: ReadonlyMap<string, string> = new Map([
  ["scalar", "SCALAR"],
  ["type", "OBJECT"],
  ["interface", "INTERFACE"],
  ["union", "UNION"],
  ["enum", "ENUM"],
  ["input", "INPUT_OBJECT"],
]);
const LOCATIONS = new Set(
  (
    "QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION SCHEMA SCALAR OBJECT " +
    "FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION"
  ).split(" "),
);

interface Description {
  readonly text: string;
  readonly comment: CommentGroup | undefined;
}

const NO_DESCRIPTION: Description = { text: "", comment: undefined };

/** Returns the schema's tree; throws GraphqlError. */
export function parseSchema(source: string): SchemaDocument {
  const reader = new TokenReader(source);
  const document: SchemaDocument = { schema: [], schemaExtension: [], directives: [], definitions: [], extensions: [], comment: undefined };
  while (!reader.is("<EOF>")) {
    const description = parseDescription(reader);
    const { kind, value } = reader.peek();
    if (kind !== "Name") throw reader.unexpected();
    if (KINDS.has(value)) document.definitions.push(parseDefinition(reader, description));
    else if (value === "schema") document.schema.push(parseSchemaDefinition(reader, description));
    else if (value === "directive") document.directives.push(parseDirectiveDefinition(reader, description));
    else if (value === "extend") {
      if (description.text !== "") throw reader.unexpected(reader.last);
      parseExtension(reader, document);
    } else throw reader.unexpected();
  }
  document.comment = reader.comment;
  return document;
}

function parseDescription(reader: TokenReader): Description {
  if (!reader.is("String") && !reader.is("BlockString")) return NO_DESCRIPTION;
  const { comment } = reader;
  return { text: reader.next().value, comment };
}

function parseDefinition(reader: TokenReader, description: Description): Definition {
  const keyword = reader.peek().value;
  const comment = reader.expectKeyword(keyword);
  return parseDefinitionBody(reader, keyword, { description, comment });
}

function parseDefinitionBody(
  reader: TokenReader,
  keyword: string,
  { description, comment }: { readonly description: Description; readonly comment: CommentGroup | undefined },
): Definition {
  const position = reader.position();
  const definition: Definition = {
    kind: KINDS.get(keyword) ?? "",
    description: description.text,
    name: reader.name(),
    directives: [],
    interfaces: [],
    fields: [],
    types: [],
    enumValues: [],
    builtIn: false,
    position,
    typePositions: [],
    beforeDescriptionComment: description.comment,
    afterDescriptionComment: comment,
    endOfDefinitionComment: undefined,
  };
  if (keyword === "type" || keyword === "interface") definition.interfaces = parseInterfaces(reader);
  definition.directives = parseDirectives(reader, true);
  if (keyword === "union") parseMembers(reader, definition);
  const read = { type: parseField, interface: parseField, input: parseInputField }[keyword];
  if (read !== undefined) {
    const { items, comment: end } = reader.some("{", "}", () => read(reader));
    definition.fields = items;
    definition.endOfDefinitionComment = end;
  }
  if (keyword === "enum") {
    const { items, comment: end } = reader.some("{", "}", () => parseEnumValue(reader));
    definition.enumValues = items;
    definition.endOfDefinitionComment = end;
  }
  return definition;
}

function parseInterfaces(reader: TokenReader): string[] {
  if (reader.peek().value !== "implements") return [];
  reader.next();
  reader.skip("&");
  const names = [reader.name()];
  while (reader.skip("&")) names.push(reader.name());
  return names;
}

function parseMembers(reader: TokenReader, definition: Definition): void {
  if (!reader.skip("=")) return;
  reader.skip("|");
  do {
    definition.typePositions.push(reader.position());
    definition.types.push(reader.name());
  } while (reader.skip("|"));
}

// What fields, arguments and enum values begin with.
function parseHead(reader: TokenReader): Commented & { description: string; position: Place; name: string } {
  const { text, comment } = parseDescription(reader);
  const position = reader.position();
  const beforeDescriptionComment = text === "" ? undefined : comment;
  const afterDescriptionComment = reader.comment;
  return { description: text, beforeDescriptionComment, afterDescriptionComment, position, name: reader.name() };
}

function parseField(reader: TokenReader): FieldDefinition {
  const head = parseHead(reader);
  const args = parseArgumentDefinitions(reader);
  reader.expect(":");
  const type = parseType(reader);
  return { ...head, arguments: args, type, defaultValue: undefined, directives: parseDirectives(reader, true) };
}

function parseInputField(reader: TokenReader): FieldDefinition {
  return { ...parseArgumentDefinition(reader), arguments: [] };
}

function parseArgumentDefinitions(reader: TokenReader): ArgumentDefinition[] {
  return reader.some("(", ")", () => parseArgumentDefinition(reader)).items;
}

function parseArgumentDefinition(reader: TokenReader): ArgumentDefinition {
  const head = parseHead(reader);
  reader.expect(":");
  const type = parseType(reader);
  const defaultValue = reader.skip("=") ? parseValue(reader, true) : undefined;
  return { ...head, type, defaultValue, directives: parseDirectives(reader, true) };
}

function parseEnumValue(reader: TokenReader): EnumValueDefinition {
  const head = parseHead(reader);
  return { ...head, directives: parseDirectives(reader, true) };
}

function parseSchemaDefinition(reader: TokenReader, description: Description): SchemaDefinition {
  return parseSchemaBody(reader, description, reader.expectKeyword("schema"));
}

function parseSchemaBody(reader: TokenReader, description: Description, comment: CommentGroup | undefined): SchemaDefinition {
  const position = reader.position();
  const directives = parseDirectives(reader, true);
  const { items, comment: end } = reader.some("{", "}", () => parseOperationTypeDefinition(reader));
  return {
    description: description.text,
    directives,
    operationTypes: items,
    position,
    beforeDescriptionComment: description.comment,
    afterDescriptionComment: comment,
    endOfDefinitionComment: end,
  };
}

function parseOperationTypeDefinition(reader: TokenReader): OperationTypeDefinition {
  const position = reader.position();
  const { comment } = reader;
  const operation = parseOperationType(reader);
  reader.expect(":");
  return { operation, type: reader.name(), position, comment };
}

function parseExtension(reader: TokenReader, document: SchemaDocument): void {
  const comment = reader.expectKeyword("extend");
  const keyword = reader.peek().value;
  if (keyword === "schema") {
    reader.next();
    const extension = parseSchemaBody(reader, NO_DESCRIPTION, comment);
    if (extension.directives.length === 0 && extension.operationTypes.length === 0) throw reader.unexpected();
    document.schemaExtension.push(extension);
    return;
  }
  if (!KINDS.has(keyword)) throw reader.unexpected();
  reader.expectKeyword(keyword);
  const extension = parseDefinitionBody(reader, keyword, { description: NO_DESCRIPTION, comment });
  const { directives, interfaces, fields, types, enumValues } = extension;
  if ([directives, interfaces, fields, types, enumValues].every((part) => part.length === 0)) throw reader.unexpected();
  document.extensions.push(extension);
}

function parseDirectiveDefinition(reader: TokenReader, description: Description): DirectiveDefinition {
  const comment = reader.expectKeyword("directive");
  reader.expect("@");
  const position = reader.position();
  const name = reader.name();
  const args = parseArgumentDefinitions(reader);
  const { kind, value } = reader.peek();
  const isRepeatable = kind === "Name" && value === "repeatable";
  if (isRepeatable) reader.next();
  reader.expectKeyword("on");
  reader.skip("|");
  const locations = [parseLocation(reader)];
  while (reader.skip("|")) locations.push(parseLocation(reader));
  return {
    description: description.text,
    name,
    arguments: args,
    locations,
    isRepeatable,
    position,
    beforeDescriptionComment: description.comment,
    afterDescriptionComment: comment,
  };
}

function parseLocation(reader: TokenReader): string {
  const { token } = reader.expect("Name");
  if (!LOCATIONS.has(token.value)) throw reader.unexpected(token);
  return token.value;
}
