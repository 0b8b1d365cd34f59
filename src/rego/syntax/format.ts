/**
 * Formats modules as `opa fmt` does (https://www.openpolicyagent.org/docs/latest/cli/#fmt). In: a module that was parsed with its comments. Out: text,
 * or what cannot be formatted. The layout follows the rows on which things stood, so the module must carry its spans.
 */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Module, Node, Rule } from "./ast.ts";
import { checkForV1 } from "./format/check.ts";
import { writeBody, writeExpr } from "./format/expr.ts";
import { importedKeyword, isFuture, isRegoV1, type PlacedImport, withKeyword, withRegoV1, writeImports } from "./format/imports.ts";
import { type PlacedComment, placeComment } from "./format/place.ts";
import { writeRules } from "./format/rule.ts";
import { writePlain, writeRef, writeTerm } from "./format/term.ts";
import { type Comments, type Layout, type Style, UnexpectedComment, Writer } from "./format/writer.ts";
import { printReference } from "./print.ts";
import { keywordsAddedByV1, keywordsV0 } from "./tokens.ts";
import { walkNode } from "./walk.ts";

/** How to format. */
export interface FormatOptions {
  /** What the output is: v1 unless given; `v0-as-v1` is v0 that says `import rego.v1`. */
  readonly target?: "v0" | "v0-as-v1" | "v1";
  /** Whether imports that v1 does not need are left out. */
  readonly dropV0Imports?: boolean;
}

