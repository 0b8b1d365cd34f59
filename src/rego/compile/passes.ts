/**
 * The passes over modules, in OPA's order: names must be resolved before rules can be found, rules before calls can be checked, locals renamed
 * before nested terms are pulled out, everything pulled out before safety orders bodies, and types come last because they need a graph without
 * cycles. A pass that reports an error ends the compilation after it.
 */
import type { Pass } from "./compilation.ts";
import { checkDeprecatedBuiltins } from "./passes/check-deprecated-builtins.ts";
import { checkDuplicateImports } from "./passes/check-duplicate-imports.ts";
import { checkKeywordOverrides } from "./passes/check-keyword-overrides.ts";
import { checkRecursion } from "./passes/check-recursion.ts";
import { checkRuleConflicts } from "./passes/check-rule-conflicts.ts";
import { checkSafetyOfBodies } from "./passes/check-safety-of-bodies.ts";
import { checkSafetyOfHeads } from "./passes/check-safety-of-heads.ts";
import { checkTypes } from "./passes/check-types.ts";
import { checkUndefinedFunctions } from "./passes/check-undefined-functions.ts";
import { checkUnsafeBuiltins } from "./passes/check-unsafe-builtins.ts";
import { checkVoidCalls } from "./passes/check-void-calls.ts";
import { initializeNames } from "./passes/initialize-names.ts";
import { parseMetadataBlocks } from "./passes/parse-metadata-blocks.ts";
import { removeImports } from "./passes/remove-imports.ts";
import { resolveNames } from "./passes/resolve-names.ts";
import { rewriteComprehensionTerms } from "./passes/rewrite-comprehension-terms.ts";
import { rewriteDynamicTerms } from "./passes/rewrite-dynamic-terms.ts";
import { rewriteEquals } from "./passes/rewrite-equals.ts";
import { rewriteExpressionTerms } from "./passes/rewrite-expression-terms.ts";
import { rewriteHeadReferences } from "./passes/rewrite-head-references.ts";
import { rewriteLocals } from "./passes/rewrite-locals.ts";
import { rewriteMetadataCalls } from "./passes/rewrite-metadata-calls.ts";
import { rewritePrintCalls } from "./passes/rewrite-print-calls.ts";
import { rewriteReferencesInHead } from "./passes/rewrite-references-in-head.ts";
import { rewriteTemplateStrings } from "./passes/rewrite-template-strings.ts";
import { rewriteTestRules } from "./passes/rewrite-test-rules.ts";
import { rewriteWithValues } from "./passes/rewrite-with-values.ts";
import { setAnnotationSet } from "./passes/set-annotation-set.ts";
import { setGraph } from "./passes/set-graph.ts";
import { setRuleTree } from "./passes/set-rule-tree.ts";

/**
 * All passes. Of OPA's 34 stages four have no row: the module tree is part of the rule tree, and the indices of rules and comprehensions and
 * the list of required capabilities are the evaluator's and the host's.
 */
// biome-ignore format: a table
export const passes: readonly Pass[] = [
  { name: "ResolveRefs",                run: resolveNames },
  { name: "InitLocalVarGen",            run: initializeNames },
  { name: "RewriteRuleHeadRefs",        run: rewriteHeadReferences },
  { name: "CheckKeywordOverrides",      run: checkKeywordOverrides },
  { name: "CheckDuplicateImports",      run: checkDuplicateImports },
  { name: "RemoveImports",              run: removeImports },
  { name: "SetRuleTree",                run: setRuleTree },
  { name: "RewriteLocalVars",           run: rewriteLocals },
  { name: "RewriteTemplateStrings",     run: rewriteTemplateStrings },
  { name: "CheckVoidCalls",             run: checkVoidCalls },
  { name: "RewritePrintCalls",          run: rewritePrintCalls },
  { name: "RewriteExprTerms",           run: rewriteExpressionTerms },
  { name: "ParseMetadataBlocks",        run: parseMetadataBlocks },
  { name: "SetAnnotationSet",           run: setAnnotationSet },
  { name: "RewriteRegoMetadataCalls",   run: rewriteMetadataCalls },
  { name: "SetGraph",                   run: setGraph },
  { name: "RewriteComprehensionTerms",  run: rewriteComprehensionTerms },
  { name: "RewriteRefsInHead",          run: rewriteReferencesInHead },
  { name: "RewriteWithValues",          run: rewriteWithValues },
  { name: "CheckRuleConflicts",         run: checkRuleConflicts },
  { name: "CheckUndefinedFuncs",        run: checkUndefinedFunctions },
  { name: "CheckSafetyRuleHeads",       run: checkSafetyOfHeads },
  { name: "CheckSafetyRuleBodies",      run: checkSafetyOfBodies },
  { name: "RewriteEquals",              run: rewriteEquals },
  { name: "RewriteDynamicTerms",        run: rewriteDynamicTerms },
  { name: "RewriteTestRulesForTracing", run: rewriteTestRules },
  { name: "CheckRecursion",             run: checkRecursion },
  { name: "CheckTypes",                 run: checkTypes },
  { name: "CheckUnsafeBuiltins",        run: checkUnsafeBuiltins },
  { name: "CheckDeprecatedBuiltins",    run: checkDeprecatedBuiltins },
];
