/**
 * The Rego engine: parses, checks, rewrites and compiles a template's modules once, and then asks `data.template.violation` for each
 * constraint. The builtins come from outside, so that those which need Node's crypto can be among them.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import {
  type ast,
  type BuiltinTable,
  type CompiledPolicy,
  compileModules,
  type Diagnostic,
  type EvaluationInputs,
  evaluateQuery,
  type PlainObject,
  type PreparedQuery,
  parseModule,
  prepareQuery,
  renderDiagnostic,
  renderDiagnostics,
  type Value,
} from "../../../rego/index.ts";
import { externalDataBuiltin } from "../../external-data/builtin.ts";
import type { Review } from "../../kube/admission.ts";
import type {
  Compilation,
  ConstraintView,
  Engine,
  EngineCode,
  EngineOptions,
  Judgement,
  SourceProblem,
  TemplatePolicy,
  World,
} from "../engine.ts";
import { explainViolations } from "../rego/explain.ts";
import { HOOK_NAME, HOOK_TEXT } from "../rego/hook.ts";
import { checkReferences, rewriteEntry, rewriteLib, type TemplateModule } from "../rego/references.ts";
import { type RegoSource, readRegoSource } from "../rego/source.ts";
import { traceText } from "../rego/trace-text.ts";
import { readViolations } from "../rego/violations.ts";

const INVALID = "invalid ConstraintTemplate: ";
const ENTRY_NAME = "template";

/** Makes the engine over a table of builtins. */
export function regoEngine(builtins: BuiltinTable): Engine {
  return { name: "Rego", compile: (code, options) => compile(code, options, builtins) };
}

function compile({ source }: EngineCode, options: EngineOptions, builtins: BuiltinTable): Compilation {
  const read = readRegoSource(source);
  if ("error" in read) return { kind: "refused", message: read.error, problems: [] };
  const modules = parseModules(read);
  if ("refused" in modules) return modules.refused;
  const { entry, libs } = modules;
  const bad = checkReferences(entry, libs, options.referential);
  if (bad !== undefined) return { kind: "refused", message: INVALID + bad.message, problems: bad.problems };
  return compileChecked(entry, libs, options, builtinsFor(builtins, options));
}

interface ParsedTemplate {
  readonly entry: TemplateModule;
  readonly libs: readonly TemplateModule[];
}

function parseModules(source: RegoSource): ParsedTemplate | { readonly refused: Compilation } {
  const { dialect } = source;
  const entry = parse({ name: ENTRY_NAME, path: ["rego"], text: source.rego, dialect });
  if ("refused" in entry) return entry;
  if (!entry.module.rules.some((rule) => rule.head.name === "violation")) {
    const message = `${INVALID}invalid rego: invalid module: missing required rules: [violation]`;
    return { refused: { kind: "refused", message, problems: [] } };
  }
  const libs: TemplateModule[] = [];
  for (const [i, text] of source.libs.entries()) {
    const lib = parse({ name: `libs["lib_${i}"]`, path: ["libs", i], text, dialect });
    if ("refused" in lib) return lib;
    libs.push(lib);
  }
  return { entry, libs };
}

interface ModuleText {
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly text: string;
  readonly dialect: "v0" | "v1";
}

function parse({ name, path, text, dialect }: ModuleText): TemplateModule | { readonly refused: Compilation } {
  const { module, diagnostics } = parseModule({ name, text }, { dialect });
  if (module !== undefined && diagnostics.length === 0) return { name, path, module };
  return {
    refused: {
      kind: "refused",
      message: INVALID + parseErrorText(name, diagnostics),
      problems: problemsOf(diagnostics, new Map([[name, path]])),
    },
  };
}

/** A module without statements is one error, not a list with one error, and has no line. */
function parseErrorText(name: string, diagnostics: readonly Diagnostic[]): string {
  const [first] = diagnostics;
  if (first?.message === "empty module") return `${name}:0: ${first.code}: ${first.message}`;
  return renderDiagnostics(diagnostics);
}

