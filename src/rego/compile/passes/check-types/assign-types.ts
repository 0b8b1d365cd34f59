/**
 * Unifies terms with types and, on the way, gives variables the types they must have: `[x, 1] = input_pair` teaches the type of `x`.
 * Inside a union every member teaches, so there a variable collects the union of what it may be.
 */
import type { Term } from "../../../syntax/ast.ts";
import { equalTerms } from "../../../syntax/compare.ts";
import { isConstant } from "../../../syntax/constant.ts";
import { boundDepth } from "../../../types/depth.ts";
import { isUnknownType, selectType, valuesOfType } from "../../../types/select.ts";
import type { ArrayType, MaybeType, ObjectType } from "../../../types/type.ts";
import { anyType, unwrapType } from "../../../types/type.ts";
import { typesUnify } from "../../../types/unify.ts";
import { unionTypes } from "../../../types/union.ts";
import type { TypeEnvironment } from "./environment.ts";
import { selectConstant, variableType } from "./environment.ts";
import { typeOfTerm } from "./infer.ts";

/** Unifies a term with a type; `collect` is set inside a union. Gives false when no value fits both. */
export function assignType(environment: TypeEnvironment, term: Term, type: MaybeType, collect = false): boolean {
  switch (term.kind) {
    case "array":
    case "object":
    case "set":
      return assignComposite(environment, term, type, collect);
    case "var":
      return assignVariable(environment, term, type, collect);
    default:
      return typesUnify(typeOfTerm(environment, term), type);
  }
}

type VariableTerm = Term & { readonly kind: "var" };
type CompositeTerm = Term & { readonly kind: "array" | "object" | "set" };

function assignVariable(environment: TypeEnvironment, term: VariableTerm, type: MaybeType, collect: boolean): boolean {
  const known = variableType(environment, term);
  if (!collect && known) return typesUnify(known, type);
  environment.variables.set(term.name, boundDepth(collect ? unionTypes(known, type) : type));
  return true;
}

function assignComposite(environment: TypeEnvironment, term: CompositeTerm, type: MaybeType, collect: boolean): boolean {
  if (type?.kind === "any") {
    if (type.of.length === 0) return assignAnything(environment, term);
    let fits = false;
    for (const member of type.of) fits = assignType(environment, term, member, true) || fits;
    return fits;
  }
  if (term.kind === "set") return type?.kind === "set" && assignItems(environment, term.items, valuesOfType(type), collect);
  const of = unwrapType(type);
  if (term.kind === "array") return of?.kind === "array" && assignArray(environment, term.items, of, collect);
  return of?.kind === "object" && assignObject(environment, term.entries, of, collect);
}

function assignAnything(environment: TypeEnvironment, term: CompositeTerm): boolean {
  for (const part of term.kind === "object" ? term.entries.flat() : term.items) assignType(environment, part, anyType, true);
  return true;
}

function assignItems(environment: TypeEnvironment, items: readonly Term[], type: MaybeType, collect: boolean): boolean {
  return items.every((item) => assignType(environment, item, type, collect));
}

function assignArray(environment: TypeEnvironment, items: readonly Term[], type: ArrayType, collect: boolean): boolean {
  if (items.length !== type.items.length && !type.rest) return false;
  return items.every((item, at) => assignType(environment, item, selectType(type, at), collect));
}

function assignObject(
  environment: TypeEnvironment,
  entries: readonly (readonly [Term, Term])[],
  type: ObjectType,
  collect: boolean,
): boolean {
  if (entries.length !== type.properties.length && !type.rest?.value) return false;
  return entries.every(([key, value]) => {
    if (isConstant(key)) {
      const child = selectConstant(type, key);
      return child !== undefined && assignType(environment, value, child, collect);
    }
    // Which properties a computed key may meet is not worked out: its value may be anything.
    assignType(environment, value, anyType, collect);
    return true;
  });
}

/** Unifies two terms whose types are given; false when no value fits both. */
export function assignTerms(environment: TypeEnvironment, a: Term, typeA: MaybeType, b: Term, typeB: MaybeType): boolean {
  const unknownA = isUnknownType(typeA);
  const unknownB = isUnknownType(typeB);
  if (unknownA && !unknownB) return assignType(environment, a, typeB);
  if (unknownB && !unknownA) return assignType(environment, b, typeA);
  if (!unknownA && !unknownB) return typesUnify(typeA, typeB);
  if (a.kind === "array" || a.kind === "object") return assignParts(environment, a, b);
  if (a.kind === "var") {
    if (b.kind === "var") return assignAnyTo(environment, a, b);
    if (b.kind === "array" || b.kind === "object") return assignParts(environment, b, a);
    if (!typeA && typeB) return assignType(environment, a, typeB);
  }
  return b.kind === "var" && !typeB && typeA !== undefined && assignType(environment, b, typeA);
}

function assignAnyTo(environment: TypeEnvironment, a: Term, b: Term): boolean {
  return assignType(environment, a, anyType) && assignType(environment, b, typeOfTerm(environment, a));
}

function assignParts(environment: TypeEnvironment, a: Term & { readonly kind: "array" | "object" }, b: Term): boolean {
  if (b.kind === "var") return assignAnyTo(environment, a, b);
  if (a.kind === "array") return b.kind === "array" && assignArrays(environment, a.items, b.items);
  return b.kind === "object" && assignObjects(environment, a.entries, b.entries);
}

function assignArrays(environment: TypeEnvironment, a: readonly Term[], b: readonly Term[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((left, at) => {
    const right = b[at];
    return right !== undefined && assignTerms(environment, left, typeOfTerm(environment, left), right, typeOfTerm(environment, right));
  });
}

function assignObjects(
  environment: TypeEnvironment,
  a: readonly (readonly [Term, Term])[],
  b: readonly (readonly [Term, Term])[],
): boolean {
  const shared = a.flatMap(([key, left]) => {
    const match = b.find(([other]) => equalTerms(key, other));
    return match ? [[left, match[1]] as const] : [];
  });
  if (a.length !== b.length || shared.length !== a.length) return false;
  return shared.every(([left, right]) =>
    assignTerms(environment, left, typeOfTerm(environment, left), right, typeOfTerm(environment, right)),
  );
}
