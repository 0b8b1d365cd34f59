/**
 * Finds the word that was probably meant. Out of known words, the one that a mistyped word is nearest to, if it is near enough: one edit for
 * short words, two or three for longer ones, where an edit inserts, removes or changes a character or swaps two neighbours.
 */

// Words shorter than this are near to too many others.
const MIN_LENGTH = 3;
// Comparing takes the product of two lengths: longer words are nobody's slip.
const MAX_LENGTH = 100;
// A third of the length: "cuont" is count, but "max" is not min for three of its letters.
const LETTERS_PER_EDIT = 3;
const MAX_EDITS = 3;

/** Returns the nearest of the known words, or nothing when none is near; of equally near ones the first. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  if (word.length < MIN_LENGTH || word.length > MAX_LENGTH) return undefined;
  let limit = Math.min(MAX_EDITS, Math.max(1, Math.floor(word.length / LETTERS_PER_EDIT)));
  let best: string | undefined;
  for (const candidate of known) {
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word, candidate, limit);
    if (distance > limit || (best !== undefined && distance === limit)) continue;
    best = candidate;
    limit = distance;
  }
  return best;
}

/** Returns the number of edits between two words; anything above the limit is only known to be above it. */
export function editDistance(a: string, b: string, limit: number): number {
  let older: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const changed = at(last, j - 1) + (same ? 0 : 1);
      let edits = Math.min(changed, at(last, j) + 1, at(row, j - 1) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, at(older, j - 2) + 1);
      row.push(edits);
    }
    if (Math.min(...row) > limit) return limit + 1;
    older = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
