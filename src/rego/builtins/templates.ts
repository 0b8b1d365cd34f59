/**
 * The builtin `strings.render_template`: Go templates over Rego values
 * (https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-strings-stringsrender_template).
 */
import { joinBytes } from "../text/bytes.ts";
import { TemplateError } from "../text/template/error.ts";
import { executeTemplate } from "../text/template/execute.ts";
import { FUNCTIONS } from "../text/template/functions.ts";
import { parseTemplate } from "../text/template/parser.ts";
import { toJson } from "../values/json.ts";
import { readJsonPrefix } from "../values/json-read.ts";
import { termText } from "../values/print.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { builtinError, object, row, string } from "./operands.ts";

const NAME = "strings.render_template";
// Every template of OPA's has this name.
const TEMPLATE = "template";
// Go's own limit.
const JSON_DEPTH = 10_000;
const FUNCTION_NAMES = new Set(FUNCTIONS.keys());

function render(context: BuiltinContext, source: string, variables: Value): BuiltinResult {
  context.spend(source.length);
  try {
    const spend = (units: number): void => context.spend(units);
    // OPA reads the Rego text of the variables as JSON: sets, keys that are no strings and some escapes are errors.
    const read = readJsonPrefix(termText(variables, spend), 0, JSON_DEPTH);
    if (read.kind === "error") return builtinError(NAME, read.message);
    const templates = parseTemplate(TEMPLATE, source, FUNCTION_NAMES);
    const execution = { name: TEMPLATE, source, templates, spend };
    return joinBytes(executeTemplate(execution, toJson(read.value)).replaceAll("<no value>", "<undefined>"));
  } catch (error) {
    if (error instanceof TemplateError) return builtinError(NAME, error.message);
    throw error;
  }
}

/** Templates. */
export const templates: readonly Builtin[] = [
  row(NAME, "(value: string, vars: object[string: any]) => result: string", [string, object], render),
];
