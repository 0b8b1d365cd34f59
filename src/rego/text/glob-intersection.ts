/**
 * Tells whether two simple patterns have a common match, as https://github.com/yashtewari/glob-intersection does: letters, `.`,
 * sets `[a-z]`, the flags `+` and `*`, and `\` escapes. Its search is greedy and its answers are kept; ours remembers what it has
 * tried, so that patterns full of stars take polynomial time.
 */

type Flag = "" | "+" | "*";

/** One position of a pattern: the letters it takes (undefined = any) as sorted, disjoint ranges of code points. */
interface Token {
  readonly ranges: readonly (readonly [number, number])[] | undefined;
  readonly isSet: boolean;
  flag: Flag;
}

/** A pattern that cannot be read. */
export class GlobIntersectionError {
  readonly message: string;

  constructor(input: string, at: number, message: string) {
    this.message = `input:${input}, pos:${at}, ${message}: the input provided is invalid`;
  }
}

/** Tells whether some text matches both patterns; `spend` is charged for each step of the search. */
export function globsIntersect(left: string, right: string, spend: (units: number) => void): boolean | GlobIntersectionError {
  try {
    const first = simplify(tokenize(left));
    const second = simplify(tokenize(right));
    const trimmed = trim(first, second);
    return trimmed !== undefined && new Search(trimmed, spend).run();
  } catch (error) {
    if (error instanceof GlobIntersectionError) return error;
    throw error;
  }
}

interface Reader {
  readonly input: string;
  readonly letters: readonly string[];
  at: number;
}

interface Letter {
  readonly code: number;
  readonly text: string;
  readonly escaped: boolean;
}

function fail(reader: Reader, message: string): never {
  throw new GlobIntersectionError(reader.input, reader.at, message);
}

function next(reader: Reader): Letter | undefined {
  const letter = reader.letters[reader.at];
  if (letter === undefined) return undefined;
  if (letter !== "\\") {
    reader.at++;
    return { code: letter.codePointAt(0) ?? 0, text: letter, escaped: false };
  }
  const escaped = reader.letters[reader.at + 1];
  if (escaped === undefined) {
    // The library has not moved its index when it reports this.
    reader.at = 0;
    fail(reader, "input ends with a \\ (escape) character");
  }
  reader.at += 2;
  return { code: escaped.codePointAt(0) ?? 0, text: escaped, escaped: true };
}

function tokenize(input: string): Token[] {
  const reader: Reader = { input, letters: [...input], at: 0 };
  const tokens: Token[] = [];
  for (let letter = next(reader); letter !== undefined; letter = next(reader)) {
    const token = readToken(reader, letter);
    const flag = reader.letters[reader.at];
    if (flag === "+" || flag === "*") {
      token.flag = flag;
      reader.at++;
    }
    tokens.push(token);
  }
  return tokens;
}

function readToken(reader: Reader, { code, text, escaped }: Letter): Token {
  if (!escaped) {
    if (text === ".") return { ranges: undefined, isSet: false, flag: "" };
    if (text === "[") return { ranges: merge(readSet(reader)), isSet: true, flag: "" };
    if (text === "]") fail(reader, "set-close ']' with no preceding '['");
    if (text === "+" || text === "*") fail(reader, `flag '${text}' must be preceded by a non-flag`);
  }
  return { ranges: [[code, code]], isSet: false, flag: "" };
}

function readSet(reader: Reader): [number, number][] {
  const ranges: [number, number][] = [];
  let previous: Letter | undefined;
  for (;;) {
    const letter = next(reader);
    if (letter === undefined) fail(reader, "found [ without matching ]");
    if (!letter.escaped && letter.text === "]") return ranges;
    if (letter.escaped || letter.text !== "-") {
      ranges.push([letter.code, letter.code]);
      previous = letter;
      continue;
    }
    if (previous === undefined) fail(reader, "range character '-' must be preceded by a Unicode character");
    if (reader.at >= reader.letters.length - 1) fail(reader, "range character '-' must be followed by a Unicode character");
    const last = next(reader);
    if (last === undefined) fail(reader, "found [ without matching ]");
    if (!last.escaped && (last.text === "]" || last.text === "-")) {
      fail(reader, "range character '-' cannot be followed by a special symbol");
    }
    if (last.code < previous.code) {
      fail(reader, `range is out of order: '${last.text}' comes before '${previous.text}' in Unicode`);
    }
    ranges.push([previous.code, last.code]);
    previous = undefined;
  }
}

