/**
 * Reads the inputs of the gator commands: files, directories and standard input, in that order, and warns of objects that are defined twice.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { gvkOf, joinPath, kindOf, type Manifest, nameOf, namespaceOf, readManifests } from "../../gatekeeper/index.ts";
import { quote } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import type { InputOptions } from "./flags.ts";
import { documentNotes } from "./problems.ts";

/** What was read; a complaint ends reading. */
export type ReadSources = { readonly manifests: readonly Manifest[]; readonly warnings: readonly string[] } | ReadingError;

/** The original's text, and lines that say where the document is. */
export interface ReadingError {
  readonly error: string;
  readonly notes: readonly string[];
}

const EXTENSIONS = [".yaml", ".yml", ".json"];
const STDIN = "";

/** Reads every input. Images are not pulled: unpack them with a registry client and name the directory. */
export async function readSources({ filename, image }: InputOptions, effects: Effects): Promise<ReadSources> {
  const manifests: Manifest[] = [];
  const [unread] = image;
  try {
    for (const path of filename) {
      const error = readPath(path, effects, manifests);
      if (error !== undefined) return { error: `reading from filenames: ${error.error}`, notes: error.notes };
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return withoutPlace(`reading from filenames: ${error.message}`);
  }
  if (unread !== undefined) return withoutPlace(`pulling image: images cannot be pulled yet: ${quote(unread)}`);
  if (!effects.stdinIsTty) {
    const read = readManifests({ name: STDIN, text: await effects.stdin() });
    if (read.error !== undefined) {
      const text = `reading from stdin: reading: reading yaml source: ${read.error.message}`;
      return { error: text, notes: documentNotes(read.error) };
    }
    for (const manifest of read.manifests) manifests.push(manifest);
  }
  return { manifests, warnings: conflictsIn(manifests) };
}

function readPath(filename: string, effects: Effects, manifests: Manifest[]): ReadingError | undefined {
  const kind = effects.pathKind(filename);
  if (kind === undefined) return withoutPlace(`stat on path ${quote(filename)}: stat ${filename}: no such file or directory`);
  if (kind === "file" && !isAllowed(filename)) {
    return withoutPlace(`path ${quote(filename)} must be of extensions: [${EXTENSIONS.join(" ")}]`);
  }
  for (const file of kind === "file" ? [filename] : filesBelow(filename, effects)) {
    const read = readManifests({ name: file, text: decode(effects.readFile(file)) });
    if (read.error !== undefined) {
      const text = `reading file ${quote(file)}: reading yaml source: ${read.error.message}`;
      return { error: text, notes: documentNotes(read.error) };
    }
    for (const manifest of read.manifests) manifests.push(manifest);
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
    if (effects.pathKind(path) === "directory") return filesBelow(path, effects, extensions);
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

/** Returns a file's text; a byte order mark is no part of it. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}

function conflictsIn(manifests: readonly Manifest[]): readonly string[] {
  const first = new Map<string, Manifest>();
  const warnings: string[] = [];
  for (const manifest of manifests) {
    const { object } = manifest;
    const key = JSON.stringify([gvkOf(object).group, kindOf(object), namespaceOf(object), nameOf(object)]);
    const other = first.get(key);
    if (other !== undefined) {
      warnings.push(
        `WARNING - Resource named ${quote(nameOf(object))} (from ${sourceText(manifest)}) is already defined in ${sourceText(other)}`,
      );
    }
    first.set(key, manifest);
  }
  return warnings;
}

function sourceText({ place }: Manifest): string {
  return place.source.name === STDIN ? "stdin" : `file: ${quote(place.source.name)}`;
}
