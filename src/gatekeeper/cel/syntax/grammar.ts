/**
 * The grammar of CEL on Chevrotain, building the tree as it goes. Operators are read as a flat run and put in order of precedence
 * afterwards, which keeps the recursion shallow.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */
import { EmbeddedActionsParser, type IToken, type TokenType } from "chevrotain";
import type { Element, Entry, Expr, Field } from "./ast.ts";
import { OPERATORS } from "./ast.ts";
import type { Issue } from "./issue.ts";
import { type Reading, readBytes, readDouble, readInt, readString, readUint } from "./literals.ts";
import type { Macro } from "./macro.ts";
import { foldOperators, type Operator } from "./precedence.ts";
import { errorMessages } from "./syntax-message.ts";
import * as t from "./tokens.ts";

const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(" "),
);

const PLACEHOLDER: Expr = { kind: "literal", at: 0, value: null };

/** What a grammar is made for. */
export interface GrammarOptions {
  readonly macros: readonly Macro[];
  /** Whether fields may be named in backquotes. */
  readonly escapedNames: boolean;
}

/** The parser; one instance serves one text at a time. */
export class CelGrammar extends EmbeddedActionsParser {
  private readonly macros: ReadonlyMap<string, Macro>;
  private readonly escapedNames: boolean;
  private problems: Issue[] = [];

  constructor({ macros, escapedNames }: GrammarOptions) {
    super(t.tokens, { maxLookahead: 2, skipValidations: true, errorMessageProvider: errorMessages });
    this.escapedNames = escapedNames;
    this.macros = new Map(macros.map((macro) => [macroKey(macro.name, macro.argumentCount, macro.member), macro]));
    this.performSelfAnalysis();
  }

  /** Parses tokens; Chevrotain's own errors are in `errors` afterwards. */
  run(tokens: IToken[]): { readonly expr: Expr | undefined; readonly problems: readonly Issue[] } {
    this.problems = [];
    this.input = tokens;
    const expr = this.start();
    return { expr, problems: this.problems };
  }

  private readonly start = this.RULE("start", (): Expr => this.SUBRULE(this.expression));

  private readonly expression: () => Expr = this.RULE("expression", (): Expr => {
    let expr = this.SUBRULE(this.operation);
    this.OPTION(() => {
      const at = this.CONSUME(t.Question).startOffset;
      const then = this.SUBRULE2(this.operation);
      this.CONSUME(t.Colon);
      const otherwise = this.SUBRULE(this.expression);
      expr = { kind: "call", at, name: OPERATORS.conditional, target: undefined, args: [expr, then, otherwise] };
    });
    return expr;
  });

  private readonly operation = this.RULE("operation", (): Expr => {
    const operands = [this.SUBRULE(this.unary)];
    const operators: Operator[] = [];
    this.MANY(() => {
      const token = this.SUBRULE(this.operator);
      operands.push(this.SUBRULE2(this.unary));
      this.ACTION(() => operators.push({ text: token.image, at: token.startOffset }));
    });
    return this.ACTION(() => foldOperators(operands, operators));
  });

  private readonly operator = this.RULE("operator", (): IToken => {
    const one = (token: TokenType, ordinal: number) => ({ ALT: () => this.consume(ordinal, token) });
    const kinds = [t.OrOr, t.AndAnd, t.Less, t.LessEquals, t.Greater, t.GreaterEquals, t.EqualsEquals, t.NotEquals, t.In];
    return this.OR([...kinds, t.Plus, t.Minus, t.Star, t.Slash, t.Percent].map(one));
  });

  private readonly unary = this.RULE(
    "unary",
    (): Expr =>
      this.OR([
        { ALT: () => this.SUBRULE(this.negation) },
        { ALT: () => this.SUBRULE(this.complement) },
        { ALT: () => this.SUBRULE(this.member, { ARGS: [undefined] }) },
      ]),
  );

  private readonly complement = this.RULE("complement", (): Expr => {
    const tokens: IToken[] = [];
    this.AT_LEAST_ONE(() => tokens.push(this.CONSUME(t.Exclamation)));
    const sign: IToken | undefined = this.OPTION({ GATE: () => isNumber(this.LA(2)), DEF: () => this.CONSUME(t.Minus) });
    const operand = this.SUBRULE(this.member, { ARGS: [sign] });
    return prefixed(OPERATORS.not, tokens, operand);
  });

  private readonly negation = this.RULE("negation", (): Expr => {
    const tokens: IToken[] = [];
    this.AT_LEAST_ONE(() => tokens.push(this.CONSUME(t.Minus)));
    // A single minus before a number belongs to the literal, or the smallest int could not be written.
    const signed = tokens.length === 1 && isNumber(this.LA(1));
    const operand = this.SUBRULE(this.member, { ARGS: [signed ? tokens[0] : undefined] });
    return signed ? operand : prefixed(OPERATORS.negate, tokens, operand);
  });

