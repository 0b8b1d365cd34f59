/**
 * The type checker: finds the type of every node and what every name means, collecting mistakes with cel-go's texts. Values of type dyn
 * agree with everything; they are tested when the expression runs.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#gradual-type-checking
 */
import { candidateNames, type Environment } from "../environment.ts";
import type { FunctionDeclaration, Overload } from "../library/declare.ts";
import type { Call, Comprehension, Expr, List, MapLiteral, Select, Struct } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { qualifiedName } from "../syntax/grammar.ts";
import type { Issue } from "../syntax/issue.ts";
import { isLogical } from "../syntax/parser.ts";
import type { CelType } from "../values/type.ts";
import * as t from "../values/type.ts";
import type { CelValue } from "../values/value.ts";
import { isDyn, isDynOrError, mostGeneral, Substitutions } from "./unify.ts";
import { wellKnownStructs } from "./well-known.ts";

/** What a name or call means. */
export type Reference =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "constant"; readonly value: CelValue }
  /** `name` is the one it was found by, which differs for well-known messages. */
  | { readonly kind: "type"; readonly type: CelType; readonly name: string }
  /** `namespaced`: the target is part of the function's name. */
  | { readonly kind: "function"; readonly name: string; readonly overloads: readonly Overload[]; readonly namespaced: boolean };

/** What is known about a tree after checking. */
export interface CheckedTree {
  readonly expr: Expr;
  readonly type: CelType;
  readonly types: ReadonlyMap<Expr, CelType>;
  readonly references: ReadonlyMap<Expr, Reference>;
  readonly issues: readonly Issue[];
}

/** Checks a tree. */
export function check(expr: Expr, environment: Environment): CheckedTree {
  const checker = new Checker(environment);
  checker.check(expr);
  return { expr, ...checker.finish(expr) };
}

class Checker {
  private readonly environment: Environment;
  private readonly substitutions = new Substitutions();
  private readonly types = new Map<Expr, CelType>();
  private readonly references = new Map<Expr, Reference>();
  private readonly issues: Issue[] = [];
  private readonly scopes: Map<string, CelType>[] = [];

  constructor(environment: Environment) {
    this.environment = environment;
  }

  finish(expr: Expr): Omit<CheckedTree, "expr"> {
    const types = new Map(Array.from(this.types, ([node, type]) => [node, this.substitutions.apply(type, true)]));
    const issues = this.environment.unchecked ? [] : this.issues;
    return { type: types.get(expr) ?? t.errorType, types, references: this.references, issues };
  }

  check(expr: Expr): CelType {
    const type = this.typeOfNode(expr);
    this.types.set(expr, type);
    return type;
  }

  private typeOfNode(expr: Expr): CelType {
    switch (expr.kind) {
      case "literal":
        return this.environment.unchecked ? t.dynType : literalType(expr.value);
      case "ident":
        return this.resolve(expr, expr.name) ?? this.undeclared(expr.at, expr.name);
      case "select":
        return this.select(expr);
      case "call":
        return this.call(expr);
      case "list":
        return this.list(expr);
      case "map":
        return this.map(expr);
      case "struct":
        return this.struct(expr);
      case "comprehension":
        return this.comprehension(expr);
    }
  }

  private report(at: number, message: string): CelType {
    this.issues.push({ at, message });
    return t.errorType;
  }

  private undeclared(at: number, name: string): CelType {
    return this.report(at, `undeclared reference to '${name}' (in container '${this.environment.container}')`);
  }

  private mismatch(at: number, expected: CelType, actual: CelType): CelType {
    return this.report(at, `expected type '${t.printType(expected)}' but found '${t.printType(actual)}'`);
  }

  private assignable(a: CelType, b: CelType): boolean {
    return this.substitutions.assignable([[a, b]]);
  }

