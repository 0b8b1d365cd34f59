/**
 * The parser: text of a module, query or term in, tree and diagnostics out. It tries statements in OPA's order (package, import, rule,
 * query) and stops at the first that leaves an error, so that the same faults give the same texts.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar
 */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { renderDiagnostics } from "../diagnostic/render.ts";
import { excerptAt, excerptLines } from "../source/excerpt.ts";
import type { Source } from "../source/source.ts";
import { attachAnnotations } from "./annotations/attach.ts";
import { type ReadAnnotations, readAnnotations } from "./annotations/read.ts";
import type { Body, Comment, Module, Term } from "./ast.ts";
import { hintForParseError } from "./hints.ts";
import { parseBody as parseBodyUpTo, parseQuery } from "./parse/body.ts";
import { Cursor } from "./parse/cursor.ts";
import type { Complaint, Grammar } from "./parse/grammar.ts";
import { parseInfix } from "./parse/infix.ts";
import { parseLiteral } from "./parse/literal.ts";
import { assembleModule, type Statement } from "./parse/module.ts";
import { applyImport, parseImport, parsePackage } from "./parse/package.ts";
import { parseRules } from "./parse/rule.ts";
import { type ParseOptions, settingsOf } from "./parse/settings.ts";
import { parseTerm as parseOneTerm } from "./parse/term.ts";
import { printBody, printExpr, printTerm } from "./print.ts";
import { kinds } from "./tokens.ts";

export type { ParseOptions } from "./parse/settings.ts";

const grammar: Grammar = { term: parseOneTerm, infix: parseInfix, literal: parseLiteral, body: parseBodyUpTo };

/** The statements of a text, as far as they could be read. */
interface Statements {
  readonly cursor: Cursor;
  readonly statements: readonly Statement[];
}

function parseStatements(source: Source, options: ParseOptions, withRules: boolean): Statements | string {
  const settings = settingsOf(options);
  if (typeof settings === "string") return settings;
  const cursor = new Cursor(source, grammar, settings);
  const statements: Statement[] = [];
  while (cursor.kind !== kinds.eof) {
    const read = parseStatement(cursor, withRules);
    if (read === undefined) break;
    statements.push(...read);
  }
  return { cursor, statements };
}

function parseStatement(p: Cursor, withRules: boolean): readonly Statement[] | undefined {
  p.forget();
  const before = p.save();
  const declaration = parsePackage(p);
  if (declaration !== undefined) return [declaration];
  if (p.errors.length > 0) return undefined;
  p.restore(before);
  const imported = parseImport(p);
  if (imported !== undefined) {
    applyImport(p, imported);
    return [imported];
  }
  if (p.errors.length > 0) return undefined;
  p.restore(before);
  if (withRules) {
    const rules = parseRules(p);
    if (rules !== undefined) return rules;
    if (p.errors.length > 0) return undefined;
    p.restore(before);
  }
  const body = parseQuery(p, kinds.eof, true);
  return body && [{ kind: "body", body }];
}

