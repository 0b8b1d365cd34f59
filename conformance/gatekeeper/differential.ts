/**
 * Compares this project with `gator` where that is installed: the same policies and objects go to both, and verdicts, messages and exit codes
 * must agree. Run: `node conformance/gatekeeper/differential.ts [--gator PATH] [--objects N] [--seed N] [--cel]`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCelEngine } from "../../src/gatekeeper/cel.ts";
import {
  denies,
  emptyPolicySet,
  loadManifests,
  type Manifest,
  nameOf,
  namespaceOf,
  regoEngine,
  testObjects,
} from "../../src/gatekeeper/index.ts";
import { cryptoBuiltins } from "../../src/rego/crypto.ts";
import { type PlainObject, parseJson, pureBuiltins, writeJson } from "../../src/rego/index.ts";
import { editedObjects } from "./edit.ts";
import { filesBelow, librarySamples, placed, readAll, type Sample, SHARED } from "./samples.ts";

const { values: flags } = parseArgs({
  options: {
    gator: { type: "string", default: join(homedir(), "go/bin/gator") },
    objects: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    cel: { type: "boolean", default: false },
  },
});

/** What either side says about a heap of objects. */
interface Answer {
  readonly code: number;
  readonly lines: readonly string[];
  readonly error: string;
}

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

/** Exponents differ on purpose (docs/differences.md), and `int64` is what newer versions of OPA say: both sides are written the same way before they are compared. */
function plain(text: string): string {
  return text.replace(/-?\d+(\.\d+)?e[+-]\d+/g, (number) => String(Number(number))).replaceAll("(int64=", "(int=");
}

const builtins = new Map([...pureBuiltins, ...cryptoBuiltins.map((row) => [row.name, row] as const)]);
const installation = {
  engines: [...(flags.cel ? [createCelEngine()] : []), regoEngine(builtins)],
  options: { disabledBuiltins: [], referential: true, externalData: false, print: false, defaultFailurePolicy: "Fail" as const },
};

function askOurselves(manifests: readonly Manifest[]): Answer {
  const loaded = loadManifests(emptyPolicySet(installation), manifests);
  if ("error" in loaded) return { code: 1, lines: [], error: loaded.error.message };
  const report = testObjects(loaded.state, loaded.manifests);
  if ("error" in report) return { code: 1, lines: [], error: report.error };
  const lines = report.results.map(({ result, manifest: { object } }) =>
    plain(`${result.name} ${result.action} ${namespaceOf(object)}/${nameOf(object)} ${result.msg}`),
  );
  return { code: report.results.some(({ result }) => denies(result)) ? 1 : 0, lines: lines.toSorted(), error: "" };
}

function askGator(manifests: readonly Manifest[], directory: string): Answer {
  const file = join(directory, "heap.yaml");
  writeFileSync(file, manifests.map(({ object }) => writeJson(object)).join("\n---\n"));
  const run = spawnSync(flags.gator, ["test", "-f", file, "-o", "json", `--enable-k8s-native-validation=${flags.cel}`], {
    encoding: "utf8",
    input: "",
    maxBuffer: 1 << 30,
  });
  const json = parseJson(run.stdout);
  if (json.kind === "error") return { code: run.status ?? -1, lines: [], error: run.stderr };
  const results = (json.value ?? []) as readonly PlainObject[];
  const lines = results.map((result) => {
    const object = result["violatingObject"] as PlainObject;
    const constraint = result["constraint"] as PlainObject;
    return plain(
      `${nameOf(constraint)} ${String(result["enforcementAction"] ?? "")} ${namespaceOf(object)}/${nameOf(object)} ${String(result["msg"] ?? "")}`,
    );
  });
  return { code: run.status ?? -1, lines: lines.toSorted(), error: "" };
}

function differences(ours: Answer, theirs: Answer): readonly string[] {
  const found: string[] = [];
  if (ours.code !== theirs.code) found.push(`exit code ${ours.code}, gator ${theirs.code}`);
  if (ours.error !== "" || theirs.error !== "") {
    const left = plain(ours.error.trim());
    const right = plain(
      theirs.error
        .replace(/^.* WARNING - .*\n/gm, "")
        .replace(/^auditing objects: /, "")
        .trim(),
    );
    if (left !== right) found.push(`error ${left}`, `gator ${right}`);
  }
  const left = new Map<string, number>();
  for (const line of ours.lines) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of theirs.lines) left.set(line, (left.get(line) ?? 0) - 1);
  for (const [line, count] of left) if (count !== 0) found.push(`${count > 0 ? "only here" : "only gator"}: ${line}`);
  return found;
}

function main(): void {
  if (!existsSync(flags.gator)) {
    console.log(`gator is not at ${flags.gator}: nothing to compare with`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), "portcullis-differential-"));
  const samples = [...librarySamples(), ...fixtureSamples()];
  const perSample = Math.ceil(Number(flags.objects) / samples.filter(({ objects }) => objects.length > 0).length);
  let compared = 0;
  let different = 0;
  for (const [i, sample] of samples.entries()) {
    const edited = editedObjects(sample.objects, perSample, Number(flags.seed) + i);
    const objects = placed([...sample.objects, ...edited], sample.name);
    const heap = [...sample.policies, ...objects];
    const found = differences(askOurselves(heap), askGator(heap, directory));
    compared += objects.length;
    if (found.length === 0) continue;
    different++;
    console.log(`${sample.name}: ${found.length} differences`);
    for (const line of found.slice(0, 12)) console.log(`  ${line.slice(0, 400)}`);
  }
  rmSync(directory, { recursive: true });
  console.log(`${samples.length} policies, ${compared} objects, ${different} policies with differences`);
  process.exitCode = different === 0 ? 0 : 1;
}

main();
