/** `npm run bench -- rego|gatekeeper|server|start [--filter TEXT] [--json FILE]`: times us against the originals in one run and prints ratios. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Row } from "./report.ts";

const benches: { readonly [name: string]: () => Promise<(filter: string) => Promise<readonly Row[]>> } = {
  rego: async () => (await import("./rego/main.ts")).benchRego,
  gatekeeper: async () => (await import("./gatekeeper/main.ts")).benchGatekeeper,
  server: async () => (await import("./server/main.ts")).benchServer,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { filter: { type: "string", default: "" }, json: { type: "string" } },
});
const names = positionals.length === 0 ? Object.keys(benches) : positionals;
const rows: { readonly [bench: string]: readonly Row[] }[] = [];
for (const name of names) {
  const load = benches[name];
  if (load === undefined) {
    process.stderr.write(`bench: there is ${Object.keys(benches).join(", ")}, not ${name}\n`);
    process.exit(2);
  }
  process.stdout.write(`\n== ${name}\n`);
  rows.push({ [name]: await (await load())(values.filter) });
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(Object.assign({}, ...rows), undefined, 2)}\n`);
