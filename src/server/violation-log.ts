/**
 * The log lines about violations, with Gatekeeper's keys: tools parse them, so names and values are as in the original.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/violations
 */
import {
  type AuditViolation,
  gvkOf,
  type KubeObject,
  nameOf,
  namespaceOf,
  type Result,
  type Review,
  type Verdict,
} from "../gatekeeper/index.ts";
import { isPlainObject, type Value } from "../rego/index.ts";
import type { Logger } from "./effects/log.ts";

/** Logs every violation of an admission review, warnings and dry runs too. */
export function logDenials(log: Logger, review: Review, verdict: Verdict): void {
  const { request } = review;
  for (const result of verdict.results) {
    log.info(
      {
        semantic: true,
        process: "admission",
        details: result.metadata?.details ?? null,
        event_type: "violation",
        ...constraintKeys(result),
        constraint_action: result.action,
        constraint_enforcement_actions: result.action === "scoped" ? result.scopedActions : null,
        ...requestKeys(review),
        resource_name: request.name === "" && review.object ? nameOf(review.object) : request.name,
      },
      `denied admission: ${result.msg}`,
    );
  }
}

/** Logs one violation that an audit found. */
export function logAuditViolation(log: Logger, object: KubeObject, result: Result, violation: AuditViolation, auditId: string): void {
  const { group, version, kind } = gvkOf(object);
  log.info(
    {
      semantic: true,
      process: "audit",
      audit_id: auditId,
      details: result.metadata?.details ?? null,
      event_type: "violation_audited",
      ...constraintKeys(result),
      constraint_namespace: namespaceOf(result.constraint),
      constraint_action: result.action,
      constraint_enforcement_actions: result.action === "scoped" ? result.scopedActions : null,
      constraint_annotations: annotationsOf(result.constraint),
      resource_group: group,
      resource_api_version: version,
      resource_kind: kind,
      resource_namespace: namespaceOf(object),
      resource_name: nameOf(object),
      resource_labels: metadataOf(object, "labels"),
    },
    violation.message,
  );
}

/** The keys that tell what a request is about and who asks. */
export function requestKeys({ request }: Review): Readonly<Record<string, Value>> {
  return {
    resource_group: request.kind.group,
    resource_api_version: request.kind.version,
    resource_kind: request.kind.kind,
    resource_namespace: request.namespace,
    request_username: request.userInfo["username"] ?? "",
  };
}

/** Logs what the reviews cost. */
export function logStats(
  log: Logger,
  verdict: Verdict,
  extra: Readonly<Record<string, unknown>> = {},
  message = "admission review request stats",
): void {
  if (verdict.stats.length === 0) return;
  log.info(
    { semantic: true, process: "admission", event_type: "review_response_stats", ...extra, execution_stats: verdict.stats },
    message,
  );
}

/** The keys that name a result's constraint. */
function constraintKeys(result: Result): Readonly<Record<string, string>> {
  const { group, version } = gvkOf(result.constraint);
  return { constraint_name: result.name, constraint_group: group, constraint_api_version: version, constraint_kind: result.kind };
}

function annotationsOf(object: KubeObject): Value {
  const annotations = metadataOf(object, "annotations");
  if (!isPlainObject(annotations)) return {};
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== "kubectl.kubernetes.io/last-applied-configuration"));
}

function metadataOf(object: KubeObject, field: "labels" | "annotations"): Value {
  const metadata = object["metadata"];
  return isPlainObject(metadata) && isPlainObject(metadata[field]) ? metadata[field] : {};
}
