/**
 * Checks references: every step must exist in what it steps into. Walking a reference through the tree of known documents also
 * teaches variables the type of the keys they range over. When the tree of one scope does not know a step, the outer scope is asked
 * from the start.
 */
import type { Expr, Term } from "../../../syntax/ast.ts";
import { keysOfType, valuesOfType } from "../../../types/select.ts";
import type { MaybeType } from "../../../types/type.ts";
import { anyType, stringType } from "../../../types/type.ts";
import { typesUnify } from "../../../types/unify.ts";
import { assignType } from "./assign-types.ts";
import type { TypeEnvironment } from "./environment.ts";
import { currentPath, isRootDocument, referenceType, selectConstant, variableType } from "./environment.ts";
import { typeOfTerm } from "./infer.ts";
import { keysKnownAtNode, keysKnownInType } from "./known-keys.ts";
import type { TypeFault, WrongStep } from "./type-errors.ts";
import { invalidReference, unsupportedReference } from "./type-errors.ts";
import type { TypeNode } from "./type-tree.ts";
import { childOf, createNode, extentOf, typeAt } from "./type-tree.ts";

type Path = readonly [Term, ...Term[]];

/** Gives generated variables of a reference the names that their author wrote. */
export type RenameReference = (path: Path) => Path;

/** Returns the errors of all references in an expression, comprehensions left out. */
export function checkReferences(environment: TypeEnvironment, expression: Expr, rename: RenameReference): readonly TypeFault[] {
  const checker = { environment, rename, errors: [] };
  visitExpression(checker, expression);
  return checker.errors;
}

interface Checker {
  readonly environment: TypeEnvironment;
  readonly rename: RenameReference;
  readonly errors: TypeFault[];
}

// Modifiers are looked at only where they stand on `every`: OPA looks no further either.
function visitExpression(checker: Checker, expression: Expr): void {
  switch (expression.kind) {
    case "term-expr":
      visitTerm(checker, expression.term);
      return;
    case "call-expr":
      visitTerms(checker, expression.args);
      return;
    case "some-expr":
      visitTerms(checker, expression.symbols);
      return;
    case "not-expr":
      for (const inner of expression.body) visitExpression(checker, inner);
      return;
    case "every-expr":
      if (expression.key) visitTerm(checker, expression.key);
      visitTerms(checker, [expression.value, expression.domain]);
      for (const inner of expression.body) visitExpression(checker, inner);
      for (const modifier of expression.with) visitTerms(checker, [modifier.target, modifier.value]);
  }
}

function visitTerms(checker: Checker, terms: readonly Term[]): void {
  for (const term of terms) visitTerm(checker, term);
}

function visitTerm(checker: Checker, term: Term): void {
  switch (term.kind) {
    case "ref":
      visitReference(checker, term.path);
      return;
    case "array":
    case "set":
      visitTerms(checker, term.items);
      return;
    case "object":
      for (const entry of term.entries) visitTerms(checker, entry);
      return;
    case "call":
      visitTerms(checker, [term.operator, ...term.args]);
      return;
  }
}

function visitReference(checker: Checker, written: Path): void {
  const { environment } = checker;
  const path = currentPath(environment, written);
  const type = referenceType(environment, path);
  const isFunction = type?.kind === "function";
  const error = isFunction
    ? unsupportedReference(path[0].span, checker.rename(path), path.length - 1, type)
    : checkFrom(checker, environment, path);
  if (error) {
    checker.errors.push(error);
    environment.renamed.set(written, checker.rename(path));
  }
  if (!isFunction) visitTerms(checker, currentPath(environment, written));
}

function checkFrom(checker: Checker, start: TypeEnvironment, path: Path): TypeFault | undefined {
  const [head] = path;
  for (let environment: TypeEnvironment | undefined = start; environment; environment = environment.outer) {
    const node = headNode(environment, head);
    if (!node) continue;
    const found = checkInTree(checker, node, path);
    if (found !== "unknown") return found;
  }
  return checkInType(checker, anyType, path, isRootDocument(head) ? 1 : 0);
}

