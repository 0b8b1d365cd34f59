/**
 * Keeps comparisons of values that share their parts linear in what the values hold in memory: `b := [a, a]; c := [b, b]; …` has few arrays and
 * endless paths. From so many pairs of composites on, one comparison remembers the pairs that were equal. Nothing outlives the comparison.
 */

// Ordinary values have fewer pairs and pay for nothing but counting.
const REMEMBER_FROM = 20_000;

let inside = false;
let pairs = 0;
let equal: WeakMap<object, WeakSet<object>> | undefined;

/** Compares two composites by `walk`, whose answer `same` means that they are equal; comparisons below it come here too. */
export function comparePair<T extends object, R>(a: T, b: T, same: R, walk: (a: T, b: T) => R): R {
  if (!inside) return outermost(a, b, walk);
  if (++pairs < REMEMBER_FROM) return walk(a, b);
  equal ??= new WeakMap();
  if (equal.get(a)?.has(b)) return same;
  const result = walk(a, b);
  if (result !== same) return result;
  const partners = equal.get(a) ?? new WeakSet();
  equal.set(a, partners.add(b));
  return result;
}

function outermost<T extends object, R>(a: T, b: T, walk: (a: T, b: T) => R): R {
  inside = true;
  pairs = 0;
  try {
    return walk(a, b);
  } finally {
    inside = false;
    equal = undefined;
  }
}
