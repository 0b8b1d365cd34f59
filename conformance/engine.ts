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
  type EvaluationInputs,
  evaluateQuery,
  evaluateWithAnswers,
  type Module,
  parseModule,
  positionOf,
  prepareQuery,
  pureBuiltins,
  renderDiagnostics,
  type Span,
  textOf,
  type Value,
} from "../src/rego/index.ts";
import { answerOutside } from "../src/server/index.ts";

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
  /** Loads the data after compiling, as OPA's own runner does: rules over base documents are then no conflict. */
  readonly dataLater?: boolean;
  /** Lets the network builtins reach any host; by default none. */
  readonly network?: boolean;
}

/** Answers questions. */
export type Ask = (question: Question) => Promise<Answer>;

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
export async function ask(question: Question): Promise<Answer> {
  try {
    return await askDoors(question);
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

async function askDoors(question: Question): Promise<Answer> {
  const parsed = parseAll(question);
  if (parsed.errors.length > 0) return refused(parsed.errors, parsed.errors.length > 1 ? ` errors occurred\n` : undefined);
  const compiled = compileModules(parsed.modules, {
    builtins: question.builtins ?? allBuiltins,
    dialect: question.dialect,
    print: true,
    ...(question.data === undefined || question.dataLater ? {} : { data: question.data }),
    allowNet: [],
    schemaAnnotations: true,
  });
  if (compiled.policy === undefined) return refused(compiled.diagnostics);
  return await evaluate(compiled.policy, question);
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

async function evaluate(policy: CompiledPolicy, question: Question): Promise<Answer> {
  const prepared = prepareQuery(policy, question.query, { dialect: question.queryDialect ?? question.dialect });
  if (prepared.query === undefined) return refused(prepared.diagnostics);
  const prints: string[] = [];
  const inputs: EvaluationInputs = {
    ...(question.input === undefined ? {} : { input: question.input }),
    nowNanos: NOW_NANOS,
    seed: 1,
    ...(question.network ? {} : { allowedHosts: [] }),
    ...(question.dataLater && question.data !== undefined ? { data: question.data } : {}),
    strictBuiltinErrors: question.strictErrors,
    budget: { steps: 50_000_000, size: 50_000_000 },
    onPrint: (text, at) => prints.push(`${at === undefined ? "" : placeOf(at)}: ${text}`),
  };
  const first = evaluateQuery(prepared.query, inputs);
  const outcome = first.pending.length === 0 ? first : await evaluateWithAnswers(prepared.query, inputs, first, answerOutside);
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

/** Returns `file:row`, or the text itself where there is no file. */
function placeOf(span: Span): string {
  return span.source.name === "" ? textOf(span) : `${span.source.name}:${positionOf(span).row}`;
}

/** Returns OPA's text of an evaluation error: its place, code and message. */
export function renderEvaluationError({ span, code, message }: Diagnostic): string {
  return `${span === undefined ? "" : `${placeOf(span)}: `}${code}: ${message}`;
}
