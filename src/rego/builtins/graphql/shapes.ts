/**
 * The JSON form of GraphQL syntax trees, as OPA shows and accepts them (https://www.openpolicyagent.org/docs/latest/policy-reference/#graphql).
 * Null and empty values are left out, and so are positions.
 */
import { getKey, isObject, setKey } from "../../values/object.ts";
import { typeName } from "../../values/type-name.ts";
import type { Value } from "../../values/value.ts";
import { GraphqlError, type QueryDocument, type SchemaDocument } from "./document.ts";

// How a field is written: a scalar, a node or a list of nodes of a kind. `!` marks nodes that must be there.
type Shape = Readonly<Record<string, string>>;

const COMMENTS = { BeforeDescriptionComment: "CommentGroup", AfterDescriptionComment: "CommentGroup" };

// biome-ignore format: table
const SHAPES: Readonly<Record<string, Shape>> = {
  QueryDocument: { Operations: "OperationDefinition[]", Fragments: "FragmentDefinition[]", Comment: "CommentGroup" },
  OperationDefinition: { Operation: "string", Name: "string", VariableDefinitions: "VariableDefinition[]", Directives: "Directive[]", SelectionSet: "Selection[]", Comment: "CommentGroup" },
  FragmentDefinition: { Name: "string", VariableDefinition: "VariableDefinition[]", TypeCondition: "string", Directives: "Directive[]", SelectionSet: "Selection[]", Comment: "CommentGroup" },
  VariableDefinition: { Variable: "string", Type: "Type!", DefaultValue: "Value", Directives: "Directive[]", Comment: "CommentGroup", Used: "boolean" },
  Field: { Alias: "string", Name: "string", Arguments: "Argument[]", Directives: "Directive[]", SelectionSet: "Selection[]", Comment: "CommentGroup" },
  FragmentSpread: { Name: "string", Directives: "Directive[]", Comment: "CommentGroup" },
  InlineFragment: { TypeCondition: "string", Directives: "Directive[]", SelectionSet: "Selection[]", Comment: "CommentGroup" },
  Argument: { Name: "string", Value: "Value!", Comment: "CommentGroup" },
  Directive: { Name: "string", Arguments: "Argument[]", Location: "string" },
  Type: { NamedType: "string", Elem: "Type", NonNull: "boolean" },
  Value: { Raw: "string", Children: "ChildValue[]", Kind: "number", Comment: "CommentGroup", ExpectedTypeHasDefault: "boolean" },
  ChildValue: { Name: "string", Value: "Value!", Comment: "CommentGroup" },
  CommentGroup: { List: "Comment[]" },
  Comment: { Value: "string" },
  SchemaDocument: { Schema: "SchemaDefinition[]", SchemaExtension: "SchemaDefinition[]", Directives: "DirectiveDefinition[]", Definitions: "Definition[]", Extensions: "Definition[]", Comment: "CommentGroup" },
  SchemaDefinition: { Description: "string", Directives: "Directive[]", OperationTypes: "OperationTypeDefinition[]", ...COMMENTS, EndOfDefinitionComment: "CommentGroup" },
  OperationTypeDefinition: { Operation: "string", Type: "string", Comment: "CommentGroup" },
  Definition: { Kind: "string", Description: "string", Name: "string", Directives: "Directive[]", Interfaces: "string[]", Fields: "FieldDefinition[]", Types: "string[]", EnumValues: "EnumValueDefinition[]", BuiltIn: "boolean", ...COMMENTS, EndOfDefinitionComment: "CommentGroup" },
  FieldDefinition: { Description: "string", Name: "string", Arguments: "ArgumentDefinition[]", DefaultValue: "Value", Type: "Type!", Directives: "Directive[]", ...COMMENTS },
  ArgumentDefinition: { Description: "string", Name: "string", DefaultValue: "Value", Type: "Type!", Directives: "Directive[]", ...COMMENTS },
  EnumValueDefinition: { Description: "string", Name: "string", Directives: "Directive[]", ...COMMENTS },
  DirectiveDefinition: { Description: "string", Name: "string", Arguments: "ArgumentDefinition[]", Locations: "string[]", IsRepeatable: "boolean", ...COMMENTS },
};
const EMPTY: Readonly<Record<string, unknown>> = { string: "", number: 0, boolean: false };
const SELECTIONS: Readonly<Record<string, string>> = { field: "Field", spread: "FragmentSpread", inline: "InlineFragment" };
const MAX_DEPTH = 1500;

type Node = { [property: string]: unknown };

/** Returns the JSON form of a query. */
export function queryValue(document: QueryDocument): Value {
  return encode("QueryDocument", document as unknown as Node);
}

/** Returns the JSON form of a schema. */
export function schemaValue(document: SchemaDocument): Value {
  return encode("SchemaDocument", document as unknown as Node);
}

/** Reads a query from its JSON form; throws GraphqlError. */
export function queryFromValue(value: Value): QueryDocument {
  return decode("QueryDocument", value, START) as unknown as QueryDocument;
}

/** Reads a schema from its JSON form; throws GraphqlError. */
export function schemaFromValue(value: Value): SchemaDocument {
  return decode("SchemaDocument", value, START) as unknown as SchemaDocument;
}

function propertyOf(key: string): string {
  return key.charAt(0).toLowerCase() + key.slice(1);
}

