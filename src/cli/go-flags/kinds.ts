/**
 * The kinds of flags that Go programs have: how a text becomes a value, and what is said of one that does not. Texts of errors are those of Go's
 * `strconv` and `time`. https://pkg.go.dev/github.com/spf13/pflag
 */
import { quote } from "../../rego/index.ts";
import { parseGoDuration } from "../output/duration.ts";

/** A flag: its short form, its default, and how a value is read; `former` is the value before, undefined for the first one given. */
export interface Flag<V> {
  readonly short: string | undefined;
  readonly initial: V;
  readonly usage: string;
  /** The word that stands for the value in a help text; empty for switches. */
  readonly shownAs: string;
  /** What the help text says of the default. */
  readonly shownDefault: string;
  /** What the flag without a value means; undefined for flags that need one. */
  readonly bare: string | undefined;
  readonly hidden: boolean;
  read(text: string, former: V | undefined): Read<V>;
}

/** A value, or why there is none. */
type Read<V> = { readonly value: V } | { readonly error: string };

interface Words {
  readonly short?: string;
  readonly hidden?: boolean;
  /** What the help text says of the default, when it is another than the value. */
  readonly shown?: string;
}

function flag<V>(
  usage: string,
  words: Words,
  own: Pick<Flag<V>, "initial" | "shownAs" | "shownDefault" | "read"> & { bare?: string },
): Flag<V> {
  return {
    bare: undefined,
    ...own,
    short: words.short,
    hidden: words.hidden ?? false,
    usage,
    shownDefault: words.shown ?? own.shownDefault,
  };
}

const TRUE: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

const badSyntax = (reader: string, text: string): { readonly error: string } => ({
  error: `strconv.${reader}: parsing ${quote(text)}: invalid syntax`,
});

/** A switch. */
export function switchFlag(usage: string, words: Words & { readonly initial?: boolean } = {}): Flag<boolean> {
  const initial = words.initial ?? false;
  return flag(usage, words, {
    initial,
    shownAs: "",
    shownDefault: initial ? "true" : "",
    bare: "true",
    read: (text) => (TRUE.has(text) ? { value: true } : FALSE.has(text) ? { value: false } : badSyntax("ParseBool", text)),
  });
}

/** A text; the last one given counts. */
export function textFlag(usage: string, words: Words = {}): Flag<string> {
  return flag(usage, words, { initial: "", shownAs: "string", shownDefault: "", read: (value) => ({ value }) });
}

/** Texts, one each time the flag is given. */
export function textsFlag(usage: string, words: Words & { readonly shownAs?: string } = {}): Flag<readonly string[]> {
  return flag<readonly string[]>(usage, words, {
    initial: [],
    shownAs: words.shownAs ?? "string",
    shownDefault: "",
    read: (text, former) => ({ value: [...(former ?? []), text] }),
  });
}

/** Texts, several in one value with commas between them. */
export function listFlag(usage: string, words: Words = {}): Flag<readonly string[]> {
  return flag<readonly string[]>(usage, words, {
    initial: [],
    shownAs: "strings",
    shownDefault: "",
    read: (text, former) => {
      const row = commaRow(text);
      return "error" in row ? row : { value: [...(former ?? []), ...row.value] };
    },
  });
}

// A line of comma-separated values, in which one with commas may stand in quotes.
function commaRow(text: string): Read<readonly string[]> {
  if (text === "") return { value: [] };
  const [line = ""] = text.replace(/^(\r?\n)+/, "").split(/\r?\n/);
  const values: string[] = [];
  const cell = /"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$)/y;
  for (let at = 0; at <= line.length; at = cell.lastIndex + 1) {
    cell.lastIndex = at;
    const match = cell.exec(line);
    if (match === null) {
      const mark = line.indexOf('"', at);
      const column = new TextEncoder().encode(line.slice(0, mark)).length + 1;
      const complaint = mark === at ? 'extraneous or missing " in quoted-field' : 'bare " in non-quoted-field';
      return { error: `parse error on line 1, column ${column}: ${complaint}` };
    }
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  return { value: values };
}

/** One of a few words. */
export function wordFlag<const W extends string>(
  usage: string,
  choices: readonly W[],
  words: Words & { readonly initial: NoInfer<W> },
): Flag<W> {
  return flag<W>(usage, words, {
    initial: words.initial,
    shownAs: `{${choices.join(",")}}`,
    shownDefault: words.initial,
    read: (text) => {
      const value = choices.find((choice) => choice === text);
      return value === undefined ? { error: `must be one of {${choices.join(",")}}` } : { value };
    },
  });
}

const INTEGER = /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;

/** A whole number of 64 bits, or of fewer. */
export function integerFlag(usage: string, words: Words & { readonly initial: number; readonly bits?: number }): Flag<number> {
  const limit = 2n ** BigInt((words.bits ?? 64) - 1);
  return flag(usage, words, {
    initial: words.initial,
    shownAs: "int",
    shownDefault: words.initial === 0 ? "" : String(words.initial),
    read: (text) => {
      if (!INTEGER.test(text)) return badSyntax("ParseInt", text);
      const digits = text.replace(/^[+-]/, "").replaceAll("_", "");
      const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
      const value = text.startsWith("-") ? -size : size;
      if (value < -limit || value >= limit) return { error: `strconv.ParseInt: parsing ${quote(text)}: value out of range` };
      return { value: Number(value) };
    },
  });
}

const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf|infinity|nan)$/i;

/** A number. */
export function floatFlag(usage: string, words: Words & { readonly initial: number }): Flag<number> {
  return flag(usage, words, {
    initial: words.initial,
    shownAs: "float",
    shownDefault: words.initial === 0 ? "" : String(words.initial),
    read: (text) => {
      if (!FLOAT.test(text)) return badSyntax("ParseFloat", text);
      const value = Number(text.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
      return Number.isFinite(value) || /[in]/i.test(text)
        ? { value }
        : { error: `strconv.ParseFloat: parsing ${quote(text)}: value out of range` };
    },
  });
}

/** A time, in nanoseconds. */
export function durationFlag(usage: string, words: Words = {}): Flag<number> {
  return flag(usage, words, {
    initial: 0,
    shownAs: "duration",
    shownDefault: "",
    read: (text) => {
      const value = parseGoDuration(text);
      return Number.isNaN(value) ? { error: durationError(text) } : { value };
    },
  });
}

function durationError(text: string): string {
  const part = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*(?:\d+\.?\d*|\.\d+)([^\d.]*)/u.exec(text);
  if (part === null) return `time: invalid duration ${quote(text)}`;
  const [, unit = ""] = part;
  return unit === "" ? `time: missing unit in duration ${quote(text)}` : `time: unknown unit ${quote(unit)} in duration ${quote(text)}`;
}
