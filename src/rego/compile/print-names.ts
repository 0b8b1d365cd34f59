/** Writes references and imports as OPA's messages show them: `data.p["a-b"][x]`. */
import { positionOf } from "../source/position.ts";
import type { Span } from "../source/source.ts";
import { textOf } from "../source/source.ts";
import type { Import, Term } from "../syntax/ast.ts";

const IDENTIFIER = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Returns the text of a reference. */
export function printReference(path: readonly Term[]): string {
  const [head, ...steps] = path;
  return `${head ? printStep(head) : ""}${steps.map(printBracketed).join("")}`;
}

function printBracketed(step: Term): string {
  return step.kind === "string" && IDENTIFIER.test(step.value) ? `.${step.value}` : `[${printStep(step)}]`;
}

function printStep(step: Term): string {
  switch (step.kind) {
    case "var":
      return step.name.startsWith("$") ? "_" : step.name;
    case "string":
      return JSON.stringify(step.value);
    case "number":
      return step.text;
    case "boolean":
      return String(step.value);
    case "null":
      return "null";
    case "ref":
      return printReference(step.path);
    default:
      return step.kind;
  }
}

/** Returns the text of an import. */
export function printImport({ path, alias }: Import): string {
  return `import ${printReference(path.path)}${alias === undefined ? "" : ` as ${alias}`}`;
}

/** Returns the text of a location: `file:row`, the covered text where there is no file name. */
export function printLocation(span: Span | undefined): string {
  if (!span) return "";
  const { row, col } = positionOf(span);
  if (span.source.name !== "") return `${span.source.name}:${row}`;
  return span.end > span.start ? textOf(span) : `${row}:${col}`;
}
