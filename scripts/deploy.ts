/** Writes `deploy/portcullis.yaml`, everything one `kubectl apply` needs; with `--check` fails when the file is not what it would write. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Value, writeYaml } from "../src/rego/index.ts";
import { crds } from "./deploy/crds.ts";
import { installation } from "./deploy/objects.ts";

const file = new URL("../deploy/portcullis.yaml", import.meta.url);
const options = { namespace: "gatekeeper-system", image: "portcullis:0.1.0", replicas: 3 };
const documents = [...crds, ...installation(options)].map((object) => {
  const written = writeYaml(JSON.parse(JSON.stringify(object)) as Value);
  if ("error" in written) throw new Error(written.error);
  return written.text;
});
const text = `# Made by \`npm run deploy\`. One \`kubectl apply -f\` of this file installs Portcullis in Gatekeeper's place.\n---\n${documents.join("---\n")}`;
const stale = !existsSync(file) || readFileSync(file, "utf8") !== text;
if (process.argv.includes("--check")) {
  if (stale) process.stderr.write("deploy: deploy/portcullis.yaml is not up to date; run npm run deploy\n");
  process.exit(stale ? 1 : 0);
}
if (stale) writeFileSync(file, text);
process.stdout.write(`deploy: ${documents.length} objects ${stale ? "written" : "unchanged"}\n`);
