/** The gauges that count templates, constraints and providers, by what became of them. */
import { celSourceOf } from "../../gatekeeper/cel.ts";
import { constraintsOf, gvkOf, isConstraint, isTemplate, stringAt } from "../../gatekeeper/index.ts";
import { PROVIDERS } from "../cluster/kinds.ts";
import { type Metrics, REPORTED_ACTIONS } from "../effects/metrics.ts";
import type { PolicyStore } from "../policy-store.ts";

/** What is counted, and where that is said. */
export interface CountParts {
  readonly store: PolicyStore;
  readonly metrics: Metrics;
}

const counting = new WeakMap<PolicyStore, NodeJS.Timeout>();
const COUNT_MILLIS = 50;

/** Counts soon: ten thousand constraints that come at once are counted once. */
export function countObjects(parts: CountParts): void {
  if (counting.has(parts.store)) return;
  const timer = setTimeout(() => {
    counting.delete(parts.store);
    countNow(parts);
  }, COUNT_MILLIS);
  timer.unref();
  counting.set(parts.store, timer);
}

/** Sets the gauges that count templates and constraints. */
function countNow({ store, metrics }: CountParts): void {
  const broken = store.problems.map(({ object }) => object);
  metrics.templates.set({ status: "active" }, store.current.templates.size);
  metrics.templates.set({ status: "error" }, broken.filter(isTemplate).length);
  metrics.providers.set({ status: "active" }, store.current.providers.size);
  metrics.providers.set({ status: "error" }, broken.filter((object) => gvkOf(object).group === PROVIDERS.group).length);
  const engines = [...store.current.templates.values()].map(({ template }) => celSourceOf(template));
  metrics.templatesWithCel.set(engines.filter((cel) => !("error" in cel)).length);
  countActions(
    metrics,
    "active",
    constraintsOf(store.current).map(({ enforcement }) => enforcement.action),
  );
  countActions(
    metrics,
    "error",
    broken.filter(isConstraint).map((object) => stringAt(object, "spec", "enforcementAction") || "deny"),
  );
}

function countActions(metrics: Metrics, status: "active" | "error", actions: readonly string[]): void {
  const counts = new Map<string, number>(REPORTED_ACTIONS.map((action) => [action, 0]));
  for (const action of actions) {
    const known = counts.has(action) ? action : "unrecognized";
    counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  for (const [action, count] of counts) metrics.constraints.set({ enforcement_action: action, status }, count);
}