function merge(ranges: readonly [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

function sameToken(a: Token, b: Token): boolean {
  if (a.isSet !== b.isSet || (a.ranges === undefined) !== (b.ranges === undefined)) return false;
  return JSON.stringify(a.ranges) === JSON.stringify(b.ranges);
}

function simplify(tokens: readonly Token[]): Token[] {
  const simple: Token[] = [];
  for (const token of tokens) {
    const latest = simple.at(-1);
    if (latest !== undefined && token.flag !== "" && latest.flag !== "" && sameToken(token, latest)) {
      if (token.flag === "+") latest.flag = "+";
    } else simple.push(token);
  }
  return simple;
}

function meets(a: Token, b: Token): boolean {
  if (a.ranges === undefined || b.ranges === undefined) return true;
  const others = b.ranges;
  return a.ranges.some(([low, high]) => others.some((other) => low <= other[1] && other[0] <= high));
}

type Pair = readonly [readonly Token[], readonly Token[]];

// Compares plain tokens at both ends and cuts them off, all but one so that neither pattern becomes empty.
function trim(first: readonly Token[], second: readonly Token[]): Pair | undefined {
  let start = 0;
  for (;;) {
    const [a, b] = [first[start], second[start]];
    if (a === undefined || b === undefined || a.flag !== "" || b.flag !== "") break;
    if (!meets(a, b)) return undefined;
    start++;
  }
  if (start > 0) start--;
  let endA = first.length - 1;
  let endB = second.length - 1;
  for (; endA >= start && endB >= start; endA--, endB--) {
    const [a, b] = [first[endA], second[endB]];
    if (a === undefined || b === undefined || a.flag !== "" || b.flag !== "") break;
    if (!meets(a, b)) return undefined;
  }
  if (endA < first.length - 1) {
    endA++;
    endB++;
  }
  return [first.slice(start, endA + 1), second.slice(start, endB + 1)];
}

// Tokens that recursion may go down; three frames each stay far from the end of any stack.
const DEEP = 500;

/** The search over pairs of positions; `swapped` says that the pattern looked at first is the second one. */
class Search {
  readonly #globs: Pair;
  readonly #spend: (units: number) => void;
  readonly #starred = new Map<number, boolean>();

  constructor(globs: Pair, spend: (units: number) => void) {
    this.#globs = globs;
    this.#spend = spend;
  }

  run(): boolean {
    const [first, second] = this.#globs;
    // Long patterns are answered from their ends backwards, so that no question goes more than a step deep.
    if (first.length + second.length > DEEP) {
      for (let i = first.length - 1; i >= 0; i--) for (let j = second.length - 1; j >= 0; j--) this.normal(false, i, j);
    }
    return this.normal(false, 0, 0);
  }

  #token(swapped: boolean, at: number): Token | undefined {
    return this.#globs[swapped ? 1 : 0][at];
  }

  normal(swapped: boolean, start: number, otherStart: number): boolean {
    let [i, j] = [start, otherStart];
    for (; ; i++, j++) {
      const [a, b] = [this.#token(swapped, i), this.#token(!swapped, j)];
      if (a === undefined || b === undefined) return a === undefined && b === undefined;
      if (a.flag === "+") return this.#plus(swapped, i, j);
      if (a.flag === "*") return this.#star(swapped, i, j);
      if (b.flag === "+") return this.#plus(!swapped, j, i);
      if (b.flag === "*") return this.#star(!swapped, j, i);
      if (!meets(a, b)) return false;
    }
  }

  #plus(swapped: boolean, i: number, j: number): boolean {
    const [plussed, other] = [this.#token(swapped, i), this.#token(!swapped, j)];
    if (plussed === undefined || other === undefined || !meets(plussed, other)) return false;
    if (this.#star(swapped, i, j + 1)) return true;
    return other.flag !== "" && this.normal(swapped, i + 1, j);
  }

  #star(swapped: boolean, i: number, j: number): boolean {
    const key = (i * (this.#globs[swapped ? 0 : 1].length + 2) + j) * 2 + (swapped ? 1 : 0);
    const known = this.#starred.get(key);
    if (known !== undefined) return known;
    const answer = this.#starUncached(swapped, i, j);
    this.#starred.set(key, answer);
    return answer;
  }

  #starUncached(swapped: boolean, i: number, j: number): boolean {
    const starred = this.#token(swapped, i);
    const following = this.#token(swapped, i + 1);
    if (starred === undefined) return false;
    for (let at = j; ; at++) {
      const token = this.#token(!swapped, at);
      if (token === undefined) return following === undefined;
      this.#spend(1);
      if (following !== undefined && meets(token, following) && this.normal(swapped, i + 1, at)) return true;
      if (!meets(token, starred)) return false;
    }
  }
}
