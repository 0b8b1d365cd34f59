/**
 * Reads OPA bundles: a folder or a gzipped tar archive whose `data.json`/`data.yaml` are rooted at their folder and whose `.rego` files are
 * modules. The manifest's roots bound what may be in it. https://www.openpolicyagent.org/docs/latest/management-bundles/
 */
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type ast, isPlainObject, parseJson, parseYaml, printReference, type Value } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { untar } from "../tar.ts";
import { isIgnored, type LoadError, type Loading, mergeDocuments, rooted, shellPattern } from "./loading.ts";
import { filePath } from "./path.ts";
import { renderParseErrors } from "./results.ts";
import { decode, decodeSource } from "./text.ts";

/** Why a bundle cannot be used: Go's text, and the errors of policies behind it. */
export class BundleError extends Error {
  readonly errors: readonly LoadError[];
  /** Whether all bundles could be read, but not be used together. */
  readonly together: boolean;

  constructor(message: string, errors: readonly LoadError[] = [], together = false) {
    super(message);
    this.together = together;
    this.errors = errors.length > 0 ? errors : [message];
  }
}

/** A file of a bundle: its path inside, with a leading slash, and its text. */
interface BundleFile {
  readonly path: string;
  readonly text: string;
}

interface Manifest {
  readonly roots: readonly string[];
  readonly dialectOf: (path: string) => "v0" | "v1" | undefined;
}

/** An archive larger than this when unpacked is refused: it is no policy. */
const UNPACKED_LIMIT = 1 << 30;

/** Adds a bundle's modules; returns its roots and its documents. Throws BundleError. */
export function readBundle(
  loading: Loading,
  given: string,
  ignore: readonly string[],
  effects: Effects,
): { readonly path: string; readonly roots: readonly string[]; readonly data: Value } {
  let path = given;
  try {
    path = filePath(given);
  } catch (error) {
    throw error instanceof FileError ? new BundleError(error.message) : error;
  }
  const kind = effects.pathKind(path);
  if (kind === undefined) throw new BundleError(`error reading "${path}": stat ${path}: no such file or directory`);
  const isFolder = kind === "directory";
  const failed = (text: string, errors?: readonly LoadError[]) => new BundleError(`bundle ${path}: ${text}`, errors);
  const files = isFolder ? folderFiles(path, "", ignore, effects) : archiveFiles(path, effects.readFile(path));
  if (typeof files === "string") throw failed(`bundle read failed: ${files}`);
  const fullPath = (inside: string): string => (isFolder ? join(path, inside) : inside);
  const data = readData(loading, files, fullPath);
  if (typeof data === "string") throw failed(data);
  const manifest = readManifest(files);
  if (typeof manifest === "string") throw failed(manifest);
  const { roots } = manifest;
  for (const file of files.filter((each) => each.path.endsWith(".rego"))) {
    // In an archive files are known by their paths in it, unless another archive has the same.
    const name = isFolder || !loading.sources.has(file.path) ? fullPath(file.path) : join(path, file.path);
    const errors = loading.addRego(name, file.text, manifest.dialectOf(file.path));
    if (errors.length > 0) throw failed(renderParseErrors(errors), errors);
    const module = loading.modules.get(name);
    const words = module?.package.path.slice(1).map((term) => (term.kind === "string" ? term.value : "")) ?? [];
    if (module !== undefined && !roots.some((root) => holds(root, words.join("/"))))
      throw failed(`manifest roots [${roots.join(" ")}] do not permit 'package ${packageText(module.package)}' in module '${name}'`);
  }
  const outside = outsideOf(data, "", roots);
  if (outside !== undefined)
    throw failed(`manifest roots [${roots.join(" ")}] do not permit data at path '/${outside}' (hint: check bundle directory structure)`);
  return { path, roots, data };
}

function packageText({ path }: ast.Package): string {
  return printReference(path).replace(/^data\./, "");
}

/** Returns why bundles cannot be used together, given their roots by name. */
export function overlapOf(bundles: readonly { readonly path: string; readonly roots: readonly string[] }[]): string | undefined {
  const conflicts = new Set<string>();
  const names = new Set<string>();
  for (const [i, { path: name, roots }] of bundles.entries())
    for (const { path: other, roots: theirs } of bundles.slice(i + 1))
      for (const a of roots)
        for (const b of theirs) {
          if (!holds(a, b) && !holds(b, a)) continue;
          names.add(name).add(other);
          conflicts.add(a === b ? `root ${a} is in multiple bundles` : `${[a, b].sort().join(" overlaps ")}`);
        }
  if (names.size === 0) return undefined;
  const list = [...names].sort().join(", ");
  const whole = bundles.filter(({ roots }) => roots.includes("")).map(({ path }) => path);
  return whole.length > 0
    ? `bundles [${list}] have overlapping roots and cannot be activated simultaneously because bundle(s) [${whole.sort().join(", ")}] specify empty root paths ('') which overlap with any other bundle root`
    : `detected overlapping roots in manifests for these bundles: [${list}] (${[...conflicts].sort().join(", ")})`;
}

