/** The one exception inside an evaluation; `evaluate.ts` catches it and nobody else does. */
import type { PendingRequest } from "../builtins/context.ts";
import type { DiagnosticCode } from "../diagnostic/codes.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Span } from "../source/source.ts";

/** Ends an evaluation: with an error, or with a question that only the host can answer. */
export class Stop extends Error {
  readonly diagnostic: Diagnostic | undefined;
  readonly request: PendingRequest | undefined;

  constructor(diagnostic: Diagnostic | undefined, request?: PendingRequest) {
    super("the evaluation stopped");
    this.diagnostic = diagnostic;
    this.request = request;
  }
}

/** Returns the exception for an error. */
export function halt(code: DiagnosticCode, message: string, span: Span | undefined): Stop {
  return new Stop({ code, message, span, notes: [] });
}

/** Returns the error of two different values for one key. */
export function keyConflict(span: Span | undefined): Stop {
  return halt("eval_conflict_error", "object keys must be unique", span);
}