/** What parsing a module gives: a module, or diagnostics that say why not. */
export interface ParsedModule {
  readonly module: Module | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses the text of a file.
 * @example parseModule({ name: "p.rego", text: "package p\n\nx := 1" }, {}).module
 */
export function parseModule(source: Source, options: ParseOptions = {}): ParsedModule {
  const parsed = parseStatements(source, options, true);
  if (typeof parsed === "string") return { module: undefined, diagnostics: [sourceless(parsed)] };
  const { cursor, statements } = parsed;
  const comments = commentsOf(cursor);
  const { annotations, faults } = options.annotations ? readAnnotations(comments, readTerm) : noAnnotations;
  const errors = [...cursor.errors, ...faults.map((fault) => ({ ...fault, excerpt: true }))];
  if (errors.length > 0) return { module: undefined, diagnostics: errors.map((each) => diagnosticOf(each, source)) };
  const assembled = assembleModule(cursor, statements, { comments, annotations });
  if ("module" in assembled) return { module: assembled.module, diagnostics: [] };
  return { module: undefined, diagnostics: assembled.complaints.map((each) => diagnosticOf(each, source)) };
}

const noAnnotations: ReadAnnotations = { annotations: [], faults: [] };

/** The comments up to where the parser came. */
function commentsOf({ comments, source, start }: Cursor): readonly Comment[] {
  const read = comments.filter(({ startOffset }) => startOffset < start);
  return read.map(({ image, startOffset }) => ({
    kind: "comment",
    span: { source, start: startOffset, end: startOffset + image.length },
    text: image.slice(1).replace(/\r$/, ""),
  }));
}

function readTerm(text: string): Term | string {
  const { term, diagnostics } = parseTerm({ name: "", text });
  if (term !== undefined) return term;
  const [first] = diagnostics;
  if (first === undefined || first.span !== undefined) return `failed to parse term: ${renderDiagnostics(diagnostics)}`;
  return first.message.startsWith("expected body") ? `failed to parse term: ${first.message}` : first.message;
}

/**
 * Reads the annotations of a module that was parsed without them: what a policy that calls `rego.metadata` needs.
 * @example annotateModule(module).module
 */
export function annotateModule(module: Module): ParsedModule {
  const { annotations, faults } = readAnnotations(module.comments, readTerm);
  const statements = [module.package, ...module.imports, ...module.rules].toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  const attached = attachAnnotations(annotations, { statements, rules: module.rules });
  const all = [...faults, ...attached.faults];
  if (all.length > 0) {
    return { module: undefined, diagnostics: all.map(({ message, span }) => ({ code: "rego_parse_error", message, span, notes: [] })) };
  }
  return { module: { ...module, rules: attached.rules, annotations: attached.annotations }, diagnostics: [] };
}

/** What parsing a query gives: a body, or diagnostics that say why not. */
export interface ParsedBody {
  readonly body: Body | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a query: one or more bodies, joined into one.
 * @example parseBody({ name: "", text: "x := 1; data.p.allow" }, {}).body
 */
export function parseBody(source: Source, options: ParseOptions = {}): ParsedBody {
  const parsed = parseStatements(source, options, false);
  if (typeof parsed === "string") return { body: undefined, diagnostics: [sourceless(parsed)] };
  const { cursor, statements } = parsed;
  if (cursor.errors.length > 0) return { body: undefined, diagnostics: cursor.errors.map((each) => diagnosticOf(each, source)) };
  const odd = statements.find(({ kind }) => kind !== "body");
  if (odd !== undefined) {
    return { body: undefined, diagnostics: [sourceless(`expected body but got *ast.${odd.kind === "package" ? "Package" : "Import"}`)] };
  }
  const exprs = statements.flatMap((each) => (each.kind === "body" ? each.body : []));
  return { body: exprs.map((expr, index) => (expr.index === index ? expr : { ...expr, index })), diagnostics: [] };
}

/** What parsing a term gives: a term, or diagnostics that say why not. */
export interface ParsedTerm {
  readonly term: Term | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses exactly one term.
 * @example parseTerm({ name: "", text: "{1, 2}" }).term
 */
export function parseTerm(source: Source, options: ParseOptions = {}): ParsedTerm {
  const { body, diagnostics } = parseBody(source, options);
  if (body === undefined) return { term: undefined, diagnostics };
  const [expr] = body;
  if (expr === undefined || body.length > 1) {
    return { term: undefined, diagnostics: [sourceless(`expected exactly one term but got: ${printBody(body)}`)] };
  }
  if (expr.kind === "term-expr") return { term: expr.term, diagnostics: [] };
  // OPA shows the parts of a call here, not the call.
  const shown = expr.kind === "call-expr" ? `[${[expr.operator, ...expr.args].map(printTerm).join(" ")}]` : printExpr(expr);
  return { term: undefined, diagnostics: [sourceless(`expected term but got ${shown}`)] };
}

function sourceless(message: string): Diagnostic {
  return { code: "rego_parse_error", message, span: undefined, notes: [] };
}

function diagnosticOf({ message, span, excerpt }: Complaint, source: Source): Diagnostic {
  const notes = excerpt && span !== undefined ? excerptLines(excerptAt(source, span.start)) : [];
  const hint = hintForParseError(message, span);
  return { code: "rego_parse_error", message, span, notes, ...(hint === undefined ? {} : { hint }) };
}
