/**
 * The one shape of everything that can be wrong with a policy, a query or an evaluation. Codes and texts are OPA's, since
 * tools match on them; https://www.openpolicyagent.org/docs/latest/policy-language/.
 */
import type { Span } from "../source/source.ts";
import type { DiagnosticCode } from "./codes.ts";

/** One error: `notes` are OPA's detail lines (source line and caret, have/want, …), `hint` is ours and never part of OPA's text. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span | undefined;
  readonly notes: readonly string[];
  readonly hint?: string;
}
