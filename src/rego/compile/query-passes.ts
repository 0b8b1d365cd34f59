/**
 * The passes over an ad-hoc query, in OPA's order. There is no rewriting of `==` here: a query that says `1 == 2` wants to hear `false`.
 */
import type { QueryPass } from "./compilation.ts";
import { captureQueryValues } from "./passes/capture-query-values.ts";
import { checkQueryDeprecatedBuiltins } from "./passes/check-deprecated-builtins.ts";
import { checkQueryKeywordOverrides } from "./passes/check-keyword-overrides.ts";
import { checkSafetyOfQuery } from "./passes/check-safety-of-bodies.ts";
import { checkQueryTypes } from "./passes/check-types.ts";
import { checkQueryUndefinedFunctions } from "./passes/check-undefined-functions.ts";
import { checkQueryUnsafeBuiltins } from "./passes/check-unsafe-builtins.ts";
import { checkQueryVoidCalls } from "./passes/check-void-calls.ts";
import { resolveQueryNames } from "./passes/resolve-names.ts";
import { rewriteQueryComprehensionTerms } from "./passes/rewrite-comprehension-terms.ts";
import { rewriteQueryDynamicTerms } from "./passes/rewrite-dynamic-terms.ts";
import { rewriteQueryExpressionTerms } from "./passes/rewrite-expression-terms.ts";
import { rewriteQueryLocals } from "./passes/rewrite-locals.ts";
import { rewriteQueryPrintCalls } from "./passes/rewrite-print-calls.ts";
import { rewriteQueryTemplateStrings } from "./passes/rewrite-template-strings.ts";
import { rewriteQueryWithValues } from "./passes/rewrite-with-values.ts";

/** All passes over a query. */
// biome-ignore format: a table
export const queryPasses: readonly QueryPass[] = [
  { name: "CheckKeywordOverrides",     run: checkQueryKeywordOverrides },
  { name: "ResolveRefs",               run: resolveQueryNames },
  { name: "CaptureValues",             run: captureQueryValues },
  { name: "RewriteLocalVars",          run: rewriteQueryLocals },
  { name: "RewriteTemplateStrings",    run: rewriteQueryTemplateStrings },
  { name: "CheckVoidCalls",            run: checkQueryVoidCalls },
  { name: "RewritePrintCalls",         run: rewriteQueryPrintCalls },
  { name: "RewriteExprTerms",          run: rewriteQueryExpressionTerms },
  { name: "RewriteComprehensionTerms", run: rewriteQueryComprehensionTerms },
  { name: "RewriteWithValues",         run: rewriteQueryWithValues },
  { name: "CheckUndefinedFuncs",       run: checkQueryUndefinedFunctions },
  { name: "CheckSafety",               run: checkSafetyOfQuery },
  { name: "RewriteDynamicTerms",       run: rewriteQueryDynamicTerms },
  { name: "CheckTypes",                run: checkQueryTypes },
  { name: "CheckUnsafeBuiltins",       run: checkQueryUnsafeBuiltins },
  { name: "CheckDeprecatedBuiltins",   run: checkQueryDeprecatedBuiltins },
];
