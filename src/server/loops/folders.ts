/**
 * Policies and objects from folders, for running without a cluster: reads them, watches them, applies what changed. Templates go before the
 * constraints that need them; a file that does not parse is reported with its place and what worked before stays in force.
 */
import { type Dirent, type FSWatcher, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { dirname, extname, join, relative, sep } from "node:path";
import { gvkOf, isConstraint, isOwnGroup, isTemplate, type KubeObject, nameOf, namespaceOf } from "../../gatekeeper/index.ts";
import { isPlainObject, readYaml, writeJson } from "../../rego/index.ts";
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

/** Loads folders or files once and watches them from then on. Throws when one of them is not there at the start: a slip must not serve no policy. */
export function startFolders(
  store: PolicyStore,
  log: Logger,
  policies: readonly string[],
  objects: readonly string[],
  onChange: (problems: number) => void,
): FolderLoop {
  const state = { applied: new Map<string, Manifest>(), objects: [] as readonly KubeObject[], problems: [] as readonly string[] };
  const missing = [...policies, ...objects].find((path) => statSync(path, { throwIfNoEntry: false }) === undefined);
  if (missing !== undefined) throw new Error(`${missing}: no such file or folder`);
  const load = (): void => {
    const read = readAll([...policies, ...objects]);
    state.problems = read.problems.map(({ text }) => text);
    for (const { file, text } of read.problems) log.error({ event_type: "manifest_error", file }, text);
    reconcile(store, log, state.applied, read);
    state.objects = [...state.applied.values()].map(({ object }) => object).filter((object) => !isPolicy(object));
    onChange(read.problems.length);
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

/** Brings the store to what the folders hold: templates first, then the rest; what is gone is removed, what is the same or cannot be read now is left. */
function reconcile(store: PolicyStore, log: Logger, applied: Map<string, Manifest>, { manifests, unread }: ReadFolders): void {
  const wanted = new Map(manifests.map((manifest) => [keyOf(manifest.object), manifest]));
  for (const [key, { object, file }] of applied) {
    if (wanted.has(key) || unread.some((path) => file === path || file.startsWith(`${path}${sep}`))) continue;
    applied.delete(key);
    if (isPolicy(object)) store.remove(object);
    else store.unsync(object);
  }
  const order = (object: KubeObject): number => (isTemplate(object) ? 0 : isConstraint(object) ? 2 : 1);
  const changed = [...wanted].filter(([key, { object }]) => !isSame(applied.get(key)?.object, object));
  for (const [key, manifest] of changed.sort((a, b) => order(a[1].object) - order(b[1].object))) {
    const { object, place } = manifest;
    const error = isPolicy(object) ? store.apply(object) : store.sync(object);
    applied.set(key, manifest);
    if (error) log.error({ event_type: "manifest_error", file: place }, `${place}: ${error.message}`);
  }
  // Places move even where objects stay, and objects are audited in the order of their files.
  for (const [key, manifest] of wanted) {
    applied.delete(key);
    applied.set(key, manifest);
  }
  store.retryProblems();
}

function isSame(known: KubeObject | undefined, object: KubeObject): boolean {
  return known !== undefined && writeJson(known) === writeJson(object);
}

function keyOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  return `${group}/${kind}/${namespaceOf(object)}/${nameOf(object)}`;
}

/** An object and where it was read. */
interface Manifest {
  readonly object: KubeObject;
  readonly file: string;
  /** `file:row`. */
  readonly place: string;
}

/** What is wrong with a file, and where: `file` or `file:row`. */
interface FileProblem {
  readonly file: string;
  readonly text: string;
}

/** What folders hold now. */
interface ReadFolders {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly FileProblem[];
  /** Files and folders that cannot be read now: of what they held nobody knows that it is gone. */
  readonly unread: readonly string[];
}

function readAll(paths: readonly string[]): ReadFolders {
  const manifests: Manifest[] = [];
  const problems: FileProblem[] = [];
  const unread: string[] = [];
  const complain = (file: string, reason: string): void => void problems.push({ file, text: `${file}: ${reason}` });
  const fail = (file: string, reason: string): void => {
    unread.push(file);
    complain(file, reason);
  };
  const places = new Map<string, string>();
  for (const file of new Set(paths.flatMap((path) => filesAt(path, fail)))) {
    const { documents, error } = readOne(file);
    if (error !== undefined) fail(file, error);
    for (const { value, row } of documents) {
      if (value === null) continue;
      const place = `${file}:${row}`;
      if (!isPlainObject(value) || typeof value["kind"] !== "string" || nameOf(value) === "") {
        complain(place, "this document is no Kubernetes object: it needs apiVersion, kind and metadata.name");
        continue;
      }
      const former = places.get(keyOf(value));
      if (former !== undefined) complain(place, `${value["kind"]} ${nameOf(value)} is already defined at ${former}; this one counts`);
      places.set(keyOf(value), place);
      manifests.push({ object: value, file, place });
    }
  }
  return { manifests, problems, unread };
}

function readOne(file: string): ReturnType<typeof readYaml> {
  try {
    return readYaml(readFileSync(file, "utf8"));
  } catch (error) {
    // A file may go away between the listing and now; then the next listing tells.
    return { documents: [], error: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
}

function filesAt(path: string, fail: (path: string, reason: string) => void): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => EXTENSIONS.has(extname(entry.name)) && !isHidden(relative(path, entry.parentPath)) && isFile(entry))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    fail(path, "no such file or folder");
    return [];
  }
}

/** Kubernetes keeps the versions of a mounted ConfigMap in folders like `..2026_01_15`; links beside them lead to the one that counts. */
function isHidden(below: string): boolean {
  return below.split(sep).some((name) => name.startsWith(".."));
}

function isFile(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.isFile() ?? false;
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
