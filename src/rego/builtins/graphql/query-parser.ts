/** Parses GraphQL queries (https://spec.graphql.org/October2021/#sec-Language), and the parts that schemas share with them. */
import {
  type Argument,
  type ChildValue,
  type Directive,
  type Field,
  type FragmentDefinition,
  type OperationDefinition,
  type QueryDocument,
  type Selection,
  type TypeReference,
  VALUE,
  type ValueNode,
  type VariableDefinition,
} from "./document.ts";
import { TokenReader } from "./token-reader.ts";

const OPERATIONS = new Set(["query", "mutation", "subscription"]);
const LITERALS: Readonly<Record<string, number>> = { Int: VALUE.int, Float: VALUE.float, String: VALUE.string, BlockString: VALUE.block };
const WORDS: ReadonlyMap<string, number> = new Map([
  ["true", VALUE.boolean],
  ["false", VALUE.boolean],
  ["null", VALUE.null],
]);

/** Returns the query's tree; throws GraphqlError. */
export function parseQuery(source: string): QueryDocument {
  const reader = new TokenReader(source);
  const document: QueryDocument = { operations: [], fragments: [], comment: undefined };
  while (!reader.is("<EOF>")) {
    const { kind, value } = reader.peek();
    if (kind === "{" || (kind === "Name" && OPERATIONS.has(value))) document.operations.push(parseOperation(reader));
    else if (kind === "Name" && value === "fragment") document.fragments.push(parseFragmentDefinition(reader));
    else throw reader.unexpected();
  }
  return document;
}

function parseOperation(reader: TokenReader): OperationDefinition {
  const position = reader.position();
  if (reader.is("{")) {
    const selectionSet = parseSelectionSet(reader);
    return { operation: "query", name: "", variableDefinitions: [], directives: [], selectionSet, position, comment: reader.comment };
  }
  const { comment } = reader;
  const operation = parseOperationType(reader);
  const name = reader.is("Name") ? reader.next().value : "";
  const variableDefinitions = parseVariableDefinitions(reader);
  const directives = parseDirectives(reader, false);
  return { operation, name, variableDefinitions, directives, selectionSet: parseSelectionSet(reader), position, comment };
}

/** Reads `query`, `mutation` or `subscription`. */
export function parseOperationType(reader: TokenReader): string {
  const token = reader.next();
  if (!OPERATIONS.has(token.value)) throw reader.unexpected(token);
  return token.value;
}

function parseVariableDefinitions(reader: TokenReader): VariableDefinition[] {
  return reader.some("(", ")", () => {
    const position = reader.position();
    const { comment } = reader;
    const variable = parseVariable(reader);
    reader.expect(":");
    const type = parseType(reader);
    const defaultValue = reader.skip("=") ? parseValue(reader, true) : undefined;
    const directives = parseDirectives(reader, false);
    return { variable, type, defaultValue, directives, position, comment, definition: undefined, used: false };
  }).items;
}

function parseVariable(reader: TokenReader): string {
  reader.expect("$");
  return reader.name();
}

function parseSelectionSet(reader: TokenReader): Selection[] {
  if (!reader.is("{")) reader.expect("{");
  return reader.some("{", "}", () => (reader.is("...") ? parseSpread(reader) : parseField(reader))).items;
}

function parseField(reader: TokenReader): Field {
  const position = reader.position();
  const { comment } = reader;
  const alias = reader.name();
  const name = reader.skip(":") ? reader.name() : alias;
  const args = parseArguments(reader, false);
  const directives = parseDirectives(reader, false);
  const selectionSet = reader.is("{") ? parseSelectionSet(reader) : [];
  return {
    selection: "field",
    alias,
    name,
    arguments: args,
    directives,
    selectionSet,
    position,
    comment,
    definition: undefined,
    objectDefinition: undefined,
  };
}

