/** Builds the programs we time ourselves against, once, in a cache outside the checkout; a rival that cannot be built is left out with a line. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CACHE } from "../scripts/cache.ts";

/** Returns the path of a rival, building it when needed; undefined where its language is missing or the build fails. */
export function rival(name: "opa" | "regorus"): string | undefined {
  const sources = join(import.meta.dirname, "rivals", name);
  const folder = join(CACHE, `rival-${name}-${fingerprint(sources)}`);
  const binary = name === "opa" ? join(folder, "opa-rival") : join(folder, "target/release/regorus-rival");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  cpSync(sources, folder, { recursive: true });
  const steps =
    name === "opa"
      ? [
          ["go", "mod", "tidy"],
          ["go", "build", "-o", "opa-rival", "."],
        ]
      : [["cargo", "build", "--release", "--quiet"]];
  for (const [program = "", ...args] of steps) {
    const run = spawnSync(program, args, { cwd: folder, encoding: "utf8", timeout: 900_000 });
    if (run.status === 0) continue;
    process.stderr.write(`bench: no ${name} to compare with: ${run.error?.message ?? run.stderr.trim().split("\n").slice(-3).join(" ")}\n`);
    return undefined;
  }
  return binary;
}

// Changed sources are another program.
function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const file of files) if (statSync(join(folder, file)).isFile()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 12);
}

const GO = "go";
const GATEKEEPER = "github.com/open-policy-agent/gatekeeper/v3@v3.23.0";

/** Returns the path of Gatekeeper's manager where it has been built before. */
export function gatekeeperIfBuilt(): string | undefined {
  const binary = join(CACHE, "bin", "gatekeeper");
  return existsSync(binary) ? binary : undefined;
}

/** Returns the path of Gatekeeper's manager, building it when needed; undefined where Go is missing or the build fails. */
export function gatekeeperManager(): string | undefined {
  const known = gatekeeperIfBuilt();
  if (known !== undefined) return known;
  const folder = join(CACHE, "bin");
  const binary = join(folder, "gatekeeper");
  mkdirSync(folder, { recursive: true });
  const run = spawnSync(GO, ["install", "-ldflags=-s -w", GATEKEEPER], {
    env: { ...process.env, GOBIN: folder },
    encoding: "utf8",
    timeout: 1_800_000,
  });
  if (run.status === 0) return binary;
  process.stderr.write(
    `bench: no Gatekeeper to compare with: ${run.error?.message ?? run.stderr.trim().split("\n").slice(-3).join(" ")}\n`,
  );
  return undefined;
}

/** Returns the folder of Gatekeeper's sources, whose manifest has its resource definitions. */
export function gatekeeperSources(): string {
  const run = spawnSync(GO, ["mod", "download", "-json", GATEKEEPER], { encoding: "utf8", timeout: 300_000 });
  return (JSON.parse(run.stdout) as { readonly Dir: string }).Dir;
}

/** Returns the path of a program of the original's (`opa`, `gator`), from the cache or from PATH; undefined when there is none. */
export function original(name: string): string | undefined {
  const candidates = [
    join(CACHE, "bin", name),
    ...(process.env["PATH"] ?? "").split(":").map((folder) => join(folder, name)),
    join(homedir(), "go/bin", name),
  ];
  return candidates.find((path) => existsSync(path));
}

/** Runs a rival over a file of cases and returns its lines by name. */
export function runRival(binary: string, cases: string): ReadonlyMap<string, RivalLine> {
  const run = spawnSync(binary, [cases], { encoding: "utf8", maxBuffer: 1 << 30, timeout: 900_000 });
  const lines = run.stdout.split("\n").filter((line) => line.startsWith("{"));
  return new Map(lines.map((line) => JSON.parse(line) as RivalLine).map((line) => [line.name, line]));
}

/** What a rival says of one case: nanoseconds per evaluation. */
export interface RivalLine {
  readonly name: string;
  readonly error?: string;
  readonly results?: readonly unknown[];
  readonly parsed?: number;
  readonly bytes?: number;
  readonly cold?: number;
  readonly allocatedBytes?: number;
  readonly allocations?: number;
}
