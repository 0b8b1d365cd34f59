/**
 * Reads a SyncSet: kinds whose objects policies may read from the inventory.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/sync
 */
import type { Value } from "../../rego/index.ts";
import { checkDecode, type DecodeType, OBJECT_META, TEXT } from "../kube/decode.ts";
import { type Gvk, gvkOf } from "../kube/gvk.ts";
import { fieldAt, type KubeObject } from "../kube/object.ts";
import { readGvk } from "./config.ts";

/** The group of SyncSet. */
export const SYNC_SET_GROUP = "syncset.gatekeeper.sh";

const ENTRY: DecodeType = { kind: "record", name: "GVK", go: "v1alpha1.GVK", fields: { group: TEXT, version: TEXT, kind: TEXT } };

const SYNC_SET: DecodeType = {
  kind: "record",
  name: "SyncSet",
  go: "v1alpha1.SyncSet",
  fields: {
    metadata: OBJECT_META,
    spec: {
      kind: "record",
      name: "SyncSetSpec",
      go: "v1alpha1.SyncSetSpec",
      fields: { gvks: { kind: "list", of: ENTRY, go: "[]v1alpha1.GVKEntry" } },
    },
  },
};

/** Tells whether an object is a SyncSet. */
export function isSyncSet(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === SYNC_SET_GROUP && kind === "SyncSet";
}

/** Reads the kinds of a SyncSet, or says why it is none. */
export function readSyncSet(object: KubeObject): { readonly gvks: readonly Gvk[] } | { readonly error: string } {
  const error = checkDecode(object, SYNC_SET);
  if (error !== undefined) return { error };
  const gvks = fieldAt(object, "spec", "gvks");
  return { gvks: Array.isArray(gvks) ? (gvks as readonly Value[]).map(readGvk) : [] };
}
