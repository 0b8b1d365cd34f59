/** Writes the generated pages (`docs/builtins.md`), or with `--check` fails when one is not what it would write. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cryptoBuiltins } from "../src/rego/crypto.ts";
import { graphqlBuiltins } from "../src/rego/graphql.ts";
import { type Builtin, pureBuiltins } from "../src/rego/index.ts";

const check = process.argv.includes("--check");
const pages = { "docs/builtins.md": builtinsPage() };
let stale = 0;

for (const [file, text] of Object.entries(pages)) {
  const path = new URL(`../${file}`, import.meta.url);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale++;
  if (check) process.stderr.write(`docs: ${file} is not up to date; run npm run docs\n`);
  else writeFileSync(path, text);
}
process.stdout.write(`docs: ${Object.keys(pages).length} pages, ${stale} ${check ? "stale" : "written"}\n`);
process.exit(check && stale > 0 ? 1 : 0);

function builtinsPage(): string {
  const rows = [
    ...[...pureBuiltins.values()].map((row) => ({ row, door: "`portcullis/rego`" })),
    ...cryptoBuiltins.map((row) => ({ row, door: "`portcullis/rego/crypto`" })),
    ...graphqlBuiltins.map((row) => ({ row, door: "`portcullis/rego/graphql`" })),
  ].sort((a, b) => (a.row.name < b.row.name ? -1 : 1));
  const lines = rows.map(({ row, door }) => `| \`${row.name}\` | \`${row.signature.replaceAll("|", "\\|")}\` | ${traits(row)} | ${door} |`);
  return `# Builtins\n\nMade by \`npm run docs\` from the table of builtins; ${rows.length} rows.\n\n| name | signature | traits | exported from |\n|---|---|---|---|\n${lines.join("\n")}\n`;
}

function traits(row: Builtin): string {
  const words = [
    row.infix && `infix \`${row.infix.replaceAll("|", "\\|")}\``,
    row.deprecated && "deprecated",
    row.nondeterministic && "not deterministic",
    row.relation && "relation",
  ];
  return words.filter(Boolean).join(", ");
}