/** A formatted module, or diagnostics that say why there is none. */
export interface Formatted {
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const layout: Layout = { expr: writeExpr, body: writeBody, term: writeTerm, ref: writeRef, plain: writePlain };

/**
 * Formats a module.
 * @example formatModule(module, { target: "v1" }).text
 */
export function formatModule(module: Module, options: FormatOptions = {}): Formatted {
  const target = options.target ?? "v1";
  const forbidden = target === "v0" ? [] : checkForV1(module);
  if (forbidden.length > 0) return { text: undefined, diagnostics: forbidden };
  const needed = new Set<string>();
  const w = new Writer(styleOf(module, target, needed), layout);
  try {
    writeModule(w, module, { ...options, target, needed });
  } catch (stop) {
    if (!(stop instanceof UnexpectedComment)) throw stop;
    w.faults.push({ code: "rego_format_error", message: stop.message, span: undefined, notes: [] });
  }
  if (w.faults.length > 0) return { text: undefined, diagnostics: w.faults.map((fault) => diagnosticOf(fault)) };
  return { text: w.page.replace(/\n+$/, "\n"), diagnostics: [] };
}

function diagnosticOf({ code, message, span, notes }: Writer["faults"][number]): Diagnostic {
  // OPA's formatter has a code of its own; in our list it is a parse error.
  return { code: code === "rego_type_error" ? code : "rego_parse_error", message, span, notes };
}

/** Looks over a module for what the layout depends on; notes the keywords that must be imported for what is used. */
function styleOf(module: Module, target: Required<FormatOptions>["target"], needed: Set<string>): Style {
  const v1 = target !== "v0";
  const imported = module.imports.map(importedKeyword).filter((word) => word !== undefined);
  const all = imported.includes("*") || module.imports.some(isRegoV1);
  const seen = new Map<string, number>();
  let refHeads = false;
  walkNode(module, (node) => {
    if (node.kind === "var" && node.name.startsWith("$")) seen.set(node.name, (seen.get(node.name) ?? 0) + 1);
    if (node.kind === "rule" && hasRefHead(node)) refHeads = true;
    const word = keywordOf(node);
    if (word !== undefined) needed.add(word);
    return true;
  });
  const repeated = [...seen].filter(([, count]) => count > 1).map(([name]) => [name, `_${name.slice(1)}`] as const);
  return {
    v1,
    useContains: v1 || all || imported.includes("contains"),
    useIf: v1 || all || imported.includes("if"),
    refHeads,
    keywords: new Set([...keywordsV0, ...(v1 ? keywordsAddedByV1 : imported.filter((word) => word !== "*"))]),
    wildcardNames: new Map(repeated),
  };
}

function hasRefHead({ head }: Rule): boolean {
  return head.reference.length > 2 || (head.reference.length === 2 && head.key !== undefined && head.value === undefined);
}

function keywordOf(node: Node): string | undefined {
  switch (node.kind) {
    case "call-expr":
      return printReference(node.operator.path).startsWith("internal.member_") ? "in" : undefined;
    case "every-expr":
      return "every";
    case "not-expr":
      return "not";
    default:
      return undefined;
  }
}

interface ModuleOptions extends FormatOptions {
  readonly target: "v0" | "v0-as-v1" | "v1";
  readonly needed: ReadonlySet<string>;
}

function writeModule(w: Writer, module: Module, options: ModuleOptions): void {
  const comments = module.comments.map((comment) => placeComment(comment, w.places)).sort((a, b) => a.row - b.row || a.col - b.col);
  let left = writePackage(w, module, comments);
  for (const part of partsOf(w, module, options)) {
    left = part.kind === "imports" ? writeImports(w, part.imports, left) : writeRules(w, part.rules, left);
  }
  for (const [i, comment] of left.entries()) {
    w.writeLine(comment.text);
    if (i === left.length - 1) w.write("\n");
  }
}

function writePackage(w: Writer, { package: { path, span } }: Module, comments: readonly PlacedComment[]): Comments {
  const left = w.insertComments(comments, w.places(span).row);
  const [, root, ...steps] = path;
  w.startLine();
  w.write("package ");
  if (root !== undefined) {
    const head = { kind: "var", span: undefined, name: root.kind === "string" ? root.value : "" } as const;
    writeRef(w, [head, ...steps], []);
  }
  w.blankLine();
  return left;
}

type Part =
  | { readonly kind: "imports"; readonly imports: readonly PlacedImport[] }
  | { readonly kind: "rules"; readonly rules: readonly Rule[] };

/** Imports and rules in the order of the text, like with like. */
function partsOf(w: Writer, module: Module, options: ModuleOptions): readonly Part[] {
  const imports = importsOf(w, module, options);
  const rules = module.rules.map((rule) => ({ rule, ...w.places(rule.span) }));
  const all = [...imports, ...rules].sort((a, b) => a.row - b.row || a.col - b.col);
  const parts: ({ readonly kind: "imports"; readonly imports: PlacedImport[] } | { readonly kind: "rules"; readonly rules: Rule[] })[] = [];
  for (const each of all) {
    const last = parts[parts.length - 1];
    if ("rule" in each) {
      if (last?.kind === "rules") last.rules.push(each.rule);
      else parts.push({ kind: "rules", rules: [each.rule] });
    } else if (last?.kind === "imports") last.imports.push(each);
    else parts.push({ kind: "imports", imports: [each] });
  }
  return parts;
}

/** The imports of the output: without those that its dialect makes needless, with those that it needs. */
function importsOf(w: Writer, module: Module, { target, dropV0Imports, needed }: ModuleOptions): readonly PlacedImport[] {
  let imports: readonly PlacedImport[] = module.imports.map((each) => ({ import: each, ...w.places(each.span) }));
  if (target === "v1" && dropV0Imports) imports = imports.filter((each) => !isRegoV1(each.import));
  if (target === "v0-as-v1") imports = withRegoV1(imports);
  const importsV1 = imports.some((each) => isRegoV1(each.import));
  if (target === "v0" && !importsV1) return [...needed].reduce(withKeyword, imports);
  if (dropV0Imports || importsV1) imports = imports.filter((each) => !isFuture(each.import));
  // What v1 has no keyword for without an import is imported still.
  return needed.has("not") ? withKeyword(imports, "not") : imports;
}
