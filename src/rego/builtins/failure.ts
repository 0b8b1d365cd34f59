/** How a builtin says no: a value that it returns, so that a failing call costs no exception. The evaluator decides what it means. */

/** A failed call. `message` is the whole text without location: `plus: operand 1 must be number but got string`. */
export class Failure {
  readonly code: "eval_type_error" | "eval_builtin_error";
  readonly message: string;

  constructor(code: "eval_type_error" | "eval_builtin_error", message: string) {
    this.code = code;
    this.message = message;
  }
}
