/**
 * Rewrites arguments from the spellings that Go's flag library takes to those that commander takes: `-o=yaml`, `--trace=true`, `--trace=false`.
 * Arguments in, arguments out. https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax
 */

/** Flags whose value may be written or left out; commander reads their `=` itself. */
const OPTIONAL_VALUE = /^--enable-/;

const SHORT = /^-([A-Za-z])=(.*)$/s;
const LONG_BOOLEAN = /^(--[a-z][a-z0-9-]*)=(true|false)$/;

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
  if (value === "true") return [flag];
  return value === "false" ? [] : undefined;
}
