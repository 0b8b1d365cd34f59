/** Sorts keys and strings by code point, as Rego orders them; most lists are short, ASCII, or in order already. */
import { compareStrings } from "../../base/compare-strings.ts";
import type { PlainObject } from "./value.ts";

const SURROGATE = /[\ud800-\udfff]/;

// Insertion beats the general sort up to about here (measured).
const SMALL = 24;

/** Returns an object's keys in Rego's order. */
export function sortedKeys(object: PlainObject): string[] {
  const names: string[] = [];
  for (const name in object) names.push(name);
  sortStrings(names);
  return names;
}

/** Tells whether an object gives its keys in Rego's order already, without making a list; false for keys beyond ASCII. */
export function hasSortedKeys(object: PlainObject): boolean {
  let last = "";
  for (const name in object) {
    if (last > name || !isAscii(name)) return false;
    last = name;
  }
  return true;
}

/** Sorts strings in place. */
export function sortStrings(names: string[]): void {
  const { length } = names;
  let sorted = true;
  for (let i = 1; i < length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) {
      sorted = false;
      break;
    }
  }
  if (length > SMALL) {
    // Without surrogates the order of UTF-16 units, which the engine's own sort uses, is the order of code points.
    if (SURROGATE.test(names.join(""))) names.sort(compareStrings);
    else if (!sorted) names.sort();
    return;
  }
  for (let i = 0; i < length; i++) {
    if (!isAscii(names[i] as string)) {
      names.sort(compareStrings);
      return;
    }
  }
  if (!sorted) insertionSort(names);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function insertionSort(names: string[]): void {
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    let at = i - 1;
    while (at >= 0 && (names[at] as string) > name) {
      names[at + 1] = names[at] as string;
      at--;
    }
    names[at + 1] = name;
  }
}
