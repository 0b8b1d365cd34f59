/**
 * `/v1/admit`: what happens to one request, in the original's order: Gatekeeper's own service account passes, its own resources are checked,
 * excluded namespaces pass, then the policies are asked. Everything it needs of the world is handed in.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/customize-admission
 */
import {
  type AdmissionRequest,
  type AdmissionResponse,
  allow,
  checkOwnResource,
  isExcluded,
  isNamespace,
  isOwnGroup,
  judgeReview,
  type KubeObject,
  nameOf,
  namespaceOf,
  policyDump,
  type Review,
  readReview,
  refuse,
  respond,
  reviewOfRequest,
  stringAt,
  traceDump,
  traceFor,
  type Verdict,
  WEBHOOK_POINT,
} from "../gatekeeper/index.ts";
import type { PendingRequest, PlainObject, Value } from "../rego/index.ts";
import { advice } from "./advice.ts";
import type { Logger } from "./effects/log.ts";
import type { AdmissionMeter } from "./effects/metrics.ts";
import type { Waiting } from "./http/deadline.ts";
import type { Undecodable } from "./http/envelope.ts";
import type { PolicyStore } from "./policy-store.ts";
import { unreadableObject } from "./unreadable.ts";
import { logDenials, logStats, requestKeys } from "./violation-log.ts";

/** What the webhook needs of the world. */
export interface AdmissionParts {
  readonly store: PolicyStore;
  readonly meter: AdmissionMeter;
  readonly log: Logger;
  /** `system:serviceaccount:<namespace>:gatekeeper-admin`. */
  readonly ownUser: string;
  readonly checkActions: boolean;
  readonly logDenies: boolean;
  readonly logStats: boolean;
  /** Returns the Namespace of a request, or undefined when it does not exist. Throws when it cannot be fetched. */
  readonly namespace: (name: string, waiting: Waiting) => Promise<KubeObject | undefined> | KubeObject | undefined;
  /** Answers what a policy asks of the outside. */
  readonly answer: (request: PendingRequest) => Promise<Value | Error>;
  /** Told of every review with violations, for Events. */
  readonly onVerdict?: (review: Review, verdict: Verdict) => void;
}

const TARGET = "admission.k8s.gatekeeper.sh";
// Each round answers everything asked so far; a policy that needs more is going round in circles.
const MAX_ROUNDS = 16;

/** Decides about one request of the API server. */
export async function admit(
  parts: AdmissionParts,
  json: PlainObject,
  waiting: Waiting,
  plain = false,
): Promise<AdmissionResponse | Undecodable> {
  const started = process.hrtime.bigint();
  const uid = typeof json["uid"] === "string" ? json["uid"] : "";
  const user = json["userInfo"] as PlainObject | undefined;
  if (user?.["username"] === parts.ownUser) return allow(uid, "Gatekeeper does not self-manage");
  const read = readReview(json, { plain });
  if ("error" in read) return refuseUnread(parts, json, uid, started, read.error);
  const { request } = read.review;
  const warnings: string[] = [];
  if (isOwnGroup(request.kind.group)) {
    const refusal = checkOwnResource(parts.store.current, request, { checkActions: parts.checkActions });
    if (refusal) return refuse(uid, refusal.code, refusal.message);
    warnings.push(...advice(parts.store.current, request));
  }
  if (isExcludedRequest(parts, request)) {
    return counted(parts, started, request.dryRun === true, "allow", allow(uid, "Namespace is set to be ignored by Gatekeeper config"));
  }
  // Requests of server-side apply name a Namespace as its own namespace, older ones do not: to policies it has none.
  const asked = isNamespaceRequest(request) ? { ...request, namespace: "" } : request;
  return await decide(parts, asked, json, started, waiting, warnings);
}

/** A deletion without the old object is the one request that can be read and not reviewed; the rest is Go's decoder's to refuse. */
function refuseUnread(
  parts: AdmissionParts,
  json: PlainObject,
  uid: string,
  started: bigint,
  error: string,
): AdmissionResponse | Undecodable {
  if (error.startsWith("json: "))
    return { undecodable: error.replace(/Go struct field (\w+)\./, "Go struct field $1.AdmissionReview.request.") };
  const message = `error reviewing resource ${stringAt(json, "name")}: ${TARGET}: target.HandleReview failed for target "${TARGET}": ${error}\n`;
  return counted(parts, started, json["dryRun"] === true, "error", refuse(uid, 500, message));
}

