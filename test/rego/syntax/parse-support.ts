/** Short ways to parse for tests of the syntax. */
import { renderDiagnostics } from "../../../src/rego/diagnostic/render.ts";
import { textOf } from "../../../src/rego/source/source.ts";
import type { Module, Node, Rule } from "../../../src/rego/syntax/ast.ts";
import { type ParseOptions, parseBody, parseModule, parseTerm } from "../../../src/rego/syntax/parser.ts";
import { printBody, printModule, printRule, printTerm } from "../../../src/rego/syntax/print.ts";

/** Parses a module of package p, which must be sound. */
export function moduleOf(rules: string, options: ParseOptions = {}): Module {
  const { module, diagnostics } = parseModule({ name: "p.rego", text: `package p\n${rules}` }, options);
  if (module === undefined) throw new Error(renderDiagnostics(diagnostics));
  return module;
}

/** Returns the printed rules of a module of package p. */
export function rulesOf(rules: string, options: ParseOptions = {}): readonly string[] {
  return moduleOf(rules, options).rules.map((rule) => printRule(rule, options.dialect ?? "v1"));
}

/** Returns the first rule of a module of package p. */
export function ruleOf(rules: string, options: ParseOptions = {}): Rule {
  const [rule] = moduleOf(rules, options).rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

/** Returns a module of package p as it is printed. */
export function printed(rules: string, options: ParseOptions = {}): string {
  return printModule(moduleOf(rules, options));
}

/** Returns the texts of the errors in a module of package p, which must have some. */
export function errorsOf(rules: string, options: ParseOptions = {}): readonly string[] {
  const { module, diagnostics } = parseModule({ name: "p.rego", text: `package p\n${rules}` }, options);
  if (module !== undefined) throw new Error("expected errors");
  return diagnostics.map(({ message }) => message);
}

/** Parses a query and prints it. */
export function queryOf(text: string, options: ParseOptions = {}): string {
  const { body, diagnostics } = parseBody({ name: "", text }, options);
  return body === undefined ? renderDiagnostics(diagnostics) : printBody(body);
}

/** Parses a term and prints it. */
export function termOf(text: string): string {
  const { term, diagnostics } = parseTerm({ name: "", text });
  return term === undefined ? renderDiagnostics(diagnostics) : printTerm(term);
}

/** Returns the text that a node covers. */
export function covered({ span }: Node): string | undefined {
  return span && textOf(span);
}
