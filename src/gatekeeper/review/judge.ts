/**
 * Judges a review: the constraints that may be for it, matched one by one, each decided by its template's policy. A policy set and a review
 * in, a verdict out; nothing else is read or changed. One constraint that fails to evaluate is violated with the error as its message and
 * stops no other.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/howto
 */
import { compareStrings } from "../../base/compare-strings.ts";
import type { Answers, Cancellation, PendingRequest } from "../../rego/index.ts";
import type { Review } from "../kube/admission.ts";
import { gvkOf } from "../kube/gvk.ts";
import { type KubeObject, nameOf, namespaceOf } from "../kube/object.ts";
import { actionsAt, WEBHOOK_POINT } from "../manifest/enforcement.ts";
import { matchReview } from "../match/match.ts";
import { TARGET } from "../policy/compile-template.ts";
import type { World } from "../policy/engine.ts";
import { constraintsOf, type LoadedConstraint, type LoadedTemplate, type PolicySet, templateOf } from "../state/policy-set.ts";
import { type Result, resultOf, type StatsEntry, sortResults, type Verdict } from "./verdict.ts";

/** Choices of the caller; the world's facts of one moment. */
export interface JudgeOptions {
  /** Where the review happens, e.g. `validation.gatekeeper.sh`. */
  readonly point: string;
  readonly nowNanos?: bigint;
  readonly seed?: number;
  readonly answers?: Answers;
  readonly trace?: boolean;
  /** Collects measures; needs `clock`. */
  readonly stats?: boolean;
  /** Nanoseconds of a clock that never goes back. */
  readonly clock?: () => bigint;
  readonly onPrint?: (line: string) => void;
  readonly signal?: Cancellation;
}

/** A constraint that is for the review, with its template. */
interface Matched {
  readonly template: LoadedTemplate;
  readonly constraint: LoadedConstraint;
  readonly scopedActions: readonly string[];
}

/** Judges a review. */
export function judgeReview(set: PolicySet, review: Review, options: JudgeOptions): Verdict {
  const { matched, undecided } = matchConstraints(set, review, options.point);
  const session: Session = { review, options, world: worldOf(set, options), results: undecided, stats: [], traces: new Map(), pending: [] };
  for (const group of byKind(matched)) judgeGroup(group, session);
  return { results: sortResults(session.results), stats: session.stats, trace: traceText(session.traces), pending: session.pending };
}

interface Session {
  readonly review: Review;
  readonly options: JudgeOptions;
  readonly world: World;
  readonly results: Result[];
  readonly stats: StatsEntry[];
  readonly traces: Map<string, string[]>;
  readonly pending: PendingRequest[];
}

const NO_ANSWERS: Answers = new Map();

/** Returns the world as policies see it under these options. */
export function worldOf(set: PolicySet, options: JudgeOptions): World {
  return {
    data: set.inventory.data(),
    nowNanos: options.nowNanos ?? 0n,
    seed: options.seed ?? 0,
    answers: options.answers ?? NO_ANSWERS,
    trace: options.trace ?? false,
    onPrint: options.onPrint,
    signal: options.signal,
  };
}

function matchConstraints(set: PolicySet, review: Review, point: string): { readonly matched: Matched[]; readonly undecided: Result[] } {
  const namespace = review.namespace ?? knownNamespace(set, review);
  const kinds: string[] = [];
  const namespaces: (string | undefined)[] = [];
  for (const object of [review.object, review.oldObject]) {
    if (object === undefined) continue;
    const { group, kind } = gvkOf(object);
    const within = group === "" && kind === "Namespace" ? nameOf(object) : namespaceOfCandidate(object, namespace);
    if (!kinds.includes(kind)) kinds.push(kind);
    if (!namespaces.includes(within)) namespaces.push(within);
  }
  const matched: Matched[] = [];
  const undecided: Result[] = [];
  // Nothing can be left out for an object that does not say what it is.
  const candidates = kinds.includes("") ? constraintsOf(set) : set.index.candidates(kinds, namespaces);
  for (const constraint of candidates) {
    const template = templateOf(set, constraint.kind);
    const scopedActions = actionsAt(constraint.enforcement, point);
    if (template === undefined || scopedActions === undefined || !isAsked(template, review, point)) continue;
    const result = matchReview(constraint.match, review, namespace);
    if (result.kind === "in") matched.push({ template, constraint, scopedActions });
    if (result.kind === "undecidable")
      undecided.push(resultOf(TARGET, constraint, scopedActions, { msg: result.message, metadata: undefined }));
  }
  return { matched, undecided };
}

