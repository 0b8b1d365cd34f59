/**
 * What is known at one place: the types of variables of a body, a tree of documents, and the surroundings that are asked when neither
 * knows. The outermost environment holds the builtins, the next one the rules, then schemas that hold for one rule, then a body, then
 * the bodies of comprehensions within.
 */
import type { Comprehension, Term } from "../../../syntax/ast.ts";
import { isConstant } from "../../../syntax/constant.ts";
import { selectType, valuesOfType } from "../../../types/select.ts";
import type { MaybeType } from "../../../types/type.ts";
import { anyType } from "../../../types/type.ts";
import { constantOf } from "./constants.ts";
import type { TypeNode } from "./type-tree.ts";
import { childOf, extentOf, hasChildren, typeAt } from "./type-tree.ts";

/** Infers the type of a comprehension in an environment; unknown when its body has an error. */
export type InferComprehension = (environment: TypeEnvironment, term: Comprehension) => MaybeType;

/**
 * References that had an error, as the author wrote them. OPA renames the variables of such a reference in its tree, so whoever comes by
 * again (a comprehension is checked more than once) meets variables that nothing is known about, and no second error.
 */
type RenamedReferences = Map<readonly Term[], readonly [Term, ...Term[]]>;

/** One scope. */
export interface TypeEnvironment {
  /** A variable may be present without a type: then its type is unknown and no outer scope is asked. */
  readonly variables: Map<string, MaybeType>;
  documents: TypeNode | undefined;
  readonly outer: TypeEnvironment | undefined;
  readonly inferComprehension: InferComprehension;
  readonly renamed: RenamedReferences;
}

/** Makes the environment of a scope inside another. */
export function innerEnvironment(outer: TypeEnvironment): TypeEnvironment {
  const { inferComprehension, renamed } = outer;
  return { variables: new Map(), documents: undefined, outer, inferComprehension, renamed };
}

/** Makes the environment of one rule or query, with its own way to infer comprehensions. */
export function ruleEnvironment(outer: TypeEnvironment, inferComprehension: InferComprehension): TypeEnvironment {
  return { variables: new Map(), documents: undefined, outer, inferComprehension, renamed: new Map() };
}

/** Makes an environment of documents; comprehensions are never asked of it directly. */
export function documentEnvironment(documents: TypeNode, outer?: TypeEnvironment): TypeEnvironment {
  return { variables: new Map(), documents, outer, inferComprehension: () => undefined, renamed: new Map() };
}

/** Returns a reference as it stands now: renamed if it had an error. */
export function currentPath({ renamed }: TypeEnvironment, path: readonly [Term, ...Term[]]): readonly [Term, ...Term[]] {
  return renamed.size === 0 ? path : (renamed.get(path) ?? path);
}

/** Tells whether a term is the head of a document: `data` or `input`. */
export function isRootDocument(term: Term): boolean {
  return term.kind === "var" && (term.name === "data" || term.name === "input");
}

/** Returns the type of a variable. */
export function variableType(start: TypeEnvironment, term: Term & { readonly kind: "var" }): MaybeType {
  for (let environment: TypeEnvironment | undefined = start; environment; environment = environment.outer) {
    if (environment.variables.has(term.name)) return environment.variables.get(term.name);
    const node = environment.documents && childOf(environment.documents, term);
    if (node) return typeAt(node);
  }
  return undefined;
}

/** Returns the type of what a reference refers to: the union of all it may be where a step is not constant. */
export function referenceType(start: TypeEnvironment, path: readonly Term[]): MaybeType {
  const [head, ...tail] = path;
  if (!head) return undefined;
  for (let environment: TypeEnvironment | undefined = start; environment; environment = environment.outer) {
    if (head.kind === "var" && environment.variables.has(head.name)) return variableReference(environment.variables.get(head.name), tail);
    const node = environment.documents && childOf(environment.documents, head);
    const found = node && nodeReference(node, tail);
    if (found) return found.type;
  }
  // Nothing is known about a document that no rule and no schema describes: it may be anything.
  return isRootDocument(head) ? anyType : undefined;
}

// A variable of unknown type counts as an object of anything when it is looked into by a variable, and as unknown otherwise.
function variableReference(type: MaybeType, tail: readonly Term[]): MaybeType {
  if (type) return selectPath(type, tail);
  return tail[0] && !isConstant(tail[0]) ? anyType : undefined;
}

// Undefined when the path leaves what the tree knows, so that outer scopes are asked.
function nodeReference(start: TypeNode, tail: readonly Term[]): { readonly type: MaybeType } | undefined {
  let node = start;
  for (let at = 0; ; at++) {
    const step = tail[at];
    if (!step) return { type: extentOf(node) };
    const own = typeAt(node);
    const child = (!own || hasChildren(node)) && isConstantStep(own, step) ? childOf(node, step) : undefined;
    if (child) node = child;
    else if (own) return { type: selectPath(own, tail.slice(at)) };
    else if (!isConstant(step)) return { type: selectPath(extentOf(node), tail.slice(at)) };
    else return undefined;
  }
}

// Below a typed node a variable step may name a child that an error left there; below an untyped one only constants lead on.
function isConstantStep(own: MaybeType, step: Term): boolean {
  return own !== undefined || isConstant(step);
}

function selectPath(type: MaybeType, tail: readonly Term[]): MaybeType {
  let found = type;
  for (const step of tail) {
    if (!found) return undefined;
    found = isComputed(step) ? valuesOfType(found) : selectConstant(found, step);
  }
  return found;
}

function isComputed(step: Term): boolean {
  return step.kind === "var" || step.kind === "ref" || step.kind === "array" || step.kind === "object" || step.kind === "set";
}

/** Returns the type at a constant key, or undefined when the type has none or the key is not constant. */
export function selectConstant(type: MaybeType, key: Term): MaybeType {
  const value = constantOf(key);
  return value === undefined ? undefined : selectType(type, value);
}
