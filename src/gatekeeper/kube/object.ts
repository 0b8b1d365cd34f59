/**
 * Reads the parts that every Kubernetes object has. An object is the plain value its YAML or JSON gave; a part of the wrong type reads as
 * absent, as Kubernetes' own accessors for unstructured objects do.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/
 */
import { isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";

/** Any Kubernetes object, as it was read. */
export type KubeObject = PlainObject;

/** Returns an own property, or undefined. */
export function fieldOf(object: Value | undefined, key: string): Value | undefined {
  // Nearly every object has the prototype of literals, whose members are functions but for this accessor; no value is a function.
  if (typeof object === "object" && object !== null && key !== "__proto__" && Object.getPrototypeOf(object) === Object.prototype) {
    const value: unknown = (object as PlainObject)[key];
    return typeof value === "function" ? undefined : (value as Value | undefined);
  }
  return isPlainObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Follows a path of field names; undefined as soon as one is missing. */
export function fieldAt(object: Value | undefined, ...path: readonly string[]): Value | undefined {
  let at = object;
  for (const key of path) at = fieldOf(at, key);
  return at;
}

/** Returns the string at a path, or the empty string. */
export function stringAt(object: Value | undefined, ...path: readonly string[]): string {
  const value = fieldAt(object, ...path);
  return typeof value === "string" ? value : "";
}

function textOf(object: Value | undefined, key: string): string {
  const value = fieldOf(object, key);
  return typeof value === "string" ? value : "";
}

/** Returns `metadata.name`. */
export function nameOf(object: KubeObject): string {
  return textOf(fieldOf(object, "metadata"), "name");
}

/** Returns `metadata.namespace`. */
export function namespaceOf(object: KubeObject): string {
  return textOf(fieldOf(object, "metadata"), "namespace");
}

/** Returns `kind`. */
export function kindOf(object: KubeObject): string {
  return textOf(object, "kind");
}

/** Returns `apiVersion`. */
export function apiVersionOf(object: KubeObject): string {
  return textOf(object, "apiVersion");
}

/** Returns the texts of a map of strings (labels, annotations); anything else in it makes the whole map read as empty, as in the original. */
export function stringMapAt(object: KubeObject, ...path: readonly string[]): ReadonlyMap<string, string> {
  const map = fieldAt(object, ...path);
  const texts = new Map<string, string>();
  if (!isPlainObject(map)) return texts;
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== "string") return new Map();
    texts.set(key, value);
  }
  return texts;
}

/** Returns `metadata.labels`. */
export function labelsOf(object: KubeObject): ReadonlyMap<string, string> {
  return stringMapAt(object, "metadata", "labels");
}
