/** Parses Go templates with Go's error texts (https://pkg.go.dev/text/template/parse). In: source; out: the templates it defines, by name. */
import { quote } from "../quote.ts";
import { TemplateError } from "./error.ts";
import { type Item, type ItemKind, itemText, TemplateLexer } from "./lexer.ts";
import { characterValue, LiteralError, numberValue, unquote } from "./literals.ts";
import {
  type Branch,
  type Call,
  type Command,
  isEmptyList,
  type List,
  nodeText,
  type Operand,
  type Pipe,
  type TemplateNode,
} from "./nodes.ts";

/** The names of the templates' bodies. */
export type Templates = ReadonlyMap<string, List>;

const OPERANDS: ReadonlySet<ItemKind> = new Set<ItemKind>([
  "bool",
  "charConstant",
  "complex",
  ".",
  "field",
  "identifier",
  "number",
  "nil",
  "rawString",
  "string",
  "variable",
  "(",
]);
const LITERALS = new Set(["bool", "dot", "nil", "number", "string"]);
// Go's limits are a hundred times these; nothing that people write comes near either.
const MAX_DEPTH = 400;

/** Parses a template; throws TemplateError. `functions` are the names that may be called. */
export function parseTemplate(name: string, source: string, functions: ReadonlySet<string>): Templates {
  const templates = new Map<string, List>();
  new Tree(name, { parseName: name, lexer: new TemplateLexer(source), functions, templates, depth: 0 }).parseAll();
  return templates;
}

interface Shared {
  readonly parseName: string;
  readonly lexer: TemplateLexer;
  readonly functions: ReadonlySet<string>;
  readonly templates: Map<string, List>;
  depth: number;
}

class Tree {
  #name: string;
  readonly #shared: Shared;
  // The items looked ahead, the next one last; the first slot holds the item read last, whose line errors report.
  readonly #items: (Item | undefined)[] = [undefined, undefined, undefined];
  #ahead = 0;
  #variables = ["$"];
  #actionLine = 0;
  #ranges = 0;

  constructor(name: string, shared: Shared) {
    this.#name = name;
    this.#shared = shared;
  }

  parseAll(): void {
    const { position } = this.#peek();
    const nodes: TemplateNode[] = [];
    while (this.#peek().kind !== "EOF") {
      if (this.#peek().kind === "{{") {
        const delimiter = this.#next();
        if (this.#nextNonSpace().kind === "define") {
          new Tree("definition", this.#shared).#definition();
          continue;
        }
        this.#backUp2(delimiter);
      }
      const node = this.#textOrAction();
      if (node.kind === "end" || node.kind === "else") this.#fail(`unexpected ${nodeText(node)}`);
      nodes.push(node);
    }
    this.#add({ kind: "list", position, nodes });
  }

  #read(): Item {
    const item = this.#shared.lexer.next();
    this.#items[0] = item;
    return item;
  }

  #next(): Item {
    if (this.#ahead > 0) this.#ahead--;
    else this.#read();
    return this.#items[this.#ahead] as Item;
  }

  #peek(): Item {
    if (this.#ahead > 0) return this.#items[this.#ahead - 1] as Item;
    this.#ahead = 1;
    return this.#read();
  }

