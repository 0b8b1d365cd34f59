/**
 * Reads policies and data for the `rego` commands as `opa` does: `.rego` files become modules under the path they were found at, `.json`
 * and `.yaml` files become base documents rooted at their folder; folders are walked, bundles (folders or `.tar.gz`) unpacked.
 * https://www.openpolicyagent.org/docs/latest/management-bundles/#bundle-file-format
 */
import { basename, join } from "node:path";
import { type Module, type PlainObject, parseJson, parseYaml, renderDiagnostic, type Source } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { BundleError, mergedOverlapOf, overlapOf, readBundle } from "./bundle.ts";
import { isIgnored, type LoadError, Loading, type ReadOptions } from "./loading.ts";
import { filePath } from "./path.ts";
import { decode, decodeSource } from "./text.ts";

/** What to load and how. */
export interface LoadOptions extends ReadOptions {
  /** `-d`: files and folders, each perhaps with a prefix (`a.b:path`). */
  readonly paths: readonly string[];
  /** `-b`: bundle folders and archives. */
  readonly bundles: readonly string[];
  /** Shell patterns of file and folder names to leave out. */
  readonly ignore: readonly string[];
  /** Leaves everything but `.rego` files out. */
  readonly onlyRego?: boolean;
  /** Makes one bundle of all bundles. */
  readonly mergeBundles?: boolean;
}

/** Modules by name, their sources, and the merged base documents. */
export interface Loaded {
  readonly modules: ReadonlyMap<string, Module>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly data: PlainObject;
}

/** What was loaded; errors of files in the order met, or that of the first bundle that cannot be used. */
export interface LoadResult {
  readonly loaded: Loaded;
  readonly errors: readonly LoadError[];
  readonly bundleError: BundleError | undefined;
  /** Nanoseconds by stage; of each only what there was. */
  readonly timings: {
    readonly files: bigint | undefined;
    readonly bundles: bigint | undefined;
    readonly modules: bigint | undefined;
    readonly data: bigint | undefined;
  };
}

/** Loads everything that the options name. */
export function loadRego(options: LoadOptions, effects: Effects): LoadResult {
  const loading = new Loading({ ...options, clock: effects.monotonicNanos });
  const started = effects.monotonicNanos();
  for (const path of options.paths) {
    const [prefix, file] = splitPrefix(path);
    loadPath(loading, file, prefix, 0, options, effects);
  }
  const between = effects.monotonicNanos();
  const bundleError = loading.errors.length > 0 ? undefined : loadBundles(loading, options, effects);
  return {
    loaded: loading,
    errors: loading.errors,
    bundleError,
    timings: {
      files: options.paths.length > 0 ? between - started : undefined,
      bundles: options.bundles.length > 0 ? effects.monotonicNanos() - between : undefined,
      ...loading.parsing,
    },
  };
}

function loadBundles(loading: Loading, options: LoadOptions, effects: Effects): BundleError | undefined {
  try {
    const bundles = options.bundles.map((bundle) => readBundle(loading, bundle, options.ignore, effects));
    const overlap = options.mergeBundles === true ? mergedOverlapOf(bundles.flatMap(({ roots }) => roots)) : overlapOf(bundles);
    if (overlap !== undefined) return new BundleError(overlap, [], true);
    for (const { path, data } of bundles) loading.addDocument(path, [], data);
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return new BundleError(error.message);
    if (error instanceof BundleError) return error;
    throw error;
  }
}

function loadPath(
  loading: Loading,
  given: string,
  parents: readonly string[],
  depth: number,
  options: LoadOptions,
  effects: Effects,
): void {
  try {
    const path = filePath(given);
    const kind = effects.pathKind(path);
    if (kind === undefined) throw new FileError(`stat ${path}: no such file or directory`);
    if (depth > 0 && isIgnored(basename(path), options.ignore)) return;
    if (kind === "file") {
      if (options.onlyRego !== true || path.endsWith(".rego")) loadFile(loading, path, parents, depth, effects);
      return;
    }
    const inner = depth > 0 ? [...parents, basename(path)] : parents;
    for (const name of effects.readDirectory(path)) loadPath(loading, join(path, name), inner, depth + 1, options, effects);
  } catch (error) {
    if (!(error instanceof FileError) && !(error instanceof BundleError)) throw error;
    loading.errors.push(error.message);
  }
}

function loadFile(loading: Loading, path: string, parents: readonly string[], depth: number, effects: Effects): void {
  const text = () => decode(effects.readFile(path));
  if (path.endsWith(".rego")) loading.errors.push(...loading.addRego(path.replace(/\/+$/, ""), decodeSource(effects.readFile(path))));
  else if (path.endsWith(".json")) loading.addData(path, parents, text(), "json");
  else if (/\.ya?ml$/.test(path)) loading.addData(path, parents, text(), "yaml");
  else if (path.endsWith(".tar.gz")) loading.addDocument(path, parents, readBundle(loading, path, [], effects).data);
  else if (depth === 0) loadUnknown(loading, path, parents, text());
}

// A file named on the command line is tried as everything in turn.
function loadUnknown(loading: Loading, path: string, parents: readonly string[], text: string): void {
  const trial = new Loading({ dialect: "v1", annotations: false });
  if (trial.addRego(path, text).length === 0) loading.addRego(path, text);
  else if (parseJson(text).kind === "value") loading.addData(path, parents, text, "json");
  else if (parseYaml(text).kind === "value") loading.addData(path, parents, text, "yaml");
  else loading.errors.push(`${path}: can't recognize file type`);
}

function splitPrefix(path: string): readonly [readonly string[], string] {
  if (path.indexOf("://") === path.indexOf(":")) return [[], path];
  const at = path.indexOf(":");
  return at > 0 ? [path.slice(0, at).split("."), path.slice(at + 1)] : [[], path];
}

/** Returns the text `opa` prints for errors met while loading. */
export function renderLoadErrors(errors: readonly LoadError[]): string {
  const lines = errors.map((error) => (typeof error === "string" ? error : renderDiagnostic(error)));
  return lines.length === 1
    ? `1 error occurred during loading: ${lines[0]}`
    : `${lines.length} errors occurred during loading:\n${lines.join("\n")}`;
}
