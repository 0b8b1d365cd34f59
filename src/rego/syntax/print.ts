/**
 * Writes trees as OPA's own `String` methods write them: in error texts, trace lines and query results of partial evaluation. This is
 * not the layout of `opa fmt`. In: a node. Out: text. https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar
 */
import { quote } from "../text/quote.ts";
import { opaAnnotations } from "./annotations/opa-json.ts";
import type { Body, Expr, Head, Import, Module, Package, RefTerm, Rule, Term, With } from "./ast.ts";
import { sortedEntries, sortedItems } from "./compare.ts";
import { compactJson } from "./json-text.ts";
import { isWildcard } from "./names.ts";
import { isKeyword } from "./tokens.ts";

/** Returns the text of a term. */
export function printTerm(term: Term): string {
  switch (term.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(term.value);
    case "number":
      return term.text;
    case "string":
      return quote(term.value);
    case "var":
      return isWildcard(term.name) ? "_" : term.name;
    case "ref":
      return printReference(term.path);
    case "array":
      return `[${printTerms(term.items)}]`;
    case "set":
      return term.items.length === 0 ? "set()" : `{${printTerms(sortedItems(term))}}`;
    case "object":
      return `{${sortedEntries(term)
        .map(([key, value]) => `${printTerm(key)}: ${printTerm(value)}`)
        .join(", ")}}`;
    case "array-comprehension":
      return `[${printHeadTerm(term.head)} | ${printBody(term.body)}]`;
    case "set-comprehension":
      return `{${printHeadTerm(term.head)} | ${printBody(term.body)}}`;
    case "object-comprehension":
      return `{${printHeadTerm(term.key)}: ${printHeadTerm(term.value)} | ${printBody(term.body)}}`;
    case "call":
      return printCall(term.operator, term.args);
    case "template":
      return `$"${term.parts.map(printPart).join("")}"`;
  }
}

function printTerms(terms: readonly Term[]): string {
  return terms.map(printTerm).join(", ");
}

function printCall(operator: Term, args: readonly Term[]): string {
  return `${printTerm(operator)}(${printTerms(args)})`;
}

const infixes: ReadonlyMap<string, string> = new Map([
  ["and", "&"],
  ["assign", ":="],
  ["div", "/"],
  ["eq", "="],
  ["equal", "=="],
  ["gt", ">"],
  ["gte", ">="],
  ["lt", "<"],
  ["lte", "<="],
  ["minus", "-"],
  ["mul", "*"],
  ["neq", "!="],
  ["or", "|"],
  ["plus", "+"],
  ["rem", "%"],
]);

/** Returns the sign of an operator that is written between its operands; `in` is not among them. */
export function infixOf(operator: RefTerm): string | undefined {
  const [head] = operator.path;
  return operator.path.length === 1 && head.kind === "var" ? infixes.get(head.name) : undefined;
}

/** In front of a comprehension's `|` an infix call is written with its sign, in parentheses. */
function printHeadTerm(term: Term): string {
  if (term.kind !== "call" || term.args.length !== 2) return printTerm(term);
  const sign = infixOf(term.operator);
  const [left, right] = term.args;
  if (sign === undefined || left === undefined || right === undefined) return printTerm(term);
  return `(${printHeadTerm(left)} ${sign} ${printHeadTerm(right)})`;
}

function printPart(part: Term | Expr): string {
  if ("index" in part) return `{${printExpr(part)}}`;
  return part.kind === "string" ? escapeBraces(quote(part.value).slice(1, -1)) : printTerm(part);
}

