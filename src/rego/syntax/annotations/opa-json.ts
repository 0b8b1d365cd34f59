/** Writes annotations as OPA's JSON of a module has them: references as lists of terms, authors always with a name. */
import { numberFromText } from "../../values/number.ts";
import type { Value } from "../../values/value.ts";
import type { Annotations } from "../ast.ts";

type Json = { readonly [name: string]: unknown };

/** Returns OPA's JSON of annotations; `place` is their location, if it is wanted. */
export function opaAnnotations({ scope, fields }: Annotations, place: { readonly [name: string]: Value }): Value {
  const all: { [name: string]: Value } = { ...place, scope };
  for (const [name, value] of Object.entries(fields)) all[name] = fieldJson(name, value);
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fieldJson(name: string, value: unknown): Value {
  switch (name) {
    case "authors":
      return listOf(value).map((author) => ({ name: "", ...(jsonValue(author) as { readonly [name: string]: Value }) }));
    case "schemas":
      return listOf(value).map((each) => {
        const { path, schema, definition } = each as Json;
        return {
          path: refJson(path),
          ...(schema === undefined ? {} : { schema: refJson(schema) }),
          ...(definition === undefined ? {} : { definition: jsonValue(definition) }),
        };
      });
    case "compile": {
      const { unknowns, mask_rule } = value as Json;
      return {
        ...(unknowns === undefined ? {} : { unknowns: listOf(unknowns).map(refJson) }),
        ...(mask_rule === undefined ? {} : { mask_rule: refJson(mask_rule) }),
      };
    }
    default:
      return jsonValue(value);
  }
}

function refJson(path: unknown): Value {
  return listOf(path).map((step, i) => ({ type: i === 0 ? "var" : "string", value: String(step) }));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function jsonValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(jsonValue);
  if (typeof value === "bigint") return numberFromText(String(value));
  if (typeof value !== "object" || value === null) return value as Value;
  const entries = Object.entries(value).map(([name, inner]) => [name, jsonValue(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
