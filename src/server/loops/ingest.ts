/**
 * Takes Gatekeeper's own objects from the API server into the policy store: templates, the constraints of each template's kind, Config,
 * SyncSets, Providers. Every pod that judges runs this; what could not be taken in is reported in pod statuses, logs and metrics and takes
 * nothing down that worked before.
 */
import {
  checkEnforcement,
  gvkOf,
  isConfig,
  type KubeObject,
  nameOf,
  namespaceOf,
  readTemplate,
  stringAt,
  templateOf,
} from "../../gatekeeper/index.ts";
import type { Resource } from "../cluster/client.ts";
import { CONFIGS, constraintResource, PROVIDERS, SYNC_SETS, TEMPLATES, VALIDATING_WEBHOOKS } from "../cluster/kinds.ts";
import type { ParentKind } from "../cluster/pod-status.ts";
import { type Reflector, startReflector } from "../cluster/reflector.ts";
import { KubeError } from "../cluster/transport.ts";
import {
  announceConstraint,
  announceTemplate,
  type IngestParts,
  republishPolicies,
  tellConstraintAgain,
  tellTemplateAgain,
  versionOf,
  writeStatus,
} from "./announce.ts";
import { countObjects } from "./count-policies.ts";
import { keepMade } from "./keep-made.ts";

/** Running ingestion. */
export interface Ingestion {
  stop(): Promise<void>;
}

/** Starts the reflectors; constraint kinds come and go with their templates. */
export function startIngestion(parts: IngestParts): Ingestion {
  const constraintReflectors = new Map<string, Reflector>();
  const reflect = (
    resource: Resource,
    changed: (object: KubeObject) => Promise<void>,
    deleted: (object: KubeObject) => Promise<void>,
    namespace?: string,
  ): Reflector => {
    parts.tracker.expect(resource.plural);
    const failed = (error: Error): void => {
      // A kind is not served in the moment after its template came, or for good when the template is broken: readiness does not wait for it.
      if (error instanceof KubeError && error.code === 404) {
        parts.log.info({ resource: resource.plural }, "the API server does not serve this kind yet; trying again");
        parts.tracker.observe(resource.plural);
      } else parts.log.warn({ error, resource: resource.plural }, "watch failed; trying again");
    };
    return startReflector(
      parts.client,
      resource,
      {
        changed: async (object) => {
          await changed(object);
          parts.onSeen(object);
        },
        deleted,
        failed,
        synced: () => parts.tracker.observe(resource.plural),
      },
      namespace === undefined ? {} : { namespace },
    );
  };

  // By what the API server calls a kind: a template may change the case of its kind's letters.
  const startConstraints = (kind: string): void => {
    const { plural } = constraintResource(kind);
    if (constraintReflectors.has(plural)) return;
    constraintReflectors.set(
      plural,
      reflect(
        constraintResource(kind),
        (object) => takeConstraint(parts, object),
        (object) => dropObject(parts, object, "constraint"),
      ),
    );
  };
  const stopConstraints = (kind: string): void => {
    const { plural } = constraintResource(kind);
    constraintReflectors.get(plural)?.stop();
    constraintReflectors.delete(plural);
    parts.tracker.observe(plural);
  };

  let scope: string | undefined;
  const { policies } = parts;
  const watchedScope =
    policies === undefined
      ? []
      : [
          startReflector(parts.client, VALIDATING_WEBHOOKS, {
            changed: (object) => {
              const text = policies.scopeText(object);
              if (text === undefined) return;
              if (scope !== undefined && scope !== text) republishPolicies(parts);
              scope = text;
            },
            deleted: () => undefined,
          }),
        ];
  const fixed = [
    ...watchedScope,
    reflect(
      TEMPLATES,
      async (object) => {
        const kind = await takeTemplate(parts, object);
        if (kind !== undefined) startConstraints(kind);
      },
      async (object) => {
        const kind = kindOfTemplate(parts, object);
        if (kind !== undefined) stopConstraints(kind);
        await dropObject(parts, object, "template");
      },
    ),
    reflect(
      CONFIGS,
      (object) => takeConfig(parts, object),
      (object) => dropConfig(parts, object),
      parts.podNamespace,
    ),
    reflect(
      SYNC_SETS,
      (object) => takePlain(parts, object),
      (object) => dropPlain(parts, object),
    ),
    reflect(
      PROVIDERS,
      (object) => takeProvider(parts, object),
      (object) => dropObject(parts, object, "provider"),
    ),
  ];
  const made =
    parts.publishTemplate === undefined
      ? undefined
      : keepMade({
          client: parts.client,
          log: parts.log,
          policyResources: async () => (await policies?.resources()) ?? [],
          unmade: ({ kind, name }) => (kind === TEMPLATES.kind ? tellTemplateAgain(parts, name) : tellConstraintAgain(parts, kind, name)),
        });
  return {
    stop: async () => {
      parts.statuses?.stop();
      parts.retries.stop();
      const all = [...fixed, ...constraintReflectors.values()];
      for (const reflector of all) reflector.stop();
      await Promise.all([...all.map((reflector) => reflector.done), made?.stop()]);
    },
  };
}

// A status that somebody writes changes an object, but nothing that counts here: its generation stays.
function isTaken({ taken }: IngestParts, object: KubeObject): boolean {
  return taken.get(stringAt(object, "metadata", "uid")) === versionOf(object);
}

