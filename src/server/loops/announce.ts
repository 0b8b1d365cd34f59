/**
 * Tells the API server what was taken in: makes the definition of a template's kind, the policies that the API server enforces itself, and says
 * in this pod's statuses what came of it. What fails for a reason that may pass is told again later.
 */
import { celSourceOf } from "../../gatekeeper/cel.ts";
import { type ApplyError, fieldAt, type KubeObject, nameOf, stringAt, templateOf, VAP_POINT } from "../../gatekeeper/index.ts";
import { type PlainObject, type Value, writeJson } from "../../rego/index.ts";
import type { KubeClient, Resource } from "../cluster/client.ts";
import { constraintResource, TEMPLATES } from "../cluster/kinds.ts";
import { constraintState, type ParentKind, type PodStatuses, templateErrors } from "../cluster/pod-status.ts";
import { isPassing } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";
import type { Metrics } from "../effects/metrics.ts";
import type { PolicyStore } from "../policy-store.ts";
import type { WorkQueue } from "../work-queue.ts";
import type { AdmissionPolicies, Generation } from "./admission-policies.ts";
import type { PublishFailure } from "./publish.ts";
import type { Tracker } from "./tracker.ts";

/** What ingestion needs. */
export interface IngestParts {
  readonly client: KubeClient;
  readonly store: PolicyStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracker: Tracker;
  /** Absent where this pod writes no statuses (the audit's own thread). */
  readonly statuses: PodStatuses | undefined;
  readonly podNamespace: string;
  /** Makes the constraint kind known to the API server; absent in pods without `generate`. */
  readonly publishTemplate?: (template: KubeObject) => Promise<PublishFailure | undefined>;
  /** Makes the API server enforce CEL itself; absent in pods without `generate`. */
  readonly policies?: AdmissionPolicies;
  /** What could not be told the API server yet. */
  readonly retries: WorkQueue;
  /** What was taken in without a complaint, by UID; kept by this room only. */
  readonly taken: Map<string, string>;
  /** Told of every template, constraint, Config and Provider whenever it changes, its status included. */
  readonly onSeen: (object: KubeObject) => void;
  /** Told when the kinds to sync may have changed. */
  readonly onSyncChange: () => void;
}

/** Tells the API server and the pod's status about a template; gives the failure when it may pass, and the template is to be announced again. */
export async function announceTemplate(parts: IngestParts, object: KubeObject, error: ApplyError | undefined): Promise<unknown> {
  let errors = templateErrors(error);
  const unpublished = error === undefined ? await parts.publishTemplate?.(object) : undefined;
  if (unpublished !== undefined) {
    const { step, error: reason } = unpublished;
    errors = [{ code: `${step}_error`, message: `Could not ${step} CRD: ${reason instanceof Error ? reason.message : String(reason)}` }];
  }
  const generated = error === undefined ? await tryGenerate(parts, () => parts.policies?.publishTemplate(object)) : undefined;
  if (generated?.state === "error") errors = [...errors, { code: "create_error", message: policyComplaint(generated) }];
  const warning = generated?.warning === undefined ? {} : { warning: generated.warning };
  const vap =
    generated?.state === "generated"
      ? { vapGenerationStatus: { state: generated.state, observedGeneration: generationOf(object), ...warning } }
      : {};
  writeStatus(parts, "template", object, { ...(errors.length > 0 ? { errors } : {}), ...vap });
  if (errors.length === 0) parts.taken.set(stringAt(object, "metadata", "uid"), versionOf(object));
  return unpublished !== undefined && isPassing(unpublished.error) ? unpublished.error : generated?.passing;
}

/** The same for a constraint. */
export async function announceConstraint(parts: IngestParts, object: KubeObject, complaint: string | undefined): Promise<unknown> {
  const generated = complaint === undefined ? await tryGenerate(parts, () => parts.policies?.publishConstraint(object)) : undefined;
  writeStatus(parts, "constraint", object, { ...constraintState(complaint), ...pointStatus(object, generated) });
  if (complaint === undefined && generated?.state !== "error") parts.taken.set(stringAt(object, "metadata", "uid"), versionOf(object));
  return generated?.passing;
}

