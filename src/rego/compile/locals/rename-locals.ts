/**
 * Renames local variables in bodies and turns declarations into equations: `x := 1` becomes `__local0__ = 1`, `some v in xs` becomes
 * `__local1__ = xs[__local2__]`. Reports names declared after their use, declared twice, or declared and never used.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#variable-assignment
 */

import { compareStrings } from "../../../base/compare-strings.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Body, CallExpr, EveryExpr, Expr, NotExpr, RefTerm, SomeExpr, Term, With } from "../../syntax/ast.ts";
import { isWildcard, typeNameOf } from "../../syntax/names.ts";
import { printReference } from "../../syntax/print.ts";
import { compileError } from "../errors/errors.ts";
import type { PartMapper } from "../nodes/build.ts";
import {
  indexed,
  mapExpression,
  mapParts,
  mapSame,
  variable,
  withEntries,
  withHead,
  withKeyAndValue,
  withModifiers,
  withParts,
} from "../nodes/build.ts";
import { isOperator, operatorNamed } from "../nodes/builtin-calls.ts";
import { varsOfTerm } from "../nodes/vars.ts";
import { walkTerm } from "../nodes/walk.ts";
import { outputsOfEquation } from "../safety/outputs.ts";
import type { LocalScope } from "./local-scope.ts";
import { checkUnused } from "./unused-locals.ts";

const EQ = operatorNamed("eq");
const noNames: ReadonlySet<string> = new Set();

/**
 * OPA renames what it has renamed once more below `every` and explicit `not`, which numbers later names. Each level of closures doubles that
 * work, so below this many levels it is left out.
 */
const REVISIT_LIMIT = 8;

/** Renames the locals of one rule or query. */
export class LocalRenamer implements PartMapper {
  readonly errors: Diagnostic[];
  readonly #scope: LocalScope;
  readonly #strict: boolean;
  #revisits = 0;

  constructor(scope: LocalScope, strict: boolean, errors: Diagnostic[]) {
    this.#scope = scope;
    this.#strict = strict;
    this.errors = errors;
  }

