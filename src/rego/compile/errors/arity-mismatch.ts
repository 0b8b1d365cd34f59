/** Says how a call differs from the signature of its function: `count: arity mismatch` with the types given and wanted. */
import type { BuiltinTable } from "../../builtins/define.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { CallExpr } from "../../syntax/ast.ts";
import type { FunctionType } from "../../types/type.ts";
import type { BodyChecker } from "../passes/check-types/check-body.ts";
import { checkClosure } from "../passes/check-types/check-body.ts";
import { documentEnvironment, ruleEnvironment } from "../passes/check-types/environment.ts";
import { typesOfTerms } from "../passes/check-types/infer.ts";
import { argumentError, wantedParameters } from "../passes/check-types/type-errors.ts";
import { builtinTree } from "../passes/check-types/type-tree.ts";

/** Returns the error of a call with a wrong number of arguments. Before types are checked only constants and builtins are known. */
export function arityMismatch(type: FunctionType, call: CallExpr, builtins: BuiltinTable): Diagnostic {
  const checker: BodyChecker = { builtins, rename: (path) => path, called: () => undefined, remembered: new Map() };
  const infer = (
    at: Parameters<typeof checkClosure>[1],
    term: Parameters<typeof checkClosure>[2],
  ): ReturnType<typeof checkClosure>["type"] => checkClosure(checker, at, term).type;
  const environment = ruleEnvironment(documentEnvironment(builtinTree(builtins)), infer);
  const have = typesOfTerms(environment, call.args);
  return argumentError(call.span, call.operator, "arity mismatch", have, wantedParameters(type)).diagnostic;
}
