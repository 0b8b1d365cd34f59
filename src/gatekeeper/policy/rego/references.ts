/**
 * What a template's Rego may import and read from `data`, and where its libraries live: checks and rewrites parsed modules. Libraries move
 * from `data.lib…` to `data.libs.lib…`, and the module itself becomes `data.template`. Like the original, the check does not look inside a
 * reference's own brackets, and the rewrite reaches only references that stand directly in an expression or a head: templates rely on it.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { type ast, isTerm, mapChildren, printTerm, quote, walkNode } from "../../../rego/index.ts";
import type { SourceProblem } from "../engine.ts";

/** A parsed module with its name in error texts and its path below `source`. */
export interface TemplateModule {
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly module: ast.Module;
}

/** A complaint with the places it speaks of. */
export interface ReferenceError {
  readonly message: string;
  readonly problems: readonly SourceProblem[];
}

/** Checks libraries' packages, then imports, then references; libraries are looked at before the module itself. */
export function checkReferences(entry: TemplateModule, libs: readonly TemplateModule[], referential: boolean): ReferenceError | undefined {
  for (const lib of libs) {
    const { path } = lib.module.package;
    if (startsWith(path, ["data", "lib"]) && path.length > 2) continue;
    return refuse(lib, lib.module.package, `invalid lib prefix: path ${printPath(path)} not found in lib prefixes`);
  }
  const all = [...libs, entry];
  return firstOf(all, checkImports) ?? firstOf(all, (module) => checkDataReferences(module, referential));
}

function firstOf(
  modules: readonly TemplateModule[],
  check: (module: TemplateModule) => ReferenceError | undefined,
): ReferenceError | undefined {
  for (const module of modules) {
    const error = check(module);
    if (error !== undefined) return error;
  }
  return undefined;
}

function checkImports(module: TemplateModule): ReferenceError | undefined {
  for (const entry of module.module.imports) {
    const { path } = entry.path;
    const text = quote(printTerm(entry.path));
    if (startsWith(path, ["input"])) return refuse(module, entry, `invalid import: cannot import input: ${text}`);
    if (startsWith(path, ["data", "lib"]) || startsWith(path, ["future"])) continue;
    return refuse(module, entry, `invalid import: bad import: ${text}`);
  }
  return undefined;
}

function checkDataReferences(module: TemplateModule, referential: boolean): ReferenceError | undefined {
  const bad: ast.RefTerm[] = [];
  for (const rule of module.module.rules) {
    walkNode(rule, (node) => {
      if (node.kind !== "ref") return true;
      if (!isAllowed(node.path, referential)) bad.push(node);
      return false;
    });
  }
  if (bad.length === 0) return undefined;
  const lines = bad.map((ref) => `disallowed ref ${printTerm(ref)}\n`).join("");
  return {
    message: `invalid data references: check refs failed on module {${module.name}}: errors (${bad.length}):\n${lines}`,
    problems: bad.map((ref) => problemAt(module, ref, `disallowed ref ${printTerm(ref)}`)),
  };
}

function isAllowed(path: readonly ast.Term[], referential: boolean): boolean {
  if (!startsWith(path, ["data"])) return true;
  return startsWith(path, ["data", "lib"]) || (referential && startsWith(path, ["data", "inventory"]));
}

function startsWith(path: readonly ast.Term[], [head, ...rest]: readonly string[]): boolean {
  const [first] = path;
  if (first?.kind !== "var" || first.name !== head) return false;
  return rest.every((name, i) => {
    const step = path[i + 1];
    return step?.kind === "string" && step.value === name;
  });
}

function printPath(path: readonly [ast.Term, ...ast.Term[]]): string {
  return printTerm({ kind: "ref", path, span: undefined });
}

function refuse(module: TemplateModule, node: ast.Node, message: string): ReferenceError {
  return { message, problems: [problemAt(module, node, message)] };
}

function problemAt({ path }: TemplateModule, { span }: ast.Node, message: string): SourceProblem {
  return { path, start: span?.start ?? 0, end: span?.end ?? 0, message };
}

/** Returns the module as `data.template`. */
export function rewriteEntry(module: ast.Module): ast.Module {
  const { span } = module.package;
  const path: [ast.Term, ...ast.Term[]] = [variable("data", span), text("template", span)];
  return rewriteModule({ ...module, package: { ...module.package, path } });
}

/** Returns a library below `data.libs`. */
export function rewriteLib(module: ast.Module): ast.Module {
  return rewriteModule({ ...module, package: { ...module.package, path: movedPath(module.package.path) } });
}

function rewriteModule(module: ast.Module): ast.Module {
  return {
    ...module,
    imports: module.imports.map((entry) => ({ ...entry, path: movedRef(entry.path) })),
    rules: module.rules.map((rule) => rewriteDirect(rule)),
  };
}

function rewriteDirect<N extends ast.Node>(node: N): N {
  return mapChildren(node, (child) => {
    if (!isTerm(child)) return rewriteDirect(child);
    return child.kind === "ref" ? movedRef(child) : child;
  });
}

function movedRef(ref: ast.RefTerm): ast.RefTerm {
  return startsWith(ref.path, ["data", "lib"]) ? { ...ref, path: movedPath(ref.path) } : ref;
}

function movedPath([head, ...rest]: readonly [ast.Term, ...ast.Term[]]): [ast.Term, ...ast.Term[]] {
  return [head, text("libs", head.span), ...rest];
}

function variable(name: string, span: ast.Node["span"]): ast.Term {
  return { kind: "var", name, span };
}

function text(value: string, span: ast.Node["span"]): ast.Term {
  return { kind: "string", value, span };
}
