/**
 * Compares this project with `gator` where that is installed: the same policies and objects go to both, and verdicts, messages and exit codes
 * must agree. The library's policies judge edited objects, or with `--policies` made-up policies judge made-up objects. Run:
 * `node conformance/gatekeeper/differential.ts [--gator PATH] [--objects N] [--seed N] [--cel] [--policies N]`.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { editedObjects } from "./edit.ts";
import { askGator, askOurselves, differences, type Rivals } from "./gator.ts";
import { madeUpObjects, madeUpPolicies } from "./made-up.ts";
import { filesBelow, librarySamples, placed, readAll, type Sample, SHARED } from "./samples.ts";

const { values: flags } = parseArgs({
  options: {
    gator: { type: "string", default: join(homedir(), "go/bin/gator") },
    objects: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    cel: { type: "boolean", default: false },
    policies: { type: "string", default: "0" },
    show: { type: "string", default: "12" },
  },
});

/** Folders of fixtures, each one heap. */
const FIXTURES = [
  "demo/basic/templates",
  "demo/agilebank",
  "example",
  "test/gator/test/fixtures/manifests/with-policies",
  "test/gator/test/fixtures/manifests/different-extensions",
  "test/gator/test/fixtures/manifests/referential-data",
  "test/gator/test/fixtures/policies",
];

function fixtureSamples(): readonly Sample[] {
  return FIXTURES.map((name) => ({ name, policies: readAll(filesBelow(join(SHARED, "gatekeeper", name))), objects: [] }));
}

function show(name: string, found: readonly string[]): void {
  console.log(`${name}: ${found.length} differences`);
  for (const line of found.slice(0, Number(flags.show))) console.log(`  ${line.slice(0, 600)}`);
}

/** Edited objects before the library's policies. */
function compareLibrary(rivals: Rivals): boolean {
  const samples = [...librarySamples(), ...fixtureSamples()];
  const perSample = Math.ceil(Number(flags.objects) / samples.filter(({ objects }) => objects.length > 0).length);
  let compared = 0;
  let different = 0;
  for (const [i, sample] of samples.entries()) {
    const edited = editedObjects(sample.objects, perSample, Number(flags.seed) + i);
    const objects = placed([...sample.objects, ...edited], sample.name);
    const heap = [...sample.policies, ...objects];
    const found = differences(askOurselves(heap, rivals), askGator(heap, rivals));
    compared += objects.length;
    if (found.length === 0) continue;
    different++;
    show(sample.name, found);
  }
  console.log(`${samples.length} policies, ${compared} objects, ${different} policies with differences`);
  return different === 0;
}

/** Policies put to gator in one run, when none of them is refused: a run costs more than a policy. */
const TOGETHER = 12;

/** Made-up policies: those that we take judge objects, those that we refuse must be refused in the same words. */
function compareMadeUp(rivals: Rivals, count: number): boolean {
  const policies = madeUpPolicies(count, Number(flags.seed));
  const refused = policies.filter((policy) => askOurselves(placed(policy.manifests, policy.name), rivals).error !== "");
  const taken = policies.filter((policy) => !refused.includes(policy));
  const heaps = Array.from({ length: Math.ceil(taken.length / TOGETHER) }, (_, i) => taken.slice(i * TOGETHER, (i + 1) * TOGETHER));
  let different = 0;
  let violations = 0;
  for (const [i, heap] of [...heaps, ...refused.map((policy) => [policy])].entries()) {
    const objects = madeUpObjects(20, Number(flags.seed) + i);
    const compare = (some: typeof heap): readonly string[] => {
      const manifests = [...some.flatMap(({ name, manifests: own }) => placed(own, name)), ...placed(objects, "objects")];
      const ours = askOurselves(manifests, rivals);
      violations += ours.lines.length;
      return differences(ours, askGator(manifests, rivals));
    };
    if (compare(heap).length === 0) continue;
    // Alone, to see which one it is.
    for (const policy of heap) {
      const found = compare([policy]);
      if (found.length === 0) continue;
      different++;
      show(policy.name, [...found, ...policy.manifests.map((manifest) => JSON.stringify(manifest))]);
    }
  }
  console.log(
    `${policies.length} policies, of which ${refused.length} refused, ${violations} violations, ${different} policies with differences`,
  );
  return different === 0;
}

function main(): void {
  if (!existsSync(flags.gator)) {
    console.log(`gator is not at ${flags.gator}: nothing to compare with`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), "portcullis-differential-"));
  const policies = Number(flags.policies);
  const rivals = { gator: flags.gator, directory, cel: flags.cel || policies > 0 };
  const agrees = policies > 0 ? compareMadeUp(rivals, policies) : compareLibrary(rivals);
  rmSync(directory, { recursive: true });
  process.exitCode = agrees ? 0 : 1;
}

main();
