/**
 * Puts one question to the engine as a stranger would: modules, a query, documents in; rows or errors out. The suites differ only in how
 * they read cases and judge answers.
 */
import { cryptoBuiltins } from "../src/rego/crypto.ts";
import { graphqlBuiltins } from "../src/rego/graphql.ts";
import {
  type BuiltinTable,
  type CompiledPolicy,
  compileModules,
  type Diagnostic,
  evaluateQuery,
  type Module,
  parseModule,
  positionOf,
  prepareQuery,
  pureBuiltins,
  renderDiagnostics,
  renderLocation,
  type Value,
} from "../src/rego/index.ts";

/** Every builtin that ships. */
export const allBuiltins: BuiltinTable = new Map(
  [...pureBuiltins.values(), ...cryptoBuiltins, ...graphqlBuiltins].map((row) => [row.name, row]),
);

/** What is asked. */
export interface Question {
  readonly modules: readonly (readonly [name: string, text: string])[];
  readonly dialect: "v0" | "v1";
  readonly query: string;
  /** Dialect of the query; that of the modules when left out. */
  readonly queryDialect?: "v0" | "v1";
  readonly input: Value | undefined;
  readonly data: Value | undefined;
  readonly strictErrors: boolean;
  readonly builtins?: BuiltinTable;
}

/** What is answered. */
export interface Answer {
  /** Bindings of each row; absent when there were errors. */
  readonly rows: readonly { readonly [name: string]: Value }[] | undefined;
  /** Values of the query's expressions, row by row. */
  readonly values: readonly (readonly Value[])[];
  readonly errors: readonly Diagnostic[];
  /** OPA's text of all errors together. */
  readonly errorText: string;
  readonly prints: readonly string[];
  readonly pending: number;
}

// The clock and seed that the recorded answers were asked with.
const NOW_NANOS = 1_709_210_096_789_012_345n;

/** Asks. A door that throws has a bug: the answer then matches no expectation and says so. */
export function ask(question: Question): Answer {
  try {
    return askDoors(question);
  } catch (error) {
    return {
      rows: undefined,
      values: [],
      errors: [],
      errorText: `the engine threw: ${error instanceof Error ? error.stack : String(error)}`,
      prints: [],
      pending: 0,
    };
  }
}

function askDoors(question: Question): Answer {
  const parsed = parseAll(question);
  if (parsed.errors.length > 0) return refused(parsed.errors, parsed.errors.length > 1 ? ` errors occurred\n` : undefined);
  const compiled = compileModules(parsed.modules, {
    builtins: question.builtins ?? allBuiltins,
    dialect: question.dialect,
    print: true,
    ...(question.data === undefined ? {} : { data: question.data }),
    allowNet: [],
  });
  if (compiled.policy === undefined) return refused(compiled.diagnostics);
  return evaluate(compiled.policy, question);
}

function parseAll(question: Question): { readonly modules: ReadonlyMap<string, Module>; readonly errors: readonly Diagnostic[] } {
  const modules = new Map<string, Module>();
  const errors: Diagnostic[] = [];
  for (const [name, text] of question.modules) {
    const { module, diagnostics } = parseModule({ name, text }, { dialect: question.dialect });
    errors.push(...diagnostics);
    if (module !== undefined) modules.set(name, module);
  }
  return { modules, errors };
}

function evaluate(policy: CompiledPolicy, question: Question): Answer {
  const prepared = prepareQuery(policy, question.query, { dialect: question.queryDialect ?? question.dialect });
  if (prepared.query === undefined) return refused(prepared.diagnostics);
  const prints: string[] = [];
  const outcome = evaluateQuery(prepared.query, {
    ...(question.input === undefined ? {} : { input: question.input }),
    nowNanos: NOW_NANOS,
    seed: 1,
    allowedHosts: [],
    strictBuiltinErrors: question.strictErrors,
    budget: { steps: 50_000_000, size: 50_000_000 },
    onPrint: (text, at) =>
      prints.push(`${at === undefined ? "" : renderLocation({ code: "eval_internal_error", message: "", span: at, notes: [] })}: ${text}`),
  });
  if (outcome.errors.length > 0)
    return { ...refused(outcome.errors), errorText: evaluationText(outcome.errors), prints, pending: outcome.pending.length };
  return {
    rows: outcome.results.map((row) => row.bindings),
    values: outcome.results.map((row) => row.expressions.map((expression) => expression.value)),
    errors: [],
    errorText: "",
    prints,
    pending: outcome.pending.length,
  };
}

function refused(errors: readonly Diagnostic[], heading?: string): Answer {
  let errorText = renderDiagnostics(errors);
  // The library joins parse errors of modules without the colon that the compiler's list has.
  if (heading !== undefined) errorText = errorText.replace(" errors occurred:\n", heading);
  return { rows: undefined, values: [], errors, errorText, prints: [], pending: 0 };
}

/** An evaluation error's text has no heading and its location falls back to the text of the expression. */
function evaluationText(errors: readonly Diagnostic[]): string {
  const [error] = errors;
  return error === undefined ? "" : renderEvaluationError(error);
}

/** Returns OPA's text of an evaluation error: `file:row: code: message`, or the expression's own text where there is no file. */
export function renderEvaluationError(error: Diagnostic): string {
  const { span } = error;
  const where =
    span === undefined
      ? ""
      : span.source.name === ""
        ? `${span.source.text.slice(span.start, span.end)}: `
        : `${span.source.name}:${positionOf(span).row}: `;
  return `${where}${error.code}: ${error.message}`;
}