async function decide(
  parts: AdmissionParts,
  request: AdmissionRequest,
  json: PlainObject,
  started: bigint,
  waiting: Waiting,
  warnings: readonly string[],
): Promise<AdmissionResponse> {
  const dryRun = request.dryRun === true;
  const { uid } = request;
  let namespace: KubeObject | undefined;
  try {
    if (request.namespace !== "") namespace = await parts.namespace(request.namespace, waiting);
  } catch (error) {
    const message = `failed to create augmentedReview: ${error instanceof Error ? error.message : String(error)}`;
    return counted(parts, started, dryRun, "error", refuse(uid, 500, message));
  }
  const unreadable = unreadableObject(json);
  if (unreadable !== undefined)
    return counted(parts, started, dryRun, "error", refuse(uid, 500, `error decoding generator resource ${request.name}: ${unreadable}`));
  if (request.kind.version === "" && request.kind.kind === "" && (request.object ?? request.oldObject) !== undefined) {
    const message = `unable to expand object: cannot expand resource ${request.name} with empty GVK`;
    return counted(parts, started, dryRun, "error", refuse(uid, 500, message));
  }
  const read = reviewOfRequest(request, { namespace, namespaceObject: namespace, source: "Original" });
  if ("error" in read) return counted(parts, started, dryRun, "error", refuse(uid, 500, read.error));
  const verdict = await judge(parts, read.review, waiting);
  if (typeof verdict === "string") return counted(parts, started, dryRun, "error", refuse(uid, 500, verdict));
  if (parts.logDenies) logDenials(parts.log, read.review, verdict);
  if (parts.logStats) logStats(parts.log, verdict, requestKeys(read.review));
  if (verdict.results.length > 0) parts.onVerdict?.(read.review, verdict);
  const response = respond(read.review, verdict);
  const all = [...(response.warnings ?? []), ...warnings];
  return counted(parts, started, dryRun, response.allowed ? "allow" : "deny", all.length === 0 ? response : { ...response, warnings: all });
}

/** Judges, fetching what policies ask of the outside; gives an error text when that has no end. */
async function judge(parts: AdmissionParts, review: Review, waiting: Waiting): Promise<Verdict | string> {
  const set = parts.store.current;
  const trace = traceFor(set.config, String(review.request.userInfo["username"] ?? ""), review.request.kind);
  const answers = new Map<string, Value | Error>();
  const options = {
    point: WEBHOOK_POINT,
    nowNanos: BigInt(Date.now()) * 1_000_000n,
    seed: (Math.random() * 2 ** 32) >>> 0,
    answers,
    stats: true,
    clock: () => process.hrtime.bigint(),
    trace: trace !== undefined,
    signal: waiting,
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const verdict = judgeReview(set, review, options);
    if (waiting.aborted) return "serving context canceled, aborting request";
    if (verdict.pending.length === 0) {
      measure(parts.meter, verdict);
      if (trace !== undefined) parts.log.info(traceDump(verdict.results, verdict.trace));
      if (trace?.dump.toLowerCase() === "all") parts.log.info(policyDump(set));
      return verdict;
    }
    const asked = new Map(verdict.pending.map((request) => [request.key, request]));
    const found = await Promise.all([...asked].map(async ([key, request]) => [key, await parts.answer(request)] as const));
    for (const [key, value] of found) answers.set(key, value);
  }
  return `policies asked for outside data in ${MAX_ROUNDS} rounds and there is still more to ask`;
}

function measure(meter: AdmissionMeter, verdict: Verdict): void {
  for (const { scope, statsFor, stats } of verdict.stats) {
    const time = stats.find(({ name }) => name === "templateRunTimeNS" || name === "runTimeNS");
    if (time) meter.evaluation(scope === "template" ? statsFor : (statsFor.split("/")[0] ?? statsFor), time.value / 1e9);
  }
}

function isNamespaceRequest({ kind }: AdmissionRequest): boolean {
  return kind.group === "" && kind.kind === "Namespace";
}

function isExcludedRequest({ store }: AdmissionParts, request: AdmissionRequest): boolean {
  const object = request.object ?? request.oldObject;
  if (object === undefined) return false;
  const name = isNamespace(object) ? nameOf(object) : request.namespace === "" ? namespaceOf(object) : request.namespace;
  return isExcluded(store.current.config, "webhook", name);
}

function counted(
  parts: AdmissionParts,
  started: bigint,
  dryRun: boolean,
  status: "allow" | "deny" | "error",
  response: AdmissionResponse,
): AdmissionResponse {
  parts.meter.request(status, dryRun, Number(process.hrtime.bigint() - started) / 1e9);
  return response;
}