/** Escapes the opening braces of a template string's text, but for those escaped already. */
export function escapeBraces(text: string): string {
  return text.replace(/(?<!\\)\{/g, "\\{");
}

/** Says whether a text can stand as a variable. */
export function isVariableText(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

/** Returns the text of a reference. */
export function printReference(path: readonly Term[]): string {
  const [head, ...steps] = path;
  if (head === undefined) return "";
  return (head.kind === "string" ? head.value : printTerm(head)) + steps.map(printStep).join("");
}

function printStep(step: Term): string {
  if (step.kind !== "string") return `[${printTerm(step)}]`;
  const { value } = step;
  if (isVariableText(value) && !isKeyword(value, "v1")) return `.${value}`;
  // Without a control character or backslash the text stands between bare quotes, whatever else is in it.
  return /[\\\p{Cc}]/u.test(value) ? `[${quote(value)}]` : `["${value}"]`;
}

/** Returns the text of a body. */
export function printBody(body: Body): string {
  return body.map(printExpr).join("; ");
}

/** Returns the text of an expression. */
export function printExpr(expr: Expr): string {
  const text = (expr.negated ? "not " : "") + printInside(expr);
  return [text, ...expr.with.map(printWith)].join(" ");
}

function printInside(expr: Expr): string {
  switch (expr.kind) {
    case "term-expr":
      return printTerm(expr.term);
    case "call-expr": {
      const [left, right] = expr.args;
      const isEquality = infixOf(expr.operator) === "=" && expr.args.length === 2;
      if (isEquality && left !== undefined && right !== undefined) return `${printTerm(left)} = ${printTerm(right)}`;
      return printCall(expr.operator, expr.args);
    }
    case "some-expr":
      return `some ${printSymbols(expr.symbols)}`;
    case "every-expr": {
      const key = expr.key === undefined ? "" : `${printTerm(expr.key)}, `;
      return `every ${key}${printTerm(expr.value)} in ${printTerm(expr.domain)} { ${printBody(expr.body)} }`;
    }
    case "not-expr": {
      const [only] = expr.body;
      if (expr.explicitBody || expr.body.length !== 1 || only === undefined) return `not {${printBody(expr.body)}}`;
      return only.with.length > 0 ? `not (${printBody(expr.body)})` : `not ${printBody(expr.body)}`;
    }
  }
}

function printSymbols(symbols: readonly Term[]): string {
  const [first] = symbols;
  if (first?.kind !== "call") return printTerms(symbols);
  const [left, middle, right] = first.args.map(printTerm);
  return right === undefined ? `${left} in ${middle}` : `${left}, ${middle} in ${right}`;
}

function printWith({ target, value }: With): string {
  return `with ${printTerm(target)} as ${printTerm(value)}`;
}

function printHead(head: Head, dialect: "v0" | "v1" = "v1"): string {
  let text = printReference(head.reference);
  let hasKey = false;
  if (head.args !== undefined && head.args.length > 0) text += `(${printTerms(head.args)})`;
  else if (head.reference.length === 1 && head.key !== undefined) {
    hasKey = dialect === "v1";
    text += hasKey ? ` contains ${printTerm(head.key)}` : `[${printTerm(head.key)}]`;
  }
  if (head.value !== undefined) return `${text} ${head.assign ? ":=" : "="} ${printTerm(head.value)}`;
  if (!hasKey && head.name === "" && head.key !== undefined) return `${text} contains ${printTerm(head.key)}`;
  return text;
}

/** Returns the text of a rule with its `else` branches. */
export function printRule(rule: Rule, dialect: "v0" | "v1" = "v1"): string {
  const annotations = rule.annotations.map((each) => `# METADATA\n# ${printAnnotations(each)}\n`).join("");
  const head = (rule.isDefault ? "default " : "") + printHead(rule.head, dialect);
  const body = rule.isDefault ? "" : printRuleBody(rule, dialect);
  return annotations + head + body + printElse(rule.else, dialect);
}

function printRuleBody({ body }: Rule, dialect: "v0" | "v1"): string {
  return `${dialect === "v1" ? " if" : ""} { ${printBody(body)} }`;
}

function printElse(rule: Rule | undefined, dialect: "v0" | "v1"): string {
  if (rule === undefined) return "";
  const value = rule.head.value === undefined ? "" : `= ${printTerm(rule.head.value)}`;
  return ` else ${value}${printRuleBody(rule, dialect)}${printElse(rule.else, dialect)}`;
}

/** Returns the text of a package declaration. */
export function printPackage({ path }: Package): string {
  return `package ${printReference(path.slice(1))}`;
}

/** Returns the text of an import. */
export function printImport({ path, alias }: Import): string {
  return `import ${printTerm(path)}${alias === undefined ? "" : ` as ${alias}`}`;
}

/** Returns the text of a module. */
export function printModule(module: Module): string {
  const dialect = module.dialect === "v0" ? "v0" : "v1";
  const annotations = module.annotations
    .filter(({ scope }) => scope === "package" || scope === "subpackages")
    .map((each) => `# METADATA\n# ${printAnnotations(each)}\n`);
  const imports = module.imports.length === 0 ? "" : `${module.imports.map((each) => `\n${printImport(each)}`).join("")}\n`;
  const rules = module.rules.map((rule) => `\n${printRule(rule, dialect)}`).join("");
  return `${annotations.join("")}${printPackage(module.package)}\n${imports}${rules}`;
}

function printAnnotations(annotations: Module["annotations"][number]): string {
  return compactJson(opaAnnotations(annotations, {}));
}
