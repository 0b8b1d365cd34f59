/**
 * The way from a variable to a part of its value: names of fields, `@items`, `@values`, `@keys`. cel-go keeps such ways in slices that
 * grow in place, so a way that is made longer twice shares its last step with both results, and the second step replaces the first. What a
 * rule is estimated to cost depends on it (`x.items.all(i, i != x.name)` takes the size of `name` for that of `items`), so it is kept.
 */

/** A way; ways that came from one another may share their steps. */
export interface Path {
  readonly steps: string[];
  readonly length: number;
  /** How many steps there is room for before all of them move elsewhere. */
  readonly capacity: number;
}

/** Makes a path one step longer. */
export function extendPath(path: Path | undefined, step: string): Path {
  if (path === undefined) return { steps: [step], length: 1, capacity: 1 };
  const { steps, length, capacity } = path;
  if (length < capacity) {
    steps[length] = step;
    return { steps, length: length + 1, capacity };
  }
  return { steps: [...steps.slice(0, length), step], length: length + 1, capacity: capacity * 2 };
}
