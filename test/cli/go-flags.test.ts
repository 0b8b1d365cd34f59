import { describe, expect, it } from "vitest";
import { durationFlag, floatFlag, integerFlag, listFlag, switchFlag, textFlag, textsFlag, wordFlag } from "../../src/cli/go-flags/kinds.ts";
import { parseFlags, withEnvironment } from "../../src/cli/go-flags/parse.ts";

const table = {
  format: wordFlag("set format", ["json", "raw"], { short: "f", initial: "json" }),
  count: integerFlag("repeat", { initial: 1, bits: 32 }),
  data: textsFlag("set data", { short: "d" }),
  ignore: listFlag("leave out"),
  fail: switchFlag("fail", { short: "z" }),
  strict: switchFlag("be strict", { short: "S", initial: true }),
  input: textFlag("set input", { short: "i" }),
  share: floatFlag("set share", { initial: 0 }),
  timeout: durationFlag("set timeout"),
} as const;

const parsed = (...args: readonly string[]) => {
  const result = parseFlags(table, args);
  return result.kind === "parsed" ? { ...result.flags, words: result.words } : result;
};
const message = (...args: readonly string[]) => {
  const result = parseFlags(table, args);
  return result.kind === "error" ? result.message : result.kind;
};

describe("flags as Go programs read them", () => {
  it.each([
    [["-f=raw"], { format: "raw" }],
    [["-fraw", "a", "--count", "0x10", "b"], { format: "raw", count: 16, words: ["a", "b"] }],
    [["-zdx", "-d", "y", "--data=z"], { fail: true, data: ["x", "y", "z"] }],
    [["--ignore", 'a,"b,c"', "--ignore=d"], { ignore: ["a", "b,c", "d"] }],
    [["--strict=f", "--fail"], { strict: false, fail: true }],
    [["-", "--", "-f"], { words: ["-", "-f"] }],
    [["--timeout", "1m1.5s", "--share", "1e-2"], { timeout: 61.5e9, share: 0.01 }],
    [["-i", "", "-i=x"], { input: "x" }],
  ])("%j", (args, flags) => {
    expect(parsed(...args)).toMatchObject(flags);
  });

  it.each([
    [["--bogus=1"], "unknown flag: --bogus"],
    [["-zq"], "unknown shorthand flag: 'q' in -q"],
    [["---x"], "bad flag syntax: ---x"],
    [["--data"], "flag needs an argument: --data"],
    [["-zd"], "flag needs an argument: 'd' in -d"],
    [["-f", "xml"], 'invalid argument "xml" for "-f, --format" flag: must be one of {json,raw}'],
    [["--count", "x"], 'invalid argument "x" for "--count" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [
      ["--count", "2147483648"],
      'invalid argument "2147483648" for "--count" flag: strconv.ParseInt: parsing "2147483648": value out of range',
    ],
    [["--fail=maybe"], 'invalid argument "maybe" for "-z, --fail" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [["--timeout", "3"], 'invalid argument "3" for "--timeout" flag: time: missing unit in duration "3"'],
    [["--timeout", "1s2q"], 'invalid argument "1s2q" for "--timeout" flag: time: unknown unit "q" in duration "1s2q"'],
    [["--constructor"], "unknown flag: --constructor"],
    [["-h"], "help"],
    [["--help", "--bogus"], "help"],
  ])("%j: %s", (args, text) => {
    expect(message(...args)).toBe(text);
  });

  it("takes from the environment what was not given", () => {
    const given = parseFlags(table, ["--count=2"]);
    if (given.kind !== "parsed") throw new Error(given.kind);
    const completed = withEnvironment(table, given, "opa_x", { OPA_X_COUNT: "7", OPA_X_FORMAT: "raw", OPA_X_INPUT: "" });
    expect(completed).toMatchObject({ flags: { count: 2, format: "raw", input: "" } });
    expect(withEnvironment(table, given, "opa_x", { OPA_X_SHARE: "x", OPA_X_FORMAT: "y" })).toEqual({
      error:
        'error mapping environment variables to command flags: invalid argument "y" for "-f, --format" flag: must be one of {json,raw}; ' +
        'invalid argument "x" for "--share" flag: strconv.ParseFloat: parsing "x": invalid syntax',
    });
  });
});
