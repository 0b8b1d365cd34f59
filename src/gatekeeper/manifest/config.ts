/**
 * Reads a Config: namespaces that processes leave alone, kinds to sync, requests to trace, readiness statistics.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces
 */
import type { Value } from "../../rego/index.ts";
import { BOOL, checkDecode, type DecodeType, OBJECT_META, TEXT, TEXTS } from "../kube/decode.ts";
import { type Gvk, gvkOf } from "../kube/gvk.ts";
import { fieldAt, fieldOf, type KubeObject, stringAt } from "../kube/object.ts";
import { matchesName } from "../kube/wildcard.ts";

/** The group of Config. */
export const CONFIG_GROUP = "config.gatekeeper.sh";

/** One entry of `spec.match`. */
export interface Exclusion {
  readonly processes: readonly string[];
  readonly excludedNamespaces: readonly string[];
}

/** One entry of `spec.validation.traces`. */
export interface TraceRequest {
  readonly user: string;
  readonly kind: Gvk;
  /** `All` asks for a dump of the policies too. */
  readonly dump: string;
}

/** What a Config says. */
export interface GatekeeperConfig {
  readonly exclusions: readonly Exclusion[];
  readonly syncOnly: readonly Gvk[];
  readonly traces: readonly TraceRequest[];
  readonly readinessStats: boolean;
}

/** A process that can leave namespaces alone. */
export type Process = "audit" | "sync" | "webhook" | "mutation-webhook";

const GVK: DecodeType = { kind: "record", name: "GVK", go: "v1alpha1.GVK", fields: { group: TEXT, version: TEXT, kind: TEXT } };

const CONFIG: DecodeType = {
  kind: "record",
  name: "Config",
  go: "v1alpha1.Config",
  fields: {
    metadata: OBJECT_META,
    spec: {
      kind: "record",
      name: "ConfigSpec",
      go: "v1alpha1.ConfigSpec",
      fields: {
        match: {
          kind: "list",
          of: { kind: "record", name: "MatchEntry", go: "v1alpha1.MatchEntry", fields: { processes: TEXTS, excludedNamespaces: TEXTS } },
          go: "[]v1alpha1.MatchEntry",
        },
        sync: {
          kind: "record",
          name: "Sync",
          go: "v1alpha1.Sync",
          fields: { syncOnly: { kind: "list", of: GVK, go: "[]v1alpha1.SyncOnlyEntry" } },
        },
        validation: {
          kind: "record",
          name: "Validation",
          go: "v1alpha1.Validation",
          fields: {
            traces: {
              kind: "list",
              of: { kind: "record", name: "Trace", go: "v1alpha1.Trace", fields: { user: TEXT, kind: GVK, dump: TEXT } },
              go: "[]v1alpha1.Trace",
            },
          },
        },
        readiness: { kind: "record", name: "ReadinessSpec", go: "v1alpha1.ReadinessSpec", fields: { statsEnabled: BOOL } },
      },
    },
  },
};

/** Tells whether an object is a Config. */
export function isConfig(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === CONFIG_GROUP && kind === "Config";
}

/** Reads a Config, or says why it is none. */
export function readConfig(object: KubeObject): GatekeeperConfig | { readonly error: string } {
  const error = checkDecode(object, CONFIG);
  if (error !== undefined) return { error };
  const spec = fieldOf(object, "spec");
  return {
    exclusions: listAt(spec, "match").map((entry) => ({
      processes: textsAt(entry, "processes"),
      excludedNamespaces: textsAt(entry, "excludedNamespaces"),
    })),
    syncOnly: listAt(fieldOf(spec, "sync"), "syncOnly").map(readGvk),
    traces: listAt(fieldOf(spec, "validation"), "traces").map((entry) => ({
      user: stringAt(entry, "user"),
      kind: readGvk(fieldOf(entry, "kind")),
      dump: stringAt(entry, "dump"),
    })),
    readinessStats: fieldAt(spec, "readiness", "statsEnabled") === true,
  };
}

/** Reads a group, version and kind. */
export function readGvk(value: Value | undefined): Gvk {
  return { group: stringAt(value, "group"), version: stringAt(value, "version"), kind: stringAt(value, "kind") };
}

/** Tells whether a process leaves a namespace alone; outside of namespaces the name is empty, which only a star fits. */
export function isExcluded(config: GatekeeperConfig | undefined, process: Process, namespace: string): boolean {
  if (config === undefined) return false;
  return config.exclusions.some(
    ({ processes, excludedNamespaces }) =>
      (processes.includes(process) || processes.includes("*")) && excludedNamespaces.some((pattern) => matchesName(pattern, namespace)),
  );
}

/** Returns the trace that a request asks for, or nothing. */
export function traceFor(config: GatekeeperConfig | undefined, user: string, kind: Gvk): TraceRequest | undefined {
  return config?.traces.find(
    (trace) =>
      trace.user === user && trace.kind.group === kind.group && trace.kind.version === kind.version && trace.kind.kind === kind.kind,
  );
}

function listAt(value: Value | undefined, key: string): readonly Value[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}

function textsAt(value: Value | undefined, key: string): readonly string[] {
  return listAt(value, key).filter((text) => typeof text === "string");
}
