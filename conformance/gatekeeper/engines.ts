/**
 * Compares the two engines with each other: for templates with code in Rego and in CEL, both judge the same objects, and the constraints
 * that an object violates must be the same. (The messages are the templates' own and may differ.)
 * Run: `node conformance/gatekeeper/engines.ts [--objects N] [--seed N]`.
 */
import { parseArgs } from "node:util";
import { createCelEngine } from "../../src/gatekeeper/cel.ts";
import {
  type Engine,
  emptyPolicySet,
  loadManifests,
  type Manifest,
  nameOf,
  namespaceOf,
  readTemplate,
  regoEngine,
  testObjects,
} from "../../src/gatekeeper/index.ts";
import { cryptoBuiltins } from "../../src/rego/crypto.ts";
import { pureBuiltins } from "../../src/rego/index.ts";
import { editedObjects } from "./edit.ts";
import { librarySamples, placed, type Sample } from "./samples.ts";

const { values: flags } = parseArgs({
  options: { objects: { type: "string", default: "5000" }, seed: { type: "string", default: "1" } },
});

const builtins = new Map([...pureBuiltins, ...cryptoBuiltins.map((row) => [row.name, row] as const)]);
const engines = { rego: regoEngine(builtins), cel: createCelEngine() };

function hasBoth({ policies }: Sample): boolean {
  return policies.some(({ object }) => {
    const read = readTemplate(object);
    return "template" in read && new Set(read.template.targets[0]?.code.map(({ engine }) => engine)).size > 1;
  });
}

/** Returns what violates what, with a message, by one engine; an error is an answer too. */
function violationsBy(engine: Engine, heap: readonly Manifest[]): ReadonlyMap<string, string> {
  const options = { disabledBuiltins: [], referential: true, externalData: false, print: false, defaultFailurePolicy: "Fail" as const };
  const loaded = loadManifests(emptyPolicySet({ engines: [engine], options }), heap);
  if ("error" in loaded) return new Map([["error", loaded.error.message]]);
  const report = testObjects(loaded.state, loaded.manifests);
  if ("error" in report) return new Map([["error", report.error]]);
  return new Map(
    report.results.map(({ result, manifest: { object } }) => [`${result.name} ${namespaceOf(object)}/${nameOf(object)}`, result.msg]),
  );
}

const SHOWN = 4;

/** CEL fails where a value has another type than the expression wants, and a failure denies; Rego is undefined there, and allows. */
const FAILED = /resulted in error|evaluation error/;

let compared = 0;
let different = 0;
const samples = librarySamples().filter(hasBoth);
for (const [i, sample] of samples.entries()) {
  const edited = editedObjects(sample.objects, Math.ceil(Number(flags.objects) / samples.length), Number(flags.seed) + i);
  const objects = placed([...sample.objects, ...edited], sample.name);
  const heap = [...sample.policies, ...objects];
  const [rego, cel] = [violationsBy(engines.rego, heap), violationsBy(engines.cel, heap)];
  const onlyRego = [...rego].filter(([line]) => !cel.has(line));
  const inCel = [...cel].filter(([line]) => !rego.has(line));
  const onlyCel = inCel.filter(([, message]) => !FAILED.test(message));
  const failed = inCel.length - onlyCel.length;
  compared += objects.length;
  different += onlyRego.length + onlyCel.length;
  const counts = `${onlyRego.length} violations in Rego alone, ${onlyCel.length} in CEL alone, ${failed} failures of CEL`;
  console.log(`${sample.name}: ${objects.length} objects, ${counts}`);
  for (const [line, message] of onlyRego.slice(0, SHOWN)) console.log(`  only Rego: ${line}: ${message}`);
  for (const [line, message] of onlyCel.slice(0, SHOWN)) console.log(`  only CEL: ${line}: ${message}`);
}
console.log(`${samples.length} templates with both engines, ${compared} objects, ${different} differences`);
