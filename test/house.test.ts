/** The house keeps its own rules: sizes, doors, words that mark unfinished work, and nothing of anybody's machine. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("..", import.meta.url).pathname;

function filesIn(folder: string, ending = ".ts"): readonly string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length));
}

const sources = filesIn("src");
const read = (file: string): string => readFileSync(`${root}${file}`, "utf8");
const offenders = (files: readonly string[], pattern: RegExp): readonly string[] => files.filter((file) => pattern.test(read(file)));
/** Code without comments and without what stands in quotes: good enough to look for calls. */
const bare = (file: string): string => read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gm, "");

describe("the house", () => {
  it("is there to be read", () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it("has no source file over 400 lines, tables of data aside", () => {
    const long = sources.filter((file) => !file.endsWith(".table.ts") && read(file).split("\n").length > 401);
    expect(long).toEqual([]);
  });

  it("opens every source file with a paragraph that says what it is", () => {
    const silent = sources.filter((file) => !/^(#!.*\n)?\/\*\*/.test(read(file)));
    expect(silent).toEqual([]);
  });

  it("has doors only at the entrances of rooms", () => {
    const doors = sources.filter((file) => file.endsWith("/index.ts"));
    expect(doors.filter((file) => file.split("/").length > 3)).toEqual([]);
  });

  it("exports nothing by star", () => {
    expect(offenders(sources, /^export \* from/m)).toEqual([]);
  });

  it("keeps clocks, randomness and consoles out of the cores", () => {
    const cores = sources.filter((file) => /^src\/(base|rego|gatekeeper)\//.test(file));
    expect(
      cores.filter((file) =>
        /\b(Math\.random|Date\.now|new Date\(|performance\.now|console\.|setTimeout|setInterval|process\.)/.test(bare(file)),
      ),
    ).toEqual([]);
  });

  it("makes no code from texts", () => {
    expect(
      sources.filter((file) => /\bnew Function\b|\beval\(|\bFunction\(/.test(bare(file).replace(/\.eval\(|function eval|eval\(\)/g, ""))),
    ).toEqual([]);
  });

  it("leaves no work marked as unfinished", () => {
    expect(offenders([...sources, ...filesIn("conformance"), ...filesIn("bench")], /\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  it("runs every test it has", () => {
    expect(
      offenders(
        filesIn("test").filter((file) => file !== "test/house.test.ts"),
        /\b(it|test|describe)\.(only|todo)\b/,
      ),
    ).toEqual([]);
  });

  it("carries nothing of the machine it was written on", () => {
    const everything = [
      ...sources,
      ...filesIn("conformance"),
      ...filesIn("bench"),
      ...filesIn("scripts"),
      ...filesIn("docs", ".md"),
      "package.json",
      "README.md",
      "Dockerfile",
    ];
    expect(offenders(everything, /registry\.npmjs|proxy\.golang|deb\.debian|\/root\/|\/tmp\/[a-z-]+\/|\/work\//)).toEqual([]);
    expect(read("package-lock.json")).not.toMatch(/"resolved": *"http/);
  });
});
