/**
 * Runs simple Go patterns on JavaScript's own engine. In: a pattern; out: its test, or nothing when the pattern has anything that the two engines could
 * read differently or that could make backtracking slow: only literals, classes, anchors, plain groups and few repetitions pass.
 * https://github.com/google/re2/wiki/Syntax
 */

// With k repetitions matching takes at most length^(k + 1) steps: texts stay short enough for that to be nothing.
const MAX_REPETITIONS = 3;
const MAX_LENGTHS = [1_000_000, 4_000, 400, 100] as const;

const LITERAL = /^[A-Za-z0-9_ \-/:;,@#%&=!<>~"'`]$/;
const ESCAPED = /^[.\-/:_+*?^$()[\]{}|\\]$/;
const CLASS = /^\[\^?(?:[A-Za-z0-9_ /:.,@#%+*=~]|\\[.\-/\\\][^dw_])(?:[A-Za-z0-9_ /:.,@#%+*=~-]|\\[.\-/\\\][^dw_])*\]/;
const COUNT = /^\{([0-9]{1,3})(?:(,)([0-9]{0,3}))?\}/;

interface Reading {
  readonly text: string;
  at: number;
  source: string;
  repetitions: number;
}

/** Returns a pattern's test; it answers `undefined` for texts that are too long for it. */
export function quickRegex(pattern: string): ((text: string) => boolean | undefined) | undefined {
  const reading: Reading = { text: pattern, at: 0, source: "", repetitions: 0 };
  if (!readAlternatives(reading, 0) || reading.at !== pattern.length || reading.repetitions > MAX_REPETITIONS) return undefined;
  const regex = compile(reading.source);
  if (!regex) return undefined;
  const longest = MAX_LENGTHS[reading.repetitions] ?? 0;
  return (text) => (text.length > longest || !text.isWellFormed() ? undefined : regex.test(text));
}

function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(source, "u");
  } catch {
    return undefined;
  }
}

function readAlternatives(reading: Reading, depth: number): boolean {
  for (;;) {
    if (!readSequence(reading, depth)) return false;
    if (reading.text.charAt(reading.at) !== "|") return true;
    reading.source += "|";
    reading.at++;
  }
}

function readSequence(reading: Reading, depth: number): boolean {
  while (reading.at < reading.text.length) {
    const next = reading.text.charAt(reading.at);
    if (next === "|" || next === ")") return next === "|" || depth > 0;
    const before = reading.repetitions;
    const kind = readAtom(reading, depth);
    if (kind === undefined || !readRepetition(reading, kind, before)) return false;
  }
  return true;
}

type Atom = "single" | "group" | "anchor";

function readAtom(reading: Reading, depth: number): Atom | undefined {
  const { text, at } = reading;
  const unit = text.charAt(at);
  if (unit === "^" || unit === "$") return take(reading, unit, 1, "anchor");
  if (unit === ".") return take(reading, "[^\\n]", 1, "single");
  if (unit === "\\") return readEscape(reading);
  if (unit === "[") {
    const found = CLASS.exec(text.slice(at))?.[0];
    // In a class a hyphen between two characters is a range in both engines; elsewhere they differ in what they accept.
    return found && !/[a-zA-Z0-9]-[^a-zA-Z0-9\]]/.test(found)
      ? take(reading, found.replaceAll("\\_", "_"), found.length, "single")
      : undefined;
  }
  if (unit === "(") return readGroup(reading, depth);
  return LITERAL.test(unit) ? take(reading, unit === "/" ? "\\/" : unit, 1, "single") : undefined;
}

function take(reading: Reading, source: string, length: number, kind: Atom): Atom {
  reading.source += source;
  reading.at += length;
  return kind;
}

function readEscape(reading: Reading): Atom | undefined {
  const next = reading.text.charAt(reading.at + 1);
  if (next === "d") return take(reading, "[0-9]", 2, "single");
  if (next === "w") return take(reading, "[0-9A-Za-z_]", 2, "single");
  if (!ESCAPED.test(next)) return undefined;
  const plain = next === "-" || next === ":" || next === "_" ? next : `\\${next}`;
  return take(reading, plain, 2, "single");
}

function readGroup(reading: Reading, depth: number): Atom | undefined {
  const opened = reading.text.startsWith("(?:", reading.at) ? 3 : 1;
  if (opened === 1 && reading.text.charAt(reading.at + 1) === "?") return undefined;
  take(reading, "(?:", opened, "group");
  if (!readAlternatives(reading, depth + 1) || reading.text.charAt(reading.at) !== ")") return undefined;
  return take(reading, ")", 1, "group");
}

// A group that repeats while something in it repeats could take exponential time; only `?` may follow a group.
function readRepetition(reading: Reading, atom: Atom, before: number): boolean {
  const unit = reading.text.charAt(reading.at);
  const count = unit === "{" ? COUNT.exec(reading.text.slice(reading.at)) : undefined;
  const length = unit === "*" || unit === "+" || unit === "?" ? 1 : (count?.[0].length ?? 0);
  if (unit === "{" && !count) return false;
  if (length === 0) return true;
  if (atom === "anchor" || (atom === "group" && (unit !== "?" || reading.repetitions > before + 1))) return false;
  if (unit !== "?") reading.repetitions++;
  if (count?.[2] && count[3] && Number(count[3]) < Number(count[1])) return false;
  reading.source += reading.text.slice(reading.at, reading.at + length);
  reading.at += length;
  // A second sign in a row (lazy, possessive or an error) is not for us.
  return !/[*+?{]/.test(reading.text.charAt(reading.at));
}