function encode(kind: string, node: Node): Value {
  const result: { [key: string]: Value } = {};
  const shape = SHAPES[kind === "Selection" ? (SELECTIONS[String(node["selection"])] ?? "Field") : kind] ?? {};
  for (const [key, type] of Object.entries(shape)) {
    const encoded = encodeField(type, node[propertyOf(key)]);
    if (encoded !== null && !isEmpty(encoded)) setKey(result, key, encoded);
  }
  return result;
}

function encodeField(type: string, value: unknown): Value {
  if (value === undefined) return null;
  if (!type.endsWith("[]")) return Object.hasOwn(EMPTY, type) ? (value as Value) : encode(type.replace("!", ""), value as Node);
  const item = type.slice(0, -2);
  if (item === "string") return [...(value as string[])];
  return (value as Node[]).map((one) => encode(item, one)).filter((one) => !isEmpty(one));
}

function isEmpty(value: Value): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

// Where a value stands, for errors: Go names the struct, and the fields on the way from where it began to read.
interface Where {
  readonly struct: string;
  readonly path: readonly string[];
  readonly depth: number;
}

// These read each of their fields anew, and do not read comments.
const READ_ANEW = new Set(["Field", "InlineFragment", "OperationDefinition", "FragmentDefinition"]);
const START: Where = { struct: "", path: [], depth: 0 };

function decode(kind: string, value: Value, where: Where): Node {
  if (where.depth > MAX_DEPTH) throw new GraphqlError(`the document nests more than ${MAX_DEPTH} levels`, undefined);
  if (!isObject(value)) throw mismatch(value, `ast.${kind}`, where);
  const shape = SHAPES[kind] ?? {};
  const node: Node = {};
  for (const [key, type] of Object.entries(shape)) {
    const isAnew = READ_ANEW.has(kind);
    const inner = { struct: isAnew ? "" : kind, path: isAnew ? [] : [...where.path, key], depth: where.depth };
    node[propertyOf(key)] = decodeField(type, isAnew && key === "Comment" ? null : (getKey(value, key) ?? null), {
      where: inner,
      kind,
      key,
    });
  }
  if (kind === "Type" && node["namedType"] === "" && node["elem"] === undefined) {
    throw new GraphqlError("a type needs a NamedType or an Elem", undefined);
  }
  if (kind === "Definition") node["typePositions"] = [];
  return node;
}

function decodeField(type: string, value: Value, at: { readonly where: Where; readonly kind: string; readonly key: string }): unknown {
  const { where, kind, key } = at;
  if (type.endsWith("[]")) {
    if (value === null) return [];
    if (!Array.isArray(value)) throw mismatch(value, LISTS[type] ?? `[]${type.slice(0, -2)}`, where);
    const items = value as readonly Value[];
    return type === "Selection[]"
      ? items.flatMap((item) => decodeSelection(item, where))
      : items.map((item) => decodeField(`${type.slice(0, -2)}!`, item, at));
  }
  const scalar = type.replace("!", "");
  if (Object.hasOwn(EMPTY, scalar)) {
    if (value === null) return EMPTY[scalar];
    if (typeof value !== scalar) throw mismatch(value, SCALARS[`${kind}.${key}`] ?? GO_NAMES[scalar] ?? scalar, where);
    return value;
  }
  if (value !== null) return decode(scalar, value, { ...where, depth: where.depth + 1 });
  if (type.endsWith("!")) throw new GraphqlError(`a node of kind ${kind} needs ${key}`, undefined);
  return undefined;
}

// OPA's library takes a selection for the first kind whose fields have the right types, which is nearly always a field.
function decodeSelection(value: Value, where: Where): Node[] {
  for (const [selection, kind] of Object.entries(SELECTIONS)) {
    try {
      return [{ selection, ...decode(kind, value, { ...START, depth: where.depth + 1 }) }];
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
    }
  }
  return [];
}

const GO_NAMES: Readonly<Record<string, string>> = { boolean: "bool" };
const SCALARS: Readonly<Record<string, string>> = {
  "Value.Kind": "ast.ValueKind",
  "Definition.Kind": "ast.DefinitionKind",
  "Directive.Location": "ast.DirectiveLocation",
  "OperationDefinition.Operation": "ast.Operation",
  "OperationTypeDefinition.Operation": "ast.Operation",
};
const LISTS: Readonly<Record<string, string>> = {
  "OperationDefinition[]": "ast.OperationList",
  "FieldDefinition[]": "ast.FieldList",
  "EnumValueDefinition[]": "ast.EnumValueList",
  "Comment[]": "[]*ast.Comment",
  "Selection[]": "[]json.RawMessage",
  ...Object.fromEntries(
    ["FragmentDefinition", "VariableDefinition", "Directive", "Argument", "ChildValue", "SchemaDefinition"]
      .concat(["DirectiveDefinition", "Definition", "ArgumentDefinition", "OperationTypeDefinition"])
      .map((kind) => [`${kind}[]`, `ast.${kind}List`]),
  ),
};

class Mismatch extends GraphqlError {}

function mismatch(value: Value, wanted: string, { struct, path }: Where): Mismatch {
  const name = typeName(value);
  const target = struct === "" ? "Go value" : `Go struct field ${struct}.${path.join(".")}`;
  return new Mismatch(`json: cannot unmarshal ${GO_NAMES[name] ?? name} into ${target} of type ${wanted}`, undefined);
}
