/**
 * A tree as an expression again, for explanations: what a part of an expression was. Macros are shown as they were written, which takes the
 * text that the tree was read from. https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */
import { quote } from "../../../rego/index.ts";
import { printValue } from "../values/print.ts";
import { type Call, type Comprehension, type Expr, OPERATORS } from "./ast.ts";

/** Prints a tree that was read from `source`. */
export function printExpr(expr: Expr, source: string): string {
  const print = (inner: Expr): string => printExpr(inner, source);
  switch (expr.kind) {
    case "literal":
      return typeof expr.value === "string" ? quote(expr.value) : printValue(expr.value);
    case "ident":
      return expr.name;
    case "select":
      return expr.test ? `has(${print(expr.operand)}.${expr.field})` : `${operand(expr.operand, source)}.${expr.field}`;
    case "call":
      return printCall(expr, source);
    case "list":
      return `[${expr.elements.map(({ value }) => print(value)).join(", ")}]`;
    case "map":
      return `{${expr.entries.map(({ key, value }) => `${print(key)}: ${print(value)}`).join(", ")}}`;
    case "struct":
      return `${expr.name}{${expr.fields.map(({ name, value }) => `${name}: ${print(value)}`).join(", ")}}`;
    case "comprehension":
      return `${operand(expr.range, source)}.${macroCall(expr, source)}`;
  }
}

const BINARY = /^_(?<operator>[^_[?]+)_$/;

function printCall(call: Call, source: string): string {
  const args = call.args.map((arg) => printExpr(arg, source));
  const [first = "", second = "", third = ""] = call.args.map((arg) => operand(arg, source));
  if (call.target !== undefined) return `${operand(call.target, source)}.${call.name}(${args.join(", ")})`;
  if (call.name === OPERATORS.index) return `${first}[${args[1]}]`;
  if (call.name === OPERATORS.optionalIndex) return `${first}[?${args[1]}]`;
  if (call.name === OPERATORS.optionalSelect) return `${first}.?${(args[1] ?? "").slice(1, -1)}`;
  if (call.name === OPERATORS.conditional) return `${first} ? ${second} : ${third}`;
  if (call.name === OPERATORS.in) return `${first} in ${second}`;
  if (call.name === OPERATORS.not || call.name === OPERATORS.negate) return `${call.name.charAt(0)}${first}`;
  const operator = BINARY.exec(call.name)?.groups?.["operator"];
  if (operator === undefined) return `${call.name}(${args.join(", ")})`;
  const isNegation = (arg: Expr): boolean => arg.kind === "call" && arg.name === OPERATORS.not;
  return call.args.map((arg) => (isNegation(arg) ? printExpr(arg, source) : operand(arg, source))).join(` ${operator} `);
}

/** Operators that bind as tightly as a name. */
const TIGHT: ReadonlySet<string> = new Set([OPERATORS.index, OPERATORS.optionalIndex, OPERATORS.optionalSelect]);

// An operator within an operator gets brackets: more than it needs now and then, and never another meaning.
function operand(expr: Expr, source: string): string {
  const text = printExpr(expr, source);
  const isOperator = expr.kind === "call" && expr.target === undefined && /^[_@!-]/.test(expr.name);
  return isOperator && !TIGHT.has(expr.name) ? `(${text})` : text;
}

/** The name and the arguments of a macro, from the text: its place is the opening bracket. */
function macroCall({ at, variable }: Comprehension, source: string): string {
  const name = /\w+\s*$/.exec(source.slice(0, at))?.[0].trim();
  const end = closingBracket(source, at);
  return name === undefined || end === undefined ? `…(${variable}, …)` : `${name}${source.slice(at, end).replace(/\s*\n\s*/g, " ")}`;
}

const PIECE = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[()[\]{}]/g;

function closingBracket(source: string, from: number): number | undefined {
  let depth = 0;
  PIECE.lastIndex = from;
  for (let found = PIECE.exec(source); found !== null; found = PIECE.exec(source)) {
    const [piece] = found;
    if ("([{".includes(piece)) depth++;
    else if (")]}".includes(piece) && --depth === 0) return PIECE.lastIndex;
  }
  return undefined;
}
