import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/cli/version.ts";
import { run } from "../support/command.ts";

describe("the program", () => {
  it("says its version, which is that of the package", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    expect(VERSION).toBe(manifest.version);
    for (const argv of [["--version"], ["version"]]) {
      expect(await run(argv)).toMatchObject({ code: 0, out: expect.stringContaining(`gator version ${VERSION} `), err: "" });
    }
  });

  it("tells who asks for nothing what there is", async () => {
    expect(await run([])).toMatchObject({ code: 0, out: expect.stringContaining("verify"), err: "" });
    expect(await run(["sync"])).toMatchObject({ code: 0, out: expect.stringContaining("Usage: gator sync"), err: "" });
    expect(await run(["help", "verify"])).toMatchObject({ code: 0, out: expect.stringContaining("--run"), err: "" });
    expect(await run(["help", "sync", "test"])).toMatchObject({ code: 0, out: expect.stringContaining("--force-omit") });
  });

  it("fails on what it does not know, and says where to look", async () => {
    expect(await run(["verfy"])).toMatchObject({ code: 1, err: expect.stringContaining("Did you mean verify") });
    expect(await run(["expand"])).toMatchObject({ code: 1, err: expect.stringContaining("docs/differences.md") });
    expect(await run(["test", "--filenam=x"])).toMatchObject({ code: 1, err: expect.stringContaining("`gator test --help`") });
    expect(await run(["test", "--trace=maybe"])).toMatchObject({ code: 1, err: expect.stringContaining('parsing "maybe"') });
    expect(await run(["verify", "p", "--enable-k8s-native-validation", "false"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("too many arguments"),
    });
  });
});
