/**
 * Gathers what an audit finds, per constraint: the number of all violations and the few that its status lists, with messages cut to a length
 * that fits. https://open-policy-agent.github.io/gatekeeper/website/docs/audit
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { type Gvk, gvkOf } from "../kube/gvk.ts";
import { type KubeObject, nameOf, namespaceOf } from "../kube/object.ts";
import type { Result } from "../review/verdict.ts";
import type { LoadedConstraint } from "../state/policy-set.ts";

/** How many violations a status lists unless told otherwise; a status must stay small enough for the cluster's store. */
export const DEFAULT_VIOLATIONS_LIMIT = 20;

/** Bytes of a message in a status, and how many of them are kept when it is longer. */
const MESSAGE_BYTES = 256;
const KEPT_BYTES = 253;

/** One violation as a status lists it. */
export interface AuditViolation extends Gvk {
  readonly name: string;
  readonly namespace: string;
  readonly message: string;
  readonly enforcementAction: string;
  /** The scoped actions; undefined unless the action is `scoped`. */
  readonly enforcementActions: readonly string[] | undefined;
}

/** What an audit says about one constraint. */
export interface ConstraintReport {
  readonly kind: string;
  readonly name: string;
  readonly totalViolations: number;
  /** The smallest violations in their order, turned around: the original writes them from last to first. */
  readonly violations: readonly AuditViolation[];
}

/** A report under construction. */
export class AuditReport {
  readonly #limit: number;
  readonly #constraints = new Map<string, { readonly kind: string; readonly name: string; total: number; kept: AuditViolation[] }>();

  /** Every constraint is in the report, also one that nothing violates. */
  constructor(constraints: readonly LoadedConstraint[], limit: number = DEFAULT_VIOLATIONS_LIMIT) {
    this.#limit = limit;
    for (const { kind, name } of constraints) this.#constraints.set(keyOf(kind, name), { kind, name, total: 0, kept: [] });
  }

  /** Adds the results of one object. */
  add(object: KubeObject, results: readonly Result[]): void {
    for (const result of results) {
      const entry = this.#constraints.get(keyOf(result.kind, result.name));
      if (entry === undefined) continue;
      entry.total++;
      entry.kept = keepSmallest(entry.kept, violationOf(object, result), this.#limit);
    }
  }

  /** Returns what was found, by kind and name of the constraint. */
  finish(): readonly ConstraintReport[] {
    return [...this.#constraints.values()]
      .map(({ kind, name, total, kept }) => ({ kind, name, totalViolations: total, violations: kept.toReversed() }))
      .sort((a, b) => compareStrings(a.kind, b.kind) || compareStrings(a.name, b.name));
  }
}

function keyOf(kind: string, name: string): string {
  return `${kind}\u0001${name}`;
}

/** Returns a violation as a status lists it. */
export function violationOf(object: KubeObject, { msg, action, scopedActions }: Result): AuditViolation {
  return {
    ...gvkOf(object),
    name: nameOf(object),
    namespace: namespaceOf(object),
    message: cutMessage(msg),
    enforcementAction: action,
    enforcementActions: action === "scoped" ? scopedActions : undefined,
  };
}

/** Cuts a message that is too long, between characters. */
export function cutMessage(message: string): string {
  const bytes = new TextEncoder().encode(message);
  if (bytes.length <= MESSAGE_BYTES) return message;
  let end = KEPT_BYTES;
  // A byte of the form 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${new TextDecoder().decode(bytes.subarray(0, end))}...`;
}

const ORDER = ["group", "version", "kind", "namespace", "name", "message", "enforcementAction"] as const;

function compareViolations(a: AuditViolation, b: AuditViolation): number {
  for (const key of ORDER) {
    const order = compareStrings(a[key], b[key]);
    if (order !== 0) return order;
  }
  return 0;
}

function keepSmallest(kept: AuditViolation[], violation: AuditViolation, limit: number): AuditViolation[] {
  const last = kept.at(-1);
  if (kept.length >= limit && (last === undefined || compareViolations(violation, last) >= 0)) return kept;
  const at = kept.findIndex((other) => compareViolations(violation, other) < 0);
  const next = kept.toSpliced(at < 0 ? kept.length : at, 0, violation);
  return next.length > limit ? next.slice(0, limit) : next;
}