  #backUp(): void {
    this.#ahead++;
  }

  #backUp2(item: Item): void {
    this.#items[1] = item;
    this.#ahead = 2;
  }

  #nextNonSpace(): Item {
    for (;;) {
      const item = this.#next();
      if (item.kind !== "space") return item;
    }
  }

  #peekNonSpace(): Item {
    const item = this.#nextNonSpace();
    this.#backUp();
    return item;
  }

  #fail(message: string): never {
    throw new TemplateError(`template: ${this.#shared.parseName}:${this.#items[0]?.line ?? 0}: ${message}`);
  }

  #unexpected(item: Item, context: string): never {
    if (item.kind !== "error") this.#fail(`unexpected ${itemText(item)} in ${context}`);
    if (this.#actionLine === 0 || this.#actionLine === item.line) this.#fail(item.value);
    const place = ` started at ${this.#shared.parseName}:${this.#actionLine}`;
    this.#fail(`${item.value}${item.value.endsWith(" action") ? "" : " in action"}${place}`);
  }

  #expect(kind: ItemKind, context: string): Item {
    const item = this.#nextNonSpace();
    if (item.kind !== kind) this.#unexpected(item, context);
    return item;
  }

  #literal<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof LiteralError) this.#fail(error.message);
      throw error;
    }
  }

  #add(list: List): void {
    const { templates } = this.#shared;
    const known = templates.get(this.#name);
    if (known === undefined || isEmptyList(known)) templates.set(this.#name, list);
    else if (!isEmptyList(list)) this.#fail(`template: multiple definition of template ${quote(this.#name)}`);
  }

  #definition(): void {
    const context = "define clause";
    const item = this.#nextNonSpace();
    if (item.kind !== "string" && item.kind !== "rawString") this.#unexpected(item, context);
    this.#name = this.#literal(() => unquote(item.value));
    this.#expect("}}", context);
    this.#body(context);
  }

  #body(context: string): void {
    const { list, end } = this.#list();
    if (end.kind !== "end") this.#fail(`unexpected ${nodeText(end)} in ${context}`);
    this.#add(list);
  }

  #list(): { readonly list: List; readonly end: TemplateNode } {
    const { position } = this.#peekNonSpace();
    const nodes: TemplateNode[] = [];
    this.#shared.depth++;
    if (this.#shared.depth > MAX_DEPTH) this.#fail("max block depth exceeded");
    while (this.#peekNonSpace().kind !== "EOF") {
      const node = this.#textOrAction();
      if (node.kind === "end" || node.kind === "else") {
        this.#shared.depth--;
        return { list: { kind: "list", position, nodes }, end: node };
      }
      nodes.push(node);
    }
    return this.#fail("unexpected EOF");
  }

  #textOrAction(): TemplateNode {
    const item = this.#nextNonSpace();
    if (item.kind === "text") return { kind: "text", position: item.position, text: item.value };
    if (item.kind !== "{{") this.#unexpected(item, "input");
    this.#actionLine = item.line;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): TemplateNode {
    const item = this.#nextNonSpace();
    switch (item.kind) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#jump(item, item.kind);
      case "else": {
        const next = this.#peekNonSpace();
        if (next.kind === "if" || next.kind === "with") return { kind: "else", position: next.position };
        return { kind: "else", position: this.#expect("}}", "else").position };
      }
      case "end":
        return { kind: "end", position: this.#expect("}}", "end").position };
      case "if":
      case "range":
      case "with":
        return this.#branch(item.kind);
      case "template":
        return this.#call();
      default: {
        this.#backUp();
        const { position } = this.#peek();
        return { kind: "action", position, pipe: this.#pipe("command", "}}") };
      }
    }
  }

  #jump({ position }: Item, kind: "break" | "continue"): TemplateNode {
    const item = this.#nextNonSpace();
    if (item.kind !== "}}") this.#unexpected(item, `{{${kind}}}`);
    if (this.#ranges === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, position };
  }

  #branch(kind: Branch["kind"]): Branch {
    const known = this.#variables.length;
    const pipe = this.#pipe(kind, "}}");
    if (kind === "range") this.#ranges++;
    const { list, end } = this.#list();
    if (kind === "range") this.#ranges--;
    const otherwise = end.kind === "else" ? this.#otherwise(kind, end) : undefined;
    this.#variables.length = known;
    return { kind, position: pipe.position, pipe, list, otherwise };
  }

  // `{{else if …}}` is `{{else}}{{if …}}` with one end for both.
  #otherwise(kind: Branch["kind"], { position }: TemplateNode): List {
    if (kind !== "range" && this.#peek().kind === kind) {
      this.#next();
      this.#shared.depth++;
      const nodes = [this.#branch(kind)];
      this.#shared.depth--;
      return { kind: "list", position, nodes };
    }
    const { list, end } = this.#list();
    if (end.kind !== "end") this.#fail(`expected end; found ${nodeText(end)}`);
    return list;
  }

  #block(): Call {
    const context = "block clause";
    const item = this.#nextNonSpace();
    const name = this.#templateName(item, context);
    const pipe = this.#pipe(context, "}}");
    new Tree(name, this.#shared).#body(context);
    return { kind: "template", position: item.position, name, pipe };
  }

  #call(): Call {
    const context = "template clause";
    const item = this.#nextNonSpace();
    const name = this.#templateName(item, context);
    let pipe: Pipe | undefined;
    if (this.#nextNonSpace().kind !== "}}") {
      this.#backUp();
      pipe = this.#pipe(context, "}}");
    }
    return { kind: "template", position: item.position, name, pipe };
  }

  #templateName(item: Item, context: string): string {
    if (item.kind !== "string" && item.kind !== "rawString") this.#unexpected(item, context);
    return this.#literal(() => unquote(item.value));
  }

  #pipe(context: string, end: ItemKind): Pipe {
    const { position } = this.#peekNonSpace();
    const { variables, isAssignment } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const item = this.#nextNonSpace();
      if (item.kind === end) break;
      if (!OPERANDS.has(item.kind)) this.#unexpected(item, context);
      this.#backUp();
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    for (const [index, command] of commands.entries()) {
      if (index > 0 && LITERALS.has(command.operands[0].kind)) this.#fail(`non executable command in pipeline stage ${index + 1}`);
    }
    return { kind: "pipe", position, isAssignment, variables, commands };
  }

  #declarations(context: string): { readonly variables: string[]; readonly isAssignment: boolean } {
    const variables: string[] = [];
    while (this.#peekNonSpace().kind === "variable") {
      const variable = this.#next();
      const after = this.#peek();
      const next = this.#peekNonSpace();
      const isComma = next.kind === "char" && next.value === ",";
      if (next.kind === "=" || next.kind === ":=" || isComma) {
        this.#nextNonSpace();
        variables.push(variable.value);
        this.#variables.push(variable.value);
        if (!isComma) return { variables, isAssignment: next.kind === "=" };
        if (context !== "range" || variables.length >= 2) this.#fail(`too many declarations in ${context}`);
        if (!["variable", "}}", ")"].includes(this.#peekNonSpace().kind)) this.#fail("range can only initialize variables");
        continue;
      }
      if (after.kind === "space") {
        this.#items[1] = after;
        this.#items[2] = variable;
        this.#ahead = 3;
      } else this.#backUp2(variable);
      break;
    }
    return { variables, isAssignment: false };
  }

  #command(): Command {
    const { position } = this.#peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const item = this.#next();
      if (item.kind === "space") continue;
      if (item.kind === "}}" || item.kind === ")") this.#backUp();
      else if (item.kind !== "|") this.#unexpected(item, "operand");
      break;
    }
    const [first, ...rest] = operands;
    if (first === undefined) this.#fail("empty command");
    return { kind: "command", position, operands: [first, ...rest] };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#peek().kind !== "field") return term;
    const { position } = this.#peek();
    const names: string[] = [];
    while (this.#peek().kind === "field") names.push(this.#next().value.slice(1));
    if (term.kind === "field" || term.kind === "variable") return { kind: term.kind, position, names: [...term.names, ...names] };
    if (LITERALS.has(term.kind)) this.#fail(`unexpected . after term ${quote(nodeText(term))}`);
    return { kind: "chain", position, operand: term, names };
  }

  #term(): Operand | undefined {
    const { kind, value, position } = this.#nextNonSpace();
    switch (kind) {
      case "identifier":
        if (!this.#shared.functions.has(value)) this.#fail(`function ${quote(value)} not defined`);
        return { kind, position, name: value };
      case ".":
        return { kind: "dot", position };
      case "nil":
        return { kind, position };
      case "variable":
        if (!this.#variables.includes(value)) this.#fail(`undefined variable ${quote(value)}`);
        return { kind, position, names: [value] };
      case "field":
        return { kind, position, names: [value.slice(1)] };
      case "bool":
        return { kind, position, value: value === "true" };
      case "charConstant":
        return { kind: "number", position, source: value, value: this.#literal(() => characterValue(value)) };
      case "complex":
      case "number":
        return { kind: "number", position, source: value, value: this.#literal(() => numberValue(value)) };
      case "(": {
        if (this.#shared.depth >= MAX_DEPTH) this.#fail("max expression depth exceeded");
        this.#shared.depth++;
        const pipe = this.#pipe("parenthesized pipeline", ")");
        this.#shared.depth--;
        return pipe;
      }
      case "string":
      case "rawString":
        return { kind: "string", position, source: value, value: this.#literal(() => unquote(value)) };
      default:
        this.#backUp();
        return undefined;
    }
  }
}
