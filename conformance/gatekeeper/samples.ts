/** The policies of the library with their sample objects, and the reading of folders. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isConstraint, isTemplate, type Manifest, nameOf, readManifests } from "../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../src/rego/index.ts";

/** Where the acceptance data is. */
export const SHARED = new URL("../../../shared/conformance/", import.meta.url).pathname;

/** Policies with their sample objects. */
export interface Sample {
  readonly name: string;
  readonly policies: readonly Manifest[];
  readonly objects: readonly PlainObject[];
}

/** Returns the files of objects below a folder, in order. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : /\.(yaml|yml|json)$/.test(path) ? [path] : []));
}

/** Reads what can be read of some files. */
export function readAll(paths: readonly string[]): readonly Manifest[] {
  return paths.flatMap((path) => readManifests({ name: path, text: readFileSync(path, "utf8") }).manifests);
}

/** Returns one sample for each template of the library. */
export function librarySamples(): readonly Sample[] {
  return filesBelow(join(SHARED, "gatekeeper-library/library"))
    .filter((path) => path.endsWith("/template.yaml"))
    .map((path) => {
      const directory = path.slice(0, -"/template.yaml".length);
      const manifests = readAll([path, ...filesBelow(join(directory, "samples"))]);
      const constraints = new Map(
        manifests.filter(({ object }) => isConstraint(object)).map((manifest) => [nameOf(manifest.object), manifest]),
      );
      const templates = manifests.filter(({ object }) => isTemplate(object));
      const objects = manifests.map(({ object }) => object).filter((object) => !isConstraint(object) && !isTemplate(object));
      return { name: directory.slice(directory.lastIndexOf("/") + 1), policies: [...templates, ...constraints.values()], objects };
    });
}

/** Gives objects that come from no file a place. */
export function placed(objects: readonly PlainObject[], name: string): readonly Manifest[] {
  return objects.map((object) => ({ object, place: { source: { name, text: "" }, index: 0, text: "", row: 0 } }));
}