function parseArguments(reader: TokenReader, isConst: boolean): Argument[] {
  return reader.some("(", ")", () => {
    const position = reader.position();
    const { comment } = reader;
    const name = reader.name();
    reader.expect(":");
    return { name, value: parseValue(reader, isConst), position, comment };
  }).items;
}

function parseSpread(reader: TokenReader): Selection {
  const { comment } = reader.expect("...");
  const { kind, value } = reader.peek();
  const position = reader.position();
  if (kind === "Name" && value !== "on") {
    const name = reader.name();
    const directives = parseDirectives(reader, false);
    return { selection: "spread", name, directives, position, comment, definition: undefined, objectDefinition: undefined };
  }
  let typeCondition = "";
  if (value === "on") {
    reader.next();
    typeCondition = reader.name();
  }
  const directives = parseDirectives(reader, false);
  return {
    selection: "inline",
    typeCondition,
    directives,
    selectionSet: parseSelectionSet(reader),
    position,
    comment,
    objectDefinition: undefined,
  };
}

function parseFragmentDefinition(reader: TokenReader): FragmentDefinition {
  const position = reader.position();
  const { comment } = reader;
  reader.expectKeyword("fragment");
  if (reader.peek().value === "on") throw reader.unexpected();
  const name = reader.name();
  const variableDefinition = parseVariableDefinitions(reader);
  reader.expectKeyword("on");
  const typeCondition = reader.name();
  const directives = parseDirectives(reader, false);
  const selectionSet = parseSelectionSet(reader);
  return { name, variableDefinition, typeCondition, directives, selectionSet, position, comment, definition: undefined };
}

/** Reads a value; constants have no variables. */
export function parseValue(reader: TokenReader, isConst: boolean): ValueNode {
  const token = reader.peek();
  const { comment } = reader;
  if (token.kind === "[") {
    const children = reader.many("[", "]", () => ({
      name: "",
      value: parseValue(reader, isConst),
      position: undefined,
      comment: undefined,
    }));
    return { ...valueNode(VALUE.list, "", token.position), children, comment };
  }
  if (token.kind === "{") {
    const children = reader.many("{", "}", () => parseObjectField(reader, isConst));
    return { ...valueNode(VALUE.object, "", token.position), children, comment };
  }
  if (token.kind === "$" && !isConst) return valueNode(VALUE.variable, parseVariable(reader), token.position);
  const kind = token.kind === "Name" ? (WORDS.get(token.value) ?? VALUE.enum) : LITERALS[token.kind];
  if (kind === undefined) throw reader.unexpected();
  reader.next();
  return valueNode(kind, token.value, token.position);
}

function valueNode(kind: number, raw: string, position: ValueNode["position"]): ValueNode {
  return {
    raw,
    children: [],
    kind,
    position,
    comment: undefined,
    definition: undefined,
    variableDefinition: undefined,
    expectedType: undefined,
    expectedTypeHasDefault: false,
  };
}

function parseObjectField(reader: TokenReader, isConst: boolean): ChildValue {
  const position = reader.position();
  const { comment } = reader;
  const name = reader.name();
  reader.expect(":");
  return { name, value: parseValue(reader, isConst), position, comment };
}

/** Reads `@a @b(…)`. */
export function parseDirectives(reader: TokenReader, isConst: boolean): Directive[] {
  const directives: Directive[] = [];
  while (reader.skip("@")) {
    const position = reader.position();
    const name = reader.name();
    directives.push({ name, arguments: parseArguments(reader, isConst), position, location: "", definition: undefined });
  }
  return directives;
}

/** Reads a type reference. */
export function parseType(reader: TokenReader): TypeReference {
  const isList = reader.skip("[");
  const position = reader.position();
  if (!isList) return { namedType: reader.name(), elem: undefined, position, nonNull: reader.skip("!") };
  const elem = reader.nested(() => parseType(reader));
  reader.expect("]");
  return { namedType: "", elem, position, nonNull: reader.skip("!") };
}