  /** Renames a body in the innermost level. `used` are names that the body's owner uses (the head of a rule or comprehension). */
  statements(body: Body, used: ReadonlySet<string>): Body {
    const result: Expr[] = [];
    for (const expression of body) {
      const renamed = this.#statement(expression);
      if (renamed) result.push(renamed);
    }
    if (result.length === 0) result.push(trueExpression());
    const renamed = indexed(result);
    this.errors.push(...checkUnused({ scope: this.#scope, strict: this.#strict, failed: this.errors.length > 0, body, renamed, used }));
    return sameItems(body, renamed) ? body : renamed;
  }

  #statement(expression: Expr): Expr | undefined {
    switch (expression.kind) {
      case "call-expr":
        return isOperator(expression.operator, "assign") ? this.#assignment(expression) : this.expression(expression);
      case "some-expr":
        return this.#some(expression);
      case "every-expr":
        return this.#every(expression);
      case "not-expr":
        return expression.explicitBody ? this.#explicitNot(expression) : this.expression(expression);
      default:
        return this.expression(expression);
    }
  }

  expression(expression: Expr): Expr {
    return mapExpression(expression, this);
  }

  /** Bodies met on the way down (of `every` and plain `not`): their statements are visited as expressions. */
  body(body: Body): Body {
    return mapSame(body, (expression) => this.expression(expression));
  }

  term(term: Term): Term {
    switch (term.kind) {
      case "var":
        return this.#use(term);
      case "ref":
        return this.#reference(term);
      case "call": {
        this.#checkCalled(term);
        return mapParts(term, this);
      }
      case "array-comprehension":
      case "set-comprehension":
        return this.#scope.within(() => {
          const body = this.statements(term.body, varsOfTerm(term.head));
          return withHead(term, this.term(term.head), body);
        });
      case "object-comprehension":
        return this.#scope.within(() => {
          const body = this.statements(term.body, new Set([...varsOfTerm(term.key), ...varsOfTerm(term.value)]));
          return withKeyAndValue(term, this.term(term.key), this.term(term.value), body);
        });
      default:
        return mapParts(term, this);
    }
  }

  modifier(modifier: With): With {
    const target = this.#unshadowInput(this.term(modifier.target));
    return withParts(modifier, target, this.term(modifier.value));
  }

  /** `with input as` means the document even where a local hides it. */
  #unshadowInput(target: Term): Term {
    const hidden = this.#scope.renamedTo("input");
    if (hidden === undefined) return target;
    if (target.kind === "var" && target.name === hidden) return { kind: "ref", path: [variable("input")], span: target.span };
    const head = target.kind === "ref" ? target.path[0] : undefined;
    if (target.kind !== "ref" || head?.kind !== "var" || head.name !== hidden) return target;
    return { ...target, path: [{ ...head, name: "input" }, ...target.path.slice(1)] };
  }

  #use(term: Term & { kind: "var" }): Term {
    const scope = this.#scope;
    const renamed = scope.renamedTo(term.name);
    if (renamed === undefined) {
      scope.insert(term.name, term.name, "seen");
      return term;
    }
    scope.see(term.name);
    return renamed === term.name ? term : { ...term, name: renamed };
  }

  #reference(term: RefTerm): Term {
    const root = rootDocument(term);
    if (root === undefined) return mapParts(term, this);
    const how = this.#scope.occurrenceOf(root);
    if (!how || how === "seen") return term;
    return variable(this.#scope.renamedTo(root) ?? root, term.span);
  }

  #checkCalled(call: Term & { kind: "call" }): void {
    walkTerm(call.operator, {
      term: (term) => {
        if (term.kind !== "var") return false;
        const renamed = this.#scope.renamedTo(term.name);
        if (renamed === undefined || renamed === term.name) return false;
        this.errors.push(compileError(call.span, `called function ${printReference(call.operator.path)} shadowed`));
        return true;
      },
    });
  }

  #assignment(expression: CallExpr): Expr {
    if (expression.negated) {
      this.errors.push(compileError(expression.span, "cannot assign vars inside negated expression"));
      return expression;
    }
    const [left, right] = expression.args;
    if (!left || !right || expression.args.length !== 2) return expression;
    const before = this.errors.length;
    const source = this.term(right);
    const modifiers = mapSame(expression.with, (modifier) => withParts(modifier, modifier.target, this.term(modifier.value)));
    const target = this.#pattern(left);
    const renamed: CallExpr = { ...expression, args: [target, source], with: modifiers };
    if (this.errors.length > before) return renamed;
    const { span } = expression.operator.path[0];
    return { ...renamed, operator: { kind: "ref", path: [variable("eq", span)], span }, fromAssignment: true };
  }

  /** Declares the variables of the left side of `:=`. */
  #pattern(term: Term): Term {
    switch (term.kind) {
      case "var":
        return this.#declareAt(term, term.name);
      case "array": {
        const items = mapSame(term.items, (item) => this.#pattern(item));
        return items === term.items ? term : { ...term, items };
      }
      case "object":
        return withEntries(
          term,
          mapSame(term.entries, ([key, value]) => [key, this.#pattern(value)]),
        );
      case "ref": {
        const root = rootDocument(term);
        if (root !== undefined) return this.#declareAt(term, root);
        break;
      }
      default:
        break;
    }
    this.errors.push(compileError(term.span, `cannot assign to ${typeNameOf(term)}`));
    return term;
  }

  #declareAt(term: Term, name: string): Term {
    const declared = this.#scope.declare(name, "assigned");
    if ("name" in declared) return variable(declared.name, term.span);
    this.errors.push(compileError(term.span, declared.problem));
    return term;
  }

  #some(expression: SomeExpr): Expr | undefined {
    for (const symbol of expression.symbols) {
      if (symbol.kind === "var") {
        if (!this.#declareSymbol(expression, symbol.name)) return undefined;
      } else if (symbol.kind === "call") return this.#someIn(expression, symbol);
    }
    return undefined;
  }

  #someIn(expression: SomeExpr, { args }: Term & { kind: "call" }): Expr | undefined {
    const [key, value, collection] = args.length === 3 ? args : [variable(this.#scope.fresh()), ...args];
    if (!key || !value || !collection) return undefined;
    const path: RefTerm["path"] = collection.kind === "ref" ? [...collection.path, key] : [collection, key];
    const { symbols: _, ...rest } = expression;
    const equation: CallExpr = { ...rest, kind: "call-expr", operator: EQ, args: [value, { kind: "ref", path, span: undefined }] };
    for (const name of [...outputsOfEquation(equation, varsOfTerm(collection))].sort(compareStrings)) {
      if (!this.#declareSymbol(expression, name)) return undefined;
    }
    return this.expression(equation);
  }

  #declareSymbol({ span }: Expr, name: string): boolean {
    const declared = this.#scope.declare(name, "declared");
    if ("name" in declared) return true;
    this.errors.push(compileError(span, declared.problem));
    return false;
  }

  #every(expression: EveryExpr): Expr | undefined {
    const domain = this.term(expression.domain);
    return this.#scope.within(() => {
      const key = expression.key ? this.#everyVariable(expression, expression.key) : variable(this.#scope.fresh());
      const value = key && this.#everyVariable(expression, expression.value);
      if (!key || !value) return undefined;
      const body = this.statements(expression.body, noNames);
      return this.#revisit({ ...expression, key, value, domain, body });
    });
  }

  #everyVariable(expression: EveryExpr, term: Term): Term | undefined {
    if (term.kind !== "var" || isWildcard(term.name)) return term;
    const declared = this.#scope.declare(term.name, "declared");
    if ("name" in declared) return { ...term, name: declared.name };
    this.errors.push(compileError(expression.span, declared.problem));
    return undefined;
  }

  #explicitNot(expression: NotExpr): Expr {
    return this.#scope.within(() => {
      const body = this.statements(expression.body, noNames);
      return this.#revisit({ ...expression, body });
    });
  }

  #revisit(expression: Expr): Expr {
    if (this.#revisits >= REVISIT_LIMIT)
      return withModifiers(
        expression,
        mapSame(expression.with, (modifier) => this.modifier(modifier)),
      );
    this.#revisits++;
    const visited = this.expression(expression);
    this.#revisits--;
    return visited;
  }
}

function sameItems(a: Body, b: Body): boolean {
  return a.length === b.length && a.every((expression, i) => expression === b[i]);
}

function trueExpression(): Expr {
  const term: Term = { kind: "boolean", value: true, span: undefined };
  return { kind: "term-expr", span: undefined, index: 0, negated: false, generated: false, with: [], term };
}

/** Returns `input` or `data` for a reference to the whole document. */
function rootDocument({ path }: RefTerm): string | undefined {
  const [head] = path;
  return path.length === 1 && head.kind === "var" && (head.name === "input" || head.name === "data") ? head.name : undefined;
}
