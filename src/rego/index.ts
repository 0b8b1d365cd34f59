/**
 * The door of the Rego room: what `portcullis/rego` exports. Nothing behind it touches Node or the outside world; builtins that need
 * `node:crypto`, and the GraphQL family, come through the doors beside this one (`crypto.ts`, `graphql.ts`).
 * https://www.openpolicyagent.org/docs/latest/policy-language/
 */
export type { Answers, BuiltinContext, OutsideRequest, PendingRequest } from "./builtins/context.ts";
export { type Builtin, type BuiltinFunction, type BuiltinResult, type BuiltinTable, define } from "./builtins/define.ts";
export { Failure } from "./builtins/failure.ts";
export { type HttpRequest, type PemSource, readHttpRequest } from "./builtins/http-request.ts";
export { type HttpResponse, httpResponseValue } from "./builtins/http-response.ts";
export { pureBuiltins, tableOf } from "./builtins/registry.ts";
export { type Capabilities, type ReadCapabilities, readCapabilities, writeCapabilities } from "./compile/capabilities.ts";
export type { CompileOptions } from "./compile/compilation.ts";
export { type CompileResult, compileModules } from "./compile/compile.ts";
export { compileQuery } from "./compile/compile-query.ts";
export { type Dependencies, dependenciesOf } from "./compile/deps.ts";
export type { CompiledPolicy, CompiledQuery } from "./compile/policy.ts";
export type { DiagnosticCode } from "./diagnostic/codes.ts";
export type { Diagnostic } from "./diagnostic/diagnostic.ts";
export { renderDiagnostic, renderDiagnostics, renderLocation } from "./diagnostic/render.ts";
export { type BudgetLimits, type Cancellation, DEFAULT_BUDGET } from "./eval/budget.ts";
export { evaluateQuery, type PreparedQuery, planQuery } from "./eval/evaluate.ts";
export type { EvaluationInputs, Outcome, ProfileRow, ResultExpression, ResultRow, TraceEvent } from "./eval/outcome.ts";
export { type PrepareOptions, type PrepareResult, prepareQuery } from "./eval/prepare-query.ts";
export { type AnswerOutside, evaluateWithAnswers } from "./eval/replay.ts";
export { type CaseNames, caseNamesQuery } from "./eval/test-cases.ts";
export { type ExplainMode, filterTrace, renderTrace, shortened } from "./eval/trace.ts";
export { type Position, positionAt, positionOf } from "./source/position.ts";
export { type Source, type Span, textOf } from "./source/source.ts";
export type * as ast from "./syntax/ast.ts";
export type { Body, Dialect, Module, Term } from "./syntax/ast.ts";
export { type FormatOptions, type Formatted, formatModule } from "./syntax/format.ts";
export { moduleToOpaJson, type OpaJsonOptions, termToOpaJson } from "./syntax/opa-json.ts";
export { type ParseOptions, parseBody, parseModule, parseTerm } from "./syntax/parser.ts";
export { prettyModule } from "./syntax/pretty.ts";
export { printReference, printTerm } from "./syntax/print.ts";
export { isTerm, mapChildren, walkNode } from "./syntax/walk.ts";
export { fromUtf8Bytes, toUtf8Bytes } from "./text/bytes.ts";
export { formatFloat } from "./text/format-float.ts";
export { type Address, AddressError, addressText, parseAddress } from "./text/ip.ts";
export { quote } from "./text/quote.ts";
export { compileRegex, Regex, RegexError } from "./text/regex.ts";
export { parseUrl, splitHost, type Url, UrlError, urlText } from "./text/url.ts";
export { compareYamlKeys } from "./text/yaml/key-order.ts";
export { analyse as analyseYamlText, wouldReadAsOther as readsAsOtherYaml } from "./text/yaml/plain.ts";
export {
  parseYaml,
  placeInYaml,
  readYaml,
  writeYaml,
  type YamlDocument,
  type YamlOptions,
  type YamlPlace,
  type YamlProblem,
  type YamlResult,
} from "./text/yaml.ts";
export { compareValues, equalValues } from "./values/compare.ts";
export { type JsonResult, parseJson, toJson } from "./values/json.ts";
export { type JsonStyle, quoteJson, writeJson } from "./values/json-write.ts";
export { compareNumbers, numberFromText, textOfNumber } from "./values/number.ts";
export { getKey, isObject, isPlainObject, ObjectBuilder, setKey, sizeOf } from "./values/object.ts";
export { displayText, termText } from "./values/print.ts";
export { type ReadValue, readValue } from "./values/read-value.ts";
export { RegoNumber } from "./values/rego-number.ts";
export { RegoObject } from "./values/rego-object.ts";
export { RegoSet } from "./values/rego-set.ts";
export type { NumberValue, PlainObject, Value } from "./values/value.ts";
