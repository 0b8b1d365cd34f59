/**
 * Checks that a plain value fits a typed record, with the complaints of Go's JSON decoder: Kubernetes decodes its own kinds that way.
 * A type is data; checking gives the first complaint or nothing. Null fits everything, and fields a type does not name are ignored.
 * https://pkg.go.dev/encoding/json#Unmarshal
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { isPlainObject, RegoNumber, textOfNumber, type Value } from "../../rego/index.ts";
import { jsonTypeName } from "./go-text.ts";

/** What a field may hold. `lazy` breaks the circle of types that contain themselves; `custom` chooses by the value. */
export type DecodeType =
  | { readonly kind: "any" }
  | { readonly kind: "string" | "bool" | "int32" | "int64" | "float64"; readonly go?: string }
  | { readonly kind: "list" | "map"; readonly of: DecodeType; readonly go: string }
  | { readonly kind: "record"; readonly name: string; readonly go: string; readonly fields: Readonly<Record<string, DecodeType>> }
  | { readonly kind: "lazy"; readonly type: () => DecodeType }
  | { readonly kind: "custom"; readonly choose: (value: Value) => DecodeType | { readonly error: string } };

/** Any value. */
export const ANY: DecodeType = { kind: "any" };
/** A text. */
export const TEXT: DecodeType = { kind: "string" };
/** A boolean. */
export const BOOL: DecodeType = { kind: "bool" };
/** A whole number of 64 bits. */
export const INT64: DecodeType = { kind: "int64" };
/** A list of texts. */
export const TEXTS: DecodeType = { kind: "list", of: TEXT, go: "[]string" };
/** A map of texts. */
export const TEXT_MAP: DecodeType = { kind: "map", of: TEXT, go: "map[string]string" };

/** The part of `metadata` that Kubernetes' own kinds decode. */
export const OBJECT_META: DecodeType = {
  kind: "record",
  name: "ObjectMeta",
  go: "v1.ObjectMeta",
  fields: {
    annotations: TEXT_MAP,
    finalizers: TEXTS,
    generateName: TEXT,
    generation: INT64,
    labels: TEXT_MAP,
    name: TEXT,
    namespace: TEXT,
    resourceVersion: TEXT,
    uid: { kind: "string", go: "types.UID" },
  },
};

interface Place {
  readonly record: string;
  readonly path: readonly string[];
}

/** A complaint; one that comes from a type that decodes by itself ends decoding, others are kept until the end and the first counts. */
interface Complaint {
  readonly message: string;
  readonly ends: boolean;
}

/** Returns the first complaint of Go's decoder about a value, or nothing. */
export function checkDecode(value: Value, type: DecodeType): string | undefined {
  return check(value, type, { record: "", path: [] })?.message;
}

function check(value: Value, type: DecodeType, place: Place): Complaint | undefined {
  if (value === null) return undefined;
  switch (type.kind) {
    case "any":
      return undefined;
    case "lazy":
      return check(value, type.type(), place);
    case "custom": {
      const chosen = type.choose(value);
      const found = "error" in chosen ? { message: chosen.error } : check(value, chosen, place);
      return found === undefined ? undefined : { message: found.message, ends: true };
    }
    case "string":
      return typeof value === "string" ? undefined : complaint(jsonTypeName(value), type.go ?? "string", place);
    case "bool":
      return typeof value === "boolean" ? undefined : complaint(jsonTypeName(value), type.go ?? "bool", place);
    case "int32":
    case "int64":
    case "float64":
      return checkNumber(value, type.kind, place);
    case "list":
      if (!Array.isArray(value)) return complaint(jsonTypeName(value), type.go, place);
      return firstOf(value, (item) => check(item, type.of, place));
    case "map":
      if (!isPlainObject(value)) return complaint(jsonTypeName(value), type.go, place);
      return firstByName(value, (key) => check(value[key] as Value, type.of, place));
    case "record":
      if (!isPlainObject(value)) return complaint(jsonTypeName(value), type.go, place);
      return firstByName(value, (key) => {
        const field = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined;
        return field && check(value[key] as Value, field, { record: type.name, path: [...place.path, key] });
      });
  }
}

const INT32 = 0x7fff_ffff;

function checkNumber(value: Value, kind: "int32" | "int64" | "float64", place: Place): Complaint | undefined {
  if (typeof value !== "number" && !(value instanceof RegoNumber)) return complaint(jsonTypeName(value), kind, place);
  const text = textOfNumber(value);
  if (kind === "float64") return undefined;
  const fits = /^-?[0-9]+$/.test(text) && (kind === "int64" || Math.abs(Number(text)) <= INT32);
  return fits ? undefined : complaint(`number ${text}`, kind, place);
}

function complaint(found: string, wanted: string, place: Place): Complaint {
  const where = place.record === "" ? "Go value" : `Go struct field ${place.record}.${place.path.join(".")}`;
  return { message: `json: cannot unmarshal ${found} into ${where} of type ${wanted}`, ends: false };
}

/** The complaint about the first field in the order of names; each field is looked at once, and no order is made. */
function firstByName(value: Readonly<Record<string, unknown>>, look: (key: string) => Complaint | undefined): Complaint | undefined {
  let first: Complaint | undefined;
  let name = "";
  for (const key of Object.keys(value)) {
    const found = look(key);
    if (found === undefined) continue;
    const wins = first === undefined || (found.ends === first.ends ? compareStrings(key, name) < 0 : found.ends);
    if (!wins) continue;
    first = found;
    name = key;
  }
  return first;
}

function firstOf<T>(items: readonly T[], look: (item: T) => Complaint | undefined): Complaint | undefined {
  let first: Complaint | undefined;
  for (const item of items) {
    const found = look(item);
    if (found?.ends) return found;
    first ??= found;
  }
  return first;
}
