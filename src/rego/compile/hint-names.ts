/** The names that exist in a policy, for hints: gathered only once something is wrong. */
import type { BuiltinTable } from "../builtins/define.ts";
import type { Import, Package, Term } from "../syntax/ast.ts";
import { printReference } from "../syntax/print.ts";
import type { CompileScope, ModuleState, RuleAddress } from "./compilation.ts";
import { ruleAt } from "./compilation.ts";
import { importName } from "./passes/resolve-names.ts";
import type { RuleNode } from "./rule-tree.ts";

/** Names to choose from. */
export interface HintedNames {
  readonly builtins: BuiltinTable;
  /** Functions of the policy by their full names. */
  readonly functions: readonly string[];
  /** What a rule in a file may name: rules of its package, imports, variables. */
  readonly inPackage: (file: string | undefined) => readonly string[];
}

/** What can be named in a module: its package's rules are found by the package, imports by themselves. */
interface Home {
  readonly package: Package | undefined;
  readonly imports: readonly Import[];
}

/** Gathers the names of a policy; `homes` tells what a file may name. */
export function gatherNames(scope: CompileScope, homes: ReadonlyMap<string, Home>): HintedNames {
  return {
    builtins: scope.builtins,
    functions: functionsBelow(scope.tree, []),
    inPackage(file) {
      const home = homes.get(file ?? "");
      const rules = home?.package ? rulesOf(scope.tree, home.package) : [];
      const imports = home?.imports.flatMap((each) => importName(each) ?? []) ?? [];
      return [...rules, ...imports, ...scope.originalNames.values(), "input", "data"];
    },
  };
}

/** Returns what each module may name. */
export function homesOf(modules: readonly ModuleState[]): ReadonlyMap<string, Home> {
  return new Map(modules.map(({ name, parsed }) => [name, parsed]));
}

function rulesOf(tree: RuleNode<RuleAddress>, { path }: Package): readonly string[] {
  let node: RuleNode<RuleAddress> | undefined = tree.named.get("data");
  for (const step of path.slice(1)) node = step.kind === "string" ? node?.named.get(step.value) : undefined;
  return node ? [...node.named].filter(([, { rules }]) => rules.length > 0).map(([name]) => name) : [];
}

function functionsBelow(node: RuleNode<RuleAddress>, path: readonly Term[]): readonly string[] {
  const [first] = node.rules;
  const own = first && (ruleAt(first).head.args?.length ?? 0) > 0 ? [printReference(path)] : [];
  const below = node.children.flatMap((child) => {
    if (!child.key) return [];
    const step: Term =
      path.length === 0 && child.key.kind === "string" ? { kind: "var", name: child.key.value, span: undefined } : child.key;
    return functionsBelow(child, [...path, step]);
  });
  return [...own, ...below];
}
