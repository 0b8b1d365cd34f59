/**
 * What the passes share while a policy is compiled. A pass reads trees from here and puts new ones back; the trees themselves never change.
 * A rule keeps its address (module, index) through all passes, so that tables made by one pass hold for the next.
 */
import type { Builtin, BuiltinTable } from "../builtins/define.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Body, Dialect, Import, Module, Package, Rule, Term } from "../syntax/ast.ts";
import type { Value } from "../values/value.ts";
import type { NameGenerator } from "./locals/local-names.ts";
import type { CompiledPolicy } from "./policy.ts";
import type { RuleGraph } from "./rule-graph.ts";
import type { RuleNode } from "./rule-tree.ts";

/** What a host may choose. */
export interface CompileOptions {
  /** The builtins that exist for this policy: a call to any other name is an error. */
  readonly builtins: BuiltinTable;
  /** Dialect of modules that do not say theirs, and of queries. Default v1. */
  readonly dialect?: Dialect;
  /** OPA's strict mode: unused names and shadowed documents are errors. */
  readonly strict?: boolean;
  /** Keeps `print` calls; without it they are erased. */
  readonly print?: boolean;
  /** Base documents under `data`; a rule must not define a path that exists here, unless the host allows it. */
  readonly data?: Value;
  /** Lets rules and base documents share a path, as OPA's compiler does when it is used without a store. */
  readonly allowDataConflicts?: boolean;
  /** Builtins that exist and may not be called. */
  readonly unsafeBuiltins?: ReadonlySet<string>;
  /** Language features granted (`rego_v1`, `rule_head_refs`, …); all of them when left out. */
  readonly features?: ReadonlySet<string>;
  /** Hosts from which remote schemas may be read; undefined = all. */
  readonly allowNet?: readonly string[];
  /** JSON schemas as plain JSON, by the words of their paths (`schema.a-b.c`); `schema` alone is that of every input. */
  readonly schemas?: ReadonlyMap<string, unknown>;
  /** Lets `schemas` annotations take part in type checking. */
  readonly schemaAnnotations?: boolean;
  /** Errors after which compilation stops; 10 as OPA has it, 0 for no limit. */
  readonly errorLimit?: number;
  /** OPA's test runner: captures values of equalities in `test_` rules. */
  readonly captureTestValues?: boolean;
}

/** A module on its way through the passes. */
export interface ModuleState {
  readonly name: string;
  /** The module as it was parsed. */
  readonly parsed: Module;
  /** The module as the last pass left it; its rules are in `rules`. */
  module: Module;
  /** The module's rules as the last pass left them. Their number and order never change. */
  rules: Rule[];
  readonly dialect: Dialect;
}

/** Where a rule is, whatever the passes make of it. */
export interface RuleAddress {
  readonly state: ModuleState;
  readonly index: number;
}

/** What a pass may look up, for modules and for queries. */
export interface CompileScope {
  readonly options: CompileOptions;
  readonly builtins: BuiltinTable;
  readonly strict: boolean;
  readonly print: boolean;
  readonly unsafeBuiltins: ReadonlySet<string>;
  /** Generated variable → the name its author wrote. */
  readonly originalNames: Map<string, string>;
  /** Errors that OPA does not know, reported when there is no other. */
  readonly deferred: Diagnostic[];
  /** Rules by path; empty before the tree is made. */
  readonly tree: RuleNode<RuleAddress>;
  /** Returns the number of parameters of a function by its operator, -1 when there is none. */
  arityOf(operator: readonly Term[]): number;
  /** Returns the builtin that an operator names. */
  builtinOf(operator: readonly Term[]): Builtin | undefined;
}

/** The state of compiling modules. */
export interface Compilation extends CompileScope {
  /** Sorted by file name. */
  readonly modules: readonly ModuleState[];
  /** Makes the names of generated variables; set by the second pass. */
  names: NameGenerator;
  tree: RuleNode<RuleAddress>;
  graph: RuleGraph;
  /** What the type checker and the metadata passes leave behind. */
  types: unknown;
  annotations: unknown;
  /** Records errors; false once the limit is reached. */
  report(...diagnostics: readonly Diagnostic[]): boolean;
}

/** The state of compiling one query. */
export interface QueryCompilation extends CompileScope {
  readonly policy: CompiledPolicy;
  body: Body;
  readonly package: Package | undefined;
  readonly imports: readonly Import[];
  /** Makes names that occur nowhere in the body as it is now: every query pass starts again from `__localq0__`. */
  freshNames(): NameGenerator;
  /** The types known for the query's variables. */
  types: unknown;
  report(...diagnostics: readonly Diagnostic[]): boolean;
}

/** A step of compiling modules. */
export interface Pass {
  readonly name: string;
  readonly run: (compilation: Compilation) => void;
}

/** A step of compiling a query. */
export interface QueryPass {
  readonly name: string;
  readonly run: (query: QueryCompilation) => void;
}

/** Returns the rule at an address as the last pass left it. */
export function ruleAt(address: RuleAddress): Rule {
  const rule = address.state.rules[address.index];
  if (!rule) throw new Error("a rule address outlived its module");
  return rule;
}
