/**
 * Deep union of objects: later ones win, except that objects under one key merge. Costs no stack, however deep they nest, and visits every key once.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#builtin-object-objectunion
 */
import { eachEntry, isObject, ObjectBuilder, sizeOf } from "../values/object.ts";
import { RegoObject } from "../values/rego-object.ts";
import type { PlainObject, Value } from "../values/value.ts";

type AnyObject = PlainObject | RegoObject;

interface Merge {
  readonly objects: readonly AnyObject[];
  readonly builder: ObjectBuilder;
  /** Where the merged object goes; undefined at the top. */
  readonly parent: ObjectBuilder | undefined;
  readonly key: Value;
}

/** Returns the deep union of some objects; none is changed. */
export function mergeObjects(objects: readonly AnyObject[]): AnyObject {
  const filled = objects.filter((object) => sizeOf(object) > 0);
  const [first = {}] = filled;
  if (filled.length < 2) return first;
  // Parents come before their children, so finishing from the end finishes children first.
  const merges: Merge[] = [{ objects: filled, builder: new ObjectBuilder(), parent: undefined, key: null }];
  for (const merge of merges) mergeLevel(merge, merges);
  for (const { builder, parent, key } of merges.slice(1).reverse()) parent?.set(key, builder.finish());
  return (merges[0] as Merge).builder.finish();
}

// A key with objects on several sides becomes a merge of its own, of those since the last value that was no object.
function mergeLevel({ objects, builder }: Merge, merges: Merge[]): void {
  const together = new RegoObject();
  objects.forEach((object, at) =>
    eachEntry(object, (key, value) => {
      const before = at === 0 ? undefined : builder.get(key);
      if (!isObject(before) || !isObject(value)) {
        builder.set(key, value);
        if (before !== undefined && together.size > 0) together.set(key, null);
        return;
      }
      const list = together.get(key);
      if (Array.isArray(list)) list.push(value);
      else together.set(key, [before, value]);
    }),
  );
  together.keys.forEach((key, at) => {
    const list = together.values[at];
    if (Array.isArray(list)) merges.push({ objects: list as AnyObject[], builder: new ObjectBuilder(), parent: builder, key });
  });
}
