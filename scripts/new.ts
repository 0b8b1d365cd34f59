/**
 * Scaffolds a new piece with its row and test: `npm run new -- builtin strings.shout`. The family is the part before the first dot (or the
 * second argument), the file `src/rego/builtins/<family>.ts`; the new builtin answers undefined and its test fails until it is written.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [kind, name, given] = process.argv.slice(2);
if (kind !== "builtin" || name === undefined || !/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/.test(name)) {
  process.stderr.write("usage: npm run new -- builtin NAME [FAMILY]   (NAME as policies call it, e.g. strings.shout)\n");
  process.exit(2);
}

const family = given ?? name.split(".")[0] ?? name;
const source = new URL(`../src/rego/builtins/${family}.ts`, import.meta.url);
const test = new URL(`../test/rego/builtins/${family}.test.ts`, import.meta.url);
const exported = family.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const identifier = name.replace(/[._]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const row = `  define("${name}", "(x: any) => y: any", ${identifier}),\n`;
const body = `\n/** Says what \`${name}\` gives and when it is undefined. */\nfunction ${identifier}(_context: BuiltinContext, _x: Value): BuiltinResult {\n  return undefined;\n}\n`;

if (existsSync(source)) {
  const text = readFileSync(source, "utf8");
  if (text.includes(`"${name}"`)) fail(`${name} is in ${family}.ts already`);
  const end = text.lastIndexOf("\n];");
  if (end < 0) fail(`${family}.ts has no table that ends in "];"`);
  const imports = [
    [/\bdefine\b/, 'import { define } from "./define.ts";'],
    [/\bBuiltinContext\b/, 'import type { BuiltinContext } from "./context.ts";'],
    [/\bBuiltinResult\b/, 'import type { BuiltinResult } from "./define.ts";'],
    [/\bValue\b/, 'import type { Value } from "../values/value.ts";'],
  ] as const;
  const missing = imports.filter(([word]) => !new RegExp(`import [^;{]*\\{[^}]*${word.source}[^}]*\\}`).test(text)).map(([, line]) => line);
  const first = text.indexOf("import ");
  const whole = `${text.slice(0, end + 1)}${row}${text.slice(end + 1)}${body}`;
  writeFileSync(source, `${whole.slice(0, first)}${missing.map((line) => `${line}\n`).join("")}${whole.slice(first)}`);
} else {
  writeFileSync(
    source,
    `/** Builtins of the family \`${family}\`: say what goes in and out, and link the page that specifies them. */\nimport type { Value } from "../values/value.ts";\nimport type { BuiltinContext } from "./context.ts";\nimport { type Builtin, type BuiltinResult, define } from "./define.ts";\n\n// biome-ignore format: table\nexport const ${exported}: readonly Builtin[] = [\n${row}];\n${body}`,
  );
}
const claim = `\n  it("${name} …", () => {\n    expect(answerOf("${name}", null)).toBe("what it should give");\n  });\n`;
if (existsSync(test)) {
  const text = readFileSync(test, "utf8");
  if (!/import [^;]*\banswerOf\b/.test(text)) fail(`${family}.test.ts has other helpers; add the test there by hand`);
  writeFileSync(test, `${text.slice(0, text.lastIndexOf("});"))}${claim}});\n`);
} else {
  writeFileSync(
    test,
    `import { describe, expect, it } from "vitest";\nimport { answerOf } from "../../support/call-builtin.ts";\n\ndescribe("${family}", () => {${claim}});\n`,
  );
}
process.stdout.write(`new: ${name} is in src/rego/builtins/${family}.ts, its test in test/rego/builtins/${family}.test.ts\n`);
if (!readFileSync(new URL("../src/rego/builtins/registry.ts", import.meta.url), "utf8").includes(`./${family}.ts`))
  process.stdout.write(`new: add the family to src/rego/builtins/registry.ts: import { ${exported} } from "./${family}.ts"\n`);

function fail(message: string): never {
  process.stderr.write(`new: ${message}\n`);
  process.exit(1);
}
