/**
 * Reads OPA's JSON form of modules and bodies (`opa parse -f json --json-include locations`, or the Go marshaller with location texts)
 * into our tree, so that tests and passes can start from OPA's own answer. In: the JSON text and the sources. Out: our nodes.
 * The JSON has no word on what OPA's parser made up (`generatedValue`, `generatedBody`); both are false here.
 */
import { lineStartsOf, positionAt } from "../../src/rego/source/position.ts";
import type { Source, Span } from "../../src/rego/source/source.ts";
import type {
  Annotations,
  Body,
  Comment,
  Dialect,
  Expr,
  Head,
  Import,
  Module,
  Package,
  RefTerm,
  Rule,
  Term,
  With,
} from "../../src/rego/syntax/ast.ts";

/** A JSON number kept as it was written. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Json = { readonly [name: string]: unknown };

/** Parses JSON, keeping the spelling of numbers that stand as the value of a term. */
export function parseOpaJson(text: string): unknown {
  const keep = (key: string, value: unknown, context: { readonly source?: string }): unknown =>
    key === "value" && typeof value === "number" && context.source !== undefined ? new NumberText(context.source) : value;
  return (JSON.parse as (text: string, reviver: typeof keep) => unknown)(text, keep);
}

/** Reads the `modules` of an answer: a map from file name to OPA's JSON module. */
export function readOpaModules(answer: unknown, texts: { readonly [name: string]: string }, dialect: Dialect): Map<string, Module> {
  const modules = object(object(answer)["modules"]);
  return new Map(Object.entries(modules).map(([name, json]) => [name, readOpaModule(json, { name, text: texts[name] ?? "" }, dialect)]));
}

/** Reads one module. */
export function readOpaModule(json: unknown, source: Source, dialect: Dialect): Module {
  const from = object(json);
  const read = reader(source);
  const imports = list(from["imports"]).map(read.import);
  const importsV1 = imports.some(({ path: { path } }) => {
    const [root, name] = path;
    return path.length === 2 && root.kind === "var" && root.name === "rego" && name?.kind === "string" && name.value === "v1";
  });
  return {
    kind: "module",
    span: { source, start: 0, end: source.text.length },
    source,
    dialect: dialect === "v0" && importsV1 ? "v0-as-v1" : dialect,
    package: read.package(from["package"]),
    imports,
    rules: list(from["rules"]).map(read.rule),
    comments: list(from["comments"]).map(read.comment),
    annotations: list(from["annotations"]).map(read.annotations),
  };
}

/** Reads a body, as OPA writes a query. */
export function readOpaBody(json: unknown, source: Source): Body {
  return reader(source).body(json);
}

/** Reads one term. */
export function readOpaTerm(json: unknown, source: Source): Term {
  return reader(source).term(json);
}

