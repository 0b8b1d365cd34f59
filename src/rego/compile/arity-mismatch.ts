/** Says how a call differs from the signature of its function: `count: arity mismatch` with the types given and wanted. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { CallExpr } from "../syntax/ast.ts";
import type { FunctionType } from "../types/type.ts";
import type { TypeEnvironment } from "./passes/check-types/environment.ts";
import { typesOfTerms } from "./passes/check-types/infer.ts";
import { argumentError, wantedArguments } from "./passes/check-types/type-errors.ts";

/** Before types are checked nothing is known but constants. */
const nothingKnown: TypeEnvironment = { variables: new Map(), documents: undefined, outer: undefined, inferComprehension: () => undefined };

/** Returns the error of a call with a wrong number of arguments. */
export function arityMismatch(type: FunctionType, call: CallExpr, environment: TypeEnvironment = nothingKnown): Diagnostic {
  const have = typesOfTerms(environment, call.args);
  return argumentError(call.span, call.operator, "arity mismatch", have, wantedArguments(type)).diagnostic;
}
