/**
 * Reads the inputs of the gator commands: files, directories and standard input, in that order, and warns of objects that are defined twice.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { gvkOf, joinPath, kindOf, type Manifest, nameOf, namespaceOf, readManifests } from "../../gatekeeper/index.ts";
import { fromUtf8Bytes, quote, type Source, toUtf8Bytes } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import type { InputOptions } from "./flags.ts";
import { documentNotes } from "./problems.ts";

/** What was read; a complaint ends reading. */
export type ReadSources = { readonly manifests: readonly Manifest[]; readonly warnings: readonly string[] } | ReadingError;

/** The original's text, and lines that say where the document is. */
interface ReadingError {
  readonly error: string;
  readonly notes: readonly string[];
}

const EXTENSIONS = [".yaml", ".yml", ".json"];
const STDIN = "";

/** Reads every input. */
export async function readSources({ filename, image, tempdir, plainHttp }: InputOptions, effects: Effects): Promise<ReadSources> {
  const manifests: Manifest[] = [];
  const origins = new Map<Source, ImageFile>();
  try {
    for (const path of filename) {
      const error = readPath(path, effects, manifests);
      if (error !== undefined) return { error: `reading from filenames: ${error.error}`, notes: error.notes };
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return withoutPlace(`reading from filenames: ${error.message}`);
  }
  for (const name of image) {
    if (tempdir !== undefined && tempdir !== "" && effects.pathKind(tempdir) !== "directory") {
      const reason = `stat ${tempdir}: no such file or directory`;
      return withoutPlace(`pulling image: creating temporary policy directory under path ${quote(tempdir)}: ${reason}`);
    }
    const error = await readImage(name, { effects, plainHttp, manifests, origins });
    if (error !== undefined) return { error: `pulling image: ${error.error}`, notes: error.notes };
  }
  if (!effects.stdinIsTty) {
    const read = readManifests({ name: STDIN, text: await effects.stdin() });
    if (read.error !== undefined) {
      const text = `reading from stdin: reading: reading yaml source: ${read.error.message}`;
      return { error: text, notes: documentNotes(read.error) };
    }
    for (const manifest of read.manifests) manifests.push(manifest);
  }
  return { manifests, warnings: conflictsIn(manifests, origins) };
}

function readPath(filename: string, effects: Effects, manifests: Manifest[]): ReadingError | undefined {
  const kind = pathKindOf(filename, effects);
  if (typeof kind !== "string") return withoutPlace(`stat on path ${quote(filename)}: ${kind.error}`);
  if (kind === "file" && !isAllowed(filename)) {
    return withoutPlace(`path ${quote(filename)} must be of extensions: [${EXTENSIONS.join(" ")}]`);
  }
  for (const file of kind === "file" ? [filename] : filesBelow(filename, effects)) {
    const read = readOne(file, effects);
    const error = "error" in read ? withoutPlace(read.error) : readText({ name: file, text: read.text }, manifests);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Returns what a path is, or why that cannot be told, in the words of Go's `os` package. */
export function pathKindOf(path: string, effects: Effects): "file" | "directory" | { readonly error: string } {
  try {
    return effects.pathKind(path) ?? { error: `stat ${path}: no such file or directory` };
  } catch (error) {
    if (error instanceof FileError) return { error: error.message };
    throw error;
  }
}

function readOne(path: string, effects: Effects): { readonly text: string } | { readonly error: string } {
  try {
    return { text: decode(effects.readFile(path)) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isRead = error.message.startsWith("read ");
    return { error: `${isRead ? "reading" : "opening"} file ${quote(path)}: ${isRead ? "reading yaml source: " : ""}${error.message}` };
  }
}

function readText(source: Source, manifests: Manifest[]): ReadingError | undefined {
  const read = readManifests(source);
  if (read.error !== undefined) {
    const text = `reading file ${quote(source.name)}: reading yaml source: ${read.error.message}`;
    return { error: text, notes: documentNotes(read.error) };
  }
  for (const manifest of read.manifests) manifests.push(manifest);
  return undefined;
}

interface ImageWorld {
  readonly effects: Effects;
  readonly plainHttp: boolean;
  readonly manifests: Manifest[];
  /** Takes what came from images. */
  readonly origins: Map<Source, ImageFile>;
}

/** A file of an image. */
interface ImageFile {
  readonly image: string;
  readonly path: string;
}

/** Reads the files of an artifact; in messages they stand behind its name. */
async function readImage(image: string, { effects, plainHttp, manifests, origins }: ImageWorld): Promise<ReadingError | undefined> {
  // Most commands pull nothing, and need not load what it takes.
  const { pullArtifact } = await import("../oci/pull.ts");
  const pulled = await pullArtifact(image, effects, plainHttp);
  if ("error" in pulled) return withoutPlace(pulled.error);
  for (const { path, bytes } of pulled.files.filter((file) => isAllowed(file.path))) {
    const source = { name: `${image}/${path}`, text: decode(bytes) };
    origins.set(source, { image, path });
    const error = readText(source, manifests);
    if (error !== undefined) return error;
  }
  return undefined;
}

function withoutPlace(error: string): ReadingError {
  return { error, notes: [] };
}

/** Returns the files below a directory that hold objects, in the order of a walk by names. */
export function filesBelow(directory: string, effects: Effects, extensions: readonly string[] = EXTENSIONS): readonly string[] {
  return effects.readDirectory(directory).flatMap((name) => {
    const path = joinPath(directory, name);
    if (effects.entryKind(path) === "directory") return filesBelow(path, effects, extensions);
    return extensions.some((extension) => extensionOf(path) === extension) ? [path] : [];
  });
}

function isAllowed(path: string): boolean {
  return EXTENSIONS.includes(extensionOf(path));
}

/** Returns what stands behind the last dot of a path's last part, with the dot. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot);
}

/** How much of a text that is no UTF-8 is kept behind the first wrong byte: nothing beyond it is read. */
const KEPT = 4096;

/** Returns a file's text, which may be UTF-16 if it says so; a byte order mark is no part of it. Wrong bytes are kept for the reader. */
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const text = new TextDecoder("utf-8").decode(bytes);
  const wrong = text.indexOf("\ufffd");
  if (wrong < 0) return text;
  const mark = first === 0xef && second === 0xbb ? 3 : 0;
  // YAML ends at the first wrong byte; JSON goes on with U+FFFD.
  const cut = fromUtf8Bytes(bytes.subarray(mark, mark + toUtf8Bytes(text.slice(0, wrong)).length + KEPT));
  return text.trimStart().startsWith("{") || cut.isWellFormed() ? fromUtf8Bytes(bytes.subarray(mark)) : cut;
}

function conflictsIn(manifests: readonly Manifest[], origins: ReadonlyMap<Source, ImageFile>): readonly string[] {
  const first = new Map<string, Manifest>();
  const warnings: string[] = [];
  for (const manifest of manifests) {
    const { object } = manifest;
    const key = JSON.stringify([gvkOf(object).group, kindOf(object), namespaceOf(object), nameOf(object)]);
    const other = first.get(key);
    if (other !== undefined) {
      const name = `Resource named ${quote(nameOf(object))}`;
      const both = `${documentText(manifest)}, and ${documentText(other)}`;
      warnings.push(
        `WARNING - ${name} (from ${sourceText(manifest, origins)}) is already defined in ${sourceText(other, origins)}\n  ${both}`,
      );
    }
    first.set(key, manifest);
  }
  return warnings;
}

function documentText({ place: { source, index, row } }: Manifest): string {
  return `document ${index} of ${source.name === STDIN ? "<stdin>" : source.name}, which starts at line ${row}`;
}

function sourceText({ place: { source } }: Manifest, origins: ReadonlyMap<Source, ImageFile>): string {
  const origin = origins.get(source);
  if (origin !== undefined) return `file: ${quote(origin.path)}, image: ${quote(origin.image)}`;
  return source.name === STDIN ? "stdin" : `file: ${quote(source.name)}`;
}