function pointStatus(object: KubeObject, generated: Outcome): PlainObject {
  if (generated === undefined) return {};
  const message = generated.message === undefined ? {} : { message: generated.message };
  return {
    enforcementPointsStatus: [
      { enforcementPoint: VAP_POINT, state: generated.state, ...message, observedGeneration: generationOf(object) },
    ],
  };
}

function generationOf(object: KubeObject): Value {
  return fieldAt(object, "metadata", "generation") ?? 0;
}

/** Makes the policies of all templates anew: their scope has changed. */
export function republishPolicies(parts: IngestParts): void {
  if (parts.policies === undefined) return;
  for (const { template } of parts.store.current.templates.values())
    if (!("error" in celSourceOf(template))) tellTemplateAgain(parts, nameOf(template.object));
}

/** Announces what is in force once more: what was made of it may have changed or gone. Nothing is made of what is being deleted. */
export function tellTemplateAgain(parts: IngestParts, name: string): void {
  parts.retries.add(`template ${name}`, async () => {
    const object = templateOf(parts.store.current, name)?.template.object;
    const found = object === undefined ? undefined : await sameObject(parts.client, TEMPLATES, object);
    if (object === undefined || found === undefined) return;
    // The version in force is an older one: what is wrong with the newer stands in the status.
    const failure = isNewer(found, object)
      ? (await parts.publishTemplate?.(object))?.error
      : await announceTemplate(parts, object, undefined);
    if (failure !== undefined) throw failure;
  });
}

/** The same for a constraint. */
export function tellConstraintAgain(parts: IngestParts, kind: string, name: string): void {
  parts.retries.add(`constraint ${kind}/${name}`, async () => {
    const object = templateOf(parts.store.current, kind)?.constraints.get(name)?.object;
    const found = object === undefined ? undefined : await sameObject(parts.client, constraintResource(kind), object);
    if (object === undefined || found === undefined || isNewer(found, object)) return;
    const failure = await announceConstraint(parts, object, undefined);
    if (failure !== undefined) throw failure;
  });
}

/** Returns what the API server has of an object, unless it is another of the same name or is being deleted. */
async function sameObject(client: KubeClient, resource: Resource, object: KubeObject): Promise<KubeObject | undefined> {
  const found = await client.get(resource, { name: nameOf(object) });
  const same = found !== undefined && stringAt(found, "metadata", "uid") === stringAt(object, "metadata", "uid");
  return same && stringAt(found, "metadata", "deletionTimestamp") === "" ? found : undefined;
}

function isNewer(found: KubeObject, object: KubeObject): boolean {
  return generationOf(found) !== generationOf(object);
}

type Outcome = (NonNullable<Generation> & { readonly failure?: unknown; readonly passing?: unknown }) | undefined;

// What the API server refuses is told apart from what cannot be asked of it.
function policyComplaint(outcome: NonNullable<Outcome>): string {
  return outcome.failure === undefined ? (outcome.message ?? "") : `Could not create VAP object: ${outcome.message ?? ""}`;
}

async function tryGenerate(parts: IngestParts, run: () => Promise<Generation> | undefined): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    parts.log.warn({ error }, "a ValidatingAdmissionPolicy could not be written");
    const message = error instanceof Error ? error.message : String(error);
    return { state: "error", message, failure: error, ...(isPassing(error) ? { passing: error } : {}) };
  }
}

/** Returns what a status that somebody writes leaves as it is. */
export function versionOf(object: KubeObject): string {
  return `${String(generationOf(object))} ${writeJson(fieldAt(object, "metadata", "labels") ?? null)} ${writeJson(fieldAt(object, "metadata", "annotations") ?? null)}`;
}

/** Has this pod say what came of an object. */
export function writeStatus(parts: IngestParts, kind: ParentKind, object: KubeObject, extra: Parameters<PodStatuses["write"]>[2]): void {
  parts.statuses?.write(kind, object, extra);
}
