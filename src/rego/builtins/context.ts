/** What a builtin may know beside its operands: everything from outside is a value that the host passed in. */
import type { Value } from "../values/value.ts";

/** A question only the outside can answer (an HTTP request, a DNS lookup, external data): see `Answers`. */
export interface OutsideRequest {
  readonly builtin: string;
  readonly operands: readonly Value[];
}

/** A request that found no answer, with the key its answer is looked for under. */
export interface PendingRequest extends OutsideRequest {
  readonly key: string;
}

/**
 * Answers to outside requests, by a key the builtin chooses. A builtin that finds no answer calls `context.ask`, which stops the
 * evaluation; the host fetches everything asked and evaluates again with the answers: evaluation stays synchronous and pure.
 */
export type Answers = ReadonlyMap<string, Value | Error>;

/** The world as one evaluation sees it. */
export interface BuiltinContext {
  /** The evaluation's time, nanoseconds since 1970; constant within one query. */
  readonly nowNanos: bigint;
  /** A random 32-bit unsigned number; the stream is fixed by the host's seed. */
  random(): number;
  /** What `opa.runtime()` returns. */
  readonly runtime: Value;
  /** Hosts that the network builtins may reach; undefined = all, and an empty list = none. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Values kept for the length of one query (rand.intn, uuid.rfc4122, …): any key that starts with the builtin's name. */
  readonly memo: Map<string, Value>;
  /** Returns the answer to an outside request, or stops this evaluation until the host has one. */
  ask(key: string, request: OutsideRequest): Value | Error;
  /** Charges work that grows with the operands (elements visited, bytes written). Stops the evaluation when the budget is used up. */
  spend(units: number): void;
  /** Receives `print` output. */
  print(text: string): void;
  /** Parses Rego for rego.parse_module: OPA's JSON tree, or an error text. */
  parseModule?(name: string, text: string): Value | Error;
}
