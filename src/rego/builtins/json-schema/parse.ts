/**
 * Compiles a JSON Schema document: checks each keyword in a fixed order and follows references. In: a document without cycles (references are
 * texts); out: the tree of `schema.ts`, or a `SchemaError` with the library's text. Schemas that refer to themselves become cyclic trees.
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import { compileRegex, RegexError } from "../../text/regex.ts";
import type { PlainObject, Value } from "../../values/value.ts";
import { parseAssertions, readList, readText, refuseType } from "./parse-assertions.ts";
import { declaredDraft, readReference, SchemaPool } from "./references.ts";
import { type Draft, emptySchema, isAtLeast, SchemaError, type SubSchema } from "./schema.ts";
import { isJsonObject } from "./values.ts";

const TYPES = ["array", "boolean", "integer", "number", "null", "object", "string"];
// Schemas nest by their own levels and by references; both count.
const MAX_DEPTH = 1000;

/** Compiles a schema; `load` fetches documents that it refers to. */
export function parseSchema(document: Value, load: (url: string) => Value): SubSchema {
  const pool = new SchemaPool(load);
  const absolute = pool.add(document, "");
  return new SchemaParser(pool).root(absolute, declaredDraft(document) ?? "hybrid");
}

class SchemaParser {
  readonly #pool: SchemaPool;
  readonly #byReference = new Map<string, SubSchema>();
  #depth = 0;

  constructor(pool: SchemaPool) {
    this.#pool = pool;
  }

  root(document: Value, draft: Draft): SubSchema {
    const schema = emptySchema(draft);
    this.#fill(schema, document);
    return schema;
  }

