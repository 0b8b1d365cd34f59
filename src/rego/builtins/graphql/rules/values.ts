/** Rules about literal values (https://spec.graphql.org/October2021/#sec-Validation.Values). */
import { quote } from "../../../text/quote.ts";
import { type Definition, typeText, VALUE, type ValueNode } from "../document.ts";
import { named } from "../schema-checks.ts";
import { suggestion } from "../suggest.ts";
import type { MakeRule, Walk } from "../walk.ts";

const SCALARS = new Set(["Int", "Float", "String", "Boolean", "ID"]);
const MAX_INT32 = 2n ** 31n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;

/** Input fields are given once. */
export const uniqueInputFieldNames: MakeRule = () => ({
  value({ kind, children }, walk) {
    if (kind !== VALUE.object) return;
    const seen = new Set<string>();
    for (const { name, position } of children) {
      if (seen.has(name)) walk.report(`There can be only one input field named "${name}".`, position);
      seen.add(name);
    }
  },
});

/** Literals have the types of the places they stand at. */
export const valuesOfCorrectType: MakeRule = () => ({
  value(value, walk) {
    const { definition, expectedType, kind } = value;
    if (definition === undefined || expectedType === undefined) return;
    if (kind === VALUE.null && expectedType.nonNull) {
      walk.report(`Expected value of type "${typeText(expectedType)}", found ${valueText(value)}.`, value.position);
    }
    if (definition.kind === "SCALAR" && !SCALARS.has(definition.name)) return;
    if (!isReadable(value)) reportUnexpected(value, definition, walk);
    checkKind(value, definition, walk);
  },
});

function checkKind(value: ValueNode, definition: Definition, walk: Walk): void {
  const isOneOf = (...names: string[]): boolean => names.includes(definition.name);
  const unlessOneOf = (...names: string[]): void => {
    if (!isOneOf(...names)) reportUnexpected(value, definition, walk);
  };
  switch (value.kind) {
    case VALUE.list:
      if (value.expectedType?.elem === undefined) reportUnexpected(value, definition, walk);
      return;
    case VALUE.int:
      unlessOneOf("Int", "Float", "ID");
      return;
    case VALUE.float:
      unlessOneOf("Float");
      return;
    case VALUE.boolean:
      unlessOneOf("Boolean");
      return;
    case VALUE.string:
    case VALUE.block:
      if (definition.kind === "ENUM") walk.report(notEnumText(value) + enumSuggestion(value, definition, true), value.position);
      else unlessOneOf("String", "ID");
      return;
    case VALUE.enum:
      checkEnum(value, definition, walk);
      return;
    case VALUE.object:
      checkObject(value, definition, walk);
      return;
    default:
  }
}

function checkEnum(value: ValueNode, definition: Definition, walk: Walk): void {
  if (definition.kind !== "ENUM") {
    walk.report(unexpectedText(value, definition) + enumSuggestion(value, definition, false), value.position);
  } else if (named(definition.enumValues, value.raw) === undefined) {
    const message = `Value "${valueText(value)}" does not exist in "${expectedText(value)}" enum.`;
    walk.report(message + enumSuggestion(value, definition, true), value.position);
  }
}

function enumSuggestion({ raw }: ValueNode, { kind, enumValues }: Definition, isQuoted: boolean): string {
  const names = kind === "ENUM" ? enumValues.map(({ name }) => name) : [];
  return suggestion("Did you mean the enum value", raw, names, isQuoted);
}

function checkObject({ children, position }: ValueNode, { name: type, fields, directives }: Definition, walk: Walk): void {
  for (const { name, type: fieldType, defaultValue } of fields) {
    if (!fieldType.nonNull || defaultValue !== undefined || named(children, name) !== undefined) continue;
    walk.report(`Field "${type}.${name}" of required type "${typeText(fieldType)}" was not provided.`, position);
  }
  for (const directive of directives) {
    if (directive.name !== "oneOf") continue;
    const only = children[0]?.value;
    if (only === undefined || children.length !== 1) {
      walk.report(`OneOf Input Object "${type}" must specify exactly one key.`, position);
    } else if (only.kind === VALUE.null) {
      walk.report(`Field "${type}.${fields[0]?.name ?? ""}" must be non-null.`, only.position);
    }
  }
  const known = fields.map(({ name }) => name);
  for (const child of children) {
    if (known.includes(child.name)) continue;
    const near = suggestion("Did you mean", child.name, known);
    walk.report(`Field "${child.name}" is not defined by type "${type}".${near}`, child.position);
  }
}

// Whether Go can read all numbers of a value, and of the default of a variable.
function isReadable({ kind, raw, children, variableDefinition }: ValueNode): boolean {
  if (kind === VALUE.int) return isWithin(raw, MAX_INT64);
  if (kind === VALUE.float) return Number.isFinite(Number(raw));
  if (kind === VALUE.variable) return variableDefinition?.defaultValue === undefined || isReadable(variableDefinition.defaultValue);
  return children.every((child) => isReadable(child.value));
}

function isWithin(text: string, max: bigint): boolean {
  const value = BigInt(text);
  return value <= max && value >= -max - 1n;
}

function reportUnexpected(value: ValueNode, definition: Definition, walk: Walk): void {
  walk.report(unexpectedText(value, definition), value.position);
}

function unexpectedText(value: ValueNode, definition: Definition): string {
  const text = valueText(value);
  const type = expectedText(value);
  switch (type) {
    case "Int":
    case "Int!": {
      const isLarge = /^[+-]?[0-9]+$/.test(value.raw) && !isWithin(value.raw.replace("+", ""), MAX_INT32);
      return `Int cannot represent ${isLarge ? "non 32-bit signed integer" : "non-integer"} value: ${text}`;
    }
    case "String":
    case "String!":
    case "[String]":
      return `String cannot represent a non string value: ${text}`;
    case "Boolean":
    case "Boolean!":
      return `Boolean cannot represent a non boolean value: ${text}`;
    case "Float":
    case "Float!":
      return `Float cannot represent non numeric value: ${text}`;
    case "ID":
    case "ID!":
      return `ID cannot represent a non-string and non-integer value: ${text}`;
    default:
      return definition.kind === "ENUM" ? notEnumText(value) : `Expected value of type "${type}", found ${text}.`;
  }
}

function notEnumText(value: ValueNode): string {
  return `Enum "${expectedText(value)}" cannot represent non-enum value: ${valueText(value)}.`;
}

function expectedText({ expectedType }: ValueNode): string {
  return expectedType === undefined ? "" : typeText(expectedType);
}

function valueText({ kind, raw, children }: ValueNode): string {
  switch (kind) {
    case VALUE.variable:
      return `$${raw}`;
    case VALUE.string:
    case VALUE.block:
      return quote(raw);
    case VALUE.list:
      return `[${children.map(({ value }) => valueText(value)).join(",")}]`;
    case VALUE.object:
      return `{${children.map(({ name, value }) => `${name}:${valueText(value)}`).join(",")}}`;
    default:
      return raw;
  }
}
