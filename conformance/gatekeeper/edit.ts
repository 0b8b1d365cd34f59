/** Edits objects at random, reproducibly: a seed and objects in, objects with a few changed, removed or repeated parts out. */
import fc from "fast-check";
import type { PlainObject, Value } from "../../src/rego/index.ts";

/** One change: which node (counted in the order of a walk, modulo their number) and what becomes of it. */
interface Edit {
  readonly node: number;
  readonly change: "remove" | "replace" | "repeat" | "empty";
  readonly value: Value;
}

/** Values that break policies: of the wrong type, empty, borderline. */
const VALUES: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    null,
    true,
    false,
    "",
    "x",
    "latest",
    "*",
    "0",
    "100m",
    "1Gi",
    "nginx:latest",
    "RuntimeDefault",
    "Unconfined",
    "a".repeat(64),
  ),
  fc.integer({ min: -3, max: 70_000 }),
  fc.constantFrom<Value>([], {}, ["a", "b"], { name: "n" }, [{ name: "c", image: "busybox" }], 0.5, 999_999),
);

const EDIT: fc.Arbitrary<Edit> = fc.record({
  node: fc.nat(10_000),
  change: fc.constantFrom("remove" as const, "replace" as const, "repeat" as const, "empty" as const),
  value: VALUES,
});

/** Returns `count` edited objects, each from one of the originals, each under a name of its own. */
export function editedObjects(originals: readonly PlainObject[], count: number, seed: number): readonly PlainObject[] {
  if (originals.length === 0) return [];
  const plans = fc.sample(fc.tuple(fc.nat(1_000_000), fc.array(EDIT, { minLength: 1, maxLength: 4 })), { numRuns: count, seed });
  return plans.flatMap(([pick, edits], i) => {
    const original = originals[pick % originals.length];
    return original === undefined ? [] : [rename(edits.reduce(applyEdit, original), `edited-${i}`)];
  });
}

function rename(object: PlainObject, name: string): PlainObject {
  const metadata = object["metadata"];
  const kept = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? (metadata as PlainObject) : {};
  return { ...object, metadata: { ...kept, name } };
}

/** What an object is and where it lives stays: without it there is nothing to judge. */
const FIXED = new Set(["apiVersion", "kind"]);

function applyEdit(object: PlainObject, edit: Edit): PlainObject {
  const places = [...placesIn(object, [])];
  const place = places[edit.node % Math.max(places.length, 1)];
  if (place === undefined) return object;
  // Labels and annotations are texts, or the object is refused before a policy sees it.
  const value = place[0] === "metadata" && typeof edit.value !== "string" ? String(edit.value) : edit.value;
  const change = place[0] === "metadata" && edit.change === "empty" ? "replace" : edit.change;
  return changeAt(object, place, { ...edit, value, change }) as PlainObject;
}

type Path = readonly (string | number)[];

function* placesIn(value: Value, path: Path): Generator<Path> {
  if (Array.isArray(value)) {
    for (const [i, item] of (value as readonly Value[]).entries()) {
      yield [...path, i];
      yield* placesIn(item, [...path, i]);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value as PlainObject)) {
      if (path.length === 0 && FIXED.has(key)) continue;
      if (path.length === 0 && key === "metadata") yield* labelPlaces(member);
      else {
        yield [...path, key];
        yield* placesIn(member, [...path, key]);
      }
    }
  }
}

/** Of the metadata only values of labels and annotations change: anything else is refused before a policy sees it. */
function* labelPlaces(metadata: Value): Generator<Path> {
  for (const map of ["labels", "annotations"]) {
    const entries = (metadata as PlainObject)[map];
    if (typeof entries === "object" && entries !== null) for (const key of Object.keys(entries)) yield ["metadata", map, key];
  }
}

function changeAt(value: Value, [step, ...rest]: Path, edit: Edit): Value {
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    const list: Value[] = [...(value as readonly Value[])];
    const at = Number(step);
    if (rest.length > 0) list[at] = changeAt(list[at] ?? null, rest, edit);
    else if (edit.change === "remove") list.splice(at, 1);
    else if (edit.change === "repeat") list.push(list[at] ?? null);
    else list[at] = edit.change === "empty" ? {} : edit.value;
    return list;
  }
  const object: { [key: string]: Value } = { ...(value as PlainObject) };
  const key = String(step);
  if (rest.length > 0) object[key] = changeAt(object[key] ?? null, rest, edit);
  else if (edit.change === "remove") delete object[key];
  else object[key] = edit.change === "empty" ? {} : edit.value;
  return object;
}
