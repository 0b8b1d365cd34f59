/**
 * Rewrites arguments from the spellings that Go's flag library takes to those that commander takes: `-o=yaml`, `--trace=true`, `--trace=false`.
 * Arguments in, arguments out. https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax
 */

/** Flags whose value may be written or left out; commander reads their `=` itself. */
const OPTIONAL_VALUE = /^--enable-/;

/** Flags of the gator commands without a value: theirs may be written in each of Go's ways. */
const SWITCHES: ReadonlySet<string> = new Set(
  "--trace --stats --deny-only --verbose --memory --force-omit-gvk-manifest --explain --plain-http -t -v".split(" "),
);

/** Flags whose value may well be one of these words. */
const TEXTS: ReadonlySet<string> = new Set(["--run", "-r"]);

const SHORT = /^-([A-Za-z])=(.*)$/s;
const LONG_BOOLEAN = /^(--[a-z][a-z0-9-]*)=(true|false|TRUE|FALSE|True|False|[tTfF01])$/;
const TRUE: ReadonlySet<string> = new Set(["true", "TRUE", "True", "t", "T", "1"]);
const FALSE: ReadonlySet<string> = new Set(["false", "FALSE", "False", "f", "F", "0"]);

/** Returns the arguments as commander reads them; what follows `--` stays as it is. */
export function commanderArguments(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  const flags = end < 0 ? argv : argv.slice(0, end);
  return [...flags.flatMap(rewrite), ...argv.slice(flags.length)];
}

function rewrite(argument: string): readonly string[] {
  const short = SHORT.exec(argument);
  if (short !== null) return boolean(`-${short[1] ?? ""}`, short[2] ?? "") ?? [`-${short[1] ?? ""}`, short[2] ?? ""];
  const long = OPTIONAL_VALUE.test(argument) ? null : LONG_BOOLEAN.exec(argument);
  return (long === null ? undefined : boolean(long[1] ?? "", long[2] ?? "")) ?? [argument];
}

/** A flag that is on by default has no form without a value, so leaving one out that is off changes nothing. */
function boolean(flag: string, value: string): readonly string[] | undefined {
  if (TEXTS.has(flag)) return undefined;
  const isSwitch = SWITCHES.has(flag);
  if (isSwitch ? TRUE.has(value) : value === "true") return [flag];
  return (isSwitch ? FALSE.has(value) : value === "false") ? [] : undefined;
}
