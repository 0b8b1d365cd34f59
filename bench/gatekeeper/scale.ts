/**
 * A large installation: 50 templates, 10,000 constraints of which 10 match a review, 100,000 synced objects. Reviews are timed with all
 * constraints and with the matching ones alone: the time should grow with those that match, not with those that exist.
 */
import {
  AUDIT_POINT,
  applyConstraint,
  applyTemplate,
  emptyPolicySet,
  type Installation,
  judgeReview,
  type KubeObject,
  type PolicySet,
  regoEngine,
  reviewOf,
  syncObject,
} from "../../src/gatekeeper/index.ts";
import { pureBuiltins } from "../../src/rego/index.ts";
import type { Row } from "../report.ts";

const TEMPLATES = 50;
const NAMESPACES = 1_000;
const ROUNDS = 300;
const CONSTRAINTS = 10_000;
const OBJECTS = 100_000;

const installation: Installation = {
  engines: [regoEngine(pureBuiltins)],
  options: { disabledBuiltins: [], referential: true, externalData: false, print: false, defaultFailurePolicy: "Fail" },
};

/** Times loading, reviews and updates; figures are per constraint, object, review and update. */
export function scaleRows(): readonly Row[] {
  const few = withConstraints(withTemplates(), CONSTRAINTS / NAMESPACES, NAMESPACES);
  const rows: Row[] = [row("review, 10 of 10 constraints match", timeReviews(few))];
  let state = withTemplates();
  const constraints = measure(() => {
    state = withConstraints(state, CONSTRAINTS, 1);
  });
  rows.push(row(`load a constraint, ${CONSTRAINTS}`, constraints.nanos / CONSTRAINTS, constraints.bytes));
  rows.push(row(`review, 10 of ${CONSTRAINTS} constraints match`, timeReviews(state)));
  const objects = measure(() => {
    for (let i = 0; i < OBJECTS; i++) state = settled(syncObject(state, podOf(i)));
  });
  rows.push(row(`sync an object, ${OBJECTS}`, objects.nanos / OBJECTS, objects.bytes));
  rows.push(row(`review with ${OBJECTS} objects`, timeReviews(state)));
  rows.push(
    row(
      "update an object, and see it",
      perRound((i) => {
        state = settled(syncObject(state, { ...podOf(i), status: { phase: `${i}` } }));
        state.inventory.data();
      }),
    ),
    row(
      "update a constraint",
      perRound((i) => {
        state = settled(applyConstraint(state, constraintOf(i, 1), "integers"));
      }),
    ),
  );
  return rows;
}

function row(name: string, nanos: number, bytes?: number): Row {
  return { name, group: "scale", figures: { ours: nanos, ...(bytes === undefined ? {} : { memory: bytes }) } };
}

function settled<R extends object>(result: R | { readonly error: unknown }): R extends { readonly state: infer S } ? S : never {
  if ("error" in result) throw new Error(`scale: refused: ${JSON.stringify(result.error)}`);
  return (result as unknown as { readonly state: R extends { readonly state: infer S } ? S : never }).state;
}

const REGO = `package k
violation[{"msg": msg}] {
  provided := {label | input.review.object.metadata.labels[label]}
  missing := {label | label := input.parameters.labels[_]} - provided
  count(missing) > 0
  msg := sprintf("need %v", [missing])
}`;

function withTemplates(): PolicySet {
  let state = emptyPolicySet(installation);
  const labels = { type: "array", items: { type: "string" } };
  for (let i = 0; i < TEMPLATES; i++) {
    const schema = { type: "object", properties: { labels } };
    state = settled(
      applyTemplate(state, {
        apiVersion: "templates.gatekeeper.sh/v1",
        kind: "ConstraintTemplate",
        metadata: { name: `k${i}` },
        spec: {
          crd: { spec: { names: { kind: `K${i}` }, validation: { openAPIV3Schema: schema } } },
          targets: [{ target: "admission.k8s.gatekeeper.sh", rego: REGO }],
        },
      }),
    );
  }
  return state;
}

/** Every `step`-th constraint is about the first namespace, and so on round. */
function withConstraints(state: PolicySet, count: number, step: number): PolicySet {
  let next = state;
  for (let i = 0; i < count; i++) next = settled(applyConstraint(next, constraintOf(i, step), "integers"));
  return next;
}

function constraintOf(i: number, step: number): KubeObject {
  return {
    apiVersion: "constraints.gatekeeper.sh/v1beta1",
    kind: `K${i % TEMPLATES}`,
    metadata: { name: `c${i}` },
    spec: {
      match: { kinds: [{ apiGroups: [""], kinds: ["Pod"] }], namespaces: [`ns${(i * step) % NAMESPACES}`] },
      parameters: { labels: [`l${i % 7}`] },
    },
  };
}

function podOf(i: number): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `p${i}`, namespace: `ns${i % NAMESPACES}`, labels: { app: `a${i}` } },
    spec: { containers: [{ name: "c", image: `image${i}` }] },
  };
}

function timeReviews(state: PolicySet): number {
  const judge = (i: number): void => {
    // All in the first namespace, which ten constraints are about.
    const read = reviewOf(podOf(i * NAMESPACES));
    if ("error" in read) throw new Error("scale: the review is refused");
    const { results } = judgeReview(state, read.review, { point: AUDIT_POINT });
    if (results.length !== CONSTRAINTS / NAMESPACES) throw new Error(`scale: ${results.length} results`);
  };
  perRound(judge);
  return perRound(judge);
}

function perRound(action: (i: number) => void): number {
  return (
    measure(() => {
      for (let i = 0; i < ROUNDS; i++) action(i);
    }).nanos / ROUNDS
  );
}

function measure(action: () => void): { readonly nanos: number; readonly bytes: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  action();
  const nanos = (performance.now() - started) * 1e6;
  globalThis.gc?.();
  return { nanos, bytes: process.memoryUsage().heapUsed - before };
}
