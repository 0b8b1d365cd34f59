/** Suggests names that look like a misspelt one, as OPA's GraphQL library does. */

const SHARE = 0.4;
const MAX_NAMES = 5;

/** Returns ` Did you mean "a" or "b"?`, or nothing when no name is near. */
export function suggestion(prefix: string, typed: string, options: readonly string[], isQuoted = true): string {
  const near = nearNames(typed, options);
  if (near.length === 0) return "";
  return ` ${prefix} ${isQuoted ? quotedList(near) : orList(near)}?`;
}

/** Returns the options near to a name, the nearest first. */
export function nearNames(typed: string, options: readonly string[]): string[] {
  const threshold = Math.floor(typed.length * SHARE + 1);
  return options
    .map((option) => ({ option, distance: distanceOf(typed, option) }))
    .filter(({ distance }) => distance <= threshold)
    .sort((a, b) => a.distance - b.distance)
    .map(({ option }) => option);
}

/** Returns `"a", "b", or "c"`. */
export function quotedList(names: readonly string[]): string {
  return orList(names.map((name) => `"${name}"`));
}

function orList(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES);
  if (shown.length <= 2) return shown.join(" or ");
  return `${shown.slice(0, -1).join(", ")}, or ${shown.at(-1)}`;
}

function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right ? 1 : levenshtein(left, right);
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
