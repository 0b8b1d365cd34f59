/**
 * Checks a body expression by expression, in the order of evaluation: comprehensions inside it, then its references, then calls and
 * equalities. What an expression teaches about variables holds for the next ones. An error that only says that something is unknown is
 * left out when the same expression has an error that says why.
 *
 * A comprehension is checked where it stands and again whenever its type is asked. What that gives depends on the types of the variables
 * in it and on nothing else while one rule is checked, so it is remembered by those: without that, nesting would double the work.
 */
import type { Builtin, BuiltinTable } from "../../../builtins/define.ts";
import type { Body, CallExpr, Comprehension, Expr } from "../../../syntax/ast.ts";
import { printTerm } from "../../../syntax/print.ts";
import { isUnknownType } from "../../../types/select.ts";
import type { FunctionType, MaybeType } from "../../../types/type.ts";
import { arrayType, objectType, setType } from "../../../types/type.ts";
import { typesUnify } from "../../../types/unify.ts";
import { dottedName, isOperator } from "../../nodes/builtin-calls.ts";
import { assignTerms, assignType } from "./assign-types.ts";
import type { RenameReference } from "./check-references.ts";
import { checkReferences } from "./check-references.ts";
import { comprehensionsIn, nestingOf, variablesIn } from "./closures.ts";
import type { TypeEnvironment } from "./environment.ts";
import { innerEnvironment, referenceType } from "./environment.ts";
import { typeOfTerm, typesOfTerms } from "./infer.ts";
import type { TypeFault } from "./type-errors.ts";
import { argumentError, matchError, typeError, wantedArguments, wantedParameters } from "./type-errors.ts";

/** What checking one rule or query shares. */
export interface BodyChecker {
  readonly builtins: BuiltinTable;
  readonly rename: RenameReference;
  /** Receives every builtin that is called. */
  readonly called: (builtin: Builtin) => void;
  /** Results of comprehensions, by the types of their variables. */
  readonly remembered: Map<Comprehension, RememberedClosure>;
}

interface RememberedClosure {
  readonly variables: readonly string[];
  readonly results: { readonly types: readonly (MaybeType | "absent")[]; readonly result: ClosureResult }[];
}

interface ClosureResult {
  readonly type: MaybeType;
  readonly errors: readonly TypeFault[];
}

/** The environment in which a body's variables are known, and its errors. */
export interface CheckedBody {
  readonly environment: TypeEnvironment;
  readonly errors: readonly TypeFault[];
}

/** Checks a body inside an environment. */
export function checkBody(checker: BodyChecker, outer: TypeEnvironment, body: Body): CheckedBody {
  const environment = innerEnvironment(outer);
  const errors: TypeFault[] = [];
  for (const expression of body) {
    const closureErrors = checkClosures(checker, environment, expression);
    const referenceErrors = checkReferences(environment, expression, checker.rename);
    errors.push(...closureErrors, ...referenceErrors);
    const error = checkExpression(checker, environment, expression);
    const explained = closureErrors.length > 0 || referenceErrors.length > 0;
    if (error && !(explained && error.fromUnknown)) errors.push(error);
  }
  return { environment, errors };
}

// Comprehensions nested deeper are checked only inside each other, not again inside every outer one: that doubles with each level.
const MAX_REPEATED_NESTING = 10;

// Of several comprehensions with errors in one expression, OPA keeps the errors of the last. One without errors is followed by those inside
// it, checked here, where the variables between are unknown.
function checkClosures(checker: BodyChecker, environment: TypeEnvironment, within: Expr | Comprehension): readonly TypeFault[] {
  let found: readonly TypeFault[] = [];
  for (const comprehension of comprehensionsIn(within)) {
    const { errors } = checkClosure(checker, environment, comprehension);
    if (errors.length > 0) found = errors;
    else if (nestingOf(comprehension, MAX_REPEATED_NESTING + 1) <= MAX_REPEATED_NESTING) {
      found = lastErrors(found, checkClosures(checker, environment, comprehension));
    }
  }
  return found;
}

function lastErrors(before: readonly TypeFault[], after: readonly TypeFault[]): readonly TypeFault[] {
  return after.length > 0 ? after : before;
}

