/** Runs the body of a builtin of this folder and turns its errors into failures. */
import type { BuiltinResult } from "../define.ts";
import { Failure } from "../failure.ts";
import { CryptoError } from "./encoded.ts";

/** Returns what `body` returns, or the failure of what it throws. */
export function guarded(name: string, body: () => BuiltinResult): BuiltinResult {
  try {
    return body();
  } catch (error) {
    if (error instanceof CryptoError) {
      return new Failure(error.isType ? "eval_type_error" : "eval_builtin_error", `${name}: ${error.message}`);
    }
    throw error;
  }
}
