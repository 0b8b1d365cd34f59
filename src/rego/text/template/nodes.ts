/** The parts of a parsed template, and how errors show them (https://pkg.go.dev/text/template/parse). */
import { quote } from "../quote.ts";

/** What an operand of a command can be. */
export type Operand =
  | { readonly kind: "identifier"; readonly position: number; readonly name: string }
  | { readonly kind: "dot" | "nil"; readonly position: number }
  | { readonly kind: "variable" | "field"; readonly position: number; readonly names: readonly string[] }
  | { readonly kind: "chain"; readonly position: number; readonly operand: Operand; readonly names: readonly string[] }
  | { readonly kind: "bool"; readonly position: number; readonly value: boolean }
  | NumberOperand
  | { readonly kind: "string"; readonly position: number; readonly source: string; readonly value: string }
  | Pipe;

/** A number: `int` when it can be a Go int, else a float; what is too large for an int fails when it is used. */
interface NumberOperand {
  readonly kind: "number";
  readonly position: number;
  readonly source: string;
  readonly value: bigint | number | undefined;
}

/** A function or operand with its arguments. */
export interface Command {
  readonly kind: "command";
  readonly position: number;
  readonly operands: readonly [Operand, ...Operand[]];
}

/** `$x := command | command`. */
export interface Pipe {
  readonly kind: "pipe";
  readonly position: number;
  readonly isAssignment: boolean;
  readonly variables: readonly string[];
  readonly commands: readonly Command[];
}

/** Nodes in order. */
export interface List {
  readonly kind: "list";
  readonly position: number;
  readonly nodes: readonly TemplateNode[];
}

/** `if`, `with`, `range`. */
export interface Branch {
  readonly kind: "if" | "with" | "range";
  readonly position: number;
  readonly pipe: Pipe;
  readonly list: List;
  readonly otherwise: List | undefined;
}

/** `{{template "name" pipe}}`. */
export interface Call {
  readonly kind: "template";
  readonly position: number;
  readonly name: string;
  readonly pipe: Pipe | undefined;
}

/** A node of a template; `else` and `end` never get into a list. */
export type TemplateNode =
  | { readonly kind: "text"; readonly position: number; readonly text: string }
  | { readonly kind: "action"; readonly position: number; readonly pipe: Pipe }
  | Branch
  | Call
  | { readonly kind: "break" | "continue" | "else" | "end"; readonly position: number };

/** Whether a list holds nothing but blanks. */
export function isEmptyList({ nodes }: List): boolean {
  return nodes.every((node) => node.kind === "text" && node.text.trim() === "");
}

/** A node as it could be written. */
export function nodeText(node: Operand | Command | TemplateNode): string {
  switch (node.kind) {
    case "identifier":
      return node.name;
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "variable":
      return node.names.join(".");
    case "field":
      return node.names.map((name) => `.${name}`).join("");
    case "chain":
      return `${argumentText(node.operand)}${node.names.map((name) => `.${name}`).join("")}`;
    case "bool":
      return String(node.value);
    case "number":
    case "string":
      return node.source;
    case "command":
      return node.operands.map(argumentText).join(" ");
    case "pipe":
      return pipeText(node);
    case "text":
      return node.text;
    case "action":
      return `{{${nodeText(node.pipe)}}}`;
    case "template":
      return `{{template ${quote(node.name)}${node.pipe === undefined ? "" : ` ${nodeText(node.pipe)}`}}}`;
    case "if":
    case "with":
    case "range": {
      const otherwise = node.otherwise === undefined ? "" : `{{else}}${listText(node.otherwise)}`;
      return `{{${node.kind} ${nodeText(node.pipe)}}}${listText(node.list)}${otherwise}{{end}}`;
    }
    default:
      return `{{${node.kind}}}`;
  }
}

function listText({ nodes }: List): string {
  return nodes.map(nodeText).join("");
}

function argumentText(operand: Operand): string {
  return operand.kind === "pipe" ? `(${nodeText(operand)})` : nodeText(operand);
}

function pipeText({ variables, isAssignment, commands }: Pipe): string {
  const start = variables.length === 0 ? "" : `${variables.join(", ")} ${isAssignment ? "=" : ":="} `;
  return start + commands.map(nodeText).join(" | ");
}