/** Returns which two roots of bundles that are merged into one overlap. */
export function mergedOverlapOf(roots: readonly string[]): string | undefined {
  for (const [i, a] of roots.entries())
    for (const b of roots.slice(i + 1)) if (holds(a, b) || holds(b, a)) return `manifest has overlapped roots: '${a}' and '${b}'`;
  return undefined;
}

function holds(root: string, path: string): boolean {
  return root === "" || path === root || path.startsWith(`${root}/`);
}

/** Returns the first path of a document that no root permits. */
function outsideOf(node: Value, path: string, roots: readonly string[]): string | undefined {
  if (!isPlainObject(node)) return undefined;
  for (const key of Object.keys(node).sort()) {
    const inner = path === "" ? key : `${path}/${key}`;
    if (roots.some((root) => holds(root, inner))) continue;
    const value = node[key];
    if (!isPlainObject(value) || !roots.some((root) => holds(inner, root))) return inner;
    const found = outsideOf(value, inner, roots);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readData(loading: Loading, files: readonly BundleFile[], fullPath: (inside: string) => string): Value | string {
  let data: Value = {};
  for (const { path, text } of files) {
    const name = basename(path);
    if (!/^data\.(json|ya?ml)$/.test(name)) continue;
    const parsed = loading.timed("data", () => (name.endsWith("json") ? parseJson(text) : parseYaml(text)));
    if (parsed.kind === "error") return `bundle load failed on ${fullPath(path)}: ${parsed.message}`;
    const keys = dirname(path)
      .split("/")
      .filter((key) => key !== "");
    const whole = rooted(keys, parsed.value);
    if (!isPlainObject(whole)) return "root value must be object";
    const merged = mergeDocuments(data, whole);
    if (merged === undefined) return `failed to insert data file from path ${keys.join("/")}`;
    data = merged;
  }
  return data;
}

const textOf = (path: string, bytes: Uint8Array): string => (path.endsWith(".rego") ? decodeSource(bytes) : decode(bytes));

function readManifest(files: readonly BundleFile[]): Manifest | string {
  const file = files.find((each) => each.path === "/.manifest");
  const parsed = file === undefined ? undefined : parseJson(file.text);
  if (parsed?.kind === "error") return `bundle load failed on manifest decode: ${parsed.message}`;
  const manifest = parsed !== undefined && isPlainObject(parsed.value) ? parsed.value : {};
  const { roots, rego_version: version, file_rego_versions: versions } = manifest;
  const named = isPlainObject(versions)
    ? Object.entries(versions).map(([pattern, each]) => ({
        matches: shellPattern(pattern.replace(/^\//, "")),
        dialect: dialectOf(each as Value),
      }))
    : [];
  return {
    roots: Array.isArray(roots) ? roots.map((root) => String(root).replace(/^\/+|\/+$/g, "")) : [""],
    dialectOf: (path) => named.find(({ matches }) => matches(path.replace(/^\//, "")))?.dialect ?? dialectOf(version),
  };
}

function dialectOf(version: Value | undefined): "v0" | "v1" | undefined {
  return version === 0 ? "v0" : version === 1 ? "v1" : undefined;
}

function folderFiles(root: string, below: string, ignore: readonly string[], effects: Effects): BundleFile[] {
  return effects.readDirectory(join(root, below)).flatMap((name) => {
    if (isIgnored(name, ignore)) return [];
    const path = `${below}/${name}`;
    if (effects.pathKind(join(root, path)) === "directory") return folderFiles(root, path, ignore, effects);
    return isWanted(name) ? [{ path, text: textOf(path, effects.readFile(join(root, path))) }] : [];
  });
}

function isWanted(name: string): boolean {
  return name.endsWith(".rego") || name === ".manifest" || /^data\.(json|ya?ml)$/.test(name);
}

/** Unpacks a tar archive (ustar and pax names); returns an error text for anything that is none. */
function archiveFiles(path: string, bytes: Uint8Array): readonly BundleFile[] | string {
  let tar: Buffer;
  try {
    tar = gunzipSync(bytes, { maxOutputLength: UNPACKED_LIMIT });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") return `${path} unpacks to more than 1 GiB`;
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return `archive read failed: ${bytes.length < 10 ? (bytes.length === 0 ? "EOF" : "unexpected EOF") : isGzip ? "unexpected EOF" : "gzip: invalid header"}`;
  }
  return untar(tar).flatMap(({ name, kind, body }) =>
    kind === "file" && isWanted(basename(name)) ? [{ path: `/${name.replace(/^(\.?\/)+/, "")}`, text: textOf(name, body) }] : [],
  );
}
