/**
 * Checks a document against a compiled schema and reports every violation in the library's words. Of alternatives that all fail, the one that
 * came closest adds its violations; how close is told by a score, which every part that was checked raises and every violation lowers.
 */

import { compareStrings } from "../../../base/compare-strings.ts";
import { compareNumbers } from "../../values/number.ts";
import type { NumberValue, PlainObject, Value } from "../../values/value.ts";
import { matchesFormat } from "./formats.ts";
import { SchemaError, type SubSchema } from "./schema.ts";
import { canonicalText, isMultiple, isNumber, isWhole, limitText } from "./values.ts";

/** One violation; `field` is where, in dots. */
export interface Violation {
  readonly type: string;
  readonly field: string;
  readonly description: string;
}

// Levels of document and schema together. A schema that refers to itself without going into the document never ends otherwise.
const MAX_DEPTH = 1000;
const ROOT = "(Root)";

/** Returns the violations of a document; `spend` is charged for each schema that is applied. */
export function validateDocument(schema: SubSchema, document: Value, spend: (units: number) => void): readonly Violation[] {
  const result = new Result();
  new Validator(spend).apply(schema, document, { result, path: ROOT });
  return result.violations;
}

class Result {
  readonly violations: Violation[] = [];
  score = 0;

  get isValid(): boolean {
    return this.violations.length === 0;
  }

  merge(other: Result): void {
    for (const violation of other.violations) this.violations.push(violation);
    this.score += other.score;
  }
}

interface Place {
  readonly result: Result;
  readonly path: string;
}

function fieldOf(path: string): string {
  return path.startsWith(`${ROOT}.`) ? path.slice(ROOT.length + 1) : path;
}

function add({ result, path }: Place, type: string, description: string): void {
  result.violations.push({ type, field: fieldOf(path), description });
  result.score -= 2;
}

