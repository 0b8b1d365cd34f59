/**
 * Every metric with Gatekeeper's name, type, labels and buckets, plus what Node operators look for (event loop, heap, evaluation time by
 * template). https://open-policy-agent.github.io/gatekeeper/website/docs/metrics (the exposed names carry `_total` and `_seconds`).
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of one process. */
export type Metrics = ReturnType<typeof makeMetrics>;

const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, i) => Number((from + i * by).toPrecision(6)));

/** 1 ms to 10 s, as Gatekeeper buckets its requests. */
const REQUEST_BUCKETS = [...steps(0.001, 0.009, 0.001), ...steps(0.01, 0.09, 0.01), ...steps(0.1, 0.9, 0.1), ...steps(1, 10, 0.5)];
const INGESTION_BUCKETS = [...steps(0.01, 0.1, 0.01), 0.2, 0.3, 0.4, 0.5, 1, 2, 3, 4, 5];
const AUDIT_BUCKETS = [60, 180, 300, 600, 900, 1200, 2400, 4800, 9600, 19200];
const SYNC_BUCKETS = [...steps(0.0001, 0.001, 0.0001), 0.002, 0.003, 0.004, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05];
// A library policy takes 1 to 100 µs; what reaches a second is a policy to look at.
const EVALUATION_BUCKETS = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

/** The actions that `gatekeeper_violations` and `gatekeeper_constraints` always report, zero included. */
export const REPORTED_ACTIONS = ["deny", "dryrun", "warn", "scoped", "unrecognized"] as const;

/** Registers every metric in a registry of its own. */
export function makeMetrics() {
  const registry = new Registry();
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `gatekeeper_${name}_total`, help, labelNames: [...labelNames], registers: [registry] });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `gatekeeper_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const histogram = <L extends string>(name: string, help: string, buckets: readonly number[], labelNames: readonly L[] = []) =>
    new Histogram({ name: `gatekeeper_${name}_seconds`, help, buckets: [...buckets], labelNames: [...labelNames], registers: [registry] });
  collectDefaultMetrics({ register: registry });

  const metrics = {
    registry,
    requests: counter("validation_request_count", "The number of requests that are routed to validation webhook", [
      "admission_status",
      "admission_dryrun",
    ]),
    requestSeconds: histogram("validation_request_duration", "The response time of a validation request", REQUEST_BUCKETS, [
      "admission_status",
    ]),
    violations: gauge("violations", "Total number of audited violations", ["enforcement_action"]),
    auditSeconds: histogram("audit_duration", "Latency of an audit run", AUDIT_BUCKETS),
    auditLastRun: gauge("audit_last_run_time", "Timestamp of the last audit run start"),
    auditLastRunEnd: gauge("audit_last_run_end_time", "Timestamp of the last audit run end"),
    constraints: gauge("constraints", "Current number of known constraints", ["enforcement_action", "status"]),
    templates: gauge("constraint_templates", "Number of observed constraint templates", ["status"]),
    templatesWithCel: gauge("constraint_templates_with_cel", "Number of constraint templates with a CEL engine"),
    ingestions: counter("constraint_template_ingestion_count", "Total number of constraint template ingestions", ["status"]),
    ingestionSeconds: histogram(
      "constraint_template_ingestion_duration",
      "How long it took to ingest a constraint template",
      INGESTION_BUCKETS,
      ["status"],
    ),
    providers: gauge("providers", "Number of external data providers", ["status"]),
    providerErrors: counter("provider_error_count", "Total number of external data provider errors"),
    sync: gauge("sync", "Total number of resources replicated to the policy engine", ["kind", "status"]),
    syncSeconds: histogram("sync_duration", "How long a sync took", SYNC_BUCKETS),
    syncLastRun: new Gauge({ name: "gatekeeper_sync_last_run_time_seconds", help: "Timestamp of the last sync", registers: [registry] }),
    watchedKinds: gauge("watch_manager_watched_gvk", "Number of kinds that are watched"),
    intendedKinds: gauge("watch_manager_intended_watch_gvk", "Number of kinds that should be watched"),
    policies: gauge("validating_admission_policies", "Number of generated ValidatingAdmissionPolicies", ["status"]),
    bindings: gauge("validating_admission_policy_bindings", "Number of generated ValidatingAdmissionPolicyBindings", ["status"]),
    expansionTemplates: gauge("expansion_templates", "Number of observed expansion templates", ["status"]),
    mutators: gauge("mutators", "The current number of Mutator objects", ["status"]),
    mutatorConflicts: gauge("mutator_conflicting_count", "The current number of conflicting Mutator objects"),
    evaluationSeconds: new Histogram({
      name: "portcullis_evaluation_duration_seconds",
      help: "Time one review spent in the constraints of a template",
      labelNames: ["template"],
      buckets: EVALUATION_BUCKETS,
      registers: [registry],
    }),
    shedRequests: new Counter({
      name: "portcullis_shed_requests_total",
      help: "Requests refused because the queue was full",
      registers: [registry],
    }),
  };
  for (const action of REPORTED_ACTIONS) {
    metrics.violations.set({ enforcement_action: action }, 0);
    for (const status of ["active", "error"]) metrics.constraints.set({ enforcement_action: action, status }, 0);
  }
  const { templates, providers, policies, bindings, expansionTemplates, mutators } = metrics;
  for (const status of ["active", "error"])
    for (const each of [templates, providers, policies, bindings, expansionTemplates, mutators]) each.set({ status }, 0);
  metrics.providerErrors.inc(0);
  return metrics;
}

/** Counts what the webhook did. */
export interface AdmissionMeter {
  request(status: "allow" | "deny" | "error", dryRun: boolean, seconds: number): void;
  /** Told how long one review spent in the constraints of one template. */
  evaluation(template: string, seconds: number): void;
}

/** Returns what counts the webhook's work in these metrics. */
export function meterOf({ requests, requestSeconds, evaluationSeconds }: Metrics): AdmissionMeter {
  return {
    request(status, dryRun, seconds) {
      requests.inc({ admission_status: status, admission_dryrun: String(dryRun) });
      requestSeconds.observe({ admission_status: status }, seconds);
    },
    evaluation: (template, seconds) => evaluationSeconds.observe({ template }, seconds),
  };
}
