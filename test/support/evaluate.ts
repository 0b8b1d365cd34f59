/** Evaluates a query against modules given as text, with all builtins: what tests of the evaluator start from. */
import { cryptoBuiltins } from "../../src/rego/builtins/crypto/families.ts";
import type { Builtin } from "../../src/rego/builtins/define.ts";
import { graphqlBuiltins } from "../../src/rego/builtins/graphql/families.ts";
import { pureBuiltins, tableOf } from "../../src/rego/builtins/registry.ts";
import { compileModules } from "../../src/rego/compile/compile.ts";
import { compileQuery } from "../../src/rego/compile/compile-query.ts";
import { renderDiagnostic } from "../../src/rego/diagnostic/render.ts";
import { evaluateQuery, type PreparedQuery, planQuery } from "../../src/rego/eval/evaluate.ts";
import type { EvaluationInputs } from "../../src/rego/eval/outcome.ts";
import { parseBody, parseModule } from "../../src/rego/syntax/parser.ts";
import { toJson } from "../../src/rego/values/json.ts";
import type { Value } from "../../src/rego/values/value.ts";

/** How to read the texts. */
export interface PrepareTextOptions {
  readonly dialect?: "v0" | "v1";
  readonly builtins?: readonly Builtin[];
}

/** Prepares a query; a module or query that does not compile is the test's mistake. */
export function prepareText(
  modules: string | { readonly [name: string]: string },
  query: string,
  options: PrepareTextOptions = {},
): PreparedQuery {
  const { dialect = "v1" } = options;
  const builtins = tableOf([...pureBuiltins.values()], cryptoBuiltins, graphqlBuiltins, options.builtins ?? []);
  const texts = typeof modules === "string" ? { "p.rego": modules } : modules;
  const parsed = Object.entries(texts).map(([name, text]) => [name, parseModule({ name, text }, { dialect })] as const);
  const trees = new Map(parsed.flatMap(([name, { module }]) => (module ? [[name, module] as const] : [])));
  const { policy, diagnostics } = compileModules(trees, { builtins, dialect, print: true });
  const { body } = parseBody({ name: "", text: query }, { dialect });
  const wrong = [...parsed.flatMap(([, result]) => result.diagnostics), ...diagnostics].map(renderDiagnostic);
  if (!policy || !body || wrong.length > 0) throw new Error(wrong.join("\n") || "the query does not parse");
  const compiled = compileQuery(policy, body, { text: query });
  if (!compiled.query) throw new Error(compiled.diagnostics.map(renderDiagnostic).join("\n"));
  return planQuery(compiled.query);
}

/** The value of the query's first expression as JSON, `undefined` when there is none, or the text of its error. */
export function answerOf(prepared: PreparedQuery, inputs: EvaluationInputs = {}): unknown {
  const { results, errors } = evaluateQuery(prepared, inputs);
  const [error] = errors;
  if (error) return renderDiagnostic(error);
  const [row] = results;
  return row && toJson(row.expressions[0]?.value as Value);
}

/** The value of rule `x` of a module. */
export function evaluateText(rules: string, inputs: EvaluationInputs = {}, options: PrepareTextOptions = {}): unknown {
  return answerOf(prepareText(`package p\n\n${rules}`, "data.p.x", options), inputs);
}
