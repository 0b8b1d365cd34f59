/**
 * Checks that what templates need synced is synced and known to the cluster, as `gator sync test` does. Objects in; unmet requirements, broken
 * templates or a complaint about the whole out. https://open-policy-agent.github.io/gatekeeper/website/docs/gator#the-gator-sync-test-command
 */
import { isPlainObject, quote } from "../../rego/index.ts";
import { checkDecode, type DecodeType, OBJECT_META, TEXT } from "../kube/decode.ts";
import { type Gvk, gvkOf } from "../kube/gvk.ts";
import { fieldAt, type KubeObject, nameOf } from "../kube/object.ts";
import { isConfig, readConfig } from "../manifest/config.ts";
import { readSyncRequirements, requirementText, type SyncRequirement } from "../manifest/sync-requirements.ts";
import { isSyncSet, readSyncSet } from "../manifest/sync-set.ts";
import { isTemplate, readTemplate } from "../manifest/template.ts";

/** Why nothing can be said, the object that this is about, and what was said on the way. */
export interface SyncFailure {
  readonly error: string;
  readonly object: KubeObject | undefined;
  readonly remarks: readonly string[];
}

/** What was found. */
export interface SyncReport {
  /** Unmet requirements by template. */
  readonly unmet: ReadonlyMap<string, readonly SyncRequirement[]>;
  /** Templates that cannot be read; requirements are then not looked at. */
  readonly broken: ReadonlyMap<string, string>;
  /** Lines to show on the way. */
  readonly remarks: readonly string[];
}

/** What the objects add up to. */
interface Gathered {
  readonly synced: Set<string>;
  readonly templates: Map<string, readonly SyncRequirement[]>;
  readonly broken: Map<string, string>;
  readonly remarks: string[];
  hasConfig: boolean;
  /** Kinds that the cluster supports, when a manifest lists them. */
  supported: Set<string> | undefined;
}

const KINDS: DecodeType = { kind: "list", of: TEXT, go: "v1alpha1.Kinds" };

const GVK_MANIFEST: DecodeType = {
  kind: "record",
  name: "GVKManifest",
  go: "v1alpha1.GVKManifest",
  fields: {
    metadata: OBJECT_META,
    spec: {
      kind: "record",
      name: "GVKManifestSpec",
      go: "v1alpha1.GVKManifestSpec",
      fields: {
        groups: { kind: "map", of: { kind: "map", of: KINDS, go: "map[string]v1alpha1.Kinds" }, go: "map[string]v1alpha1.Versions" },
      },
    },
  },
};

/** Tests objects; without a manifest of supported kinds only if that is wanted. */
export function testSync(objects: readonly KubeObject[], omitManifest: boolean): SyncReport | SyncFailure {
  const gathered: Gathered = {
    synced: new Set(),
    templates: new Map(),
    broken: new Map(),
    remarks: [],
    hasConfig: false,
    supported: undefined,
  };
  for (const object of objects) {
    const error = gather(object, gathered);
    if (error !== undefined) return { error, object, remarks: gathered.remarks };
  }
  const { broken, remarks, supported } = gathered;
  if (broken.size > 0) return { unmet: new Map(), broken, remarks };
  if (supported === undefined && !omitManifest) {
    const error = "no GVK manifest found; please provide a manifest enumerating the GVKs supported by the cluster";
    return { error, object: undefined, remarks };
  }
  if (supported === undefined) {
    remarks.push(
      "ignoring absence of supported GVK manifest due to --force-omit-gvk-manifest flag; will assume all synced GVKs are supported by cluster",
    );
  }
  return { unmet: unmetRequirements(gathered, omitManifest), broken, remarks };
}

function gather(object: KubeObject, gathered: Gathered): string | undefined {
  if (isSyncSet(object)) return gatherSyncSet(object, gathered);
  if (isConfig(object)) return gatherConfig(object, gathered);
  if (isTemplate(object)) {
    gatherTemplate(object, gathered);
    return undefined;
  }
  const { group, kind } = gvkOf(object);
  if (group === "gvkmanifest.gatekeeper.sh" && kind === "GVKManifest") return gatherManifest(object, gathered);
  gathered.remarks.push(`skipping unstructured ${quote(nameOf(object))} because it is not a syncset, config, gvk manifest, or template`);
  return undefined;
}

function gatherSyncSet(object: KubeObject, { synced }: Gathered): string | undefined {
  const read = readSyncSet(object);
  if ("error" in read) return `converting unstructured ${quote(nameOf(object))} to syncset: adding syncset: ${read.error}`;
  for (const gvk of read.gvks) synced.add(requirementText(gvk));
  return undefined;
}

function gatherConfig(object: KubeObject, gathered: Gathered): string | undefined {
  if (gathered.hasConfig) return "multiple configs found; Config is a singleton resource";
  const config = readConfig(object);
  if ("error" in config) return `converting unstructured ${quote(nameOf(object))} to config: adding config: ${config.error}`;
  gathered.hasConfig = true;
  for (const gvk of config.syncOnly) gathered.synced.add(requirementText(gvk));
  return undefined;
}

function gatherTemplate(object: KubeObject, { templates, broken }: Gathered): void {
  const name = nameOf(object);
  const template = readTemplate(object);
  if ("error" in template) {
    broken.set(name, `adding template: ${template.error}`);
    return;
  }
  const read = readSyncRequirements(object);
  if ("error" in read) broken.set(name, read.error);
  else templates.set(name, read.requirements);
}

function gatherManifest(object: KubeObject, gathered: Gathered): string | undefined {
  if (gathered.supported !== undefined) {
    return "multiple GVK manifests found; please provide one manifest enumerating the GVKs supported by the cluster";
  }
  const error = checkDecode(object, GVK_MANIFEST);
  if (error !== undefined) return `converting unstructured ${quote(nameOf(object))} to gvkmanifest: adding gvkmanifest: ${error}`;
  gathered.supported = new Set(listedKinds(object).map(requirementText));
  return undefined;
}

function listedKinds(object: KubeObject): readonly Gvk[] {
  const groups = fieldAt(object, "spec", "groups");
  if (!isPlainObject(groups)) return [];
  return Object.entries(groups).flatMap(([group, versions]) =>
    Object.entries(isPlainObject(versions) ? versions : {}).flatMap(([version, kinds]) =>
      (Array.isArray(kinds) ? kinds : []).flatMap((kind) => (typeof kind === "string" ? [{ group, version, kind }] : [])),
    ),
  );
}

function unmetRequirements(
  { synced, templates, supported }: Gathered,
  omitManifest: boolean,
): ReadonlyMap<string, readonly SyncRequirement[]> {
  const isMet = (requirement: SyncRequirement): boolean =>
    requirement.map(requirementText).some((text) => synced.has(text) && (omitManifest || supported?.has(text) === true));
  const unmet = new Map<string, readonly SyncRequirement[]>();
  for (const [name, requirements] of templates) {
    const missing = requirements.filter((requirement) => !isMet(requirement));
    if (missing.length > 0) unmet.set(name, missing);
  }
  return unmet;
}
