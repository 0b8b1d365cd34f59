import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { nodeEffects } from "../../src/cli/node-effects.ts";

/** `opa` on the path, or where Go puts programs; only the version that is followed counts. */
const opa = ["opa", join(process.env["HOME"] ?? "", "go/bin/opa")].find((name) =>
  /^Version: 1\.19\.0$/m.test(spawnSync(name, ["version"], { encoding: "utf8" }).stdout ?? ""),
);
if (opa === undefined) process.stderr.write("skipped: comparing with opa needs opa v1.19.0 on the path\n");

const files: Readonly<Record<string, string>> = {
  "pol/a.rego": 'package a\n\nallow if input.user == "ann"\n\nn contains x if some x in [1, 2]\n\nf(x) := x + 1\n\nbad := 1 / input.zero\n',
  "pol/b.rego": 'package b\n\nimport data.a\n\nd contains m if {\n\tnot a.allow\n\tm := sprintf("no %v", [input.user])\n}\n',
  "broken.rego": "package x\n\np := y\n\nq := nope(1)\n",
  "parse.rego": "package x\n\np if {\n\tx =\n}\n",
  "empty.rego": "",
  "strict.rego": "package s\n\nimport data.a\n\np if {\n\tx := 1\n\tinput.y\n}\n",
  "v0.rego": "package old\np { input.x }\n",
  "data.json": '{"k": {"deep": [1, 2.50, 1e3]}}',
  "input.json": '{"user": "bob", "zero": 0}',
  "bundle/.manifest": '{"roots": ["a"]}',
  "bundle/a/data.yaml": "x: [1, two]\n",
  "outside/.manifest": '{"roots": ["a"]}',
  "outside/b/data.json": "{}",
  "other/.manifest": '{"roots": ["a/c"]}',
  "other/a/c/c.rego": "package a.c\n\np := 1\n",
  "messy.rego": "package   m\np   if {input.x==1}\n",
  "schema.json": '{"type": "object", "properties": {"user": {"type": "string"}}, "additionalProperties": false}',
  "one/t.rego": 'package t\n\nok := {"a": [1, 2]}\n\ntest_x if {\n\ty := 3\n\tok.a[1] == y\n}\n',
  "two/t.rego": "package t\n\ntest_same if true\n\ntest_same if false\n",
};

const lines = [
  "eval 1+1",
  "eval -f pretty -d pol data",
  "eval -f raw -d pol -i input.json data.b.d",
  "eval -f discard -d pol data.a",
  "eval -f values -d pol data.a.f(2)",
  "eval --fail -d pol data.a.allow",
  "eval --fail-defined -d pol data.a.n",
  "eval -d pol -i input.json --strict-builtin-errors data.a.bad",
  "eval -d pol -i input.json --show-builtin-errors -f pretty data.a.bad",
  "eval -f pretty --strict-builtin-errors 1/0",
  "eval -d broken.rego data",
  "eval -d parse.rego -f pretty data",
  "eval -d nope data",
  "eval -d data.json data.k",
  "eval -d x.y:data.json data",
  "eval -d http://a/b -f pretty data",
  "eval -b bundle data",
  "eval -b bundle -b other data",
  "eval -b outside -f pretty data",
  "eval -b pol -b bundle data",
  "eval -b nope data",
  "eval --import data.a a.n",
  "eval --import x 1",
  "eval --package a n",
  "eval -S -d strict.rego data",
  "eval --capabilities v0.20.0 1",
  "eval --capabilities nope 1",
  "eval -s schema.json -d pol -f pretty data",
  "eval -u 1 1",
  "eval -f bogus 1",
  "eval",
  "eval --stdin -I",
  "eval --coverage -d pol -i input.json data.b.d",
  "eval --explain full -f pretty -d pol -i input.json data.b.d",
  "eval --explain full --var-values -f pretty -d pol -i input.json data.b.d",
  "eval --explain fails -f pretty -d pol -i input.json data.a.allow",
  "check pol",
  "check broken.rego",
  "check -f json broken.rego parse.rego",
  "check -m 1 broken.rego",
  "check -S strict.rego",
  "check -b pol bundle",
  "check -b outside",
  "check v0.rego",
  "check --v0-compatible v0.rego",
  "check --v0-v1 pol v0.rego",
  "check --capabilities v0.50.0 pol",
  "check",
  "parse pol/a.rego",
  "parse -f json --json-include locations,-comments pol/b.rego",
  "parse --json-include locations parse.rego",
  "parse empty.rego",
  "fmt messy.rego",
  "fmt -l messy.rego pol",
  "fmt --fail messy.rego",
  "fmt --v0-v1 v0.rego",
  "fmt empty.rego",
  "fmt nope",
  "deps -d pol data.b.d",
  "deps -d pol -f json data.b.d",
  "deps data.x",
  "deps 1",
  "test one",
  "test --var-values one",
  "test -c one",
  "test --threshold 101 one",
  "test -f gobench one",
  "test -r [ one",
  "test -r same#01 two",
  "test --fail-on-empty -r none one",
  "bench -f json nope(1)",
  "bench data.nope",
];

const timeless = (text: string): string => text.replace(/\(\d[\d.]*(?:ns|µs|ms|s)\)/g, "(T)");
/** How a command is used is told in our own words. */
const brief = (text: string): string => (text.startsWith("Error: ") ? (text.split("\n")[0] ?? "") : text);

describe.skipIf(opa === undefined)("beside opa", () => {
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "portcullis-opa-"));
  beforeAll(() => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it.each(lines)("%s", async (line) => {
    const args = line.split(" ");
    const theirs = spawnSync(opa ?? "", args, { encoding: "utf8", input: "" });
    let [out, err] = ["", ""];
    const code = await main(["rego", ...args], {
      ...nodeEffects(),
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      stdin: async () => "",
      stdoutIsTty: false,
    });
    expect([code, timeless(out), brief(timeless(err))]).toEqual([theirs.status, timeless(theirs.stdout), brief(timeless(theirs.stderr))]);
  });
});
