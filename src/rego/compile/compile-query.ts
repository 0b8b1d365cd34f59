/** Compiles an ad-hoc query against a policy: runs the query passes in order and lists the expressions that a result shows. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Body, Import, Package } from "../syntax/ast.ts";
import type { QueryCompilation } from "./compilation.ts";
import { scopeOver } from "./compile.ts";
import { createReporter, cutAtLimit } from "./errors/error-limit.ts";
import { gatherNames, type HintedNames } from "./hint-names.ts";
import { withHints } from "./hints.ts";
import { createNames } from "./locals/local-names.ts";
import { namesIn } from "./nodes/vars.ts";
import { captureNameOf } from "./passes/capture-query-values.ts";
import type { CompiledPolicy, CompiledQuery } from "./policy.ts";
import { queryPasses } from "./query-passes.ts";

/** In what context a query's names are read. */
export interface QueryOptions {
  /** Strict mode; that of the policy unless given. */
  readonly strict?: boolean;
  readonly package?: Package;
  readonly imports?: readonly Import[];
  readonly text?: string;
}

/** What compiling a query gives: the query, or what is wrong. */
export interface CompileQueryResult {
  readonly query: CompiledQuery | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles a query against a policy.
 * @example compileQuery(policy, body, { imports })
 */
export function compileQuery(policy: CompiledPolicy, source: Body, options: QueryOptions = {}): CompileQueryResult {
  const { diagnostics, report } = createReporter(0);
  const state: QueryCompilation = {
    ...scopeOver(policy.options, () => policy.addresses),
    strict: options.strict ?? policy.options.strict ?? false,
    tree: policy.addresses,
    policy,
    body: source,
    package: options.package,
    imports: options.imports ?? [],
    freshNames: () => createNames(namesIn(state.body), "q"),
    types: undefined,
    report,
  };
  if (source.length === 0) report({ code: "rego_compile_error", message: "empty query cannot be compiled", span: undefined, notes: [] });
  for (const pass of queryPasses) {
    if (diagnostics.length > 0) break;
    pass.run(state);
  }
  if (diagnostics.length === 0) report(...state.deferred);
  if (diagnostics.length === 0) return { query: finish(state, source, options.text ?? ""), diagnostics };
  const names = (): HintedNames => gatherNames(state, new Map([[source[0]?.span?.source.name ?? "", state]]));
  return { query: undefined, diagnostics: withHints(cutAtLimit(diagnostics, policy.options.errorLimit), names) };
}

function finish(state: QueryCompilation, source: Body, text: string): CompiledQuery {
  const { policy, body, originalNames } = state;
  const results = body.filter(({ generated }) => !generated).map((expression) => ({ expression, variable: captureNameOf(expression) }));
  return { policy, text, body, source, results, originalNames };
}