  private readonly member = this.RULE("member", (sign: IToken | undefined): Expr => {
    let expr = this.SUBRULE(this.primary, { ARGS: [sign] });
    this.MANY(() => {
      expr = this.OR([
        { ALT: () => this.SUBRULE(this.selection, { ARGS: [expr] }) },
        { ALT: () => this.SUBRULE(this.index, { ARGS: [expr] }) },
        { GATE: () => qualifiedName(expr) !== undefined, ALT: () => this.SUBRULE(this.struct, { ARGS: [expr] }) },
      ]);
    });
    return expr;
  });

  private readonly escapedName = this.RULE("escapedName", (): IToken => {
    const token = this.CONSUME(t.EscapedIdentifier);
    this.ACTION(() => {
      if (!this.escapedNames) this.problem(token.startOffset, "unsupported syntax: '`'");
    });
    return token;
  });

  private readonly selection = this.RULE("selection", (operand: Expr): Expr => {
    const dot = this.CONSUME(t.Dot);
    return this.OR([
      {
        ALT: (): Expr => {
          this.CONSUME(t.Question);
          const field = this.SUBRULE(this.fieldName);
          const name: Expr = { kind: "literal", at: field.startOffset, value: fieldText(field) };
          return { kind: "call", at: dot.startOffset, name: OPERATORS.optionalSelect, target: undefined, args: [operand, name] };
        },
      },
      {
        ALT: (): Expr => {
          const field = this.SUBRULE2(this.fieldName);
          const call = this.OPTION({
            GATE: () => field.tokenType === t.Identifier,
            DEF: () => this.SUBRULE(this.argumentList),
          });
          if (call === undefined) return { kind: "select", at: dot.startOffset, operand, field: fieldText(field), test: false };
          return this.ACTION(() => this.call(call.at, field.image, { target: operand, args: call.args }));
        },
      },
    ]);
  });

  private readonly fieldName = this.RULE(
    "fieldName",
    (): IToken => this.OR([{ ALT: () => this.CONSUME(t.Identifier) }, { ALT: () => this.SUBRULE(this.escapedName) }]),
  );

  private readonly argumentList = this.RULE("argumentList", (): { readonly at: number; readonly args: readonly Expr[] } => {
    const at = this.CONSUME(t.LeftParen).startOffset;
    const args: Expr[] = [];
    this.MANY_SEP({ SEP: t.Comma, DEF: () => args.push(this.SUBRULE(this.expression)) });
    this.CONSUME(t.RightParen);
    return { at, args };
  });

  private readonly index = this.RULE("index", (operand: Expr): Expr => {
    const at = this.CONSUME(t.LeftBracket).startOffset;
    const optional = this.OPTION(() => this.CONSUME(t.Question));
    const key = this.SUBRULE(this.expression);
    this.CONSUME(t.RightBracket);
    const name = optional === undefined ? OPERATORS.index : OPERATORS.optionalIndex;
    return { kind: "call", at, name, target: undefined, args: [operand, key] };
  });

  private readonly struct = this.RULE("struct", (operand: Expr): Expr => {
    const at = this.CONSUME(t.LeftBrace).startOffset;
    const fields: Field[] = [];
    this.OPTION(() => {
      fields.push(this.SUBRULE(this.field));
      this.MANY({
        GATE: () => this.LA(2).tokenType !== t.RightBrace,
        DEF: () => {
          this.CONSUME(t.Comma);
          fields.push(this.SUBRULE2(this.field));
        },
      });
    });
    this.OPTION2(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RightBrace);
    return { kind: "struct", at, name: this.ACTION(() => qualifiedName(operand) ?? ""), fields };
  });

  private readonly field = this.RULE("field", (): Field => {
    const optional = this.OPTION(() => this.CONSUME(t.Question)) !== undefined;
    const name = this.SUBRULE(this.fieldName);
    const at = this.CONSUME(t.Colon).startOffset;
    return { at, name: fieldText(name), value: this.SUBRULE(this.expression), optional };
  });

