/**
 * Keeps a copy of every object of one type up to date: lists in pages, watches from there, resumes after a disconnect, lists again when
 * the server has forgotten the version (410) or reports an error, with growing pauses. Handlers see each change once, in order; a relist
 * reports what vanished meanwhile as deleted.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import { isPlainObject, type PlainObject, parseJson } from "../../rego/index.ts";
import { type KubeClient, pathOf, type Resource } from "./client.ts";
import { KubeError, pause } from "./transport.ts";

/** What a reflector tells its owner. Handlers are awaited, so a slow one slows the watch, never the memory. */
export interface ReflectorHandlers {
  readonly changed: (object: PlainObject) => void | Promise<void>;
  readonly deleted: (object: PlainObject) => void | Promise<void>;
  /** The first list, and all of its objects, were handled. */
  readonly synced?: () => void;
  /** Something failed and will be tried again. */
  readonly failed?: (error: Error) => void;
}

/** Which objects of a type; absent = all. */
export interface ReflectorScope {
  readonly namespace?: string;
  /** A label selector. */
  readonly labels?: string;
}

/** A running reflector. */
export interface Reflector {
  stop(): void;
  /** Settles when it has stopped. */
  readonly done: Promise<void>;
}

const PAGE_SIZE = 500;
const WATCH_SECONDS = 300; // the server ends a watch after this time; we then resume where it stood
const LONGEST_PAUSE_MILLIS = 30_000;
const LONGEST_UNSERVED_MILLIS = 2_000;
/** A line of a watch larger than this is no Kubernetes object (etcd refuses 1.5 MB). */
const LINE_LIMIT = 32 * 1024 * 1024;

/** Starts reflecting. `known` keeps only names and versions, not objects, so memory grows with names alone. */
export function startReflector(client: KubeClient, resource: Resource, handlers: ReflectorHandlers, scope: ReflectorScope = {}): Reflector {
  const abort = new AbortController();
  const state: State = { client, resource, handlers, scope, signal: abort.signal, known: new Map(), version: "" };
  return { stop: () => abort.abort(), done: run(state) };
}

interface State {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly handlers: ReflectorHandlers;
  readonly scope: ReflectorScope;
  readonly signal: AbortSignal;
  /** `namespace/name` → resourceVersion of what the owner has seen. */
  readonly known: Map<string, string>;
  version: string;
}

async function run(state: State): Promise<void> {
  let failures = 0;
  let failure = ""; // told once, not at every attempt
  let listed = false;
  while (!state.signal.aborted) {
    try {
      if (state.version === "") {
        await relist(state);
        if (!listed) state.handlers.synced?.();
        listed = true;
      }
      const lived = await watch(state);
      failures = lived ? 0 : failures + 1;
      if (!lived) await pause(backoff(failures), state.signal);
    } catch (error) {
      if (state.signal.aborted) return;
      failures++;
      if (error instanceof KubeError && error.code === 410) state.version = "";
      else if (failures === 1 || String(error) !== failure)
        state.handlers.failed?.(error instanceof Error ? error : new Error(String(error)));
      failure = String(error);
      // A kind that is not served yet may be any moment.
      const longest = error instanceof KubeError && error.code === 404 ? LONGEST_UNSERVED_MILLIS : LONGEST_PAUSE_MILLIS;
      await pause(backoff(failures, longest), state.signal);
    }
  }
}

function backoff(failures: number, longest = LONGEST_PAUSE_MILLIS): number {
  return Math.min(200 * 2 ** Math.min(failures, 10), longest) * (0.5 + Math.random());
}

async function relist(state: State): Promise<void> {
  const seen = new Set<string>();
  let from: string | undefined;
  let version = "";
  do {
    const page = await state.client.page(state.resource, {
      limit: PAGE_SIZE,
      from,
      signal: state.signal,
      ...state.scope,
    });
    for (const object of page.items) {
      seen.add(keyOf(object));
      await changed(state, object);
    }
    version = page.resourceVersion;
    from = page.next;
  } while (from !== undefined);
  for (const key of state.known.keys()) {
    if (seen.has(key)) continue;
    state.known.delete(key);
    await state.handlers.deleted(tombstone(state.resource, key));
  }
  state.version = version;
}

/** Watches until the server ends it; tells whether anything at all came through, an immediate end being a failure. */
async function watch(state: State): Promise<boolean> {
  const started = performance.now();
  const stream = await state.client.transport.stream({
    method: "GET",
    path: pathOf(state.resource, state.scope.namespace),
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: state.version,
      timeoutSeconds: WATCH_SECONDS,
      labelSelector: state.scope.labels,
    },
    quietMillis: (WATCH_SECONDS + 30) * 1000,
    signal: state.signal,
  });
  let events = 0;
  for await (const line of lines(stream)) {
    const event = parseJson(line);
    if (event.kind === "error" || !isPlainObject(event.value)) throw new Error(`unreadable watch event of ${state.resource.plural}`);
    await handle(state, event.value);
    events++;
  }
  return events > 0 || performance.now() - started > 1_000;
}

async function handle(state: State, event: PlainObject): Promise<void> {
  const object = event["object"];
  if (!isPlainObject(object)) return;
  const type = event["type"];
  if (type === "ERROR") {
    state.version = "";
    throw new KubeError(Number(object["code"] ?? 500), String(object["reason"] ?? ""), String(object["message"] ?? "watch error"));
  }
  const metadata = object["metadata"] as PlainObject | undefined;
  if (typeof metadata?.["resourceVersion"] === "string") state.version = metadata["resourceVersion"];
  if (type === "BOOKMARK") return;
  if (type === "DELETED") {
    state.known.delete(keyOf(object));
    await state.handlers.deleted(object);
  } else await changed(state, object);
}

async function changed(state: State, object: PlainObject): Promise<void> {
  const key = keyOf(object);
  const version = String((object["metadata"] as PlainObject | undefined)?.["resourceVersion"] ?? "");
  if (version !== "" && state.known.get(key) === version) return;
  state.known.set(key, version);
  await state.handlers.changed(object);
}

function keyOf(object: PlainObject): string {
  const metadata = (object["metadata"] ?? {}) as PlainObject;
  return `${String(metadata["namespace"] ?? "")}/${String(metadata["name"] ?? "")}`;
}

function tombstone(resource: Resource, key: string): PlainObject {
  const [namespace = "", name = ""] = key.split("/");
  const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
  return { apiVersion, kind: resource.kind, metadata: namespace === "" ? { name } : { namespace, name } };
}

async function* lines(stream: AsyncIterable<Buffer>): AsyncIterable<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = buffer.indexOf(10); at >= 0; at = buffer.indexOf(10, from)) {
      if (at > from) yield buffer.toString("utf8", from, at);
      from = at + 1;
    }
    rest = buffer.subarray(from);
    if (rest.length > LINE_LIMIT) throw new Error("a watch event is larger than any Kubernetes object");
  }
}
