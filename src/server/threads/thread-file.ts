/** Finds the files that threads start with: modules beside this one in the sources and the library, bundles one folder up from the program's chunks. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Returns the path of a thread's first file. */
export function threadFile(name: string): string {
  const candidates = [`./${name}.ts`, `./${name}.js`, `../${name}.js`].map((file) => fileURLToPath(new URL(file, import.meta.url)));
  return candidates.find(existsSync) ?? `${name}.js`;
}
