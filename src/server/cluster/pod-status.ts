/**
 * What one pod says about the objects it took in: small status objects in Gatekeeper's namespace, one a pod and parent, owned by the pod so
 * that they go with it. Names pack their parts as the original does, so tools find them.
 */
import { createHash } from "node:crypto";
import { type ApplyError, fieldAt, gvkOf, type KubeObject, nameOf, stringAt } from "../../gatekeeper/index.ts";
import { equalValues, type PlainObject } from "../../rego/index.ts";
import { WorkQueue } from "../work-queue.ts";
import type { KubeClient, Resource } from "./client.ts";
import { CONFIG_STATUSES, CONSTRAINT_STATUSES, PODS, PROVIDER_STATUSES, TEMPLATE_STATUSES } from "./kinds.ts";
import { type Reflector, startReflector } from "./reflector.ts";
import { isPassing, KubeError } from "./transport.ts";

/** Who writes. */
export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly operations: readonly string[];
}

/** A status about one parent. */
interface StatusKind {
  readonly resource: Resource;
  readonly nameParts: (parent: KubeObject) => readonly string[];
  readonly labels: (parent: KubeObject) => PlainObject;
  /** The field that holds the parent's UID. */
  readonly uidField: string;
}

const label = (name: string): string => `internal.gatekeeper.sh/${name}`;

const KINDS = {
  template: {
    resource: TEMPLATE_STATUSES,
    nameParts: (parent) => [nameOf(parent)],
    labels: (parent) => ({ [label("constrainttemplate-name")]: nameOf(parent) }),
    uidField: "templateUID",
  },
  constraint: {
    resource: CONSTRAINT_STATUSES,
    nameParts: (parent) => [gvkOf(parent).kind.toLowerCase(), nameOf(parent)],
    labels: (parent) => ({
      [label("constraint-name")]: nameOf(parent),
      [label("constraint-kind")]: gvkOf(parent).kind,
      [label("constrainttemplate-name")]: gvkOf(parent).kind.toLowerCase(),
    }),
    uidField: "constraintUID",
  },
  config: {
    resource: CONFIG_STATUSES,
    nameParts: (parent) => [stringAt(parent, "metadata", "namespace"), nameOf(parent)],
    labels: (parent) => ({ [label("config-name")]: nameOf(parent) }),
    uidField: "configUID",
  },
  provider: {
    resource: PROVIDER_STATUSES,
    nameParts: (parent) => [nameOf(parent)],
    labels: (parent) => ({ [label("provider-name")]: nameOf(parent) }),
    uidField: "providerUID",
  },
} as const satisfies Record<string, StatusKind>;

/** Kinds of parents that have pod statuses. */
export type ParentKind = keyof typeof KINDS;

/** Names of Kubernetes objects end here; what is longer is cut and told apart by a hash. */
const NAME_LIMIT = 253;

/** Packs the parts of a status name: dashes inside a part are doubled, parts are joined by one. */
export function packName(parts: readonly string[]): string {
  const packed = parts.map((part) => part.replaceAll("-", "--")).join("-");
  if (packed.length <= NAME_LIMIT) return packed;
  return `${packed.slice(0, NAME_LIMIT - 9)}-${createHash("sha256").update(packed).digest("hex").slice(0, 8)}`;
}

/** Statuses written at once. */
const WRITERS = 8;

/** What a pod says about a parent. */
interface Said {
  /** The status as it is being written or was; undefined before that. */
  status: PlainObject | undefined;
  /** Writes it once more. */
  readonly again: () => void;
}

/**
 * Writes and removes this pod's statuses, in the background: a policy is in force before its status says so, and ten thousand of them do not
 * wait for one another. Of several statuses about one parent the last one counts.
 */
export class PodStatuses {
  readonly #client: KubeClient;
  readonly #pod: PodIdentity;
  readonly #queue: WorkQueue;
  #owner: Promise<PlainObject | undefined> | undefined;
  /** What was said last about each parent, by the name of the status object. */
  readonly #said = new Map<string, Said>();
  readonly #watches: Reflector[] = [];

  constructor(client: KubeClient, pod: PodIdentity, failed: (error: unknown, key: string) => void) {
    this.#client = client;
    this.#pod = pod;
    this.#queue = new WorkQueue({ workers: WRITERS, failed, again: isPassing });
  }

