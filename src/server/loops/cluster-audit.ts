/**
 * Audits a cluster: every listable kind, page by page, or only the synced objects; then writes each constraint's status. One page is in memory
 * at a time. A kind that cannot be listed is reported and costs nothing of the rest.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/audit
 */
import {
  AUDIT_POINT,
  AuditReport,
  type AuditViolation,
  type ConstraintReport,
  constraintsOf,
  fieldAt,
  isExcluded,
  isNamespace,
  judgeReview,
  type KubeObject,
  nameOf,
  namespaceOf,
  type PolicySet,
  reviewOf,
  type Verdict,
} from "../../gatekeeper/index.ts";
import { type AnswerOutside, isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import { type KubeClient, type Resource, updateWithRetries } from "../cluster/client.ts";
import { discover } from "../cluster/discovery.ts";
import { constraintResource, NAMESPACES } from "../cluster/kinds.ts";
import { KubeError } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";
import type { AuditRun, ResultsListener } from "./audit.ts";

/** What the audit of a cluster needs. */
export interface ClusterAuditParts {
  readonly client: KubeClient;
  readonly log: Logger;
  readonly set: () => PolicySet;
  readonly answer: AnswerOutside;
  readonly violationsLimit: number;
  /** Objects a page; 0 = all at once. */
  readonly chunkSize: number;
  readonly matchKindOnly: boolean;
  /** Hears what each review cost; absent = nothing is measured. */
  readonly onStats?: (verdict: Verdict) => void;
  /** Objects to audit from the cache beside the inventory's. */
  readonly excludedFromSync?: () => Iterable<KubeObject>;
}

type Swept = Pick<AuditRun, "constraints" | "audited" | "failures">;

// Reports name a few failures in full; a broken policy fails on every object and must not fill memory with copies of that.
const MAX_FAILURES = 100;
const MAX_ROUNDS = 16;
/** Objects between two looks at the event loop, so that health checks and signals get through. */
const YIELD_EVERY = 200;

/** Reviews everything in the cluster once. */
export async function auditCluster(parts: ClusterAuditParts, onResults: ResultsListener, signal: AbortSignal): Promise<Swept> {
  const set = parts.set();
  const run = new Sweep(parts, set, onResults);
  const { resources, failures } = await discover(parts.client);
  for (const { error } of failures) if (!(error instanceof KubeError)) throw error;
  for (const { groupVersion, error } of failures)
    parts.log.error(
      { groupVersion, error },
      "Kubernetes has an orphaned APIService. Delete orphaned APIService using kubectl delete apiservice <name>",
    );
  const kinds = parts.matchKindOnly ? namedKinds(set) : undefined;
  const listable = resources.filter((resource) => resource.verbs.includes("list") && (kinds === undefined || kinds.has(resource.kind)));
  for (const resource of listable) {
    if (signal.aborted) break;
    await auditKind(parts, run, resource, signal);
  }
  return run.finish();
}

/** Reviews the synced objects once: nothing is listed, and nobody says where the objects came from. */
export async function auditSynced(parts: ClusterAuditParts, onResults: ResultsListener, signal: AbortSignal): Promise<Swept> {
  const set = parts.set();
  const run = new Sweep(parts, set, onResults, "");
  const sources = (): readonly Iterable<KubeObject>[] => [objectsBelow(set.inventory.data()), parts.excludedFromSync?.() ?? []];
  // Only a synced Namespace is known, but that one whatever its exclusions.
  for (const objects of sources()) for (const object of objects) if (isNamespace(object)) run.know(object);
  for (const objects of sources())
    for (const object of objects) {
      if (signal.aborted) break;
      await run.review(object);
    }
  return run.finish();
}

/** Walks the inventory's tree down to its objects, which are the first to have a kind. */
function* objectsBelow(tree: Value): Iterable<KubeObject> {
  if (!isPlainObject(tree)) return;
  if (typeof tree["kind"] === "string" && isPlainObject(tree["metadata"])) yield tree;
  else for (const branch of Object.values(tree)) yield* objectsBelow(branch);
}

async function auditKind(parts: ClusterAuditParts, run: Sweep, resource: Resource, signal: AbortSignal): Promise<void> {
  try {
    for (let from: string | undefined; ; ) {
      const page = await parts.client.page(resource, { from, signal, ...(parts.chunkSize > 0 ? { limit: parts.chunkSize } : {}) });
      for (const object of page.items) await run.review(object);
      if (page.next === undefined || signal.aborted) return;
      from = page.next;
    }
  } catch (error) {
    if (signal.aborted) return;
    // Nobody answers: what was found so far is not what there is, and the statuses of the run before stay.
    if (!(error instanceof KubeError)) throw error;
    // 404 and 405: the kind went away, or its list is no list.
    const level = error instanceof KubeError && (error.code === 404 || error.code === 405) ? "debug" : "error";
    parts.log[level](
      { error, resource: resource.plural, group: resource.group },
      "a kind could not be listed; the audit goes on with the others",
    );
  }
}

/** Kinds that constraints name, or undefined when some constraint matches any kind. */
function namedKinds(set: PolicySet): ReadonlySet<string> | undefined {
  const kinds = new Set<string>();
  for (const { object } of constraintsOf(set)) {
    const entries = fieldAt(object, "spec", "match", "kinds");
    if (!Array.isArray(entries)) return undefined;
    for (const kind of entries.flatMap((entry) => textsAt(entry, "kinds"))) {
      if (kind === "*" || kind === "") return undefined;
      kinds.add(kind);
    }
  }
  return kinds;
}

function textsAt(value: Value, field: string): readonly string[] {
  const list = isPlainObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

/** One run: reviews objects, gathers results, remembers Namespaces. */
class Sweep {
  readonly #source: "Original" | "";
  readonly #parts: ClusterAuditParts;
  readonly #set: PolicySet;
  readonly #onResults: ResultsListener;
  readonly #report: AuditReport;
  readonly #namespaces = new Map<string, KubeObject | undefined>();
  readonly #failures: { readonly object: KubeObject; readonly message: string }[] = [];
  #audited = 0;

  constructor(parts: ClusterAuditParts, set: PolicySet, onResults: ResultsListener, source: "Original" | "" = "Original") {
    this.#source = source;
    this.#parts = parts;
    this.#set = set;
    this.#onResults = onResults;
    this.#report = new AuditReport(constraintsOf(set), parts.violationsLimit);
  }

  /** Takes in a Namespace that need not be asked for. */
  know(namespace: KubeObject): void {
    this.#namespaces.set(nameOf(namespace), namespace);
  }

  async review(object: KubeObject): Promise<void> {
    const name = isNamespace(object) ? nameOf(object) : namespaceOf(object);
    if (isExcluded(this.#set.config, "audit", name)) return;
    this.#audited++;
    if (this.#audited % YIELD_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
    let namespace: KubeObject | undefined;
    try {
      namespace = isNamespace(object) || name === "" ? undefined : await this.#namespace(name);
    } catch (error) {
      this.#fail(object, error instanceof Error ? error.message : String(error));
      return;
    }
    const read = reviewOf(object, { namespace, namespaceObject: namespace, source: this.#source });
    if ("error" in read) this.#fail(object, read.error);
    else await this.#judge(object, read.review);
  }

  finish(): Swept {
    return { constraints: this.#report.finish(), audited: this.#audited, failures: this.#failures };
  }

  async #judge(object: KubeObject, review: Parameters<typeof judgeReview>[1]): Promise<void> {
    const answers = new Map<string, Value | Error>();
    const { onStats } = this.#parts;
    const measured = onStats === undefined ? {} : { stats: true, clock: () => process.hrtime.bigint() };
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const nowNanos = BigInt(Date.now()) * 1_000_000n;
      const verdict = judgeReview(this.#set, review, { point: AUDIT_POINT, nowNanos, answers, ...measured });
      if (verdict.pending.length === 0) {
        onStats?.(verdict);
        this.#report.add(object, verdict.results);
        if (verdict.results.length > 0) this.#onResults(object, verdict.results);
        return;
      }
      for (const request of verdict.pending) if (!answers.has(request.key)) answers.set(request.key, await this.#parts.answer(request));
    }
    this.#fail(object, `policies asked for outside data in ${MAX_ROUNDS} rounds and there is still more to ask`);
  }

  async #namespace(name: string): Promise<KubeObject | undefined> {
    if (!this.#namespaces.has(name) && this.#source !== "") this.#namespaces.set(name, await this.#parts.client.get(NAMESPACES, { name }));
    return this.#namespaces.get(name);
  }

  #fail(object: KubeObject, message: string): void {
    if (this.#failures.length < MAX_FAILURES)
      this.#failures.push({ object: { kind: object["kind"] ?? "", metadata: object["metadata"] ?? {} }, message });
  }
}

/** Statuses written at once. */
const WRITERS = 8;

/** Writes what a run found into the status of every constraint, as long as `may` says that it is ours to write. */
export async function writeAuditStatus(client: KubeClient, log: Logger, run: AuditRun, may: () => boolean): Promise<void> {
  const waiting = [...run.constraints];
  const writer = async (): Promise<void> => {
    for (let report = waiting.pop(); report !== undefined && may(); report = waiting.pop()) {
      // Without a connection ten thousand attempts would say the same; the next run writes again.
      if (!(await writeOne(client, log, run.id, report))) waiting.length = 0;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

async function writeOne(client: KubeClient, log: Logger, id: string, report: ConstraintReport): Promise<boolean> {
  const { kind, name } = report;
  try {
    await updateWithRetries(client, constraintResource(kind), { name }, (current) => withAudit(current, id, report), "status");
    return true;
  } catch (error) {
    log.error({ error, constraint_kind: kind, constraint_name: name }, "a constraint's audit status could not be written");
    return error instanceof KubeError;
  }
}

function withAudit(constraint: PlainObject, id: string, report: ConstraintReport): PlainObject {
  const { violations: _former, ...kept } = isPlainObject(constraint["status"]) ? constraint["status"] : {};
  const violations = report.violations.length === 0 ? {} : { violations: report.violations.map(violationStatus) };
  return { ...constraint, status: { ...kept, auditTimestamp: id, totalViolations: report.totalViolations, ...violations } as PlainObject };
}

function violationStatus(violation: AuditViolation): PlainObject {
  const { enforcementAction, enforcementActions, group, kind, message, name, namespace, version } = violation;
  return {
    enforcementAction,
    ...(enforcementActions === undefined ? {} : { enforcementActions }),
    group,
    kind,
    message,
    name,
    ...(namespace === "" ? {} : { namespace }),
    version,
  };
}
