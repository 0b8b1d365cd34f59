/**
 * Policies and objects from folders, for running without a cluster: reads them, watches them, applies what changed. Templates go before the
 * constraints that need them; a file that does not parse is reported with its place and what worked before stays in force.
 */
import { type FSWatcher, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { dirname, extname, join } from "node:path";
import { gvkOf, isConstraint, isOwnGroup, isTemplate, type KubeObject, nameOf, namespaceOf } from "../../gatekeeper/index.ts";
import { isPlainObject, readYaml } from "../../rego/index.ts";
import type { Logger } from "../effects/log.ts";
import type { PolicyStore } from "../policy-store.ts";

/** What folders hold, kept up to date. */
export interface FolderLoop {
  /** Objects to audit, in the order of their files. */
  objects(): readonly KubeObject[];
  /** What could not be read: file, place and reason. */
  readonly problems: readonly string[];
  stop(): void;
}

/** Editors write a file in several steps: changes within this time are taken together. */
const SETTLE_MILLIS = 150;
const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);

/** Loads folders or files once and watches them from then on. */
export function startFolders(
  store: PolicyStore,
  log: Logger,
  policies: readonly string[],
  objects: readonly string[],
  onChange: () => void,
): FolderLoop {
  const state = { applied: new Map<string, KubeObject>(), objects: [] as readonly KubeObject[], problems: [] as readonly string[] };
  const load = (): void => {
    const read = readAll([...policies, ...objects]);
    state.problems = read.problems;
    for (const problem of read.problems) log.error({ event_type: "manifest_error" }, problem);
    reconcile(store, log, state.applied, read.manifests);
    state.objects = read.manifests.map(({ object }) => object).filter((object) => !isPolicy(object));
    onChange();
  };
  load();
  const watchers = watchAll([...policies, ...objects], load, log);
  return {
    objects: () => state.objects,
    get problems() {
      return state.problems;
    },
    stop: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}

function isPolicy(object: KubeObject): boolean {
  const { group } = gvkOf(object);
  return isOwnGroup(group) || group === "syncset.gatekeeper.sh";
}

/** Brings the store to what the folders hold: templates first, then the rest; what is gone is removed, what is the same is left. */
function reconcile(store: PolicyStore, log: Logger, applied: Map<string, KubeObject>, manifests: readonly Manifest[]): void {
  const wanted = new Map(manifests.map((manifest) => [keyOf(manifest.object), manifest]));
  for (const [key, object] of applied) {
    if (wanted.has(key)) continue;
    applied.delete(key);
    if (isPolicy(object)) store.remove(object);
    else store.unsync(object);
  }
  const order = (object: KubeObject): number => (isTemplate(object) ? 0 : isConstraint(object) ? 2 : 1);
  const changed = [...wanted].filter(([key, { object }]) => JSON.stringify(applied.get(key)) !== JSON.stringify(object));
  for (const [key, { object, place }] of changed.sort((a, b) => order(a[1].object) - order(b[1].object))) {
    const error = isPolicy(object) ? store.apply(object) : store.sync(object);
    applied.set(key, object);
    if (error) log.error({ event_type: "manifest_error", file: place }, `${place}: ${error.message}`);
  }
  store.retryProblems();
}

function keyOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  return `${group}/${kind}/${namespaceOf(object)}/${nameOf(object)}`;
}

/** An object and where it was read. */
interface Manifest {
  readonly object: KubeObject;
  /** `file:row`. */
  readonly place: string;
}

function readAll(paths: readonly string[]): { readonly manifests: readonly Manifest[]; readonly problems: readonly string[] } {
  const manifests: Manifest[] = [];
  const problems: string[] = [];
  for (const file of paths.flatMap((path) => filesAt(path, problems))) {
    const { documents, error } = readYaml(readFileSync(file, "utf8"));
    if (error !== undefined) problems.push(`${file}: ${error}`);
    for (const { value, row } of documents) {
      if (value === null) continue;
      if (isPlainObject(value) && typeof value["kind"] === "string" && nameOf(value) !== "")
        manifests.push({ object: value, place: `${file}:${row}` });
      else problems.push(`${file}:${row}: this document is no Kubernetes object: it needs apiVersion, kind and metadata.name`);
    }
  }
  return { manifests, problems };
}

function filesAt(path: string, problems: string[]): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name)))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    problems.push(`${path}: no such file or folder`);
    return [];
  }
}

// A folder is watched, never a file: editors and Kubernetes replace files, and a watch on the old one sees nothing.
function watchAll(paths: readonly string[], load: () => void, log: Logger): readonly FSWatcher[] {
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(load, SETTLE_MILLIS);
    timer.unref();
  };
  return paths.flatMap((path) => {
    try {
      const isFolder = statSync(path).isDirectory();
      const watcher = watch(isFolder ? path : dirname(path), { recursive: isFolder }, soon);
      watcher.on("error", (error) => log.warn({ error }, `${path} is no longer watched`));
      watcher.unref();
      return [watcher];
    } catch {
      return [];
    }
  });
}
