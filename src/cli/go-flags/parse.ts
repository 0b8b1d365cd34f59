/**
 * Reads a command line as Go's flag library does: flags and words in any order, `-abc`, `-fvalue`, `--flag=value`, `--` before the last words; what
 * was not given may come from the environment (`OPA_EVAL_FORMAT`). https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax
 */
import { quote } from "../../rego/index.ts";
import type { Flag } from "./kinds.ts";

/** The flags of a command by name. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** The values of flags by name. */
export type FlagValues<T extends FlagTable> = { readonly [K in keyof T]: T[K] extends Flag<infer V> ? V : never };

/** A command line that was read, a wish for help, or what is wrong. */
export type ParsedFlags<T extends FlagTable> =
  | { readonly kind: "parsed"; readonly flags: FlagValues<T>; readonly given: ReadonlySet<string>; readonly words: readonly string[] }
  | { readonly kind: "help" }
  | { readonly kind: "error"; readonly message: string };

class FlagError extends Error {}
class HelpWanted extends Error {}

/** Reads the arguments of a command. */
export function parseFlags<T extends FlagTable>(table: T, args: readonly string[]): ParsedFlags<T> {
  const reading = new Reading(table);
  const words: string[] = [];
  try {
    for (let at = 0; at < args.length; ) {
      const arg = args[at++] ?? "";
      if (arg === "--") {
        words.push(...args.slice(at));
        break;
      }
      if (!arg.startsWith("-") || arg === "-") words.push(arg);
      else at += arg.startsWith("--") ? reading.long(arg.slice(2), args[at]) : reading.short(arg.slice(1), args[at]);
    }
  } catch (error) {
    if (error instanceof HelpWanted) return { kind: "help" };
    if (error instanceof FlagError) return { kind: "error", message: error.message };
    throw error;
  }
  return { kind: "parsed", flags: reading.values as FlagValues<T>, given: reading.given, words };
}

/** Adds what the environment says of flags that were not given; the name of a variable is the prefix and the flag's name. */
export function withEnvironment<T extends FlagTable>(
  table: T,
  parsed: { readonly flags: FlagValues<T>; readonly given: ReadonlySet<string> },
  prefix: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly flags: FlagValues<T>; readonly given: ReadonlySet<string> } | { readonly error: string } {
  const reading = new Reading(table, parsed);
  const errors: string[] = [];
  for (const name of Object.keys(table).sort()) {
    const text = environment[`${prefix}_${name}`.toUpperCase().replaceAll("-", "_")];
    if (text === undefined || text === "" || parsed.given.has(name)) continue;
    try {
      reading.set(name, text);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      errors.push(error.message);
    }
  }
  if (errors.length > 0) return { error: `error mapping environment variables to command flags: ${errors.join("; ")}` };
  return { flags: reading.values as FlagValues<T>, given: reading.given };
}

/** Values while they are read. */
class Reading {
  readonly values: Record<string, unknown>;
  readonly given: Set<string>;
  readonly #table: FlagTable;

  constructor(table: FlagTable, before?: { readonly flags: Readonly<Record<string, unknown>>; readonly given: ReadonlySet<string> }) {
    this.#table = table;
    this.values =
      before === undefined ? Object.fromEntries(Object.entries(table).map(([name, { initial }]) => [name, initial])) : { ...before.flags };
    this.given = new Set(before?.given);
  }

  /** Reads what follows `--`; returns how many further arguments it took. */
  long(text: string, next: string | undefined): number {
    if (text.startsWith("-") || text.startsWith("=")) throw new FlagError(`bad flag syntax: --${text}`);
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const flag = this.#flag(name);
    if (flag === undefined) {
      if (name === "help") throw new HelpWanted();
      throw new FlagError(`unknown flag: --${name}`);
    }
    if (equals >= 0) this.set(name, text.slice(equals + 1));
    else if (flag.bare !== undefined) this.set(name, flag.bare);
    else if (next === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    else {
      this.set(name, next);
      return 1;
    }
    return 0;
  }

  /** Reads what follows `-`; returns how many further arguments it took. */
  short(letters: string, next: string | undefined): number {
    for (let rest = letters; rest !== ""; ) {
      const letter = rest[0] ?? "";
      const [name, flag] = Object.entries(this.#table).find(([, { short }]) => short === letter) ?? [];
      if (name === undefined || flag === undefined) {
        if (letter === "h") throw new HelpWanted();
        throw new FlagError(`unknown shorthand flag: ${quote(letter).replace(/^"|"$/g, "'")} in -${rest}`);
      }
      const value = rest.slice(1);
      if (value.length > 1 && value.startsWith("=")) this.set(name, value.slice(1));
      else if (flag.bare !== undefined) {
        this.set(name, flag.bare);
        rest = value;
        continue;
      } else if (value !== "") this.set(name, value);
      else if (next === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${rest}`);
      else {
        this.set(name, next);
        return 1;
      }
      return 0;
    }
    return 0;
  }

  set(name: string, text: string): void {
    const flag = this.#flag(name);
    if (flag === undefined) return;
    const read = flag.read(text, this.given.has(name) ? this.values[name] : undefined);
    if ("error" in read) {
      const shown = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
      throw new FlagError(`invalid argument ${quote(text)} for "${shown}" flag: ${read.error}`);
    }
    this.values[name] = read.value;
    this.given.add(name);
  }

  #flag(name: string): Flag<unknown> | undefined {
    return Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
  }
}
