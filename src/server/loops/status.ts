/**
 * Gathers what the pods say about templates, constraints, Config and Providers into `status.byPod` of the parent. Runs in pods with the
 * operation `status`. https://open-policy-agent.github.io/gatekeeper/website/docs/operations
 */
import { fieldAt, gvkOf, type KubeObject, nameOf, stringAt } from "../../gatekeeper/index.ts";
import { equalValues, isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import { type KubeClient, type ObjectKey, type Resource, updateWithRetries } from "../cluster/client.ts";
import {
  CONFIG_STATUSES,
  CONFIGS,
  CONSTRAINT_STATUSES,
  constraintResource,
  PROVIDER_STATUSES,
  PROVIDERS,
  TEMPLATE_STATUSES,
  TEMPLATES,
} from "../cluster/kinds.ts";
import { type Reflector, startReflector } from "../cluster/reflector.ts";
import { isPassing } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";
import { WorkQueue } from "../work-queue.ts";

/** What gathering needs. */
export interface StatusParts {
  readonly client: KubeClient;
  readonly log: Logger;
  readonly podNamespace: string;
}

interface StatusRow {
  readonly statuses: Resource;
  readonly uidField: string;
  readonly parent: (status: KubeObject, namespace: string) => Parent | undefined;
}

const labelOf = (object: KubeObject, name: string): string => stringAt(object, "metadata", "labels", `internal.gatekeeper.sh/${name}`);

const ROWS: readonly StatusRow[] = [
  {
    statuses: TEMPLATE_STATUSES,
    uidField: "templateUID",
    parent: (status) => ({ resource: TEMPLATES, key: { name: labelOf(status, "constrainttemplate-name") } }),
  },
  {
    statuses: CONSTRAINT_STATUSES,
    uidField: "constraintUID",
    parent: (status) => ({
      resource: constraintResource(labelOf(status, "constraint-kind")),
      key: { name: labelOf(status, "constraint-name") },
    }),
  },
  {
    statuses: CONFIG_STATUSES,
    uidField: "configUID",
    parent: (status, namespace) => ({ resource: CONFIGS, key: { namespace, name: labelOf(status, "config-name") } }),
  },
  {
    statuses: PROVIDER_STATUSES,
    uidField: "providerUID",
    parent: (status) => ({ resource: PROVIDERS, key: { name: labelOf(status, "provider-name") } }),
  },
];

/** Running gathering. */
export interface StatusGathering {
  /** Looks at a parent that has changed: somebody may have written over what was gathered. */
  seen(parent: KubeObject): void;
  stop(): Promise<void>;
}

/** Starts gathering. */
export function startStatusGathering(parts: StatusParts): StatusGathering {
  const queue = new WorkQueue({
    workers: WRITERS,
    failed: (error, name) => parts.log.warn({ error, name }, "status.byPod could not be written; trying again if that can help"),
    again: isPassing,
  });
  const gatherers = ROWS.map((row) => gather(parts, row, queue));
  return {
    seen: (parent) => {
      for (const gatherer of gatherers) gatherer.seen(parent);
    },
    stop: async () => {
      queue.stop();
      for (const { reflector } of gatherers) reflector.stop();
      await Promise.all(gatherers.map(({ reflector }) => reflector.done));
    },
  };
}

/** Parents written at once. */
const WRITERS = 16;

interface Parent {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

interface Gatherer {
  readonly reflector: Reflector;
  seen(parent: KubeObject): void;
}

function gather(parts: StatusParts, row: StatusRow, queue: WorkQueue): Gatherer {
  /** Statuses by their object's name; small objects, one a pod and parent. */
  const known = new Map<string, KubeObject>();
  /** The same by parent: ten thousand constraints must not be gone through for each of them. */
  const byParent = new Map<string, Map<string, KubeObject>>();
  const place = (status: KubeObject, change: (siblings: Map<string, KubeObject>) => void): void => {
    const parent = row.parent(status, parts.podNamespace);
    if (parent === undefined || parent.key.name === "") return;
    const key = keyOf(parent.resource.group, parent.resource.plural, parent.key.name);
    const siblings = byParent.get(key) ?? new Map<string, KubeObject>();
    change(siblings);
    if (siblings.size === 0) byParent.delete(key);
    else byParent.set(key, siblings);
    queue.add(key, () => writeParent(parts, row, parent, siblings));
  };
  const reflector = startReflector(
    parts.client,
    row.statuses,
    {
      changed: (object) => {
        known.set(nameOf(object), object);
        place(object, (siblings) => siblings.set(nameOf(object), object));
      },
      deleted: (object) => {
        const former = known.get(nameOf(object)) ?? object;
        known.delete(nameOf(object));
        place(former, (siblings) => siblings.delete(nameOf(object)));
      },
      failed: (error) => parts.log.warn({ error, resource: row.statuses.plural }, "watch failed; trying again"),
    },
    { namespace: parts.podNamespace },
  );
  const seen = (object: KubeObject): void => {
    const { group, kind } = gvkOf(object);
    const plural = group === CONSTRAINTS ? kind.toLowerCase() : `${kind.toLowerCase()}s`;
    const key = keyOf(group, plural, nameOf(object));
    const siblings = byParent.get(key);
    const [any] = siblings?.values() ?? [];
    const parent = any === undefined ? undefined : row.parent(any, parts.podNamespace);
    if (siblings === undefined || parent === undefined) return;
    if (withByPod(object, [...siblings.values()], row, parent.resource === TEMPLATES) !== undefined)
      queue.add(key, () => writeParent(parts, row, parent, siblings));
  };
  return { reflector, seen };
}

const CONSTRAINTS = constraintResource("").group;

function keyOf(group: string, plural: string, name: string): string {
  return `${group}/${plural}/${name}`;
}

async function writeParent(
  { client }: StatusParts,
  row: StatusRow,
  { resource, key }: Parent,
  statuses: ReadonlyMap<string, KubeObject>,
): Promise<void> {
  const change = (current: PlainObject): PlainObject | undefined => withByPod(current, [...statuses.values()], row, resource === TEMPLATES);
  await updateWithRetries(client, resource, key, change, "status");
}

/** Returns the parent with what its pods say, or undefined when it says so already. */
function withByPod(parent: KubeObject, statuses: readonly KubeObject[], row: StatusRow, isTemplate: boolean): PlainObject | undefined {
  const uid = stringAt(parent, "metadata", "uid");
  const byPod = statuses
    .map((status) => status["status"])
    .filter((status): status is PlainObject => isPlainObject(status) && status[row.uidField] === uid)
    .sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
  const former = isPlainObject(parent["status"]) ? parent["status"] : {};
  const created = isTemplate ? { created: former["created"] === true || byPod.some((status) => !hasErrors(status)) } : {};
  const status: PlainObject = { ...former, ...created, byPod };
  return equalValues(former as Value, status as Value) ? undefined : { ...parent, status };
}

function hasErrors(status: PlainObject): boolean {
  const errors = fieldAt(status, "errors");
  return Array.isArray(errors) && errors.length > 0;
}