  #child(parent: SubSchema, document: Value): SubSchema {
    return this.root(document, parent.draft);
  }

  #fill(schema: SubSchema, document: Value): void {
    if (this.#depth > MAX_DEPTH) throw new SchemaError(`exceeded max depth of ${MAX_DEPTH}`);
    if (typeof document === "boolean" && isAtLeast(schema.draft, 6)) {
      schema.pass = document;
      return;
    }
    if (!isJsonObject(document)) throw new SchemaError("Expected: Valid Schema, given: Invalid JSON");
    this.#depth++;
    if (this.#parseHead(schema, document)) {
      this.#parseTypes(schema, document);
      this.#parseObjects(schema, document);
      this.#parseArrays(schema, document);
      parseAssertions(schema, document, (inner) => this.#child(schema, inner));
      this.#parseCombinations(schema, document);
    }
    this.#depth--;
  }

  /** Reads what names a schema; returns false when it is nothing but a reference to another. */
  #parseHead(schema: SubSchema, document: PlainObject): boolean {
    const hasOld = Object.hasOwn(document, "id");
    const idKey = schema.draft === 4 || (schema.draft === "hybrid" && hasOld) ? "id" : "$id";
    const id = readText(document, idKey);
    if (id !== undefined) readReference(id);
    if (Object.hasOwn(document, "definitions")) this.#parseDefinitions(schema, document["definitions"]);
    readText(document, "title");
    readText(document, "description");
    const reference = readText(document, "$ref");
    if (reference === undefined) return true;
    readReference(reference);
    schema.referenceName = reference;
    const known = this.#byReference.get(reference);
    if (known !== undefined) {
      schema.reference = known;
      return true;
    }
    const pooled = this.#referred(reference);
    const target = emptySchema(pooled.draft ?? schema.draft);
    this.#byReference.set(reference, target);
    if (typeof pooled.document !== "boolean" && !isJsonObject(pooled.document)) {
      throw new SchemaError("Valid Schema must be of type object");
    }
    this.#fill(target, pooled.document);
    schema.reference = target;
    return false;
  }

  #referred(reference: string): ReturnType<SchemaPool["get"]> {
    return this.#pool.get(reference);
  }

  #parseDefinitions(schema: SubSchema, definitions: Value | undefined): void {
    if (!isJsonObject(definitions)) refuseType("Array Of Schemas", "definitions");
    for (const key of Object.keys(definitions).sort(compareStrings)) {
      const inner = definitions[key];
      if (typeof inner !== "boolean" && !isJsonObject(inner)) refuseType("Array Of Schemas", "definitions");
      this.#child(schema, inner);
    }
  }

  #parseTypes(schema: SubSchema, document: PlainObject): void {
    if (!Object.hasOwn(document, "type")) return;
    const type = document["type"];
    const names: readonly Value[] = Array.isArray(type) ? (type as readonly Value[]) : [type ?? null];
    for (const name of names) {
      if (typeof name !== "string") refuseType("type", "string/Array Of Strings");
      if (!TYPES.includes(name)) {
        throw new SchemaError(`has a primitive type that is NOT VALID -- given: /${name}/ Expected valid values are:[${TYPES.join(" ")}]`);
      }
      if (schema.types.includes(name)) throw new SchemaError(`${name} type is duplicated`);
      schema.types.push(name);
    }
  }

  // Objects ----------------------------------------------------------------------------------------------------------------------

  #parseObjects(schema: SubSchema, document: PlainObject): void {
    if (Object.hasOwn(document, "properties")) this.#parseProperties(schema, document["properties"]);
    if (Object.hasOwn(document, "additionalProperties")) {
      schema.additionalProperties = this.#booleanOrSchema(schema, document, "additionalProperties");
    }
    this.#parsePatterns(schema, document);
    if (Object.hasOwn(document, "propertyNames") && isAtLeast(schema.draft, 6)) {
      const names = document["propertyNames"];
      if (typeof names !== "boolean" && !isJsonObject(names)) refuseType("Valid Schema", "patternProperties");
      schema.propertyNames = this.#child(schema, names);
    }
    if (Object.hasOwn(document, "dependencies")) this.#parseDependencies(schema, document["dependencies"]);
  }

  #parseProperties(schema: SubSchema, properties: Value | undefined): void {
    if (!isJsonObject(properties)) throw new SchemaError("Properties must be of type object");
    schema.properties = Object.keys(properties)
      .sort(compareStrings)
      .map((key) => [key, this.#child(schema, properties[key] ?? null)] as const);
  }

  #booleanOrSchema(schema: SubSchema, document: PlainObject, key: string): boolean | SubSchema {
    const value = document[key];
    if (typeof value === "boolean") return value;
    if (!isJsonObject(value)) refuseType("boolean/Valid Schema", key);
    return this.#child(schema, value);
  }

  #parsePatterns(schema: SubSchema, document: PlainObject): void {
    if (!Object.hasOwn(document, "patternProperties")) return;
    const patterns = document["patternProperties"];
    if (!isJsonObject(patterns)) refuseType("Valid Schema", "patternProperties");
    schema.patternProperties = Object.keys(patterns)
      .sort(compareStrings)
      .map((pattern) => {
        const regex = compileRegex(pattern);
        if (regex instanceof RegexError) throw new SchemaError(`Invalid regex pattern '${pattern}'`);
        return [pattern, regex, this.#child(schema, patterns[pattern] ?? null)] as const;
      });
  }

  #parseDependencies(schema: SubSchema, dependencies: Value | undefined): void {
    if (!isJsonObject(dependencies)) throw new SchemaError("dependencies must be of type object");
    for (const key of Object.keys(dependencies).sort(compareStrings)) {
      const dependency = dependencies[key] ?? null;
      if (typeof dependency === "boolean" || isJsonObject(dependency)) {
        schema.dependencies.set(key, this.#child(schema, dependency));
        continue;
      }
      if (!Array.isArray(dependency) || dependency.some((name) => typeof name !== "string")) {
        throw new SchemaError("Dependency must be of type Schema Or Array Of Strings");
      }
      if (dependency.length > 0) schema.dependencies.set(key, dependency as readonly string[]);
    }
  }

  // Arrays -----------------------------------------------------------------------------------------------------------------------

  #parseArrays(schema: SubSchema, document: PlainObject): void {
    if (Object.hasOwn(document, "items")) {
      const items = document["items"];
      const list: readonly Value[] = Array.isArray(items) ? (items as readonly Value[]) : [items ?? null];
      const schemas = list.map((item) => {
        if (typeof item !== "boolean" && !isJsonObject(item)) refuseType("Valid Schema/Array Of Schemas", "items");
        return this.#child(schema, item);
      });
      schema.items = { single: !Array.isArray(items), schemas };
    }
    if (Object.hasOwn(document, "additionalItems")) {
      schema.additionalItems = this.#booleanOrSchema(schema, document, "additionalItems");
    }
  }

  // Combinations -----------------------------------------------------------------------------------------------------------------

  #parseCombinations(schema: SubSchema, document: PlainObject): void {
    schema.oneOf = readList(document, "oneOf").map((inner) => this.#child(schema, inner));
    schema.anyOf = readList(document, "anyOf").map((inner) => this.#child(schema, inner));
    schema.allOf = readList(document, "allOf").map((inner) => this.#child(schema, inner));
    const not = this.#optionalSchema(schema, document, "not");
    if (not !== undefined) schema.not = not;
    if (!isAtLeast(schema.draft, 7)) return;
    const condition = this.#optionalSchema(schema, document, "if");
    if (condition !== undefined) schema.condition = condition;
    const consequence = this.#optionalSchema(schema, document, "then");
    if (consequence !== undefined) schema.consequence = consequence;
    const alternative = this.#optionalSchema(schema, document, "else");
    if (alternative !== undefined) schema.alternative = alternative;
  }

  #optionalSchema(schema: SubSchema, document: PlainObject, key: string): SubSchema | undefined {
    if (!Object.hasOwn(document, key)) return undefined;
    const inner = document[key];
    if (typeof inner !== "boolean" && !isJsonObject(inner)) throw new SchemaError(`${key} must be of an object`);
    return this.#child(schema, inner);
  }
}
