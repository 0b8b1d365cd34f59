/**
 * Compiles modules: runs every pass in order, stops after the first that finds errors, and freezes what came out.
 * https://www.openpolicyagent.org/docs/latest/policy-language/
 */
import { compareStrings } from "../../base/compare-strings.ts";
import type { Builtin, BuiltinTable } from "../builtins/define.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Module, Term } from "../syntax/ast.ts";
import type { Compilation, CompileOptions, CompileScope, ModuleState, RuleAddress } from "./compilation.ts";
import { ruleAt } from "./compilation.ts";
import { createReporter } from "./errors/error-limit.ts";
import { gatherNames, homesOf } from "./hint-names.ts";
import { withHints } from "./hints.ts";
import { createNames } from "./locals/local-names.ts";
import { builtinArity, dottedName } from "./nodes/builtin-calls.ts";
import { passes } from "./passes.ts";
import type { CompiledPolicy } from "./policy.ts";
import { emptyGraph } from "./rule-graph.ts";
import type { RuleNode } from "./rule-tree.ts";
import { emptyTree, mapTree, nodeAt } from "./rule-tree.ts";

/** What compiling modules gives: a policy, or what is wrong. */
export interface CompileResult {
  readonly policy: CompiledPolicy | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles modules by file name into a policy.
 * @example compileModules(new Map([["p.rego", module]]), { builtins })
 */
export function compileModules(modules: ReadonlyMap<string, Module>, options: CompileOptions): CompileResult {
  const { diagnostics, report } = createReporter(options.errorLimit);
  const states = [...modules].sort(([a], [b]) => compareStrings(a, b)).map(([name, module]) => stateOf(name, module));
  const compilation = createCompilation(states, options, report);
  try {
    for (const pass of passes) {
      if (diagnostics.length > 0) break;
      pass.run(compilation);
    }
    if (diagnostics.length === 0) report(...compilation.deferred);
    if (diagnostics.length === 0) return { policy: freeze(compilation), diagnostics };
  } catch (error) {
    // The engine's way to say that its stack is used up: a package path or a chain of rules is longer than anybody writes.
    if (!(error instanceof RangeError)) throw error;
    report({ code: "rego_compile_error", message: "policy is nested too deeply", span: undefined, notes: [] });
    return { policy: undefined, diagnostics };
  }
  return { policy: undefined, diagnostics: withHints(diagnostics, () => gatherNames(compilation, homesOf(states))) };
}

function stateOf(name: string, module: Module): ModuleState {
  return { name, parsed: module, module, rules: [...module.rules], dialect: module.dialect };
}

function createCompilation(modules: readonly ModuleState[], options: CompileOptions, report: Compilation["report"]): Compilation {
  const compilation: Compilation = {
    ...scopeOver(options, () => compilation.tree),
    modules,
    names: createNames(new Set()),
    tree: emptyTree,
    graph: emptyGraph,
    types: undefined,
    annotations: undefined,
    report,
  };
  return compilation;
}

/** Returns the look-ups that passes share; the tree is asked for late, since a pass makes it. */
export function scopeOver(options: CompileOptions, tree: () => RuleNode<RuleAddress>): Omit<CompileScope, "tree"> {
  const builtinOf = (operator: readonly Term[]): Builtin | undefined => findBuiltin(options.builtins, operator);
  return {
    options,
    builtins: options.builtins,
    strict: options.strict ?? false,
    print: options.print ?? false,
    unsafeBuiltins: options.unsafeBuiltins ?? new Set(),
    originalNames: new Map(),
    deferred: [],
    builtinOf,
    arityOf(operator) {
      const builtin = builtinOf(operator);
      if (builtin) return builtinArity(builtin);
      const [first] = nodeAt(tree(), operator)?.rules ?? [];
      return first ? (ruleAt(first).head.args?.length ?? 0) : -1;
    },
  };
}

function findBuiltin(builtins: BuiltinTable, operator: readonly Term[]): Builtin | undefined {
  const name = dottedName(operator);
  return name === undefined ? undefined : builtins.get(name);
}

function freeze(compilation: Compilation): CompiledPolicy {
  const { options } = compilation;
  return {
    modules: new Map(compilation.modules.map(({ name, module, rules }) => [name, { ...module, rules }])),
    tree: mapTree(compilation.tree, ruleAt),
    originalNames: compilation.originalNames,
    builtins: options.builtins,
    dialect: options.dialect ?? "v1",
    data: options.data ?? {},
    types: compilation.types,
    printEnabled: compilation.print,
    strict: compilation.strict,
    unsafeBuiltins: compilation.unsafeBuiltins,
    options,
    addresses: compilation.tree,
  };
}