function knownNamespace(set: PolicySet, { request }: Review): KubeObject | undefined {
  return request.namespace === "" ? undefined : set.inventory.namespace(request.namespace);
}

// Of an object that is no Namespace itself.
function namespaceOfCandidate(object: KubeObject, namespace: KubeObject | undefined): string | undefined {
  if (namespace !== undefined) return nameOf(namespace);
  const own = namespaceOf(object);
  return own === "" ? undefined : own;
}

/** Only the webhook looks at the operations that a template lists. */
function isAsked({ operations }: LoadedTemplate, { request }: Review, point: string): boolean {
  return point !== WEBHOOK_POINT || operations.length === 0 || operations.includes(request.operation) || operations.includes("*");
}

function byKind(matched: Matched[]): readonly (readonly Matched[])[] {
  if (matched.length < 2) return matched.length === 0 ? [] : [matched];
  matched.sort((a, b) => compareStrings(a.constraint.kind, b.constraint.kind) || compareStrings(a.constraint.name, b.constraint.name));
  const groups: Matched[][] = [];
  let kind: string | undefined;
  for (const each of matched) {
    if (each.constraint.kind === kind) groups.at(-1)?.push(each);
    else groups.push([each]);
    ({ kind } = each.constraint);
  }
  return groups;
}

function judgeGroup(group: readonly Matched[], session: Session): void {
  const { clock, stats } = session.options;
  const measures = stats === true && clock !== undefined ? clock : undefined;
  const start = measures?.() ?? 0n;
  for (const matched of group) {
    const from = measures?.() ?? 0n;
    judgeConstraint(matched, session);
    if (measures !== undefined && matched.template.policy.engine !== "Rego")
      session.stats.push(constraintStats(matched, measures() - from));
  }
  const [first] = group;
  if (measures === undefined || first === undefined || first.template.policy.engine !== "Rego") return;
  session.stats.push(templateStats(first, group.length, measures() - start, session.options));
}

function judgeConstraint({ template, constraint, scopedActions }: Matched, session: Session): void {
  const judgement = template.policy.judge(constraint, session.review, session.world);
  session.pending.push(...judgement.pending);
  if (judgement.trace !== undefined) {
    const { engine } = template.policy;
    session.traces.set(engine, [...(session.traces.get(engine) ?? []), judgement.trace]);
  }
  if (judgement.failure !== undefined) {
    session.results.push(resultOf(TARGET, constraint, scopedActions, { msg: judgement.failure, metadata: { details: null } }));
  }
  for (const { msg, details, origin } of judgement.violations) {
    const metadata = details === undefined ? undefined : { details };
    session.results.push(resultOf(TARGET, constraint, scopedActions, { msg, metadata, ...(origin === undefined ? {} : { origin }) }));
  }
}

function traceText(traces: ReadonlyMap<string, readonly string[]>): string | undefined {
  if (traces.size === 0) return undefined;
  const engines = [...traces.keys()].sort(compareStrings);
  return engines.map((engine) => `DRIVER ${engine}:\n\n${(traces.get(engine) ?? []).join("")}\n\n`).join("");
}

function templateStats({ constraint }: Matched, count: number, nanos: bigint, options: JudgeOptions): StatsEntry {
  const source = { type: "engine", value: "Rego" };
  return {
    scope: "template",
    statsFor: constraint.kind,
    stats: [
      { name: "templateRunTimeNS", value: Number(nanos), source },
      { name: "constraintCount", value: count, source },
    ],
    labels: [
      { name: "TracingEnabled", value: options.trace ?? false },
      { name: "PrintEnabled", value: options.onPrint !== undefined },
      { name: "target", value: TARGET },
    ],
  };
}

function constraintStats({ constraint, template }: Matched, nanos: bigint): StatsEntry {
  return {
    scope: "constraint",
    statsFor: `${constraint.kind}/${constraint.name}`,
    stats: [{ name: "runTimeNS", value: Number(nanos), source: { type: "engine", value: template.policy.engine } }],
    labels: [{ name: "target", value: TARGET }],
  };
}
