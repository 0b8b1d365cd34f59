import { describe, expect, it } from "vitest";
import { commanderArguments } from "../../src/cli/arguments.ts";

describe("arguments in Go's spelling", () => {
  it.each([
    [["-o=yaml"], ["-o", "yaml"]],
    [
      ["--trace=true", "--stats=1", "-v=T"],
      ["--trace", "--stats", "-v"],
    ],
    [["--trace=false", "--deny-only=f", "-t=0"], []],
    [
      ["--run=true", "-r=false"],
      ["--run=true", "-r", "false"],
    ],
    [["--iterations=1"], ["--iterations=1"]],
    [["--enable-k8s-native-validation=false"], ["--enable-k8s-native-validation=false"]],
    [
      ["--enable-k8s-native-validation", "false"],
      ["--enable-k8s-native-validation=true", "false"],
    ],
    [
      ["help", "rego", "eval"],
      ["rego", "eval", "--help"],
    ],
    [
      ["serve", "--sync-vap-enforcement-scope=false", "--log-denies=true"],
      ["serve", "--sync-vap-enforcement-scope=false", "--log-denies=true"],
    ],
    [
      ["--", "--trace=true"],
      ["--", "--trace=true"],
    ],
  ])("%j are %j", (given, expected) => {
    expect(commanderArguments(given)).toEqual({ words: expected });
  });

  it.each(["--deny-only=maybe", "-v=2", "--enable-k8s-native-validation=nope"])("%s is refused", (given) => {
    expect(commanderArguments(["test", given])).toEqual({ error: expect.stringContaining("strconv.ParseBool: parsing") });
  });
});