  private resolve(expr: Expr, name: string): CelType | undefined {
    for (const candidate of candidateNames(this.environment.container, name)) {
      const found = this.lookUp(candidate);
      if (found === undefined) continue;
      this.references.set(expr, found.reference);
      return found.type;
    }
    return undefined;
  }

  private lookUp(name: string): { readonly type: CelType; readonly reference: Reference } | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const local = this.scopes[i]?.get(name);
      if (local !== undefined) return { type: local, reference: { kind: "variable", name } };
    }
    const variable = this.environment.variables.get(name);
    if (variable !== undefined) return { type: this.environment.unchecked ? t.dynType : variable, reference: { kind: "variable", name } };
    const constant = this.environment.constants.get(name);
    if (constant !== undefined) return { type: literalType(constant), reference: { kind: "constant", value: constant } };
    const type = this.environment.types.get(name) ?? (this.environment.structs.has(name) ? t.structType(name) : undefined);
    return type === undefined ? undefined : { type: t.typeOf(type), reference: { kind: "type", type, name } };
  }

  private findFunction(name: string): FunctionDeclaration | undefined {
    for (const candidate of candidateNames(this.environment.container, name)) {
      const found = this.environment.functions.get(candidate);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private select(expr: Select): CelType {
    const name = qualifiedName(expr);
    const whole = name === undefined ? undefined : this.resolve(expr, name);
    if (whole !== undefined) return whole;
    const type = this.field(expr.at, this.check(expr.operand), { name: expr.field, optional: false });
    return expr.test ? t.boolType : this.substitutions.apply(type, false);
  }

  private field(at: number, operand: CelType, field: { readonly name: string; readonly optional: boolean }): CelType {
    const applied = this.substitutions.apply(operand, false);
    const wrapped = applied.kind === "opaque" && applied.name === "optional_type";
    const target = wrapped ? (applied.parameters[0] ?? t.dynType) : applied;
    const type = this.fieldType(at, target, field.name);
    return wrapped || field.optional ? t.optionalOf(type) : type;
  }

  private fieldType(at: number, target: CelType, name: string): CelType {
    if (target.kind === "map") return target.parameters[1] ?? t.dynType;
    if (target.kind === "struct") {
      const fields = this.environment.structs.get(target.name) ?? wellKnownStructs.get(target.name);
      if (fields === undefined) return this.report(at, `unexpected failed resolution of '${target.name}'`);
      return fields.get(name) ?? this.report(at, `undefined field '${name}'`);
    }
    if (target.kind === "param") this.assignable(t.dynType, target);
    else if (!isDynOrError(target)) this.report(at, `type '${t.printType(target)}' does not support field selection`);
    return t.dynType;
  }

  private call(expr: Call): CelType {
    if (expr.name === OPERATORS.optionalSelect) return this.optionalSelect(expr);
    const types = expr.args.map((arg) => this.check(arg));
    if (expr.target === undefined) {
      const declaration = this.findFunction(expr.name);
      if (declaration === undefined) return this.undeclared(expr.at, expr.name);
      return isLogical(expr.name) ? this.logical(expr, types) : this.overload(expr, declaration, { types, namespaced: false });
    }
    const prefix = qualifiedName(expr.target);
    const whole = prefix === undefined ? undefined : this.findFunction(`${prefix}.${expr.name}`);
    if (whole !== undefined) return this.overload(expr, whole, { types, namespaced: true });
    const target = this.check(expr.target);
    const declaration = this.findFunction(expr.name);
    if (declaration === undefined) return this.undeclared(expr.at, expr.name);
    return this.overload(expr, declaration, { types: [target, ...types], namespaced: false });
  }

  private optionalSelect(expr: Call): CelType {
    const [operand, field] = expr.args;
    if (operand === undefined || field?.kind !== "literal" || typeof field.value !== "string") return t.errorType;
    const type = this.field(expr.at, this.check(operand), { name: field.value, optional: true });
    return this.substitutions.apply(type, false);
  }

  private logical(expr: Call, types: readonly CelType[]): CelType {
    let wrong = false;
    for (const [i, type] of types.entries()) {
      if (this.assignable(type, t.boolType)) continue;
      wrong = true;
      this.mismatch(expr.args[i]?.at ?? expr.at, t.boolType, this.substitutions.apply(type, false));
    }
    return wrong ? t.errorType : t.boolType;
  }

  private overload(
    expr: Call,
    declaration: FunctionDeclaration,
    call: { readonly types: readonly CelType[]; readonly namespaced: boolean },
  ): CelType {
    const member = expr.target !== undefined && !call.namespaced;
    const fitting: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of declaration.overloads) {
      if (overload.member !== member || overload.parameters.length !== call.types.length) continue;
      if (!this.environment.crossTypeComparison && isCrossType(overload)) continue;
      const signature = this.instantiate(overload);
      if (!this.substitutions.assignable(call.types.map((type, i) => [type, signature.parameters[i] ?? t.dynType]))) continue;
      fitting.push(overload);
      const type = this.substitutions.apply(signature.result, false);
      if (result === undefined) result = type;
      else if (!isDyn(result) && !t.sameType(type, result)) result = t.dynType;
    }
    if (result === undefined) return this.noOverload(expr, declaration.name, { types: call.types, member });
    this.references.set(expr, { kind: "function", name: declaration.name, overloads: fitting, namespaced: call.namespaced });
    return result;
  }

  private noOverload(expr: Call, name: string, call: { readonly types: readonly CelType[]; readonly member: boolean }): CelType {
    const printed = call.types.map((type) => t.printType(this.substitutions.apply(type, true)));
    const signature = call.member ? `${printed[0]}.(${printed.slice(1).join(", ")})` : `(${printed.join(", ")})`;
    return this.report(expr.at, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  // Gives an overload's type parameters fresh names, so that two calls do not share them.
  private instantiate(overload: Overload): { readonly parameters: readonly CelType[]; readonly result: CelType } {
    const fresh = new Map<string, CelType>();
    const rename = (type: CelType): CelType => {
      if (type.kind === "param") {
        const known = fresh.get(type.name) ?? this.substitutions.fresh();
        fresh.set(type.name, known);
        return known;
      }
      return type.parameters.length === 0 ? type : new t.CelType(type.kind, type.name, type.parameters.map(rename));
    };
    return { parameters: overload.parameters.map((parameter) => rename(parameter.type)), result: rename(overload.result) };
  }

  // Elements that do not agree make a list of anything; whether that is allowed is checked on the literals (literals.ts).
  private join(previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    if (this.environment.unchecked) return t.dynType;
    return this.assignable(previous, current) ? mostGeneral(previous, current) : t.dynType;
  }

  private element(value: Expr, optional: boolean): CelType {
    const type = this.check(value);
    if (!optional) return type;
    const applied = this.substitutions.apply(type, false);
    if (applied.kind === "opaque" && applied.name === "optional_type") return applied.parameters[0] ?? t.dynType;
    if (!isDyn(applied)) this.mismatch(value.at, t.optionalOf(applied), applied);
    return applied;
  }

  private list(expr: List): CelType {
    let joined: CelType | undefined;
    for (const { value, optional } of expr.elements) joined = this.join(joined, this.element(value, optional));
    return t.listOf(joined ?? this.substitutions.fresh());
  }

  private map(expr: MapLiteral): CelType {
    let keys: CelType | undefined;
    let values: CelType | undefined;
    for (const { key, value, optional } of expr.entries) {
      keys = this.join(keys, this.check(key));
      values = this.join(values, this.element(value, optional));
    }
    return t.mapOf(keys ?? this.substitutions.fresh(), values ?? this.substitutions.fresh());
  }

  private struct(expr: Struct): CelType {
    const { type, name } = this.structType(expr);
    for (const field of expr.fields) {
      const actual = this.element(field.value, field.optional);
      const expected = type.kind === "error" ? t.errorType : this.structField(name, field.at, field.name);
      if (this.assignable(expected, actual)) continue;
      const printed = `expected type of field '${field.name}' is '${t.printType(expected)}'`;
      this.report(field.at, `${printed} but provided type is '${t.printType(this.substitutions.apply(actual, false))}'`);
    }
    return type;
  }

  private structType(expr: Struct): { readonly type: CelType; readonly name: string } {
    for (const candidate of candidateNames(this.environment.container, expr.name)) {
      const type = this.environment.types.get(candidate) ?? (this.environment.structs.has(candidate) ? t.structType(candidate) : undefined);
      if (type === undefined) continue;
      this.references.set(expr, { kind: "type", type, name: candidate });
      if (type.kind === "struct" || wellKnownStructs.has(candidate)) return { type, name: candidate };
      return { type: this.report(expr.at, `'${candidate}' is not a message type`), name: candidate };
    }
    return { type: this.undeclared(expr.at, expr.name), name: expr.name };
  }

  private structField(struct: string, at: number, name: string): CelType {
    const fields = this.environment.structs.get(struct) ?? wellKnownStructs.get(struct);
    return fields?.get(name) ?? this.report(at, `undefined field '${name}'`);
  }

  private comprehension(expr: Comprehension): CelType {
    const range = this.substitutions.apply(this.check(expr.range), false);
    const accumulator = this.check(expr.initial);
    this.scopes.push(new Map([[expr.accumulator, accumulator]]));
    this.scopes.push(this.loopVariables(expr, range));
    this.require(expr.condition, t.boolType);
    this.require(expr.step, accumulator);
    this.scopes.pop();
    const result = this.check(expr.result);
    this.scopes.pop();
    return this.substitutions.apply(result, false);
  }

  private require(expr: Expr, expected: CelType): void {
    const actual = this.check(expr);
    if (!this.assignable(expected, actual))
      this.mismatch(expr.at, this.substitutions.apply(expected, false), this.substitutions.apply(actual, false));
  }

  private loopVariables(expr: Comprehension, range: CelType): Map<string, CelType> {
    const [first, second] = this.loopTypes(expr, range);
    const variables = new Map([[expr.variable, first]]);
    if (expr.secondVariable !== undefined) variables.set(expr.secondVariable, second);
    return variables;
  }

  private loopTypes(expr: Comprehension, range: CelType): readonly [CelType, CelType] {
    const two = expr.secondVariable !== undefined;
    if (range.kind === "list") {
      const element = range.parameters[0] ?? t.dynType;
      return two ? [t.intType, element] : [element, element];
    }
    if (range.kind === "map") return [range.parameters[0] ?? t.dynType, range.parameters[1] ?? t.dynType];
    if (isDynOrError(range) || range.kind === "param") {
      this.assignable(t.dynType, range);
      return [t.dynType, t.dynType];
    }
    const message = `expression of type '${t.printType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`;
    const wrong = this.report(expr.range.at, message);
    return [wrong, wrong];
  }
}

const CROSS_TYPE = /^(?:less|greater)(?:_equals)?_(?:int64_(?:double|uint64)|uint64_(?:double|int64)|double_(?:int64|uint64))$/;

function isCrossType(overload: Overload): boolean {
  return CROSS_TYPE.test(overload.id);
}

function literalType(value: unknown): CelType {
  switch (typeof value) {
    case "string":
      return t.stringType;
    case "boolean":
      return t.boolType;
    case "bigint":
      return t.intType;
    case "number":
      return Number.isSafeInteger(value) ? t.intType : t.doubleType;
    default:
      return value === null ? t.nullType : literalObjectType(value);
  }
}

function literalObjectType(value: unknown): CelType {
  if (value instanceof Uint8Array) return t.bytesType;
  return typeof value === "object" && value !== null && "value" in value && typeof value.value === "bigint" ? t.uintType : t.doubleType;
}
