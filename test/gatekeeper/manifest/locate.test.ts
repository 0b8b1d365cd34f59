import { describe, expect, it } from "vitest";
import { locateInManifest, readManifests, showPosition } from "../../../src/gatekeeper/index.ts";

const text = `kind: First
---
spec:
  targets:
    - target: t
      rego: |
        package a

        x := foo(1)
      libs:
        - "package b"
`;

const manifest = readManifests({ name: "f.yaml", text }).manifests[1];
if (manifest === undefined) throw new Error("no manifest");

describe("places in a file", () => {
  it("an offset into a block of text is a row and a column of the file", () => {
    const at = locateInManifest(manifest, ["spec", "targets", 0, "rego"], "package a\n\nx := ".length);
    expect(at).toEqual({ file: "f.yaml", document: 2, row: 9, col: 14, line: "        x := foo(1)" });
    expect(showPosition(at)).toEqual(["f.yaml:9:14", "          x := foo(1)", "               ^"]);
  });

  it("an offset into a quoted text counts what was written for it", () => {
    expect(locateInManifest(manifest, ["spec", "targets", 0, "libs", 0], 3)).toMatchObject({ row: 11, col: 15 });
  });

  it("a path that leads nowhere is the nearest field", () => {
    expect(locateInManifest(manifest, ["spec", "nothing"], 0)).toMatchObject({ row: 3, col: 1 });
  });

  it("a field is its key, an element of a list its first character", () => {
    expect(locateInManifest(manifest, ["spec", "targets", 0, "libs"])).toMatchObject({ row: 10, col: 7 });
    expect(locateInManifest(manifest, ["spec", "targets", 0])).toMatchObject({ row: 5, col: 7 });
  });

  it("a long line is cut around its place", () => {
    const [place, line = "", caret = ""] = showPosition({ file: "f", row: 1, col: 1001, line: `${"a".repeat(1000)}b${"c".repeat(1000)}` });
    expect(place).toBe("f:1:1001");
    expect(line.length).toBeLessThan(200);
    expect(line[caret.indexOf("^")]).toBe("b");
  });

  it("columns count characters, also of those that take two units", () => {
    expect(showPosition({ file: "f", row: 1, col: 3, line: "😀é!" })).toEqual(["f:1:3", "  😀é!", "    ^"]);
  });

  it("characters that would confuse a terminal are replaced", () => {
    expect(showPosition({ file: "f", row: 1, col: 2, line: "\u001b[31m" })[1]).toBe("  \ufffd[31m");
  });
});
