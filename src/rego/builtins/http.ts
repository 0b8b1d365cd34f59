/**
 * The builtin `http.send` (https://www.openpolicyagent.org/docs/latest/policy-reference/#http): checks the request and asks the host, which sends
 * it between two evaluations. Network errors become a value when the request says `raise_error: false`.
 */
import { getKey, isObject, isPlainObject } from "../values/object.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { Failure } from "./failure.ts";
import { checkRequestKeys, HttpRequestError, readHttpRequest } from "./http-request.ts";
import { builtinError, operandTypeError } from "./operands.ts";

const NAME = "http.send";

function send(context: BuiltinContext, ...[request = null]: readonly Value[]): BuiltinResult {
  if (!isObject(request)) return operandTypeError(NAME, 1, request, ["object"]);
  const raise = getKey(request, "raise_error") ?? true;
  if (typeof raise !== "boolean") return builtinError(NAME, "invalid value for raise_error field");
  const wrong = checkRequestKeys(request, 1);
  if (wrong !== undefined) return refuse(wrong, raise);
  if (!isPlainObject(request)) return refuse(new HttpRequestError("operand 1 must be object with string keys", true), raise);
  let key: string;
  try {
    key = readHttpRequest(request, context.allowedHosts).cacheKey;
  } catch (error) {
    if (error instanceof HttpRequestError) return refuse(error, raise);
    throw error;
  }
  // The host checks the hosts of redirects against the same list.
  const answer = context.ask(`${NAME}:${key}`, { builtin: NAME, operands: [request, context.allowedHosts ?? null] });
  if (!(answer instanceof Error)) return answer;
  if (raise) return builtinError(NAME, answer.message);
  if (answer.name !== "HttpInternalError") return errorValue("eval_http_send_network_error", answer.message);
  return refuse(new HttpRequestError(answer.message), false);
}

function refuse(error: HttpRequestError, raise: boolean): BuiltinResult {
  const failure = new Failure(error.isType ? "eval_type_error" : "eval_builtin_error", `${NAME}: ${error.message}`);
  return raise ? failure : errorValue("eval_http_send_internal_error", `${failure.code}: ${failure.message}`);
}

function errorValue(code: string, message: string): Value {
  return { status_code: 0, error: { code, message } };
}

/** HTTP. */
export const http: readonly Builtin[] = [
  define(NAME, "(request: object[string: any]) => response: object[any: any]", send, { nondeterministic: true, needs: "network" }),
];
