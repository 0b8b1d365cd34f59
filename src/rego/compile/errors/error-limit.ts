/** Counts errors as OPA's compiler does: after the limit one more line says so, and nothing else is recorded. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";

const DEFAULT_LIMIT = 10;

// The line that follows the last error recorded.
const limitReached: Diagnostic = { code: "rego_compile_error", message: "error limit reached", span: undefined, notes: [] };

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

/** Cuts the errors of a query: a query with just as many as the limit has them all, and nothing is said. */
export function cutAtLimit(found: readonly Diagnostic[], limit: number = DEFAULT_LIMIT): readonly Diagnostic[] {
  return limit > 0 && found.length > limit ? [...found.slice(0, limit), limitReached] : found;
}
