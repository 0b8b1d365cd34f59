/** Turns annotations into the object that `rego.metadata.rule()` gives: the scope always, other fields when they say something. */
import { compareStrings } from "../../base/compare-strings.ts";
import type { Annotations, ObjectTerm, Term } from "../syntax/ast.ts";

const FIELDS = ["title", "entrypoint", "description", "organizations", "related_resources", "authors", "schemas", "custom", "labels"];

/** Returns the object of some annotations. */
export function annotationTerm(annotations: Annotations): ObjectTerm {
  const fields: { [name: string]: unknown } = { scope: annotations.scope };
  for (const name of FIELDS) {
    const value = Object.hasOwn(annotations.fields, name) ? annotations.fields[name] : undefined;
    if (says(value)) fields[name] = value;
  }
  return objectTerm(fields);
}

function says(value: unknown): boolean {
  if (typeof value !== "object") return Boolean(value);
  return value !== null && Object.keys(value).length > 0;
}

function objectTerm(fields: object): ObjectTerm {
  const entries = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([name, value]) => [{ kind: "string", value: name, span: undefined }, termOf(value)] as const);
  return { kind: "object", entries, span: undefined };
}

function termOf(value: unknown): Term {
  if (Array.isArray(value)) return { kind: "array", items: value.map(termOf), span: undefined };
  switch (typeof value) {
    case "string":
      return { kind: "string", value, span: undefined };
    case "boolean":
      return { kind: "boolean", value, span: undefined };
    case "number":
    case "bigint":
      return { kind: "number", text: String(value), span: undefined };
    default:
      return typeof value === "object" && value !== null ? objectTerm(value) : { kind: "null", span: undefined };
  }
}
