/**
 * Executes a parsed template (https://pkg.go.dev/text/template), without methods and functions in data, and with every step charged, since a
 * template may loop. In: the templates and the data; out: the text, or a TemplateError in Go's words.
 */
import { toUtf8Bytes } from "../bytes.ts";
import { quote } from "../quote.ts";
import { TemplateError } from "./error.ts";
import { CallError, FUNCTIONS, type TemplateFunction } from "./functions.ts";
import { type Branch, type Call, type Command, type List, nodeText, type Operand, type Pipe, type TemplateNode } from "./nodes.ts";
import type { Templates } from "./parser.ts";
import {
  Byte,
  Float,
  type GoValue,
  type Held,
  held,
  inside,
  isList,
  isMap,
  isTrue,
  NOTHING,
  shown,
  sortedKeys,
  typeOf,
  unwrapped,
} from "./values.ts";

// Go's limit is a thousand times this.
const MAX_DEPTH = 100;

/** What an execution needs beside its data. */
export interface Execution {
  readonly name: string;
  readonly source: string;
  readonly templates: Templates;
  spend(units: number): void;
}

/** Returns the text of a template. */
export function executeTemplate(execution: Execution, data: GoValue): string {
  const out: string[] = [];
  const root = execution.templates.get(execution.name);
  if (root !== undefined) new Executor(execution, out, { name: execution.name, depth: 0, dot: held(data) }).walkList(held(data), root);
  return out.join("");
}

type Jump = "break" | "continue" | undefined;
type Node = Operand | Command | TemplateNode;

class Executor {
  readonly #execution: Execution;
  readonly #out: string[];
  readonly #name: string;
  readonly #depth: number;
  readonly #variables: { readonly name: string; value: Held }[];
  #node: Node | undefined;

  constructor(
    execution: Execution,
    out: string[],
    { name, depth, dot }: { readonly name: string; readonly depth: number; readonly dot: Held },
  ) {
    this.#execution = execution;
    this.#out = out;
    this.#name = name;
    this.#depth = depth;
    this.#variables = [{ name: "$", value: dot }];
  }

  walkList(dot: Held, list: List): Jump {
    for (const node of list.nodes) {
      const jump = this.#walk(dot, node);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  #walk(dot: Held, node: TemplateNode): Jump {
    this.#execution.spend(1);
    this.#node = node;
    switch (node.kind) {
      case "action": {
        const value = this.#pipe(dot, node.pipe);
        if (node.pipe.variables.length === 0) this.#write(value.value === undefined ? "<no value>" : shown(value.value));
        return undefined;
      }
      case "break":
      case "continue":
        return node.kind;
      case "if":
      case "with": {
        const mark = this.#variables.length;
        const value = this.#pipe(dot, node.pipe);
        const jump = isTrue(unwrapped(value))
          ? this.walkList(node.kind === "with" ? value : dot, node.list)
          : node.otherwise && this.walkList(dot, node.otherwise);
        this.#variables.length = mark;
        return jump;
      }
      case "range": {
        const mark = this.#variables.length;
        const jump = this.#range(dot, node);
        this.#variables.length = mark;
        return jump;
      }
      case "template":
        this.#call(dot, node);
        return undefined;
      case "text":
        this.#write(node.text);
        return undefined;
      default:
        return undefined;
    }
  }

  #write(text: string): void {
    this.#execution.spend(text.length);
    this.#out.push(text);
  }

