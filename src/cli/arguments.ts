/**
 * Rewrites arguments from the spellings that Go's flag library takes to those that commander takes: `-o=yaml`, `--trace=true`, `--trace=false`,
 * `help test`. Arguments in, arguments or a complaint out. https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax
 */
import { quote } from "../rego/index.ts";

/** Flags whose value may be written, after `=` only, or left out. */
const OPTIONAL_VALUE = /^--enable-[a-z0-9-]*$/;

/** Flags of the gator commands without a value: theirs may be written in each of Go's ways. */
const SWITCHES: ReadonlySet<string> = new Set(
  "--trace --stats --deny-only --verbose --memory --force-omit-gvk-manifest --explain --plain-http -t -v".split(" "),
);

/** Flags whose value may well be one of these words. */
const TEXTS: ReadonlySet<string> = new Set(["--run", "-r"]);

const SHORT = /^-([A-Za-z])=(.*)$/s;
const LONG = /^(--[a-z][a-z0-9-]*)=(.*)$/s;
const TRUE: ReadonlySet<string> = new Set(["true", "TRUE", "True", "t", "T", "1"]);
const FALSE: ReadonlySet<string> = new Set(["false", "FALSE", "False", "f", "F", "0"]);

/** The arguments as commander reads them, or what is wrong with one of them. */
export type Rewritten = { readonly words: readonly string[] } | { readonly error: string };

/** Rewrites the arguments of one command line. What follows `--` stays as it is, and so do the flags of `serve`, which reads Go's form itself. */
export function commanderArguments(argv: readonly string[]): Rewritten {
  if (argv[0] === "serve") return { words: argv };
  if (argv[0] === "help" && argv.length > 1) return { words: [...argv.slice(1), "--help"] };
  if (argv[0] === "version") return { words: ["--version"] };
  const end = argv.indexOf("--");
  const flags = end < 0 ? argv : argv.slice(0, end);
  const wrong = flags.find((argument) => complaint(argument) !== undefined);
  if (wrong !== undefined) return { error: complaint(wrong) ?? "" };
  return { words: [...flags.flatMap(rewrite), ...argv.slice(flags.length)] };
}

/** A switch with a value that is neither true nor false; anything else is commander's to judge. */
function complaint(argument: string): string | undefined {
  const [, flag = "", value = ""] = (SHORT.exec(argument) ? /^(-.)=(.*)$/s : LONG).exec(argument) ?? [];
  if (!(SWITCHES.has(flag) || OPTIONAL_VALUE.test(flag)) || TRUE.has(value) || FALSE.has(value)) return undefined;
  return `invalid argument ${quote(value)} for ${quote(flag)} flag: strconv.ParseBool: parsing ${quote(value)}: invalid syntax`;
}

function rewrite(argument: string): readonly string[] {
  if (OPTIONAL_VALUE.test(argument)) return [`${argument}=true`];
  const short = SHORT.exec(argument);
  if (short !== null) return boolean(`-${short[1] ?? ""}`, short[2] ?? "") ?? [`-${short[1] ?? ""}`, short[2] ?? ""];
  const long = LONG.exec(argument);
  return (long === null ? undefined : boolean(long[1] ?? "", long[2] ?? "")) ?? [argument];
}

/** A flag that is on by default has no form without a value, so leaving one out that is off changes nothing. */
function boolean(flag: string, value: string): readonly string[] | undefined {
  if (TEXTS.has(flag) || OPTIONAL_VALUE.test(flag)) return undefined;
  const isSwitch = SWITCHES.has(flag);
  if (isSwitch ? TRUE.has(value) : value === "true") return [flag];
  return (isSwitch ? FALSE.has(value) : value === "false") ? [] : undefined;
}
