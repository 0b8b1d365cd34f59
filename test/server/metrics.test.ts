/** The metrics carry the names, types and labels of Gatekeeper's table, so that dashboards go on working. */
import { describe, expect, it } from "vitest";
import { makeMetrics } from "../../src/server/effects/metrics.ts";

const TABLE: readonly (readonly [name: string, type: string, ...labels: string[]])[] = [
  ["validation_request_count_total", "counter", "admission_dryrun", "admission_status"],
  ["validation_request_duration_seconds", "histogram", "admission_status"],
  ["violations", "gauge", "enforcement_action"],
  ["audit_duration_seconds", "histogram"],
  ["audit_last_run_time", "gauge"],
  ["audit_last_run_end_time", "gauge"],
  ["constraints", "gauge", "enforcement_action", "status"],
  ["constraint_templates", "gauge", "status"],
  ["constraint_templates_with_cel", "gauge"],
  ["constraint_template_ingestion_count_total", "counter", "status"],
  ["constraint_template_ingestion_duration_seconds", "histogram", "status"],
  ["validating_admission_policies", "gauge", "status"],
  ["validating_admission_policy_bindings", "gauge", "status"],
  ["expansion_templates", "gauge", "status"],
  ["providers", "gauge", "status"],
  ["provider_error_count_total", "counter"],
  ["mutators", "gauge", "status"],
  ["mutator_conflicting_count", "gauge"],
  ["sync", "gauge", "kind", "status"],
  ["sync_duration_seconds", "histogram"],
  ["sync_last_run_time_seconds", "gauge"],
  ["watch_manager_watched_gvk", "gauge"],
  ["watch_manager_intended_watch_gvk", "gauge"],
];

describe("metrics", () => {
  const { registry } = makeMetrics();

  it.each(TABLE)("have gatekeeper_%s, a %s", (name, type, ...labels) => {
    const metric = registry.getSingleMetric(`gatekeeper_${name}`) as unknown as {
      readonly type: string;
      readonly labelNames: readonly string[];
    };
    expect(String(metric.type)).toBe(type);
    expect([...metric.labelNames].filter((label) => label !== "le").sort()).toEqual(labels);
  });

  it("report every action and status from the start, at zero", async () => {
    const text = await registry.metrics();
    for (const action of ["deny", "dryrun", "warn", "scoped", "unrecognized"]) {
      expect(text).toContain(`gatekeeper_violations{enforcement_action="${action}"} 0`);
      for (const status of ["active", "error"])
        expect(text).toContain(`gatekeeper_constraints{enforcement_action="${action}",status="${status}"} 0`);
    }
    expect(text).toContain("gatekeeper_provider_error_count_total 0");
  });

  it("have Gatekeeper's buckets for requests: every millisecond to 10, then coarser up to 10 s", async () => {
    const { requestSeconds, registry: own } = makeMetrics();
    requestSeconds.observe({ admission_status: "allow" }, 0.0005);
    const text = await own.getSingleMetricAsString("gatekeeper_validation_request_duration_seconds");
    const bounds = [...text.matchAll(/le="([^"]+)"/g)].map(([, bound]) => bound);
    expect(bounds.slice(0, 11)).toEqual(["0.001", "0.002", "0.003", "0.004", "0.005", "0.006", "0.007", "0.008", "0.009", "0.01", "0.02"]);
    expect(bounds.slice(-3)).toEqual(["9.5", "10", "+Inf"]);
    expect(bounds).toHaveLength(47);
  });
});
