/** Makes the diagnostics of the passes. */
import type { DiagnosticCode } from "../../diagnostic/codes.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Span } from "../../source/source.ts";

/** Returns a diagnostic without detail lines. */
export function errorAt(code: DiagnosticCode, span: Span | undefined, message: string, notes: readonly string[] = []): Diagnostic {
  return { code, message, span, notes };
}

/** Returns a `rego_compile_error`. */
export function compileError(span: Span | undefined, message: string): Diagnostic {
  return errorAt("rego_compile_error", span, message);
}

/** Returns a `rego_type_error`. */
export function typeError(span: Span | undefined, message: string): Diagnostic {
  return errorAt("rego_type_error", span, message);
}

/** Orders locations: by file, then offset; a missing location comes last. */
export function compareSpans(a: Span | undefined, b: Span | undefined): number {
  if (a === b) return 0;
  if (!a) return 1;
  if (!b) return -1;
  if (a.source.name !== b.source.name) return a.source.name < b.source.name ? -1 : 1;
  return a.start - b.start;
}
