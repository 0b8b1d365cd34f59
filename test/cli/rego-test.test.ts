import { describe, expect, it } from "vitest";
import { run } from "../support/command.ts";

const files = {
  "/w/t/p.rego": [
    "package p",
    "test_good if trace(`reached`)",
    "test_bad if {",
    "\tx := 1",
    "\tx == 2",
    "}",
    "test_cases[name] if {",
    '\tsome name, want in {"one": 1, "two": 2}',
    "\twant == 1",
    "}",
  ].join("\n\n"),
};

const untimed = (text: string): string => text.replace(/\([\d.]+[µnm]?s\)/g, "(T)");

describe("rego test", () => {
  it("with -v lists every test, and what failed with the way to each note and failure", async () => {
    const { code, out } = await run(["rego", "test", "-v", "--run", "bad", "t"], { files });
    expect(code).toBe(2);
    expect(untimed(out).split("\n")).toEqual([
      "t/p.rego:5:",
      "data.p.test_bad: FAIL (T)",
      "-".repeat(80),
      "FAILURES",
      "-".repeat(80),
      "data.p.test_bad: FAIL (T)",
      "",
      "  query:1          Enter data.p.test_bad = _  ",
      "  t/p.rego:5       | Enter data.p.test_bad  ",
      "  t/p.rego:9       | | Fail x = 2  ",
      "  query:1          | Fail data.p.test_bad = _  ",
      "",
      "-".repeat(80),
      "FAIL: 1/1",
      "",
    ]);
  });

  it("with an explanation lists every test as well, without a trace too", async () => {
    const { out } = await run(["rego", "test", "--explain", "notes", "--run", "good|cases", "t"], { files });
    expect(untimed(out)).toContain("data.p.test_good: PASS (T)\n");
    expect(untimed(out)).toContain("data.p.test_cases: FAIL (T)\n\n\n  two: FAIL\n\n");
  });

  it("reports each round by itself and stops at the first that fails", async () => {
    const rounds = async (name: string) => (await run(["rego", "test", "--count", "3", "--run", name, "t"], { files })).out;
    expect((await rounds("good")).match(/PASS: 1\/1/g)).toHaveLength(3);
    expect((await rounds("bad")).match(/FAIL: 1\/1/g)).toHaveLength(1);
  });

  it("says with -v which lines were not covered when too few were", async () => {
    const { code, err } = await run(["rego", "test", "-v", "--threshold", "90", "--run", "good", "t"], { files });
    expect([code, err.split("\n").slice(1)]).toEqual([
      2,
      ["Lines not covered:", "\tt/p.rego:5", "\tt/p.rego:7", "\tt/p.rego:9", "\tt/p.rego:13", "\tt/p.rego:17", ""],
    ]);
  });

  it("names the first failure with its cases where it was to report coverage", async () => {
    const { code, err } = await run(["rego", "test", "-c", "--run", "cases", "t"], { files });
    expect([code, untimed(err)]).toEqual([1, "data.p.test_cases: FAIL (T)\none: PASS\ntwo: FAIL\n\n"]);
  });
});
