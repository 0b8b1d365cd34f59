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
    expect(at).toEqual({ file: "f.yaml", row: 9, col: 14, line: "        x := foo(1)" });
    expect(showPosition(at)).toEqual(["f.yaml:9:14", "          x := foo(1)", "               ^"]);
  });

  it("a quoted text is found by its key", () => {
    expect(locateInManifest(manifest, ["spec", "targets", 0, "libs", 0], 3)).toMatchObject({ row: 10, col: undefined });
  });

  it("a path that leads nowhere is the nearest key", () => {
    expect(locateInManifest(manifest, ["spec", "nothing"], 0)).toMatchObject({ row: 3, col: undefined });
  });
});
