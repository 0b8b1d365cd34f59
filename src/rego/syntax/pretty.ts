/**
 * Writes the outline of a module, one node a line, as `opa parse` does without a format
 * (https://www.openpolicyagent.org/docs/latest/cli/#parse). In: a module. Out: text.
 */
import type { Expr, Head, Module, Node, Rule, Term } from "./ast.ts";
import { sortedEntries, sortedItems } from "./compare.ts";
import { typeNameOf } from "./names.ts";
import { printTerm } from "./print.ts";

/** A line of the outline, and what stands below it, further in. */
interface Entry {
  readonly label: string | undefined;
  readonly inside: readonly Entry[];
}

/** Returns the outline of a module. */
export function prettyModule(module: Module): string {
  const lines: string[] = [];
  write(moduleEntry(module), 0, lines);
  return `${lines.join("\n")}\n`;
}

function write({ label, inside }: Entry, depth: number, into: string[]): void {
  if (label !== undefined) into.push(" ".repeat(depth) + withoutArguments(label));
  for (const each of inside) write(each, depth + 1, into);
}

/** OPA hands each line to Go's formatter as a template without arguments, and so does this show what becomes of a `%`. */
function withoutArguments(label: string): string {
  return label.replace(/%[-+# 0]*\d*(?:\.\d*)?([\s\S]?)/gu, (_, verb: string) => {
    if (verb === "%") return "%";
    return verb === "" ? "%!(NOVERB)" : `%!${verb}(MISSING)`;
  });
}

function entry(label: string | undefined, inside: readonly Entry[] = []): Entry {
  return { label, inside };
}

function moduleEntry(module: Module): Entry {
  const { imports, rules, annotations, comments } = module;
  return entry("module", [
    entry("package", [refEntry(module.package.path)]),
    ...imports.map(({ path, alias }) => entry("import", [refEntry(path.path), entry(alias ?? "")])),
    ...rules.map(ruleEntry),
    ...annotations.map((): Entry => entry("annotations")),
    ...comments.map((): Entry => entry("comment")),
  ]);
}

function ruleEntry({ head, body, else: otherwise }: Rule): Entry {
  return entry("rule", [headEntry(head), bodyEntry(body), ...(otherwise === undefined ? [] : [ruleEntry(otherwise)])]);
}

function headEntry({ reference, args, value }: Head): Entry {
  return entry("head", [
    refEntry(reference),
    ...(args === undefined ? [] : [entry("args", args.map(termEntry))]),
    ...(value === undefined ? [] : [termEntry(value)]),
  ]);
}

function bodyEntry(body: readonly Expr[]): Entry {
  return entry("body", body.map(exprEntry));
}

function refEntry(path: readonly Term[]): Entry {
  return entry("ref", path.map(termEntry));
}

function exprEntry(expr: Expr): Entry {
  const label = `expr ${expr.negated ? "negated " : ""}index=${expr.index}`;
  const withs = expr.with.map(({ target, value }) => entry("with", [termEntry(target), termEntry(value)]));
  return entry(label, [...insideOf(expr), ...withs]);
}

function insideOf(expr: Expr): readonly Entry[] {
  switch (expr.kind) {
    case "term-expr":
      return [termEntry(expr.term)];
    case "call-expr":
      return [expr.operator, ...expr.args].map(termEntry);
    case "some-expr":
      return [entry("somedecl", expr.symbols.map(termEntry))];
    case "every-expr": {
      const terms = [...(expr.key === undefined ? [] : [expr.key]), expr.value, expr.domain];
      return [entry("every", [...terms.map(termEntry), bodyEntry(expr.body)])];
    }
    case "not-expr":
      return [entry("not", [bodyEntry(expr.body)])];
  }
}

function termEntry(term: Term): Entry {
  return isLeaf(term) ? entry(printTerm(term)) : entry(typeNameOf(term), insideOfTerm(term));
}

function isLeaf({ kind }: Node): boolean {
  return kind === "null" || kind === "boolean" || kind === "number" || kind === "string" || kind === "var";
}

function insideOfTerm(term: Term): readonly Entry[] {
  switch (term.kind) {
    case "ref":
      return term.path.map(termEntry);
    case "array":
      return term.items.map(termEntry);
    case "set":
      return sortedItems(term).map(termEntry);
    case "object":
      return sortedEntries(term).flat().map(termEntry);
    case "array-comprehension":
    case "set-comprehension":
      return [termEntry(term.head), bodyEntry(term.body)];
    case "object-comprehension":
      return [termEntry(term.key), termEntry(term.value), bodyEntry(term.body)];
    case "call":
      return [term.operator, ...term.args].map(termEntry);
    default:
      // OPA shows nothing of what a template string holds.
      return [];
  }
}