function problemsOf(
  diagnostics: readonly Diagnostic[],
  paths: ReadonlyMap<string, readonly (string | number)[]>,
): readonly SourceProblem[] {
  return diagnostics.flatMap(({ span, message }) => {
    const path = span === undefined ? undefined : paths.get(span.source.name);
    return span === undefined || path === undefined ? [] : [{ path, start: span.start, end: span.end, message }];
  });
}

function builtinsFor(builtins: BuiltinTable, { disabledBuiltins, externalData }: EngineOptions): BuiltinTable {
  if (disabledBuiltins.length === 0 && !externalData) return builtins;
  const table = new Map(builtins);
  for (const name of disabledBuiltins) table.delete(name);
  if (externalData) table.set(externalDataBuiltin.name, externalDataBuiltin);
  return table;
}

function compileChecked(
  entry: TemplateModule,
  libs: readonly TemplateModule[],
  options: EngineOptions,
  builtins: BuiltinTable,
): Compilation {
  const modules = new Map<string, ast.Module>();
  const hook = parseModule({ name: HOOK_NAME, text: HOOK_TEXT }, { dialect: "v0" }).module;
  if (hook !== undefined) modules.set(HOOK_NAME, hook);
  modules.set(`${ENTRY_NAME}0`, rewriteEntry(entry.module));
  for (const [i, lib] of libs.entries()) modules.set(`${ENTRY_NAME}${i + 1}`, rewriteLib(lib.module));
  const { policy, diagnostics } = compileModules(modules, { builtins, dialect: "v0", print: options.print });
  const paths = new Map([entry, ...libs].map(({ name, path }) => [name, path]));
  if (policy === undefined) {
    return {
      kind: "refused",
      message: `unable to compile modules: ${renderDiagnostics(diagnostics)}`,
      problems: problemsOf(diagnostics, paths),
    };
  }
  const prepared = prepareQuery(policy, "data.template.violation", { dialect: "v0" });
  if (prepared.query === undefined) {
    return { kind: "refused", message: `unable to compile modules: ${renderDiagnostics(prepared.diagnostics)}`, problems: [] };
  }
  const explained = { ...entry, module: rewriteEntry(entry.module) };
  return { kind: "compiled", policy: policyOf(prepared.query, { policy, entry: explained }) };
}

const NO_PARAMETERS: PlainObject = {};

interface Explained {
  readonly policy: CompiledPolicy;
  readonly entry: TemplateModule;
}

function policyOf(query: PreparedQuery, { policy, entry }: Explained): TemplatePolicy {
  return {
    engine: "Rego",
    judge: (constraint, review, world) => judge(query, { constraint, review, world }),
    explain: (constraint, review, world) =>
      explainViolations(policy, entry, { inputs: inputsOf(constraint, review, { ...world, onPrint: undefined }), object: review.object }),
  };
}

interface Question {
  readonly constraint: ConstraintView;
  readonly review: Review;
  readonly world: World;
}

function judge(query: PreparedQuery, { constraint, review, world }: Question): Judgement {
  const outcome = evaluateQuery(query, inputsOf(constraint, review, world));
  const trace = outcome.trace === undefined ? undefined : traceText(outcome.trace);
  const [error] = outcome.errors;
  if (outcome.pending.length > 0) return { violations: [], failure: undefined, pending: outcome.pending, trace };
  if (error !== undefined) return { violations: [], failure: renderDiagnostic(error), pending: [], trace };
  const value: Value | undefined = outcome.results[0]?.expressions[0]?.value;
  return { violations: readViolations(value), failure: undefined, pending: [], trace };
}

// A constraint hands the same parameters to every review: what hangs on them alone is worked out once.
const FIXED = [["parameters"]] as const;

function inputsOf(constraint: ConstraintView, review: Review, world: World): EvaluationInputs {
  const { onPrint, signal } = world;
  return {
    input: { review: review.input, parameters: constraint.parameters ?? NO_PARAMETERS },
    fixed: FIXED,
    data: world.data,
    nowNanos: world.nowNanos,
    seed: world.seed,
    answers: world.answers,
    ...(world.trace ? { explain: "full" as const } : {}),
    ...(onPrint === undefined ? {} : { onPrint: (text: string) => onPrint(text) }),
    ...(signal === undefined ? {} : { signal }),
  };
}
