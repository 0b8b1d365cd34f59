/**
 * Compares the two engines on templates that have code for both: every sample and random edits of the samples go through Rego and through
 * CEL, and verdicts that differ are listed by template. Most come of objects no API server would admit: where Rego's rule is undefined, a
 * CEL expression fails, and fails closed; those are counted apart. Run: `node conformance/cel/engines.ts [--edits N] [--seed N] [--show N]`.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCelEngine } from "../../src/gatekeeper/cel.ts";
import {
  type Engine,
  emptyPolicySet,
  isConstraint,
  isTemplate,
  loadManifests,
  type Manifest,
  nameOf,
  readManifests,
  regoEngine,
  testObjects,
} from "../../src/gatekeeper/index.ts";
import { cryptoBuiltins } from "../../src/rego/crypto.ts";
import { type PlainObject, pureBuiltins, writeJson } from "../../src/rego/index.ts";
import { editedObjects } from "../gatekeeper/edit.ts";

const LIBRARY = new URL("../../../shared/conformance/gatekeeper-library/library/", import.meta.url).pathname;

const { values: flags } = parseArgs({
  options: {
    edits: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    show: { type: "string", default: "3" },
  },
});

interface Policy {
  readonly name: string;
  readonly template: Manifest;
  readonly constraints: readonly Manifest[];
  readonly objects: readonly PlainObject[];
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : path.endsWith(".yaml") ? [path] : []));
}

function read(path: string): readonly Manifest[] {
  return readManifests({ name: path, text: readFileSync(path, "utf8") }).manifests;
}

function engineNames(template: PlainObject): string {
  const text = writeJson(template);
  return ["K8sNativeValidation", "Rego"].filter((name) => text.includes(`"engine":"${name}"`)).join(" ");
}

function policies(): readonly Policy[] {
  return filesBelow(LIBRARY)
    .filter((path) => path.endsWith("/template.yaml"))
    .flatMap((path) => {
      const directory = path.slice(0, -"/template.yaml".length);
      const template = read(path).find(({ object }) => isTemplate(object));
      if (template === undefined || engineNames(template.object) !== "K8sNativeValidation Rego") return [];
      const samples = filesBelow(join(directory, "samples")).flatMap(read);
      const constraints = new Map(samples.filter(({ object }) => isConstraint(object)).map((each) => [nameOf(each.object), each]));
      const objects = samples.map(({ object }) => object).filter((object) => !isConstraint(object) && !isTemplate(object));
      return [{ name: directory.slice(LIBRARY.length), template, constraints: [...constraints.values()], objects }];
    });
}

const builtins = new Map([...pureBuiltins, ...cryptoBuiltins.map((row) => [row.name, row] as const)]);
const options = { disabledBuiltins: [], referential: true, externalData: false, print: false, defaultFailurePolicy: "Fail" as const };

/** The constraints each object violates under one engine. */
function verdicts(engine: Engine, manifests: readonly Manifest[]): ReadonlyMap<string, readonly string[]> {
  const loaded = loadManifests(emptyPolicySet({ engines: [engine], options }), manifests);
  if ("error" in loaded) throw new Error(loaded.error.message);
  const report = testObjects(loaded.state, loaded.manifests);
  if ("error" in report) throw new Error(report.error);
  const found = new Map<string, string[]>();
  for (const { result, manifest } of report.results) {
    const key = `${nameOf(manifest.object)}\n${result.name}`;
    found.set(key, [...(found.get(key) ?? []), result.msg]);
  }
  return found;
}

/** Counts the verdicts that differ, and those that differ by an error of CEL. */
function compare({ name, template, constraints, objects }: Policy): readonly [number, number] {
  const renamed = objects.map((object, i) => ({ ...object, metadata: { ...(object["metadata"] as PlainObject), name: `sample-${i}` } }));
  const all = [...renamed, ...editedObjects(objects, Number(flags.edits), Number(flags.seed))];
  const manifests = [template, ...constraints, ...all.map((object) => ({ ...template, object }))];
  const rego = verdicts(regoEngine(builtins), manifests);
  const cel = verdicts(createCelEngine(), manifests);
  const keys = [...new Set([...rego.keys(), ...cel.keys()])].sort();
  const apart = keys.filter((key) => rego.has(key) !== cel.has(key));
  const isError = (key: string) => cel.get(key)?.every((message) => message.includes("resulted in error:")) ?? false;
  const different = apart.filter((key) => !isError(key));
  const failed = apart.length - different.length;
  console.log(`${name}: ${all.length} objects, ${constraints.length} constraints: ${different.length} differ, ${failed} fail in CEL only`);
  for (const key of different.slice(0, Number(flags.show))) {
    const [object = "", constraint = ""] = key.split("\n");
    console.log(`  ${object} against ${constraint}`);
    console.log(`    Rego: ${rego.get(key)?.join("; ") ?? "allowed"}`);
    console.log(`    CEL:  ${cel.get(key)?.join("; ") ?? "allowed"}`);
    console.log(`    ${writeJson(all.find((each) => nameOf(each) === object) ?? null).slice(0, 400)}`);
  }
  return [different.length, failed];
}

let different = 0;
let failed = 0;
for (const policy of policies()) {
  const [more, moreFailed] = compare(policy);
  different += more;
  failed += moreFailed;
}
console.log(`${different} verdicts differ between Rego and CEL, ${failed} more because CEL fails where Rego is undefined`);
