/** Compiles policies in tests: texts in, OPA's error texts or the policy out. */
import type { Builtin, BuiltinTable } from "../../src/rego/builtins/define.ts";
import { define } from "../../src/rego/builtins/define.ts";
import { pureBuiltins } from "../../src/rego/builtins/registry.ts";
import type { CompileOptions } from "../../src/rego/compile/compilation.ts";
import { compileModules } from "../../src/rego/compile/compile.ts";
import { compileQuery } from "../../src/rego/compile/compile-query.ts";
import type { CompiledPolicy, CompiledQuery } from "../../src/rego/compile/policy.ts";
import type { Diagnostic } from "../../src/rego/diagnostic/diagnostic.ts";
import { renderDiagnostic } from "../../src/rego/diagnostic/render.ts";
import type { Module } from "../../src/rego/syntax/ast.ts";
import { parseBody, parseModule } from "../../src/rego/syntax/parser.ts";

const nothing = (): undefined => undefined;

// Rows that only the compiler looks at: their functions are never called here.
const compilerRows: readonly Builtin[] = [
  define("print", "(...any) => void", nothing),
  define("internal.print", "(array[set[any]]) => void", nothing),
  define("internal.template_string", "(array[any]) => string", nothing),
  define("rego.metadata.chain", "() => chain: array[any]", nothing),
  define("rego.metadata.rule", "() => output: any", nothing),
  define("walk", "(x: any) => output: array<array[any], any>", nothing, { relation: true }),
  define("any", "(any<array[any], set[any]>) => boolean", nothing, { deprecated: true }),
];

/** The builtins that tests compile against. */
export const testBuiltins: BuiltinTable = new Map([...compilerRows.map((row) => [row.name, row] as const), ...pureBuiltins]);

/** How tests compile. */
export interface TestOptions extends Partial<CompileOptions> {
  readonly annotations?: boolean;
}

/** A policy or its errors. */
export interface TestResult {
  readonly policy: CompiledPolicy | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles files (text alone is the file `p.rego`). */
export function compileTexts(files: string | { readonly [name: string]: string }, options: TestOptions = {}): TestResult {
  const texts = typeof files === "string" ? { "p.rego": files } : files;
  const dialect = options.dialect === "v0" ? "v0" : "v1";
  const modules = new Map<string, Module>();
  for (const [name, text] of Object.entries(texts)) {
    const { module, diagnostics } = parseModule({ name, text }, { dialect, annotations: options.annotations ?? false });
    if (!module) return { policy: undefined, diagnostics };
    modules.set(name, module);
  }
  return compileModules(modules, { builtins: testBuiltins, ...options });
}

/** Returns the error texts of some files. */
export function errorsOf(files: string | { readonly [name: string]: string }, options: TestOptions = {}): readonly string[] {
  return compileTexts(files, options).diagnostics.map(renderDiagnostic);
}

/** Compiles files that have no error. */
export function policyOf(files: string | { readonly [name: string]: string }, options: TestOptions = {}): CompiledPolicy {
  const { policy, diagnostics } = compileTexts(files, options);
  if (!policy) throw new Error(diagnostics.map(renderDiagnostic).join("\n"));
  return policy;
}

/** Compiles a query against a policy. */
export function queryOf(
  policy: CompiledPolicy,
  text: string,
): { readonly query: CompiledQuery | undefined; readonly errors: readonly string[] } {
  const { body, diagnostics } = parseBody({ name: "", text }, {});
  if (!body) return { query: undefined, errors: diagnostics.map(renderDiagnostic) };
  const compiled = compileQuery(policy, body, { text });
  return { query: compiled.query, errors: compiled.diagnostics.map(renderDiagnostic) };
}
