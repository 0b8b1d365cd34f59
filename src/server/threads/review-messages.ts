/** What the main thread and a review thread say to each other. Objects travel as JSON texts, which keep the digits of numbers. */
import type { StoreEdit } from "../policy-store.ts";

/** To a review thread. */
export type ToReviewThread =
  | { readonly kind: "review"; readonly id: number; readonly text: string; readonly until: number }
  | { readonly kind: "edit"; readonly edit: StoreEdit["kind"]; readonly object: string }
  /** The answer to a question for a Namespace: its text, that there is none, or why nobody knows. */
  | { readonly kind: "namespace"; readonly id: number; readonly object?: string; readonly error?: string }
  /** Namespaces changed: the one named, or any. */
  | { readonly kind: "forget"; readonly namespace: string | undefined };

/** What a review counted: see `AdmissionMeter`. */
export interface Counted {
  readonly status: "allow" | "deny" | "error";
  readonly dryRun: boolean;
}

/** From a review thread. */
export type FromReviewThread =
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly text: string;
      readonly counted: Counted | undefined;
      /** Names of templates, each followed by seconds. */
      readonly evaluations: readonly (string | number)[];
    }
  | { readonly kind: "namespace"; readonly id: number; readonly name: string };
