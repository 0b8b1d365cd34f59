/** Finds what `--capabilities` names, a file or a version of OPA, and returns it as the plain JSON that a file holds. */
import { type Effects, FileError } from "../effects.ts";
import { BUILTINS_SINCE, LANGUAGE_SINCE, VERSIONS } from "./capability-versions.table.ts";
import { decode } from "./text.ts";

/** Returns the capabilities, or undefined when there is neither such a file nor such a version. */
export function findCapabilities(name: string, known: Iterable<string>, effects: Effects): unknown {
  return fromFile(name, effects) ?? ofVersion(name, known);
}

function fromFile(path: string, effects: Effects): unknown {
  try {
    const file = JSON.parse(decode(effects.readFile(path))) as unknown;
    return isCapabilities(file) ? file : undefined;
  } catch (error) {
    if (error instanceof FileError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

// Of what a file holds only the shape is looked at here.
function isCapabilities(file: unknown): boolean {
  if (typeof file !== "object" || file === null || Array.isArray(file)) return false;
  const { builtins = [], features = [], allow_net: hosts = [] } = file as { readonly [name: string]: unknown };
  return [builtins, features, hosts].every((list) => list === null || Array.isArray(list));
}

type Version = readonly [major: number, minor: number, patch: number];

function ofVersion(name: string, known: Iterable<string>): unknown {
  const match = /^v(\d+\.\d+)\.(\d+)$/.exec(name);
  const [, minor = "", patch = ""] = match ?? [];
  const last = VERSIONS.find(([each]) => each === minor)?.[1];
  if (last === undefined || Number(patch) > last || String(Number(patch)) !== patch) return undefined;
  const wanted = versionOf(`${minor}.${patch}`);
  const later = new Set(Object.entries(BUILTINS_SINCE).flatMap(([since, names]) => (isUpTo(versionOf(since), wanted) ? [] : names)));
  const language = LANGUAGE_SINCE.findLast(({ since }) => isUpTo(versionOf(since), wanted));
  return {
    builtins: [...known].filter((builtin) => !later.has(builtin)).map((builtin) => ({ name: builtin })),
    future_keywords: language?.keywords,
    features: language?.features,
  };
}

function versionOf(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return [major, minor, patch];
}

function isUpTo(a: Version, b: Version): boolean {
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) <= 0;
}