function headNode(environment: TypeEnvironment, head: Term): TypeNode | undefined {
  if (head.kind === "var" && environment.variables.has(head.name)) {
    return { ...createNode(head), type: environment.variables.get(head.name) };
  }
  return environment.documents && childOf(environment.documents, head);
}

function checkInTree(checker: Checker, start: TypeNode, path: Path): TypeFault | undefined | "unknown" {
  let node = start;
  for (let at = 1; ; at++) {
    const own = typeAt(node);
    if (own) return checkInType(checker, own, path, at);
    const step = path[at];
    if (!step) return undefined;
    const error = checkStepInTree(checker, node, path, at);
    if (error) return error;
    const child = childOf(node, step);
    if (!child) return "unknown";
    node = child;
  }
}

function checkStepInTree(checker: Checker, node: TypeNode, path: Path, at: number): TypeFault | undefined {
  const step = path[at];
  if (!step) return undefined;
  // Packages have names: the first two steps below a root are strings, or variables that range over strings.
  if (at <= 2 && step.kind !== "var" && step.kind !== "string") {
    return invalid(checker, path, {
      position: at,
      have: typeOfTerm(checker.environment, step),
      want: stringType,
      oneOf: keysKnownAtNode(node),
    });
  }
  if (step.kind !== "var") return undefined;
  const keys = keysOfType(extentOf(node));
  return checkVariableStep(checker, path, at, keys, () => keysKnownAtNode(node));
}

function checkVariableStep(
  checker: Checker,
  path: Path,
  at: number,
  keys: MaybeType,
  oneOf: () => readonly string[],
): TypeFault | undefined {
  const step = path[at];
  if (step?.kind !== "var") return undefined;
  const known = variableType(checker.environment, step);
  if (!known) {
    checker.environment.variables.set(step.name, keys);
    return undefined;
  }
  return typesUnify(known, keys) ? undefined : invalid(checker, path, { position: at, have: known, want: keys, oneOf: oneOf() });
}

function checkInType(checker: Checker, start: MaybeType, path: Path, from: number): TypeFault | undefined {
  let type = start;
  for (let at = from; at < path.length; at++) {
    const step = path[at];
    if (!step) break;
    const keys = keysOfType(type);
    if (!keys) return unsupportedReference(path[0].span, checker.rename(path), at - 1, type);
    const next = stepInType(checker, { type, keys, path, at }, step);
    if ("error" in next) return next.error;
    type = next.type;
  }
  return undefined;
}

interface StepInType {
  readonly type: MaybeType;
  readonly keys: MaybeType;
  readonly path: Path;
  readonly at: number;
}

function stepInType(checker: Checker, where: StepInType, step: Term): { readonly type: MaybeType } | { readonly error: TypeFault } {
  const { type, keys, path, at } = where;
  const oneOf = (): readonly string[] => keysKnownInType(type);
  if (step.kind === "var") {
    const error = checkVariableStep(checker, path, at, keys, oneOf);
    return error ? { error } : { type: valuesOfType(type) };
  }
  if (step.kind === "ref") {
    const known = referenceType(checker.environment, step.path);
    if (!known || typesUnify(known, keys)) return { type: valuesOfType(type) };
    return { error: invalid(checker, path, { position: at, have: known, want: keys, oneOf: oneOf() }) };
  }
  if (step.kind === "array" || step.kind === "object" || step.kind === "set") {
    if (assignType(checker.environment, step, keys)) return { type: valuesOfType(type) };
    return { error: invalid(checker, path, { position: at, have: typeOfTerm(checker.environment, step), want: keys, oneOf: [] }) };
  }
  const child = selectConstant(type, step);
  if (child) return { type: child };
  return { error: invalid(checker, path, { position: at, have: undefined, want: keys, oneOf: oneOf() }) };
}

function invalid(checker: Checker, path: Path, step: WrongStep): TypeFault {
  return invalidReference(path[0].span, checker.rename(path), step);
}