function jsonType(value: Value): string {
  if (value === null) return "null";
  if (isNumber(value)) return isWhole(value) ? "integer" : "number";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

class Validator {
  readonly #spend: (units: number) => void;
  #depth = 0;

  constructor(spend: (units: number) => void) {
    this.#spend = spend;
  }

  apply(schema: SubSchema, value: Value, place: Place): void {
    this.#spend(1);
    if (this.#depth >= MAX_DEPTH)
      throw new SchemaError(`schema and document nest more than ${MAX_DEPTH} levels, or the schema refers to itself without end`);
    this.#depth++;
    this.#applyDeeper(schema, value, place);
    this.#depth--;
  }

  #applyDeeper(schema: SubSchema, value: Value, place: Place): void {
    if (schema.pass !== undefined) {
      if (!schema.pass) add(place, "false", "False always fails validation");
      return;
    }
    if (schema.reference !== undefined) {
      this.apply(schema.reference, value, place);
      return;
    }
    const given = jsonType(value);
    const allowed = schema.types.includes(given) || (given === "integer" && schema.types.includes("number"));
    if (schema.types.length > 0 && !allowed) {
      const expected = schema.types.length > 1 ? `[${schema.types.join(",")}]` : schema.types[0];
      add(place, "invalid_type", `Invalid type. Expected: ${expected}, given: ${given}`);
      return;
    }
    this.#checkCombinations(schema, value, place);
    if (isNumber(value)) this.#checkNumber(schema, value, place);
    else if (Array.isArray(value)) this.#checkArray(schema, value, place);
    else if (given === "object") this.#checkObject(schema, value as PlainObject, place);
    this.#checkValue(schema, value, place);
    if (typeof value === "string") this.#checkString(schema, value, place);
    if (given === "object") {
      for (const [key, inner] of schema.properties) {
        if (Object.hasOwn(value as PlainObject, key)) {
          this.apply(inner, (value as PlainObject)[key] ?? null, { result: place.result, path: `${place.path}.${key}` });
        }
      }
    }
    place.result.score++;
  }

  #try(schema: SubSchema, value: Value, path: string): Result {
    const result = new Result();
    this.apply(schema, value, { result, path });
    return result;
  }

  // Combinations -----------------------------------------------------------------------------------------------------------------

  #checkCombinations(schema: SubSchema, value: Value, place: Place): void {
    if (schema.anyOf.length > 0) this.#checkAnyOf(schema, value, place);
    if (schema.oneOf.length > 0) this.#checkOneOf(schema, value, place);
    if (schema.allOf.length > 0) {
      let valid = 0;
      for (const inner of schema.allOf) {
        const result = this.#try(inner, value, place.path);
        if (result.isValid) valid++;
        place.result.merge(result);
      }
      if (valid !== schema.allOf.length) add(place, "number_all_of", "Must validate all the schemas (allOf)");
    }
    if (schema.not !== undefined && this.#try(schema.not, value, place.path).isValid) {
      add(place, "number_not", "Must not validate the schema (not)");
    }
    if (schema.dependencies.size > 0 && jsonType(value) === "object") this.#checkDependencies(schema, value as PlainObject, place);
    if (schema.condition !== undefined) this.#checkCondition(schema, schema.condition, value, place);
    place.result.score++;
  }

  #checkAnyOf(schema: SubSchema, value: Value, place: Place): void {
    let best: Result | undefined;
    for (const inner of schema.anyOf) {
      const result = this.#try(inner, value, place.path);
      if (result.isValid) return;
      if (best === undefined || result.score > best.score) best = result;
    }
    add(place, "number_any_of", "Must validate at least one schema (anyOf)");
    if (best !== undefined) place.result.merge(best);
  }

  #checkOneOf(schema: SubSchema, value: Value, place: Place): void {
    let valid = 0;
    let best: Result | undefined;
    for (const inner of schema.oneOf) {
      const result = this.#try(inner, value, place.path);
      if (result.isValid) valid++;
      else if (valid === 0 && (best === undefined || result.score > best.score)) best = result;
    }
    if (valid === 1) return;
    add(place, "number_one_of", "Must validate one and only one schema (oneOf)");
    if (valid === 0 && best !== undefined) place.result.merge(best);
  }

  #checkDependencies(schema: SubSchema, value: PlainObject, place: Place): void {
    for (const key of Object.keys(value).sort(compareStrings)) {
      const dependency = schema.dependencies.get(key);
      if (dependency === undefined) continue;
      if (!Array.isArray(dependency)) this.apply(dependency as SubSchema, value, place);
      else
        for (const name of dependency as readonly string[]) {
          if (!Object.hasOwn(value, name)) add(place, "missing_dependency", `Has a dependency on ${name}`);
        }
    }
  }

  #checkCondition(schema: SubSchema, condition: SubSchema, value: Value, place: Place): void {
    const holds = this.#try(condition, value, place.path).isValid;
    const branch = holds ? schema.consequence : schema.alternative;
    if (branch === undefined) return;
    const result = this.#try(branch, value, place.path);
    if (result.isValid) return;
    if (holds) add(place, "condition_then", 'Must validate "then" as "if" was valid');
    else add(place, "condition_else", 'Must validate "else" as "if" was not valid');
    place.result.merge(result);
  }

  // Scalars ----------------------------------------------------------------------------------------------------------------------

  #checkValue(schema: SubSchema, value: Value, place: Place): void {
    const field = fieldOf(place.path);
    if (schema.constant !== undefined && canonicalText(value) !== schema.constant) {
      add(place, "const", `${field} does not match: ${schema.constant}`);
    }
    if (schema.enumeration.length > 0 && !schema.enumeration.includes(canonicalText(value))) {
      add(place, "enum", `${field} must be one of the following: ${schema.enumeration.join(", ")}`);
    }
    if (schema.format !== undefined && !matchesFormat(schema.format, value)) {
      add(place, "format", `Does not match format '${schema.format}'`);
    }
    place.result.score++;
  }

  #checkString(schema: SubSchema, value: string, place: Place): void {
    const needsLength = schema.minLength !== undefined || schema.maxLength !== undefined;
    const length = needsLength ? [...value].length : 0;
    if (schema.minLength !== undefined && length < schema.minLength) {
      add(place, "string_gte", `String length must be greater than or equal to ${schema.minLength}`);
    }
    if (schema.maxLength !== undefined && length > schema.maxLength) {
      add(place, "string_lte", `String length must be less than or equal to ${schema.maxLength}`);
    }
    if (schema.pattern !== undefined && !schema.pattern.test(value)) {
      add(place, "pattern", `Does not match pattern '${schema.pattern.pattern}'`);
    }
    place.result.score++;
  }

  #checkNumber(schema: SubSchema, value: NumberValue, place: Place): void {
    const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema;
    if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
      add(place, "multiple_of", `Must be a multiple of ${limitText(multipleOf)}`);
    }
    if (maximum !== undefined && compareNumbers(value, maximum) > 0) {
      add(place, "number_lte", `Must be less than or equal to ${limitText(maximum)}`);
    }
    if (exclusiveMaximum !== undefined && compareNumbers(value, exclusiveMaximum) >= 0) {
      add(place, "number_lt", `Must be less than ${limitText(exclusiveMaximum)}`);
    }
    if (minimum !== undefined && compareNumbers(value, minimum) < 0) {
      add(place, "number_gte", `Must be greater than or equal to ${limitText(minimum)}`);
    }
    if (exclusiveMinimum !== undefined && compareNumbers(value, exclusiveMinimum) <= 0) {
      add(place, "number_gt", `Must be greater than ${limitText(exclusiveMinimum)}`);
    }
    place.result.score++;
  }

  // Arrays -----------------------------------------------------------------------------------------------------------------------

  #checkArray(schema: SubSchema, value: readonly Value[], place: Place): void {
    const { items, minItems, maxItems } = schema;
    if (items !== undefined) this.#checkItems(schema, items, value, place);
    if (minItems !== undefined && value.length < minItems) {
      add(place, "array_min_items", `Array must have at least ${minItems} items`);
    }
    if (maxItems !== undefined && value.length > maxItems) add(place, "array_max_items", `Array must have at most ${maxItems} items`);
    if (schema.uniqueItems) this.#checkUnique(value, place);
    if (schema.contains !== undefined) this.#checkContains(schema.contains, value, place);
    place.result.score++;
  }

  #checkItems(schema: SubSchema, items: NonNullable<SubSchema["items"]>, value: readonly Value[], place: Place): void {
    const check = (inner: SubSchema, i: number): void => place.result.merge(this.#try(inner, value[i] ?? null, `${place.path}.${i}`));
    const { schemas, single } = items;
    const [first] = schemas;
    if (single) {
      if (first !== undefined) for (let i = 0; i < value.length; i++) check(first, i);
      return;
    }
    if (first === undefined) return;
    for (const [i, inner] of schemas.entries()) if (i < value.length) check(inner, i);
    if (schemas.length >= value.length) return;
    const { additionalItems } = schema;
    if (additionalItems === false) add(place, "array_no_additional_items", "No additional items allowed on array");
    else if (typeof additionalItems === "object") for (let i = schemas.length; i < value.length; i++) check(additionalItems, i);
  }

  #checkUnique(value: readonly Value[], place: Place): void {
    const seen = new Map<string, number>();
    for (const [j, item] of value.entries()) {
      const text = canonicalText(item);
      const i = seen.get(text);
      if (i !== undefined) add(place, "unique", `array items[${i},${j}] must be unique`);
      seen.set(text, j);
    }
  }

  #checkContains(contains: SubSchema, value: readonly Value[], place: Place): void {
    let best: Result | undefined;
    for (const [i, item] of value.entries()) {
      const result = this.#try(contains, item, `${place.path}.${i}`);
      if (result.isValid) return;
      if (best === undefined || result.score > best.score) best = result;
    }
    add(place, "contains", "At least one of the items must match");
    if (best !== undefined) place.result.merge(best);
  }

  // Objects ----------------------------------------------------------------------------------------------------------------------

  #checkObject(schema: SubSchema, value: PlainObject, place: Place): void {
    const keys = Object.keys(value).sort(compareStrings);
    const { minProperties, maxProperties } = schema;
    if (minProperties !== undefined && keys.length < minProperties) {
      add(place, "array_min_properties", `Must have at least ${minProperties} properties`);
    }
    if (maxProperties !== undefined && keys.length > maxProperties) {
      add(place, "array_max_properties", `Must have at most ${maxProperties} properties`);
    }
    for (const name of schema.required) {
      if (Object.hasOwn(value, name)) place.result.score++;
      else add(place, "required", `${name} is required`);
    }
    for (const key of keys) this.#checkProperty(schema, key, value[key] ?? null, place);
    if (schema.propertyNames !== undefined) {
      for (const key of keys) {
        const result = this.#try(schema.propertyNames, key, place.path);
        if (result.isValid) continue;
        add(place, "invalid_property_name", `Property name of "${key}" does not match`);
        place.result.merge(result);
      }
    }
    place.result.score++;
  }

  #checkProperty(schema: SubSchema, key: string, value: Value, place: Place): void {
    let matched = false;
    for (const [, regex, inner] of schema.patternProperties) {
      if (!regex.test(key)) continue;
      matched = true;
      place.result.merge(this.#try(inner, value, `${place.path}.${key}`));
    }
    if (matched) {
      place.result.score++;
      return;
    }
    const { additionalProperties } = schema;
    if (additionalProperties === undefined || additionalProperties === true) return;
    if (schema.properties.some(([name]) => name === key)) return;
    if (additionalProperties === false) {
      add(place, "additional_property_not_allowed", `Additional property ${key} is not allowed`);
    } else place.result.merge(this.#try(additionalProperties, value, `${place.path}.${key}`));
  }
}
