/**
 * Reads OPA bundles: a folder or a gzipped tar archive whose `data.json`/`data.yaml` are rooted at their folder and whose `.rego` files are
 * modules. The manifest's roots bound what may be in it. https://www.openpolicyagent.org/docs/latest/management-bundles/
 */
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isPlainObject, parseJson } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { untar } from "../tar.ts";
import { isIgnored, type Loading } from "./loading.ts";
import { decode, decodeSource } from "./text.ts";

/** A file of a bundle: its path inside, with a leading slash, and its text. */
interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** An archive larger than this when unpacked is refused: it is no policy. */
const UNPACKED_LIMIT = 1 << 30;

/** Adds a bundle's modules and documents. */
export function readBundle(loading: Loading, path: string, ignore: readonly string[], effects: Effects): void {
  const kind = effects.pathKind(path);
  if (kind === undefined) throw new FileError(`error reading "${path}": stat ${path}: no such file or directory`);
  const isFolder = kind === "directory";
  const files = isFolder ? folderFiles(path, "", ignore, effects) : archiveFiles(path, effects.readFile(path));
  if (typeof files === "string") {
    loading.errors.push(`bundle ${path}: ${files}`);
    return;
  }
  const roots = rootsOf(files);
  for (const file of files) addFile(loading, { path, isFolder }, file, roots);
}

function addFile(
  loading: Loading,
  { path: bundle, isFolder }: { readonly path: string; readonly isFolder: boolean },
  file: BundleFile,
  roots: readonly string[],
): void {
  const folder = dirname(file.path).replace(/^\//, "");
  const keys = folder === "" ? [] : folder.split("/");
  const name = basename(file.path);
  if (file.path.endsWith(".rego")) {
    // In an archive files are known by their paths in it, unless another archive has the same.
    const inside = !isFolder && !loading.sources.has(file.path);
    loading.addRego(inside ? file.path : join(bundle, file.path), file.text);
    return;
  }
  if (!["data.json", "data.yaml", "data.yml"].includes(name)) return;
  if (
    !roots.some(
      (root) => root === "" || folder === root || folder.startsWith(`${root}/`) || root.startsWith(folder === "" ? "" : `${folder}/`),
    )
  ) {
    loading.errors.push(
      `bundle ${bundle}: manifest roots [${roots.join(" ")}] do not permit data at path '/${folder}' (hint: check bundle directory structure)`,
    );
    return;
  }
  loading.addData(join(bundle, file.path), keys, file.text, name.endsWith("json") ? "json" : "yaml");
}

const textOf = (path: string, bytes: Uint8Array): string => (path.endsWith(".rego") ? decodeSource(bytes) : decode(bytes));

function rootsOf(files: readonly BundleFile[]): readonly string[] {
  const manifest = files.find((file) => file.path === "/.manifest");
  const parsed = manifest === undefined ? undefined : parseJson(manifest.text);
  const roots = parsed?.kind === "value" && isPlainObject(parsed.value) ? parsed.value["roots"] : undefined;
  return Array.isArray(roots) ? roots.map((root) => String(root).replace(/^\/|\/$/g, "")) : [""];
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
    return (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE"
      ? `${path} unpacks to more than 1 GiB`
      : "archive read failed: gzip: invalid header";
  }
  return untar(tar).flatMap(({ name, kind, body }) =>
    kind === "file" && isWanted(basename(name)) ? [{ path: `/${name.replace(/^(\.?\/)+/, "")}`, text: textOf(name, body) }] : [],
  );
}
