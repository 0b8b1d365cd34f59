/**
 * The syntax tree of GraphQL documents, shaped as OPA's (https://github.com/vektah/gqlparser): names differ from the JSON form only in the case
 * of the first letter. Validation writes what it finds out (definitions, expected types) into the nodes.
 */

/** Where a node starts; nodes that came as JSON have none. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a document, or none. */
export type Place = Position | undefined;

/** Comments before a node. */
export interface CommentGroup {
  readonly list: readonly { readonly value: string }[];
}

/** Comments around a definition. */
export interface Commented {
  beforeDescriptionComment: CommentGroup | undefined;
  afterDescriptionComment: CommentGroup | undefined;
}

/** `Name`, `[Name]`, `Name!`. */
export interface TypeReference {
  namedType: string;
  elem: TypeReference | undefined;
  nonNull: boolean;
  position: Place;
}

/** Kinds of values, numbered as in the JSON form. */
export const VALUE = { variable: 0, int: 1, float: 2, string: 3, block: 4, boolean: 5, null: 6, enum: 7, list: 8, object: 9 } as const;

/** A literal or a variable. */
export interface ValueNode {
  raw: string;
  children: ChildValue[];
  kind: number;
  position: Place;
  comment: CommentGroup | undefined;
  definition: Definition | undefined;
  variableDefinition: VariableDefinition | undefined;
  expectedType: TypeReference | undefined;
  expectedTypeHasDefault: boolean;
}

/** An item of a list, or a field of an object. */
export interface ChildValue {
  name: string;
  value: ValueNode;
  position: Place;
  comment: CommentGroup | undefined;
}

/** `name: value`. */
export interface Argument {
  name: string;
  value: ValueNode;
  position: Place;
  comment: CommentGroup | undefined;
}

/** `@name(…)`. */
export interface Directive {
  name: string;
  arguments: Argument[];
  position: Place;
  location: string;
  definition: DirectiveDefinition | undefined;
}

/** A field of a selection. */
export interface Field {
  selection: "field";
  alias: string;
  name: string;
  arguments: Argument[];
  directives: Directive[];
  selectionSet: Selection[];
  position: Place;
  comment: CommentGroup | undefined;
  definition: FieldDefinition | undefined;
  objectDefinition: Definition | undefined;
}

/** `...Name`. */
export interface FragmentSpread {
  selection: "spread";
  name: string;
  directives: Directive[];
  position: Place;
  comment: CommentGroup | undefined;
  definition: FragmentDefinition | undefined;
  objectDefinition: Definition | undefined;
}

/** `... on Type { … }`. */
export interface InlineFragment {
  selection: "inline";
  typeCondition: string;
  directives: Directive[];
  selectionSet: Selection[];
  position: Place;
  comment: CommentGroup | undefined;
  objectDefinition: Definition | undefined;
}

/** What stands in braces. */
export type Selection = Field | FragmentSpread | InlineFragment;

/** `fragment Name on Type { … }`. */
export interface FragmentDefinition {
  name: string;
  variableDefinition: VariableDefinition[];
  typeCondition: string;
  directives: Directive[];
  selectionSet: Selection[];
  position: Place;
  comment: CommentGroup | undefined;
  definition: Definition | undefined;
}

/** `$name: Type = value`. */
export interface VariableDefinition {
  variable: string;
  type: TypeReference;
  defaultValue: ValueNode | undefined;
  directives: Directive[];
  position: Place;
  comment: CommentGroup | undefined;
  definition: Definition | undefined;
  used: boolean;
}

/** A query, a mutation, a subscription. */
export interface OperationDefinition {
  operation: string;
  name: string;
  variableDefinitions: VariableDefinition[];
  directives: Directive[];
  selectionSet: Selection[];
  position: Place;
  comment: CommentGroup | undefined;
}

/** Operations and fragments. */
export interface QueryDocument {
  operations: OperationDefinition[];
  fragments: FragmentDefinition[];
  comment: CommentGroup | undefined;
}

/** A type of any kind, or an extension of one. */
export interface Definition extends Commented {
  kind: string;
  description: string;
  name: string;
  directives: Directive[];
  interfaces: string[];
  fields: FieldDefinition[];
  types: string[];
  enumValues: EnumValueDefinition[];
  builtIn: boolean;
  position: Place;
  typePositions: Place[];
  endOfDefinitionComment: CommentGroup | undefined;
}

/** A field of a type. */
export interface FieldDefinition extends Commented {
  description: string;
  name: string;
  arguments: ArgumentDefinition[];
  defaultValue: ValueNode | undefined;
  type: TypeReference;
  directives: Directive[];
  position: Place;
}

/** An argument of a field or a directive. */
export interface ArgumentDefinition extends Commented {
  description: string;
  name: string;
  defaultValue: ValueNode | undefined;
  type: TypeReference;
  directives: Directive[];
  position: Place;
}

/** A value of an enum. */
export interface EnumValueDefinition extends Commented {
  description: string;
  name: string;
  directives: Directive[];
  position: Place;
}

/** `directive @name(…) on …`. */
export interface DirectiveDefinition extends Commented {
  description: string;
  name: string;
  arguments: ArgumentDefinition[];
  locations: string[];
  isRepeatable: boolean;
  position: Place;
}

/** `query: Type` in a schema. */
export interface OperationTypeDefinition {
  operation: string;
  type: string;
  position: Place;
  comment: CommentGroup | undefined;
}

/** `schema { … }`. */
export interface SchemaDefinition extends Commented {
  description: string;
  directives: Directive[];
  operationTypes: OperationTypeDefinition[];
  position: Place;
  endOfDefinitionComment: CommentGroup | undefined;
}

/** A schema as written. */
export interface SchemaDocument {
  schema: SchemaDefinition[];
  schemaExtension: SchemaDefinition[];
  directives: DirectiveDefinition[];
  definitions: Definition[];
  extensions: Definition[];
  comment: CommentGroup | undefined;
}

/** A failure with the place it is at; line -1 stands for a node without a place. */
export class GraphqlError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }

  /** The error as its library prints it. */
  get text(): string {
    return `input${this.place === undefined ? "" : `:${this.place.line}:${this.place.column}`}: ${this.message}`;
  }
}

// What the library reports for nodes that have no place.
const NOWHERE: Position = { line: -1, column: -1 };

/** Returns an error at a place that may be unknown. */
export function schemaError(place: Place, message: string): GraphqlError {
  return new GraphqlError(message, place ?? NOWHERE);
}

/** The name of the type that a reference ends at. */
export function nameOfType(type: TypeReference): string {
  return type.elem === undefined || type.namedType !== "" ? type.namedType : nameOfType(type.elem);
}

/** A type reference as it is written. */
export function typeText({ namedType, elem, nonNull }: TypeReference): string {
  return `${namedType !== "" || elem === undefined ? namedType : `[${typeText(elem)}]`}${nonNull ? "!" : ""}`;
}
