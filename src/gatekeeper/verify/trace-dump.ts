/** Writes what `--trace` shows of a case: the target, its trace, its results. */

import { writeJson } from "../../rego/index.ts";
import { TARGET } from "../policy/compile-template.ts";
import type { Result } from "../review/verdict.ts";

/** Returns the dump. The results are written as JSON, where the original writes Go's own dump of its structures. */
export function traceDump(results: readonly Result[], trace: string | undefined): string {
  const head = trace === undefined ? (results.length > 0 ? "Trace: TRACING DISABLED\n\n" : "") : `Trace:\n${trace}\n\n`;
  const dumps = results.map((result, i) => `Result(${i}):\n${writeJson(dumpOf(result), { indent: "  " })}\n\n`);
  return `Target: ${TARGET}\n${head}${dumps.join("")}\n\n`;
}

function dumpOf({ target, msg, metadata, constraint, action, scopedActions }: Result): Parameters<typeof writeJson>[0] {
  return { target, msg, metadata: metadata ?? null, constraint, enforcementAction: action, scopedActions };
}