/** Takes a template; returns its constraint kind when it is in force. */
async function takeTemplate(parts: IngestParts, object: KubeObject): Promise<string | undefined> {
  const { store, log, metrics } = parts;
  if (isTaken(parts, object)) return kindOfTemplate(parts, object);
  const started = performance.now();
  const error = store.apply(object);
  const status = error === undefined ? "active" : "error";
  metrics.ingestions.inc({ status });
  metrics.ingestionSeconds.observe({ status }, (performance.now() - started) / 1000);
  if (error)
    log.error({ event_type: "template_ingest_error", template_name: nameOf(object), error: error.message }, "unable to ingest template");
  else log.debug({ event_type: "template_updated", template_name: nameOf(object) }, "template was updated");
  const failure = await announceTemplate(parts, object, error);
  if (failure !== undefined)
    parts.retries.add(`template ${nameOf(object)}`, async () => {
      if (templateOf(store.current, nameOf(object))?.template.object !== object) return; // another version has been announced
      const still = await announceTemplate(parts, object, undefined);
      if (still !== undefined) throw still;
    });
  await retryConstraints(parts);
  countObjects(parts);
  return kindOfTemplate(parts, object);
}

function kindOfTemplate({ store }: IngestParts, object: KubeObject): string | undefined {
  const loaded = templateOf(store.current, nameOf(object));
  if (loaded) return loaded.template.kind;
  // A template that could not be compiled still defines a kind whose constraints exist and wait.
  const read = readTemplate(object);
  return "error" in read ? undefined : read.template.kind;
}

async function takeConstraint(parts: IngestParts, object: KubeObject): Promise<void> {
  const { store, log } = parts;
  if (isTaken(parts, object)) return;
  const complaint = checkEnforcement(object);
  const refused = complaint === undefined ? store.apply(object)?.message : complaint;
  const text =
    refused === undefined
      ? undefined
      : complaint === undefined
        ? `could not cache constraint: ${refused}`
        : `could not validate enforcement actions: ${refused}`;
  const keys = { event_type: "constraint_added", constraint_kind: gvkOf(object).kind, constraint_name: nameOf(object) };
  if (text === undefined) log.debug({ ...keys, constraint_status: "enforced" }, "constraint added to OPA");
  else log.error({ ...keys, constraint_status: "unenforced", error: text }, "constraint could not be added");
  const failure = await announceConstraint(parts, object, text);
  if (failure !== undefined)
    parts.retries.add(`constraint ${gvkOf(object).kind}/${nameOf(object)}`, async () => {
      if (templateOf(store.current, gvkOf(object).kind)?.constraints.get(nameOf(object))?.object !== object) return;
      const still = await announceConstraint(parts, object, text);
      if (still !== undefined) throw still;
    });
  countObjects(parts);
}

// Constraints may be seen before their template is compiled.
async function retryConstraints(parts: IngestParts): Promise<void> {
  const waiting = parts.store.problems.filter(({ error }) => error.kind === "missing-template");
  if (waiting.length === 0 || parts.store.retryProblems() === 0) return;
  const still = new Set(parts.store.problems.map(({ object }) => object));
  for (const { object } of waiting) if (!still.has(object)) await takeConstraint(parts, object);
}

async function takeConfig(parts: IngestParts, object: KubeObject): Promise<void> {
  if (!isConfig(object) || nameOf(object) !== "config" || namespaceOf(object) !== parts.podNamespace) {
    parts.log.info({ name: nameOf(object) }, "only the Config named config in Gatekeeper's namespace is used");
    return;
  }
  const before = exclusionsText(parts);
  const error = parts.store.apply(object);
  writeStatus(parts, "config", object, error === undefined ? {} : { errors: [{ message: error.message }] });
  parts.onSyncChange();
  if (exclusionsText(parts) !== before) republishPolicies(parts);
}

function exclusionsText({ store }: IngestParts): string {
  return JSON.stringify(store.current.config?.exclusions ?? []);
}

async function dropConfig(parts: IngestParts, object: KubeObject): Promise<void> {
  if (nameOf(object) !== "config") return;
  const before = exclusionsText(parts);
  await dropObject(parts, object, "config");
  parts.onSyncChange();
  if (exclusionsText(parts) !== before) republishPolicies(parts);
}

async function takePlain(parts: IngestParts, object: KubeObject): Promise<void> {
  const error = parts.store.apply(object);
  if (error) parts.log.error({ error: error.message, name: nameOf(object) }, "object could not be used");
  parts.onSyncChange();
}

async function dropPlain(parts: IngestParts, object: KubeObject): Promise<void> {
  parts.store.remove(object);
  parts.onSyncChange();
}

async function takeProvider(parts: IngestParts, object: KubeObject): Promise<void> {
  const error = parts.store.apply(object);
  if (error) parts.metrics.providerErrors.inc();
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  writeStatus(
    parts,
    "provider",
    object,
    error === undefined
      ? { active: true, lastCacheUpdateTime: now }
      : { errors: [{ type: "UpsertCache", message: error.message, retryable: true, errorTimestamp: now }], lastTransitionTime: now },
  );
  countObjects(parts);
}

async function dropObject(parts: IngestParts, object: KubeObject, kind: ParentKind): Promise<void> {
  parts.store.remove(object);
  // A template takes its constraints with it: should it come back, they must be taken in again.
  if (kind === "template") parts.taken.clear();
  else parts.taken.delete(stringAt(object, "metadata", "uid"));
  countObjects(parts);
  const { policies } = parts;
  if (policies !== undefined && (kind === "template" || kind === "constraint"))
    parts.retries.add(kind === "template" ? `template ${nameOf(object)}` : `constraint ${gvkOf(object).kind}/${nameOf(object)}`, () =>
      kind === "template" ? policies.removeTemplate(object) : policies.removeConstraint(object),
    );
  parts.statuses?.remove(kind, object);
}
