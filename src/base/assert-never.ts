/** Ends an exhaustive `switch`: the compiler refuses the call while a case is missing. */

/** Throws; reached only when a value lies about its type. */
export function assertNever(value: never): never {
  throw new Error(`internal error: unexpected ${JSON.stringify(value)}`);
}