  #fail(message: string): never {
    const { source, name } = this.#execution;
    const node = this.#node;
    if (node === undefined) throw new TemplateError(`template: ${this.#name}: ${message}`);
    const before = source.slice(0, node.position);
    const line = before.split("\n").length;
    const column = toUtf8Bytes(before.slice(before.lastIndexOf("\n") + 1)).length;
    throw new TemplateError(`template: ${name}:${line}:${column}: executing ${quote(this.#name)} at <${nodeText(node)}>: ${message}`);
  }

  #range(dot: Held, node: Branch): Jump {
    const { pipe, list, otherwise } = node;
    const value = unwrapped(this.#pipe(dot, pipe));
    const mark = this.#variables.length;
    let isEmpty = true;
    // Tells whether the loop goes on.
    const iterate = (index: Held, element: Held): boolean => {
      this.#execution.spend(1);
      isEmpty = false;
      this.#bind(pipe, index, element);
      const jump = this.walkList(element, list);
      this.#variables.length = mark;
      return jump !== "break";
    };
    if (typeof value === "bigint" || value instanceof Byte) this.#count(pipe, value, iterate);
    else if (isList(value)) {
      for (const [index, item] of value.entries()) if (!iterate(held(BigInt(index)), inside(item))) break;
    } else if (isMap(value)) {
      for (const key of sortedKeys(value)) if (!iterate(held(key), inside(value[key]))) break;
    } else if (value !== undefined) this.#fail(`range can't iterate over ${shown(value)}`);
    return isEmpty && otherwise !== undefined ? this.walkList(dot, otherwise) : undefined;
  }

  #count(pipe: Pipe, end: bigint | Byte, iterate: (index: Held, element: Held) => boolean): void {
    if (pipe.variables.length > 1) this.#fail(`can't use ${shown(end)} to iterate over more than one variable`);
    const isByte = end instanceof Byte;
    const last = isByte ? end.value : end;
    for (let i = 0n; i < last; i++) if (!iterate(NOTHING, held(isByte ? new Byte(i) : i))) return;
  }

  #bind({ variables, isAssignment }: Pipe, index: Held, element: Held): void {
    const [first, second] = variables;
    if (first === undefined) return;
    if (isAssignment) {
      this.#assign(first, second === undefined ? element : index);
      if (second !== undefined) this.#assign(second, element);
      return;
    }
    const stack = this.#variables;
    const top = stack[stack.length - 1];
    if (top !== undefined) top.value = element;
    const below = stack[stack.length - 2];
    if (second !== undefined && below !== undefined) below.value = index;
  }

  #assign(name: string, value: Held): void {
    const found = this.#variables.findLast((variable) => variable.name === name);
    if (found === undefined) this.#fail(`undefined variable: ${name}`);
    found.value = value;
  }

  #call(dot: Held, node: Call): void {
    const list = this.#execution.templates.get(node.name);
    if (list === undefined) this.#fail(`template ${quote(node.name)} not defined`);
    if (this.#depth === MAX_DEPTH) this.#fail(`exceeded maximum template depth (${MAX_DEPTH})`);
    const inner = node.pipe === undefined ? NOTHING : this.#pipe(dot, node.pipe);
    new Executor(this.#execution, this.#out, { name: node.name, depth: this.#depth + 1, dot: inner }).walkList(inner, list);
  }

  #pipe(dot: Held, pipe: Pipe): Held {
    this.#node = pipe;
    let value: Held | undefined;
    for (const command of pipe.commands) {
      const result: Held = this.#command(dot, command, value);
      // What was in an interface is itself now.
      value = result.isInterface ? held(unwrapped(result)) : result;
    }
    const result = value ?? NOTHING;
    for (const name of pipe.variables) {
      if (pipe.isAssignment) this.#assign(name, result);
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  // `final` is what came through the pipe, if anything did.
  #command(dot: Held, command: Command, final: Held | undefined): Held {
    const { operands } = command;
    const [first, ...args] = operands;
    const hasArguments = args.length > 0 || final !== undefined;
    const refuseArguments = (): void => {
      if (hasArguments) this.#fail(`can't give argument to non-function ${nodeText(first)}`);
    };
    switch (first.kind) {
      case "field":
      case "chain":
        return this.#fieldsOf(dot, first, hasArguments);
      case "variable":
        if (first.names.length > 1) return this.#fieldsOf(dot, first, hasArguments);
        this.#node = first;
        refuseArguments();
        return this.#variable(first.names[0] ?? "");
      case "identifier":
        this.#node = first;
        return this.#function(dot, first.name, { node: command, args, final });
      case "pipe":
        refuseArguments();
        return this.#pipe(dot, first);
      default:
        this.#node = first;
        refuseArguments();
        if (first.kind === "nil") this.#fail("nil is not a command");
        return this.#literal(dot, first);
    }
  }

  #literal(dot: Held, operand: Operand): Held {
    this.#node = operand;
    if (operand.kind === "dot") return dot;
    if (operand.kind === "bool" || operand.kind === "string") return held(operand.value);
    if (operand.kind !== "number") this.#fail(`can't evaluate command ${quote(nodeText(operand))}`);
    if (operand.value === undefined) this.#fail(`${operand.source} overflows int`);
    return held(typeof operand.value === "number" ? new Float(operand.value) : operand.value);
  }

  #variable(name: string): Held {
    const found = this.#variables.findLast((variable) => variable.name === name);
    return found?.value ?? this.#fail(`undefined variable: ${name}`);
  }

  #fieldsOf(dot: Held, operand: Operand & { readonly kind: "field" | "variable" | "chain" }, hasArguments: boolean): Held {
    this.#node = operand;
    const { names, receiver } = this.#receiverOf(dot, operand);
    return names.reduce((value, name, index) => this.#field(value, name, hasArguments && index === names.length - 1), receiver);
  }

  #receiverOf(
    dot: Held,
    operand: Operand & { readonly kind: "field" | "variable" | "chain" },
  ): { readonly names: readonly string[]; readonly receiver: Held } {
    if (operand.kind === "field") return { names: operand.names, receiver: dot };
    if (operand.kind === "chain") return { names: operand.names, receiver: this.#argument(dot, operand.operand) };
    return { names: operand.names.slice(1), receiver: this.#variable(operand.names[0] ?? "") };
  }

  #field(receiver: Held, name: string, hasArguments: boolean): Held {
    const { value } = receiver;
    if (value === undefined) return NOTHING;
    if (value === null) this.#fail(`nil pointer evaluating ${typeOf(receiver)}.${name}`);
    if (!isMap(value)) this.#fail(`can't evaluate field ${name} in type ${typeOf(receiver)}`);
    if (hasArguments) this.#fail(`${name} is not a method but has arguments`);
    return Object.hasOwn(value, name) ? inside(value[name]) : NOTHING;
  }

  // An operand as the argument of a function.
  #argument(dot: Held, operand: Operand): Held {
    this.#node = operand;
    switch (operand.kind) {
      case "field":
      case "chain":
        return this.#fieldsOf(dot, operand, false);
      case "variable":
        return operand.names.length > 1 ? this.#fieldsOf(dot, operand, false) : this.#variable(operand.names[0] ?? "");
      case "pipe":
        return this.#pipe(dot, operand);
      case "identifier":
        return this.#function(dot, operand.name, { node: operand, args: [], final: undefined });
      case "nil":
        return NOTHING;
      default:
        return this.#literal(dot, operand);
    }
  }

  #function(
    dot: Held,
    name: string,
    { node, args, final }: { readonly node: Node; readonly args: readonly Operand[]; readonly final: Held | undefined },
  ): Held {
    const called = FUNCTIONS.get(name) ?? this.#fail(`${quote(name)} is not a defined function`);
    this.#checkCount(name, called, { given: args.length, total: args.length + (final === undefined ? 0 : 1) });
    if (name === "and" || name === "or") return this.#shortCut(dot, name, { args, final });
    const values = args.map((operand, index) =>
      name === "printf" && index === 0 ? this.#text(dot, operand) : this.#argument(dot, operand),
    );
    if (final !== undefined) values.push(name === "printf" && args.length === 0 ? this.#checkText(final) : final);
    try {
      if (name === "call") throw new CallError(callText(values[0] ?? NOTHING, args[0]));
      this.#execution.spend(values.length);
      const result = called.call(values, (units) => this.#execution.spend(units));
      if (typeof result.value === "string") this.#execution.spend(result.value.length);
      return result;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#node = node;
      return this.#fail(`error calling ${name}: ${error.message}`);
    }
  }

  #checkCount(name: string, { least, most }: TemplateFunction, { given, total }: { readonly given: number; readonly total: number }): void {
    if (total < least && most !== least) this.#fail(`wrong number of args for ${name}: want at least ${least} got ${given}`);
    if (total < least || total > most) this.#fail(`wrong number of args for ${name}: want ${most} got ${total}`);
  }

  #shortCut(dot: Held, name: string, { args, final }: { readonly args: readonly Operand[]; readonly final: Held | undefined }): Held {
    let value = NOTHING;
    for (const operand of args) {
      value = this.#argument(dot, operand);
      if (isTrue(unwrapped(value)) === (name === "or")) return value;
    }
    return final ?? value;
  }

  #text(dot: Held, operand: Operand): Held {
    if (operand.kind === "string") return held(operand.value);
    this.#node = operand;
    if (operand.kind === "nil") this.#fail("cannot assign nil to string");
    if (operand.kind === "bool" || operand.kind === "number") this.#fail(`expected string; found ${nodeText(operand)}`);
    return this.#checkText(this.#argument(dot, operand));
  }

  #checkText(value: Held): Held {
    if (value.value === undefined) this.#fail("invalid value; expected string");
    if (typeof value.value === "string") return held(value.value);
    const type = value.value === null ? "interface {}" : typeOf(held(value.value));
    return this.#fail(`wrong type for value; expected string; got ${type}`);
  }
}

// No value here is a function, so no call succeeds.
function callText(called: Held, operand: Operand | undefined): string {
  const value = unwrapped(called);
  if (value === undefined) return "call of nil";
  const type = typeOf(held(value));
  const name = operand === undefined ? (typeof value === "string" ? value : `<${type} Value>`) : nodeText(operand);
  return `non-function ${name} of type ${type}`;
}