/** Returns the type and the errors of a comprehension. */
export function checkClosure(checker: BodyChecker, environment: TypeEnvironment, term: Comprehension): ClosureResult {
  let memory = checker.remembered.get(term);
  if (!memory) {
    memory = { variables: variablesIn(term), results: [] };
    checker.remembered.set(term, memory);
  }
  const types = memory.variables.map((name) => knownType(environment, name));
  const found = memory.results.find((known) => known.types.every((type, at) => type === types[at]));
  if (found) return found.result;
  const renames = environment.renamed.size;
  const { environment: inner, errors } = checkBody(checker, environment, term.body);
  const result = { type: errors.length > 0 ? undefined : comprehensionType(inner, term), errors };
  // A reference that was renamed on the way makes the next check another one.
  if (environment.renamed.size === renames) memory.results.push({ types, result });
  return result;
}

function knownType(start: TypeEnvironment, name: string): MaybeType | "absent" {
  for (let environment: TypeEnvironment | undefined = start; environment; environment = environment.outer) {
    if (environment.variables.has(name)) return environment.variables.get(name);
  }
  return "absent";
}

function comprehensionType(environment: TypeEnvironment, term: Comprehension): MaybeType {
  switch (term.kind) {
    case "array-comprehension":
      return arrayType([], typeOfTerm(environment, term.head));
    case "set-comprehension":
      return setType(typeOfTerm(environment, term.head));
    case "object-comprehension":
      return objectType([], { key: typeOfTerm(environment, term.key), value: typeOfTerm(environment, term.value) });
  }
}

function checkExpression(checker: BodyChecker, environment: TypeEnvironment, expression: Expr): TypeFault | undefined {
  const error = checkModifiers(environment, expression);
  if (error || expression.kind !== "call-expr") return error;
  const name = dottedName(expression.operator.path);
  const builtin = name === undefined ? undefined : checker.builtins.get(name);
  if (builtin) checker.called(builtin);
  return isOperator(expression.operator, "eq") ? checkEquality(environment, expression) : checkCall(environment, expression);
}

// A function may only stand in for a function with the same parameters.
function checkModifiers(environment: TypeEnvironment, expression: Expr): TypeFault | undefined {
  for (const { target, value, span } of expression.with) {
    const replaced = typeOfTerm(environment, target);
    const replacement = typeOfTerm(environment, value);
    if (replaced?.kind !== "function" || replacement?.kind !== "function" || typesUnify(replaced, replacement)) continue;
    const operator = target.kind === "ref" ? target : { kind: "ref" as const, path: [target] as const, span };
    return argumentError(span, operator, "arity mismatch", replacement.args, wantedParameters(replaced));
  }
  return undefined;
}

function checkEquality(environment: TypeEnvironment, expression: CallExpr): TypeFault | undefined {
  const [a, b, ...more] = expression.args;
  if (!a || !b || more.length > 0) {
    const problem = a && b ? "too many arguments" : "too few arguments";
    return argumentError(expression.span, expression.operator, problem, typesOfTerms(environment, expression.args), "(any, any)");
  }
  const left = typeOfTerm(environment, a);
  const right = typeOfTerm(environment, b);
  return assignTerms(environment, a, left, b, right) ? undefined : matchError(expression.span, left, right);
}

function checkCall(environment: TypeEnvironment, expression: CallExpr): TypeFault | undefined {
  const { operator, args, span } = expression;
  const type = referenceType(environment, operator.path);
  // Something outside these modules may be anything, so it may be a function too.
  if (type?.kind === "any" && type.of.length === 0) return undefined;
  if (type?.kind !== "function") return typeError(span, `undefined function ${printTerm(operator)}`);
  const known = typesOfTerms(environment, args);
  const parameters = type.result ? [...type.args, type.result] : type.args;
  const fail = (problem: string, have: readonly MaybeType[]): TypeFault =>
    argumentError(span, operator, problem, have, wantedArguments(type));
  if (args.length > parameters.length && !type.variadic) return fail("too many arguments", known);
  if (args.length < type.args.length) return fail("too few arguments", known);
  for (const [at, arg] of args.entries()) {
    const wanted = parameterAt(type, parameters, at);
    const have = known[at];
    if (have && !isUnknownType(have) && !typesUnify(have, wanted)) return fail("invalid argument(s)", known);
    if (!assignType(environment, arg, wanted)) {
      return fail("invalid argument(s)", typesOfTerms(environment, args));
    }
  }
  return undefined;
}

function parameterAt(type: FunctionType, parameters: readonly MaybeType[], at: number): MaybeType {
  return at < parameters.length ? parameters[at] : type.variadic;
}
