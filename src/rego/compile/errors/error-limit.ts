/** Counts errors as OPA's compiler does: after the limit one more line says so, and nothing else is recorded. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";

const DEFAULT_LIMIT = 10;

/** The line that follows the last error recorded. */
export const limitReached: Diagnostic = { code: "rego_compile_error", message: "error limit reached", span: undefined, notes: [] };

/** Returns a list of errors and the function that adds to it; false once the limit is reached. */
export function createReporter(limit: number = DEFAULT_LIMIT): {
  readonly diagnostics: readonly Diagnostic[];
  readonly report: (...found: readonly Diagnostic[]) => boolean;
} {
  const diagnostics: Diagnostic[] = [];
  let count = 0;
  const report = (...found: readonly Diagnostic[]): boolean => {
    if (found.length === 0) return true;
    if (limit <= 0) {
      diagnostics.push(...found);
      return true;
    }
    if (count >= limit) return false;
    const taken = found.slice(0, limit - count);
    count += taken.length;
    diagnostics.push(...taken);
    if (count === limit) diagnostics.push(limitReached);
    return count < limit;
  };
  return { diagnostics, report };
}
