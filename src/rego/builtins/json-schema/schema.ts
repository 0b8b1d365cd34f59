/**
 * What a compiled JSON Schema is (drafts 4, 6 and 7, https://json-schema.org/specification-links): a tree of sub-schemas, with references as
 * links. Built by `parse.ts`, run by `validate.ts`; keywords and limits are those of the gojsonschema library that OPA uses.
 */
import type { Regex } from "../../text/regex.ts";
import type { NumberValue } from "../../values/value.ts";

/** A draft, or `hybrid`: no `$schema` told which, and keywords of all drafts count. */
export type Draft = 4 | 6 | 7 | "hybrid";

/** Tells whether a draft has what came with another. */
export function isAtLeast(draft: Draft, since: 6 | 7): boolean {
  return draft === "hybrid" || draft >= since;
}

/** A schema; while it is being parsed the fields fill one by one, since it may refer to itself. */
export interface SubSchema {
  readonly draft: Draft;
  /** `true` or `false` instead of an object. */
  pass?: boolean;
  reference?: SubSchema;
  /** `$ref` as an absolute reference. */
  referenceName?: string;
  readonly types: string[];
  properties: readonly (readonly [string, SubSchema])[];
  patternProperties: readonly (readonly [string, Regex, SubSchema])[];
  additionalProperties?: boolean | SubSchema;
  propertyNames?: SubSchema;
  readonly dependencies: Map<string, readonly string[] | SubSchema>;
  items?: { readonly single: boolean; readonly schemas: readonly SubSchema[] };
  additionalItems?: boolean | SubSchema;
  contains?: SubSchema;
  multipleOf?: NumberValue;
  minimum?: NumberValue | undefined;
  exclusiveMinimum?: NumberValue;
  maximum?: NumberValue | undefined;
  exclusiveMaximum?: NumberValue;
  minLength?: number;
  maxLength?: number;
  pattern?: Regex;
  format?: string;
  minProperties?: number;
  maxProperties?: number;
  readonly required: string[];
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  /** JSON text of the only value allowed, of the values allowed. */
  constant?: string;
  readonly enumeration: string[];
  oneOf: readonly SubSchema[];
  anyOf: readonly SubSchema[];
  allOf: readonly SubSchema[];
  not?: SubSchema;
  condition?: SubSchema;
  consequence?: SubSchema;
  alternative?: SubSchema;
}

/** Returns a schema that says nothing yet. */
export function emptySchema(draft: Draft): SubSchema {
  return {
    draft,
    types: [],
    properties: [],
    patternProperties: [],
    dependencies: new Map(),
    required: [],
    enumeration: [],
    oneOf: [],
    anyOf: [],
    allOf: [],
  };
}

/** A schema that cannot be used, or a document that cannot be checked; thrown inside this folder, caught at its doors. */
export class SchemaError extends Error {}
