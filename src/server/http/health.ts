/** `/healthz` and `/readyz` as Kubernetes' health server writes them: plain `ok`, a list with `?verbose`, 500 and reasons when a check fails. */
import type { AnyResponse } from "./listener.ts";

/** A named check: nothing when it holds, else why not. */
export interface Check {
  readonly name: string;
  readonly failure: () => string | undefined;
}

/** Answers one health path; a sub-path (`/readyz/tracker`) asks for one check. */
export function answerHealth(path: string, root: string, verbose: boolean, checks: readonly Check[], response: AnyResponse): void {
  const only = path.slice(root.length).replace(/^\//, "");
  const sorted = checks.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const asked = only === "" ? sorted : checks.filter((check) => check.name === only);
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("x-content-type-options", "nosniff");
  if (only !== "" && asked.length === 0) {
    response.statusCode = 404;
    response.end("404 page not found\n");
    return;
  }
  const results = asked.map((check) => ({ name: check.name, failure: check.failure() }));
  const failed = results.filter((result) => result.failure !== undefined);
  if (failed.length === 0 && !verbose) {
    response.end("ok");
    return;
  }
  const lines = results.map((result) =>
    result.failure === undefined ? `[+]${result.name} ok` : `[-]${result.name} failed: ${result.failure}`,
  );
  response.statusCode = failed.length === 0 ? 200 : 500;
  response.end(`${lines.join("\n")}\nhealthz check ${failed.length === 0 ? "passed" : "failed"}\n`);
}
