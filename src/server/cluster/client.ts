/**
 * The verbs the controllers need, on plain JSON objects. Paths follow from group, version and plural; nothing here knows what a
 * kind means.
 */
import type { PlainObject, Value } from "../../rego/index.ts";
import { KubeError, type KubeTransport } from "./transport.ts";

/** A resource type as the API server names it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** One page of a list. */
export interface Page {
  readonly items: readonly PlainObject[];
  readonly resourceVersion: string;
  readonly next: string | undefined;
}

/** Where an object is. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Returns the path of a resource type, in a namespace when one is given. */
export function pathOf(resource: Resource, namespace?: string): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  return namespace === undefined || namespace === "" || !resource.namespaced
    ? `${root}/${resource.plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`;
}

/** The verbs over one transport. */
export class KubeClient {
  readonly transport: KubeTransport;

  constructor(transport: KubeTransport) {
    this.transport = transport;
  }

  /** Returns an object, or undefined when it does not exist. */
  async get(resource: Resource, key: ObjectKey, signal?: AbortSignal): Promise<PlainObject | undefined> {
    const path = this.#object(resource, key);
    return await absentIsUndefined(this.transport.request({ method: "GET", path, ...(signal === undefined ? {} : { signal }) }));
  }

  /** Returns one page; an expired `continue` token throws KubeError 410. */
  async page(
    resource: Resource,
    options: {
      readonly limit?: number;
      readonly from?: string | undefined;
      readonly labels?: string;
      readonly namespace?: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<Page> {
    const { limit, from, labels, namespace, signal } = options;
    const list = await this.transport.request({
      method: "GET",
      path: pathOf(resource, namespace),
      query: {
        limit,
        continue: from,
        labelSelector: labels,
        ...(limit === undefined && from === undefined ? { resourceVersion: undefined } : {}),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    const metadata = (list["metadata"] ?? {}) as PlainObject;
    const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
    // Items of a list leave out their type; policies expect it.
    const items = ((list["items"] ?? []) as readonly PlainObject[]).map((item) =>
      item["kind"] === undefined ? { apiVersion, kind: resource.kind, ...item } : item,
    );
    const next = metadata["continue"];
    return {
      items,
      resourceVersion: String(metadata["resourceVersion"] ?? ""),
      next: typeof next === "string" && next !== "" ? next : undefined,
    };
  }

  /** Returns every object of a type, page by page. */
  async list(resource: Resource, options: { readonly labels?: string; readonly namespace?: string } = {}): Promise<readonly PlainObject[]> {
    const all: PlainObject[] = [];
    for (let from: string | undefined; ; ) {
      const page = await this.page(resource, { limit: 500, from, ...options });
      all.push(...page.items);
      if (page.next === undefined) return all;
      from = page.next;
    }
  }

  create(resource: Resource, object: PlainObject, namespace?: string): Promise<PlainObject> {
    return this.transport.request({ method: "POST", path: pathOf(resource, namespace), body: object });
  }

  /** Replaces an object; the server refuses (409) when its resourceVersion is old. */
  update(resource: Resource, key: ObjectKey, object: PlainObject, subresource?: "status"): Promise<PlainObject> {
    return this.transport.request({ method: "PUT", path: this.#object(resource, key, subresource), body: object });
  }

  /** Applies a JSON merge patch. */
  merge(resource: Resource, key: ObjectKey, patch: Value, subresource?: "status"): Promise<PlainObject> {
    return this.transport.request({
      method: "PATCH",
      path: this.#object(resource, key, subresource),
      body: patch,
      contentType: "application/merge-patch+json",
    });
  }

  /** Deletes an object; one that is gone already is fine. */
  async delete(resource: Resource, key: ObjectKey): Promise<void> {
    await absentIsUndefined(this.transport.request({ method: "DELETE", path: this.#object(resource, key) }));
  }

  #object(resource: Resource, key: ObjectKey, subresource?: string): string {
    return `${pathOf(resource, key.namespace)}/${encodeURIComponent(key.name)}${subresource === undefined ? "" : `/${subresource}`}`;
  }
}

async function absentIsUndefined(answer: Promise<PlainObject>): Promise<PlainObject | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubeError && error.code === 404) return undefined;
    throw error;
  }
}

/** Writes an object read before, reading it again when somebody else wrote in between (conflict), a bounded number of times. */
export async function updateWithRetries(
  client: KubeClient,
  resource: Resource,
  key: ObjectKey,
  change: (current: PlainObject) => PlainObject | undefined,
  subresource?: "status",
): Promise<void> {
  for (let attempt = 0; attempt < 6; attempt++) {
    const current = await client.get(resource, key);
    const changed = current === undefined ? undefined : change(current);
    if (changed === undefined) return;
    try {
      await client.update(resource, key, changed, subresource);
      return;
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 409) throw error;
    }
  }
  throw new KubeError(409, "Conflict", `${resource.plural} ${key.name}: still in conflict after 6 attempts`);
}
