/**
 * Group, version and kind: what a Kubernetes object is. Reads them from `apiVersion` and `kind` and prints them as Kubernetes does.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
import { apiVersionOf, type KubeObject, kindOf } from "./object.ts";

/** A group, a version and a kind; the core group is the empty text. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Splits an `apiVersion`; one with more than one slash names nothing, as in Kubernetes. */
export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  if (slash < 0) return { group: "", version: apiVersion };
  if (hasTwoSlashes(apiVersion)) return { group: "", version: "" };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

function hasTwoSlashes(apiVersion: string): boolean {
  const slash = apiVersion.indexOf("/");
  return slash >= 0 && apiVersion.includes("/", slash + 1);
}

/** Returns what an object says it is. */
export function gvkOf(object: KubeObject): Gvk {
  const apiVersion = apiVersionOf(object);
  const { group, version } = splitApiVersion(apiVersion);
  // An apiVersion that does not parse makes Kubernetes forget the kind too.
  return { group, version, kind: hasTwoSlashes(apiVersion) ? "" : kindOf(object) };
}

/** Returns `v1` or `apps/v1`: the key of an object's group and version in the inventory. */
export function groupVersionText(gvk: Gvk): string {
  if (gvk.group === "" && gvk.version === "") return "";
  return gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** Returns `apps/v1, Kind=Deployment`, as Kubernetes prints it in messages. */
export function gvkText(gvk: Gvk): string {
  return `${gvk.group}/${gvk.version}, Kind=${gvk.kind}`;
}

/** Tells whether an object is a core Namespace. */
export function isNamespace(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return kind === "Namespace" && group === "";
}
