/**
 * Writes trees as the JSON that `opa parse --format json` and `rego.parse_module` give
 * (https://www.openpolicyagent.org/docs/latest/cli/#parse). In: a module, body or term. Out: a value, its fields in OPA's order, or text.
 */
import { positionOf } from "../source/position.ts";
import { type Span, textOf } from "../source/source.ts";
import { numberFromText } from "../values/number.ts";
import type { PlainObject, Value } from "../values/value.ts";
import { opaAnnotations } from "./annotations/opa-json.ts";
import type { Body, Comment, Expr, Head, Import, Module, Package, Rule, Term, With } from "./ast.ts";
import { sortedEntries, sortedItems } from "./compare.ts";
import { typeNameOf } from "./names.ts";

/** What to write beside the tree itself. */
export interface OpaJsonOptions {
  readonly locations?: boolean;
  readonly comments?: boolean;
}

type Fields = { readonly [name: string]: Value };

/** Returns OPA's JSON of a module. */
export function moduleToOpaJson(module: Module, options: OpaJsonOptions = {}): PlainObject {
  const write = writer(options);
  const { imports, annotations, rules, comments } = module;
  return {
    package: write.package(module.package),
    ...(imports.length === 0 ? {} : { imports: imports.map(write.import) }),
    ...(annotations.length === 0 ? {} : { annotations: annotations.map((each) => opaAnnotations(each, write.place(each.span))) }),
    ...(rules.length === 0 ? {} : { rules: rules.map(write.rule) }),
    ...(comments.length === 0 || options.comments === false ? {} : { comments: comments.map((each) => commentJson(each, options)) }),
  };
}

/** Returns OPA's JSON of a term. */
export function termToOpaJson(term: Term, options: OpaJsonOptions = {}): Value {
  return writer(options).term(term);
}

// Comments always have their place, and their text in base64.
function commentJson({ text, span }: Comment, { locations }: OpaJsonOptions): Value {
  const place = span === undefined ? null : locationOf(span);
  return { Text: text === "" ? null : base64(text), Location: locations || place === null ? place : withoutText(place) };
}

function withoutText({ text: _, ...place }: Fields): Fields {
  return place;
}

function locationOf(span: Span): Fields {
  const { row, col } = positionOf(span);
  return { file: span.source.name, row, col, text: base64(textOf(span)) };
}

function base64(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

function writer(options: OpaJsonOptions) {
  const place = (span: Span | undefined): Fields =>
    options.locations !== true || span === undefined ? {} : { location: locationOf(span) };
  // What stands for the keyword alone shares its start.
  const keyword = ({ span }: Expr, word: string): Fields =>
    place(span && { source: span.source, start: span.start, end: span.start + word.length });
  const terms = (list: readonly Term[]): Value => list.map(term);

  function term(node: Term): Value {
    return { ...place(node.span), type: typeNameOf(node), value: valueOfTerm(node) };
  }

  function valueOfTerm(node: Term): Value {
    switch (node.kind) {
      case "null":
        // OPA writes the value of null as an empty object.
        return {};
      case "boolean":
      case "string":
        return node.value;
      case "number":
        return numberFromText(node.text);
      case "var":
        return node.name;
      case "ref":
        return terms(node.path);
      case "array":
        return terms(node.items);
      case "set":
        return terms(sortedItems(node));
      case "object":
        return sortedEntries(node).map(([key, value]) => [term(key), term(value)]);
      case "array-comprehension":
      case "set-comprehension":
        return { term: term(node.head), body: body(node.body) };
      case "object-comprehension":
        return { key: term(node.key), value: term(node.value), body: body(node.body) };
      case "call":
        return [term(node.operator), ...node.args.map(term)];
      case "template":
        return { parts: partsOf(node.parts), multi_line: node.multiline };
    }
  }

  function partsOf(parts: readonly (Term | Expr)[]): Value {
    return parts.length === 0 ? null : parts.map((part) => ("index" in part ? expr(part) : term(part)));
  }

  function expr(node: Expr): Value {
    return {
      ...(node.generated ? { generated: true } : {}),
      index: node.index,
      ...place(node.span),
      ...(node.negated ? { negated: true } : {}),
      terms: termsOf(node),
      ...(node.with.length === 0 ? {} : { with: node.with.map(withJson) }),
    };
  }

  function termsOf(node: Expr): Value {
    switch (node.kind) {
      case "term-expr":
        return term(node.term);
      case "call-expr":
        return [term(node.operator), ...node.args.map(term)];
      case "some-expr":
        return { ...keyword(node, "some"), symbols: terms(node.symbols) };
      case "every-expr":
        return {
          body: body(node.body),
          domain: term(node.domain),
          key: node.key === undefined ? null : term(node.key),
          ...keyword(node, "every"),
          value: term(node.value),
        };
      case "not-expr":
        return { body: body(node.body), explicit_body: node.explicitBody, ...place(node.span), type: "not" };
    }
  }

  function withJson({ span, target, value }: With): Value {
    return { ...place(span), target: term(target), value: term(value) };
  }

  function body(exprs: Body): Value {
    return exprs.map(expr);
  }

  function head(node: Head): Value {
    const { name, args, key, value, assign } = node;
    return {
      ...(name === "" ? {} : { name }),
      ...(args === undefined || args.length === 0 ? {} : { args: terms(args) }),
      ...(key === undefined ? {} : { key: term(key) }),
      ...(value === undefined ? {} : { value: term(value) }),
      ...(assign ? { assign } : {}),
      ref: terms(node.reference),
      ...place(node.span),
    };
  }

  function rule(node: Rule): Value {
    return {
      ...(node.annotations.length === 0 ? {} : { annotations: node.annotations.map((each) => opaAnnotations(each, place(each.span))) }),
      body: body(node.body),
      ...(node.isDefault ? { default: true } : {}),
      ...(node.else === undefined ? {} : { else: rule(node.else) }),
      head: head(node.head),
      ...place(node.span),
    };
  }

  return {
    place,
    term,
    body,
    rule,
    package: ({ span, path }: Package): Value => ({ ...place(span), path: terms(path) }),
    import: ({ span, path, alias }: Import): Value => ({ ...(alias === undefined ? {} : { alias }), ...place(span), path: term(path) }),
  };
}