  private readonly primary = this.RULE(
    "primary",
    (sign: IToken | undefined): Expr =>
      this.OR([
        { ALT: () => this.SUBRULE(this.named) },
        { ALT: () => this.SUBRULE(this.nested) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.map) },
        { ALT: () => this.SUBRULE(this.literal, { ARGS: [sign] }) },
      ]),
  );

  private readonly named = this.RULE("named", (): Expr => {
    const dot = this.OPTION(() => this.CONSUME(t.Dot));
    const token = this.CONSUME(t.Identifier);
    const call = this.OPTION2(() => this.SUBRULE(this.argumentList));
    return this.ACTION((): Expr => {
      const name = dot === undefined ? token.image : `.${token.image}`;
      if (RESERVED.has(token.image)) this.problem((dot ?? token).startOffset, `reserved identifier: ${token.image}`);
      if (call === undefined) return { kind: "ident", at: token.startOffset, name };
      return this.call(call.at, name, { target: undefined, args: call.args });
    });
  });

  private readonly nested = this.RULE("nested", (): Expr => {
    this.CONSUME(t.LeftParen);
    const expr = this.SUBRULE(this.expression);
    this.CONSUME(t.RightParen);
    return expr;
  });

  private readonly list = this.RULE("list", (): Expr => {
    const at = this.CONSUME(t.LeftBracket).startOffset;
    const elements: Element[] = [];
    this.OPTION(() => {
      elements.push(this.SUBRULE(this.element));
      this.MANY({
        GATE: () => this.LA(2).tokenType !== t.RightBracket,
        DEF: () => {
          this.CONSUME(t.Comma);
          elements.push(this.SUBRULE2(this.element));
        },
      });
    });
    this.OPTION2(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RightBracket);
    return { kind: "list", at, elements };
  });

  private readonly element = this.RULE("element", (): Element => {
    const optional = this.OPTION(() => this.CONSUME(t.Question)) !== undefined;
    return { value: this.SUBRULE(this.expression), optional };
  });

  private readonly map = this.RULE("map", (): Expr => {
    const at = this.CONSUME(t.LeftBrace).startOffset;
    const entries: Entry[] = [];
    this.OPTION(() => {
      entries.push(this.SUBRULE(this.entry));
      this.MANY({
        GATE: () => this.LA(2).tokenType !== t.RightBrace,
        DEF: () => {
          this.CONSUME(t.Comma);
          entries.push(this.SUBRULE2(this.entry));
        },
      });
    });
    this.OPTION2(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RightBrace);
    return { kind: "map", at, entries };
  });

  private readonly entry = this.RULE("entry", (): Entry => {
    const optional = this.OPTION(() => this.CONSUME(t.Question)) !== undefined;
    const key = this.SUBRULE(this.expression);
    const at = this.CONSUME(t.Colon).startOffset;
    return { at, key, value: this.SUBRULE2(this.expression), optional };
  });

  private readonly literal = this.RULE("literal", (sign: IToken | undefined): Expr => {
    const token = this.OR([
      { ALT: () => this.CONSUME(t.Int) },
      { ALT: () => this.CONSUME(t.Uint) },
      { ALT: () => this.CONSUME(t.Double) },
      { ALT: () => this.CONSUME(t.StringToken) },
      { ALT: () => this.CONSUME(t.BytesToken) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.CONSUME(t.Null) },
    ]);
    return this.ACTION((): Expr => {
      const at = (sign ?? token).startOffset;
      const reading = readLiteral(token, sign);
      if ("value" in reading) return { kind: "literal", at, value: reading.value };
      this.problem(at, reading.message);
      return PLACEHOLDER;
    });
  });

  private problem(at: number, message: string): void {
    this.problems.push({ at, message });
  }

  private call(at: number, name: string, parts: { readonly target: Expr | undefined; readonly args: readonly Expr[] }): Expr {
    const member = parts.target !== undefined;
    const macro = this.macros.get(macroKey(name, parts.args.length, member)) ?? this.macros.get(macroKey(name, "any", member));
    const expansion = macro?.expand({ at, ...parts });
    if (expansion === undefined) return { kind: "call", at, name, ...parts };
    if ("expr" in expansion) return expansion.expr;
    this.problems.push(expansion.issue);
    return PLACEHOLDER;
  }
}

function isNumber(token: IToken): boolean {
  return token.tokenType === t.Int || token.tokenType === t.Double;
}

function macroKey(name: string, argumentCount: number | "any", member: boolean): string {
  return `${name}/${argumentCount}/${member ? "member" : "global"}`;
}

function prefixed(name: string, tokens: readonly IToken[], operand: Expr): Expr {
  const first = tokens[0];
  if (first === undefined || tokens.length % 2 === 0) return operand;
  return { kind: "call", at: first.startOffset, name, target: undefined, args: [operand] };
}

function fieldText(token: IToken): string {
  return token.tokenType === t.EscapedIdentifier ? token.image.slice(1, -1) : token.image;
}

/** Reads `a.b.c` as one name. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind !== "select" || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

function readLiteral(token: IToken, sign: IToken | undefined): Reading {
  const text = sign === undefined ? token.image : `-${token.image}`;
  switch (token.tokenType) {
    case t.Int:
      return readInt(text);
    case t.Uint:
      return readUint(text);
    case t.Double:
      return readDouble(text);
    case t.StringToken:
      return readString(text);
    case t.BytesToken:
      return readBytes(text);
    case t.Null:
      return { value: null };
    default:
      return { value: token.tokenType === t.True };
  }
}