  /** Says again what somebody else deletes or changes of this pod's statuses. */
  watch(failed: (error: Error) => void): void {
    const scope = { namespace: this.#pod.namespace, labels: `${label("pod")}=${this.#pod.name}` };
    for (const [kind, { resource }] of Object.entries(KINDS)) {
      const said = (object: PlainObject) => this.#said.get(`${kind} ${nameOf(object)}`);
      this.#watches.push(
        startReflector(
          this.#client,
          resource,
          {
            changed: (object) => {
              const last = said(object);
              if (last?.status !== undefined && !equalValues(object["status"] ?? null, last.status)) last.again();
            },
            deleted: (object) => said(object)?.again(),
            failed,
          },
          scope,
        ),
      );
    }
  }

  /** Writes nothing more. */
  stop(): void {
    this.#queue.stop();
    for (const watch of this.#watches) watch.stop();
  }

  /** Will write what happened to a parent: `extra` are the fields of its kind beside the common ones. */
  write(kind: ParentKind, parent: KubeObject, extra: PlainObject): void {
    const key = `${kind} ${this.#nameOf(kind, parent)}`;
    const said: Said = { status: undefined, again: () => this.#queue.add(key, () => this.#write(kind, parent, extra, said)) };
    this.#said.set(key, said);
    said.again();
  }

  /** Will remove this pod's status about a parent that is gone. */
  remove(kind: ParentKind, parent: KubeObject): void {
    const name = this.#nameOf(kind, parent);
    this.#said.delete(`${kind} ${name}`);
    this.#queue.add(`${kind} ${name}`, () => this.#client.delete(KINDS[kind].resource, { namespace: this.#pod.namespace, name }));
  }

  async #write(kind: ParentKind, parent: KubeObject, extra: PlainObject, remembered: Said): Promise<void> {
    const { resource, labels, uidField } = KINDS[kind];
    const name = this.#nameOf(kind, parent);
    const generation = fieldAt(parent, "metadata", "generation");
    const said: PlainObject = {
      id: this.#pod.name,
      [uidField]: stringAt(parent, "metadata", "uid"),
      operations: [...this.#pod.operations].sort(),
      observedGeneration: generation ?? 0,
      ...extra,
    };
    this.#owner ??= this.#ownerReference();
    const owner = await this.#owner.catch((error: unknown) => {
      this.#owner = undefined; // asked again next time
      throw error;
    });
    const key = { namespace: this.#pod.namespace, name };
    const fresh: PlainObject = {
      name,
      namespace: this.#pod.namespace,
      labels: { ...labels(parent), [label("pod")]: this.#pod.name },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    };
    const apiVersion = `${resource.group}/${resource.version}`;
    for (let attempt = 0; attempt < 5; attempt++) {
      // Most statuses are about something new: creating first saves a question.
      const current = attempt === 0 ? undefined : await this.#client.get(resource, key);
      // What was in force before goes on being so when its successor is refused.
      const stays = kind === "constraint" && "errors" in extra && fieldAt(current ?? {}, "status", "enforced") === true;
      const status: PlainObject = stays ? { ...said, enforced: true } : said;
      remembered.status = status;
      if (current !== undefined && equalValues(current["status"] ?? null, status)) return;
      const object = { apiVersion, kind: resource.kind, metadata: current?.["metadata"] ?? fresh, status };
      try {
        if (current === undefined) await this.#client.create(resource, object, this.#pod.namespace);
        else await this.#client.update(resource, key, object);
        return;
      } catch (error) {
        // It exists, or another of this pod's loops was faster: read it.
        if (!(error instanceof KubeError) || error.code !== 409) throw error;
      }
    }
  }

  #nameOf(kind: ParentKind, parent: KubeObject): string {
    return packName([this.#pod.name, ...KINDS[kind].nameParts(parent)]);
  }

  async #ownerReference(): Promise<PlainObject | undefined> {
    const pod = await this.#client.get(PODS, { namespace: this.#pod.namespace, name: this.#pod.name });
    return pod === undefined ? undefined : { apiVersion: "v1", kind: "Pod", name: this.#pod.name, uid: stringAt(pod, "metadata", "uid") };
  }
}

/** Returns the `errors` of a template's status. */
export function templateErrors(error: ApplyError | undefined): readonly PlainObject[] {
  if (error === undefined) return [];
  if (error.kind === "definition" || error.kind === "decode") return [{ code: "create_error", message: error.message }];
  return [{ code: "ingest_error", message: `Could not ingest Rego: ${error.message}` }];
}

/** Returns the fields of a constraint's status. */
export function constraintState(error: string | undefined): PlainObject {
  return error === undefined ? { enforced: true } : { errors: [{ code: "", message: error }] };
}
