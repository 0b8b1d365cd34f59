/**
 * Writes `deploy/portcullis.yaml`, everything one `kubectl apply` needs, and the chart's definitions of kinds; with `--check` fails when a file
 * is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Value, writeYaml } from "../src/rego/index.ts";
import { crds } from "./deploy/crds.ts";
import { installation } from "./deploy/objects.ts";

const options = { namespace: "gatekeeper-system", image: "portcullis:0.1.0", replicas: 3 };

function documentsOf(objects: readonly object[]): string {
  const texts = objects.map((object) => {
    const written = writeYaml(JSON.parse(JSON.stringify(object)) as Value);
    if ("error" in written) throw new Error(written.error);
    return written.text;
  });
  return `---\n${texts.join("---\n")}`;
}

const files = [
  {
    path: "deploy/portcullis.yaml",
    text: `# Made by \`npm run deploy\`. One \`kubectl apply -f\` of this file installs Portcullis in Gatekeeper's place.\n${documentsOf([...crds, ...installation(options)])}`,
  },
  {
    path: "deploy/chart/crds/portcullis.yaml",
    text: `# Made by \`npm run deploy\`. Helm installs these once and never changes them: apply this file before an upgrade.\n${documentsOf(crds)}`,
  },
];
let stale = 0;
for (const { path, text } of files) {
  const file = new URL(`../${path}`, import.meta.url);
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  stale++;
  if (process.argv.includes("--check")) process.stderr.write(`deploy: ${path} is not up to date; run npm run deploy\n`);
  else writeFileSync(file, text);
}
process.stdout.write(`deploy: ${stale === 0 ? "nothing to write" : `${stale} of ${files.length} files differed`}\n`);
process.exitCode = process.argv.includes("--check") && stale > 0 ? 1 : 0;
