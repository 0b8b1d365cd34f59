/**
 * Finds the suites that the argument of `verify` names: a file, a directory, or with `/...` everything below it. Paths are kept as the
 * original keeps them, absolute and without their first slash.
 */
import {
  decodeProblem,
  directoryOf,
  type FilePosition,
  isSuite,
  joinPath,
  placesOf,
  positionIn,
  type ReadFile,
  readMap,
  readSuite,
  type SuiteFile,
} from "../../gatekeeper/index.ts";
import { quote } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { decode, extensionOf, filesBelow, pathKindOf } from "./sources.ts";

const EXTENSIONS = [".yaml", ".yml"];

/** The suites, or why there are none. */
export type FoundSuites = { readonly suites: readonly SuiteFile[] } | { readonly error: string; readonly places?: readonly FilePosition[] };

/** Finds suites. */
export function findSuites(argument: string, effects: Effects): FoundSuites {
  const recursive = argument.endsWith("/...");
  const original = recursive ? argument.slice(0, -3) : argument;
  const absolute = original.startsWith("/") ? original : joinPath(effects.workingDirectory, original);
  const target = joinPath("/", absolute).replace(/^\//, "");
  if (target === "" || target === ".") return { error: "target not specified" };
  const files = findFiles(target, recursive, effects);
  return "error" in files ? files : readSuites(files.paths, original, effects);
}

function findFiles(
  target: string,
  recursive: boolean,
  effects: Effects,
): { readonly paths: readonly string[] } | { readonly error: string } {
  const kind = pathKindOf(`/${target}`, effects);
  if (typeof kind !== "string") return { error: kind.error.replace(" /", " ") };
  if (kind === "file") {
    if (recursive) return { error: `can only recursively traverse directories, not a directory: ${quote(target)}` };
    const extension = extensionOf(target);
    return EXTENSIONS.includes(extension) ? { paths: [target] } : { error: `unsupported extension: ${quote(extension)}` };
  }
  const found = recursive
    ? filesBelow(`/${target}`, effects, EXTENSIONS)
    : effects
        .readDirectory(`/${target}`)
        .filter((name) => EXTENSIONS.includes(extensionOf(name)))
        .map((name) => `/${target}/${name}`)
        .filter((path) => effects.entryKind(path) === "file");
  return { paths: found.map((path) => path.replace(/^\//, "")) };
}

function readSuites(paths: readonly string[], original: string, effects: Effects): FoundSuites {
  const suites: SuiteFile[] = [];
  for (const path of paths.toSorted((a, b) => (a < b ? -1 : 1))) {
    // Most files below a folder are no suites: their texts are not kept.
    const file = readOne(path, effects);
    if ("error" in file) return { error: `reading file ${quote(path)}: ${file.error}` };
    const map = readMap(file.text);
    const place = { source: { name: path, text: file.text }, index: 1, text: file.text, row: 1 };
    if ("error" in map) return { error: `invalid yaml: parsing yaml file ${quote(path)}: ${map.error}`, places: [positionIn(place, map)] };
    if (!isSuite(map.value)) continue;
    const suite = readSuite(map.value);
    if ("error" in suite) {
      const problem = decodeProblem(map.value, suite.error);
      return { error: `invalid yaml: ${suite.error}`, places: placesOf({ object: map.value, place }, [problem]) };
    }
    const shownPath = shownAs(path, original);
    if (shownPath === undefined) return { error: `could not find ${cutPath(original)} in ${path}` };
    suites.push({ suite: suite.suite, directory: directoryOf(path), shownPath });
  }
  return { suites };
}

/** Results name a suite by the argument's own spelling and what follows its first occurrence in the whole path. */
function shownAs(path: string, original: string): string | undefined {
  const cut = cutPath(original);
  const at = path.indexOf(cut);
  return at < 0 ? undefined : original + path.slice(at + cut.length);
}

function cutPath(original: string): string {
  return original
    .replace(/^\//, "")
    .replace(/^\.\//, "")
    .replace(/^(\.\.\/)+/, "");
}

/** Returns a reader of files by their absolute path without the first slash; errors name them the same way. */
export function fileReader(effects: Effects): ReadFile {
  const texts = new Map<string, ReturnType<ReadFile>>();
  return (path) => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const read = readOne(path, effects);
    texts.set(path, read);
    return read;
  };
}

function readOne(path: string, effects: Effects): ReturnType<ReadFile> {
  try {
    return { text: decode(effects.readFile(`/${path}`)) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { error: error.message.replace(" /", " ") };
  }
}
