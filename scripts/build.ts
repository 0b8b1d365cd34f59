/**
 * Builds what is published into `dist/`: `lib/` for importing (plain modules with types), `bin/` for running (bundled in chunks, so that a
 * command loads only what it needs), and a package.json without what only this checkout needs. Ends by running what was built: an evaluation, and the
 * server until it listens.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const root = new URL("..", import.meta.url);
const dist = new URL("dist/", root);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: object;
  readonly dependencies: object;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
run("tsc", ["--project", "tsconfig.build.json"]);
await build({
  entryPoints: {
    portcullis: "src/cli/portcullis.ts",
    gator: "src/cli/portcullis.ts",
    "audit-worker": "src/server/threads/audit-worker.ts",
    "review-worker": "src/server/threads/review-worker.ts",
  },
  outdir: "dist/bin",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22",
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  legalComments: "none",
  logLevel: "warning",
  chunkNames: "chunks/[name]-[hash]",
  // Some of what is bundled is CommonJS and calls require for Node's own modules.
  banner: { js: 'import { createRequire as portcullisRequire } from "node:module"; const require = portcullisRequire(import.meta.url);' },
});

const { name, version, description, license, engines, dependencies } = JSON.parse(
  readFileSync(new URL("package.json", root), "utf8"),
) as Manifest;
const door = (path: string) => ({ types: `./lib/${path}.d.ts`, default: `./lib/${path}.js` });
const published = {
  name,
  version,
  description,
  license,
  type: "module",
  engines,
  bin: { portcullis: "bin/portcullis.js", gator: "bin/gator.js" },
  exports: {
    "./rego": door("rego/index"),
    "./rego/crypto": door("rego/crypto"),
    "./rego/graphql": door("rego/graphql"),
    "./gatekeeper": door("gatekeeper/index"),
    "./gatekeeper/cel": door("gatekeeper/cel"),
    "./server": door("server/index"),
  },
  dependencies,
};
writeFileSync(new URL("package.json", dist), `${JSON.stringify(published, undefined, 2)}\n`);
for (const path of ["README.md", "LICENSE", "docs", "examples"])
  if (existsSync(new URL(path, root))) cpSync(new URL(path, root), new URL(path, dist), { recursive: true });

const answer = run(process.execPath, ["dist/bin/portcullis.js", "rego", "eval", "-f", "raw", "1 + 1"]);
if (answer.trim() !== "2") throw new Error(`the built program says 1 + 1 is ${answer}`);
await untilServing();
process.stdout.write("build: dist/ is ready\n");

function run(program: string, args: readonly string[]): string {
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
  if (result.status === 0) return result.stdout;
  process.stderr.write(`${result.stdout}${result.stderr}`);
  throw new Error(`${program} ${args.join(" ")} failed`);
}

/** Runs the built server over the example's policies until it says that it listens. */
function untilServing(): Promise<void> {
  const flags = ["--policies=examples/required-labels/policies", "--port=0", "--health-addr=0", "--audit-interval=0"];
  const server = spawn(process.execPath, ["dist/bin/portcullis.js", "serve", ...flags], { cwd: root, timeout: 30_000 });
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    server.stdout.on("data", () => {
      resolve();
      server.kill();
    });
    server.on("exit", () => reject(new Error(`the built program does not serve: ${said}`)));
  });
}
