/** Reads the `schemas` field of annotations: which document has which schema, by the name of a schema or written out. */
import type { Annotations, Term } from "../../../syntax/ast.ts";
import { printReference } from "../../../syntax/print.ts";
import type { Value } from "../../../values/value.ts";

/** One entry. */
export interface SchemaAnnotation {
  readonly path: readonly Term[];
  /** `schema["a-b"].c` and, as the host names schemas, `schema.a-b.c`. */
  readonly schema: { readonly text: string; readonly name: string } | undefined;
  readonly definition: Value | undefined;
}

/** Returns the entries of some annotations. */
export function schemaAnnotationsIn({ fields }: Annotations): readonly SchemaAnnotation[] {
  const entries = fields["schemas"];
  return Array.isArray(entries) ? entries.flatMap(readEntry) : [];
}

function readEntry(entry: {
  readonly path?: unknown;
  readonly schema?: unknown;
  readonly definition?: Value;
}): readonly SchemaAnnotation[] {
  const path = pathOf(entry.path);
  if (!path) return [];
  const schema = pathOf(entry.schema);
  const name = (entry.schema as readonly unknown[] | undefined)?.join(".") ?? "";
  return [{ path, schema: schema && { text: printReference(schema), name }, definition: entry.definition }];
}

// The first step is a root document, all others are strings.
function pathOf(steps: unknown): readonly Term[] | undefined {
  if (!Array.isArray(steps) || steps.length === 0) return undefined;
  return steps.map((step, at): Term => {
    if (typeof step === "number") return { kind: "number", text: String(step), span: undefined };
    return at === 0 ? { kind: "var", name: String(step), span: undefined } : { kind: "string", value: String(step), span: undefined };
  });
}