function reader(source: Source) {
  const span = (json: unknown): Span | undefined => spanOf(source, json);

  const terms = (json: unknown): Term[] => list(json).map(term);
  const reference = (json: unknown): readonly [Term, ...Term[]] => {
    const [head, ...rest] = terms(json);
    if (!head) throw new Error("a reference needs a head");
    return [head, ...rest];
  };
  const ref = (json: unknown): RefTerm => {
    const read = term(json);
    if (read.kind === "ref") return read;
    return { kind: "ref", span: read.span, path: [read] };
  };

  function term(json: unknown): Term {
    const from = object(json);
    const at = { span: span(from["location"]) };
    const value = from["value"];
    const type = String(from["type"]);
    switch (type) {
      case "null":
        return { kind: "null", ...at };
      case "boolean":
        return { kind: "boolean", value: value === true, ...at };
      case "number":
        return { kind: "number", text: value instanceof NumberText ? value.text : String(value), ...at };
      case "string":
        return { kind: "string", value: String(value), ...at };
      case "var":
        return { kind: "var", name: String(value), ...at };
      case "ref":
        return { kind: "ref", path: reference(value), ...at };
      case "array":
        return { kind: "array", items: terms(value), ...at };
      case "set":
        return { kind: "set", items: terms(value), ...at };
      case "object":
        return { kind: "object", entries: list(value).map((entry) => pair(terms(entry))), ...at };
      case "call": {
        const [operator, ...args] = list(value);
        return { kind: "call", operator: ref(operator), args: args.map(term), ...at };
      }
      default:
        return compound(type, object(value), at.span);
    }
  }

  function compound(type: string, from: Json, at: Span | undefined): Term {
    switch (type) {
      case "arraycomprehension":
        return { kind: "array-comprehension", head: term(from["term"]), body: body(from["body"]), span: at };
      case "setcomprehension":
        return { kind: "set-comprehension", head: term(from["term"]), body: body(from["body"]), span: at };
      case "objectcomprehension":
        return { kind: "object-comprehension", key: term(from["key"]), value: term(from["value"]), body: body(from["body"]), span: at };
      case "templatestring":
        return {
          kind: "template",
          parts: list(from["parts"]).map((part) => (object(part)["terms"] === undefined ? term(part) : expr(part))),
          multiline: from["multi_line"] === true,
          span: at,
        };
      default:
        throw new Error(`unknown term type ${type}`);
    }
  }

  function withs(json: unknown): With[] {
    return list(json)
      .map(object)
      .map((from) => ({ kind: "with", target: term(from["target"]), value: term(from["value"]), span: span(from["location"]) }));
  }

  function expr(json: unknown): Expr {
    const from = object(json);
    const base = {
      span: span(from["location"]),
      index: Number(from["index"]),
      negated: from["negated"] === true,
      generated: from["generated"] === true,
      with: withs(from["with"]),
    };
    const inner = from["terms"];
    if (Array.isArray(inner)) {
      const [operator, ...args] = inner;
      return { kind: "call-expr", operator: ref(operator), args: args.map(term), ...base };
    }
    const single = object(inner);
    if (single["symbols"] !== undefined) return { kind: "some-expr", symbols: terms(single["symbols"]), ...base };
    if (single["domain"] !== undefined) {
      const key = single["key"];
      return {
        kind: "every-expr",
        key: key === null || key === undefined ? undefined : term(key),
        value: term(single["value"]),
        domain: term(single["domain"]),
        body: body(single["body"]),
        ...base,
      };
    }
    if (single["type"] === "not") {
      return { kind: "not-expr", body: body(single["body"]), explicitBody: single["explicit_body"] === true, ...base };
    }
    return { kind: "term-expr", term: term(single), ...base };
  }

  function body(json: unknown): Body {
    return list(json).map(expr);
  }

  function head(json: unknown): Head {
    const from = object(json);
    return {
      kind: "head",
      span: span(from["location"]),
      name: String(from["name"] ?? ""),
      reference: reference(from["ref"]),
      args: from["args"] === undefined ? undefined : terms(from["args"]),
      key: from["key"] === undefined ? undefined : term(from["key"]),
      value: from["value"] === undefined ? undefined : term(from["value"]),
      assign: from["assign"] === true,
      generatedValue: false,
    };
  }

  function rule(json: unknown): Rule {
    const from = object(json);
    return {
      kind: "rule",
      span: span(from["location"]),
      isDefault: from["default"] === true,
      head: head(from["head"]),
      body: body(from["body"]),
      generatedBody: false,
      else: from["else"] === undefined ? undefined : rule(from["else"]),
      annotations: list(from["annotations"]).map(annotations),
    };
  }

  function annotations(json: unknown): Annotations {
    const { scope, location, ...fields } = object(json);
    const at = span(location);
    return { kind: "annotations", span: at, scope: readScope(scope), fields, endRow: at ? positionAt(source, at.end).row : 0 };
  }

  function comment(json: unknown): Comment {
    const from = object(json);
    // Comments are marshalled by field name, their text in base64.
    const location = from["location"] ?? from["Location"];
    return { kind: "comment", span: span(location), text: utf8(String(from["text"] ?? from["Text"] ?? "")) };
  }

  return {
    term,
    body,
    rule,
    annotations,
    comment,
    package: (json: unknown): Package => ({
      kind: "package",
      span: span(object(json)["location"]),
      path: reference(object(json)["path"]),
    }),
    import: (json: unknown): Import => {
      const from = object(json);
      const alias = from["alias"];
      return {
        kind: "import",
        span: span(from["location"]),
        path: ref(from["path"]),
        alias: typeof alias === "string" ? alias : undefined,
      };
    },
  };
}

function readScope(scope: unknown): Annotations["scope"] {
  switch (scope) {
    case "document":
    case "package":
    case "subpackages":
    case "rule":
      return scope;
    default:
      return "rule";
  }
}

/** A location's row and column give the start; its text gives the end. The text of a term in parentheses starts before its position. */
function spanOf(source: Source, json: unknown): Span | undefined {
  if (json === null || json === undefined) return undefined;
  const { row, col, text } = object(json);
  const start = offsetAt(source, Number(row), Number(col));
  const covered = typeof text === "string" ? utf8(text) : "";
  const at = source.text.startsWith(covered, start) ? start : nearest(source.text, covered, start);
  if (at === start) return { source, start, end: start + covered.length };
  if (at >= 0) return { source, start, end: at + covered.length, textStart: at };
  return { source, start, end: start };
}

/** OPA shows more than the place of a term in parentheses, and less than all of a reference into a literal (`][0]`). */
function nearest(text: string, part: string, start: number): number {
  const before = text.lastIndexOf(part, start);
  return before >= 0 && before + part.length >= start ? before : text.indexOf(part, start);
}

function offsetAt(source: Source, row: number, col: number): number {
  let offset = lineStartsOf(source)[row - 1] ?? 0;
  // Column 0 is the line feed before the line.
  if (col === 0) return Math.max(offset - 1, 0);
  for (let i = 1; i < col; i++) offset += (source.text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

function utf8(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function pair([key, value]: readonly Term[]): readonly [Term, Term] {
  if (!key || !value) throw new Error("an object entry needs a key and a value");
  return [key, value];
}

function list(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

function object(json: unknown): Json {
  return typeof json === "object" && json !== null ? (json as Json) : {};
}
