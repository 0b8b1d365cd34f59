/**
 * Audits objects: each one judged at the audit's enforcement point, the results gathered per constraint. A policy set and objects in, a report
 * and the reviews that failed out. https://open-policy-agent.github.io/gatekeeper/website/docs/audit
 */

import type { ReviewSource } from "../kube/admission.ts";
import { isNamespace } from "../kube/gvk.ts";
import { type KubeObject, nameOf, namespaceOf } from "../kube/object.ts";
import { isExcluded } from "../manifest/config.ts";
import { AUDIT_POINT } from "../manifest/enforcement.ts";
import { type JudgeOptions, judgeReview } from "../review/judge.ts";
import { reviewOf } from "../review/review.ts";
import type { Result, StatsEntry } from "../review/verdict.ts";
import { constraintsOf, type PolicySet } from "../state/policy-set.ts";
import { AuditReport, type ConstraintReport } from "./report.ts";

/** An object to audit. */
export interface AuditObject {
  readonly object: KubeObject;
  /** The Namespace it is in, when it was fetched; otherwise the inventory is asked. */
  readonly namespace?: KubeObject | undefined;
}

/** Choices of an audit. */
export interface SweepOptions extends Omit<JudgeOptions, "point"> {
  readonly violationsLimit?: number;
  /** Where the objects come from: the API server's are originals, those of a cache are of no known source. */
  readonly source?: ReviewSource;
  /** Hears of every result, listed in a status or not. */
  readonly onResults?: (object: KubeObject, results: readonly Result[]) => void;
}

/** What an audit found. */
export interface SweepReport {
  readonly constraints: readonly ConstraintReport[];
  readonly audited: number;
  /** Objects that could not be reviewed, with the reason. */
  readonly failures: readonly { readonly object: KubeObject; readonly message: string }[];
  readonly stats: readonly StatsEntry[];
}

/** Audits objects. */
export function sweep(set: PolicySet, objects: Iterable<AuditObject>, options: SweepOptions = {}): SweepReport {
  const report = new AuditReport(constraintsOf(set), options.violationsLimit);
  const failures: { readonly object: KubeObject; readonly message: string }[] = [];
  const stats: StatsEntry[] = [];
  let audited = 0;
  for (const { object, namespace } of objects) {
    if (isExcluded(set.config, "audit", isNamespace(object) ? nameOf(object) : namespaceOf(object))) continue;
    audited++;
    const read = reviewOf(object, { namespace, source: options.source ?? "Original" });
    if ("error" in read) {
      failures.push({ object, message: read.error });
      continue;
    }
    const verdict = judgeReview(set, read.review, { ...options, point: AUDIT_POINT });
    if (verdict.pending.length > 0) failures.push({ object, message: "outside data was needed and nobody fetched it" });
    report.add(object, verdict.results);
    stats.push(...verdict.stats);
    if (verdict.results.length > 0) options.onResults?.(object, verdict.results);
  }
  return { constraints: report.finish(), audited, failures, stats };
}
