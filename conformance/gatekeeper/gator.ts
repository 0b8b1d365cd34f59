/** Puts the same manifests to this project and to `gator test`, and tells how the answers differ: verdicts, messages, errors and exit codes. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** Both sides, ready to be asked. */
export interface Rivals {
  /** Where `gator` is. */
  readonly gator: string;
  /** A folder for the files that gator reads. */
  readonly directory: string;
  /** Whether templates with CEL are judged by it. */
  readonly cel: boolean;
}

/** What either side says about a heap of objects. */
export interface Answer {
  readonly code: number;
  readonly lines: readonly string[];
  readonly error: string;
}

/** Exponents differ on purpose (docs/differences.md), and `int64` is what newer versions of OPA say: both sides are written the same way before they are compared. */
function plain(text: string): string {
  return text.replace(/-?\d+(\.\d+)?e[+-]\d+/g, (number) => String(Number(number))).replaceAll("(int64=", "(int=");
}

const builtins = new Map([...pureBuiltins, ...cryptoBuiltins.map((row) => [row.name, row] as const)]);

/** Asks ourselves. */
export function askOurselves(manifests: readonly Manifest[], { cel }: Rivals): Answer {
  const engines = [...(cel ? [createCelEngine()] : []), regoEngine(builtins)];
  const options = { disabledBuiltins: [], referential: true, externalData: false, print: false, defaultFailurePolicy: "Fail" as const };
  const loaded = loadManifests(emptyPolicySet({ engines, options }), manifests);
  if ("error" in loaded) return { code: 1, lines: [], error: loaded.error.message };
  const report = testObjects(loaded.state, loaded.manifests);
  if ("error" in report) return { code: 1, lines: [], error: report.error };
  const lines = report.results.map(({ result, manifest: { object } }) =>
    plain(`${result.name} ${result.action} ${namespaceOf(object)}/${nameOf(object)} ${result.msg}`),
  );
  return { code: report.results.some(({ result }) => denies(result)) ? 1 : 0, lines: lines.toSorted(), error: "" };
}

/** Asks gator. */
export function askGator(manifests: readonly Manifest[], { gator, directory, cel }: Rivals): Answer {
  const file = join(directory, "heap.yaml");
  writeFileSync(file, manifests.map(({ object }) => writeJson(object)).join("\n---\n"));
  const run = spawnSync(gator, ["test", "-f", file, "-o", "json", `--enable-k8s-native-validation=${cel}`], {
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

/** Several errors in one text come in the order of a map, which varies. */
function partsOf(error: string): string {
  return error
    .split(/[\s,[\]]+/)
    .sort()
    .join(" ");
}

/** Returns what differs, a line each; nothing when both agree. */
export function differences(ours: Answer, theirs: Answer): readonly string[] {
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
    if (partsOf(left) !== partsOf(right)) found.push(`error ${left}`, `gator ${right}`);
  }
  const left = new Map<string, number>();
  for (const line of ours.lines) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of theirs.lines) left.set(line, (left.get(line) ?? 0) - 1);
  for (const [line, count] of left) if (count !== 0) found.push(`${count > 0 ? "only here" : "only gator"}: ${line}`);
  return found;
}
