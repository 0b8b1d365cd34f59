/**
 * Writes a value as text in one of several notations (JSON, Rego terms) without recursion, so that depth costs no stack.
 * In: a value and a notation, which says how scalars, brackets, commas and keys look; out: the text.
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { textOfNumber } from "./number.ts";
import { RegoNumber } from "./rego-number.ts";
import type { RegoObject } from "./rego-object.ts";
import { RegoSet } from "./rego-set.ts";
import type { PlainObject, Value } from "./value.ts";

/** The punctuation of one kind of collection. */
interface Brackets {
  readonly open: string;
  readonly close: string;
  readonly empty: string;
}

/** How a notation writes things. */
export interface Notation {
  readonly string: (text: string) => string;
  readonly list: Brackets;
  readonly object: Brackets;
  readonly set: Brackets;
  readonly comma: string;
  readonly colon: string;
  /** Text before each member and before the closing bracket, for members at that depth. */
  readonly lineBreak: (depth: number) => string;
  /** Entries of an object in order, keys already written. */
  readonly entries: (object: PlainObject | RegoObject, spend: Spend | undefined) => readonly Entry[];
}

/** Receives the number of characters written, while writing; may throw to stop. */
export type Spend = (characters: number) => void;

/** A written key and its value. */
export type Entry = readonly [key: string, value: Value];

interface Frame {
  readonly brackets: Brackets;
  readonly items: readonly Value[] | undefined;
  readonly entries: readonly Entry[];
  readonly size: number;
  at: number;
}

// Charge in lumps: a call a character would cost more than the writing.
const LUMP = 4096;

/** Returns the text of a value; `spend` is charged with its length while it grows (shared parts may make it huge). */
export function writeValue(value: Value, notation: Notation, spend?: Spend): string {
  let out = "";
  let charged = 0;
  const frames: Frame[] = [];
  let next: Value | undefined = value;
  for (;;) {
    if (next !== undefined) {
      const frame = open(next, notation, spend);
      if (typeof frame === "string") out += frame;
      else {
        out += frame.brackets.open;
        frames.push(frame);
      }
    }
    if (spend !== undefined && out.length - charged >= LUMP) {
      spend(out.length - charged);
      charged = out.length;
    }
    const top = frames.at(-1);
    if (top === undefined) return out;
    if (top.at === top.size) {
      frames.pop();
      out += notation.lineBreak(frames.length) + top.brackets.close;
      next = undefined;
      continue;
    }
    if (top.at > 0) out += notation.comma;
    out += notation.lineBreak(frames.length);
    const at = top.at++;
    if (top.items !== undefined) next = top.items[at];
    else {
      const [key, item] = top.entries[at] as Entry;
      out += key + notation.colon;
      next = item;
    }
  }
}

function open(value: Value, notation: Notation, spend: Spend | undefined): string | Frame {
  if (typeof value === "string") return notation.string(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof RegoNumber) return textOfNumber(value);
  if (Array.isArray(value)) return frameOf(notation.list, value);
  if (value instanceof RegoSet) return frameOf(notation.set, value.sorted());
  const entries = notation.entries(value as PlainObject | RegoObject, spend);
  return entries.length === 0
    ? notation.object.empty
    : { brackets: notation.object, items: undefined, entries, size: entries.length, at: 0 };
}

function frameOf(brackets: Brackets, items: readonly Value[]): string | Frame {
  return items.length === 0 ? brackets.empty : { brackets, items, entries: [], size: items.length, at: 0 };
}

/** Returns the entries of an object with string keys, sorted by key. */
export function sortedPlainEntries(object: PlainObject, writeKey: (key: string) => string): readonly Entry[] {
  return Object.keys(object)
    .sort(compareStrings)
    .map((key) => [writeKey(key), object[key] as Value] as const);
}
