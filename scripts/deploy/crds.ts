/** The definitions of Gatekeeper's own kinds, so that its users' objects and tools go on working: names, versions and fields are the original's. */

type Schema = { readonly [key: string]: unknown };

const text: Schema = { type: "string" };
const flag: Schema = { type: "boolean" };
const integer: Schema = { type: "integer" };
const generation: Schema = { type: "integer", format: "int64" };
const time: Schema = { type: "string", format: "date-time" };
const free: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const list = (items: Schema): Schema => ({ type: "array", items });
const object = (properties: { readonly [name: string]: Schema }, required?: readonly string[]): Schema => ({
  type: "object",
  properties,
  ...(required === undefined ? {} : { required }),
});
const gvk = object({ group: text, kind: text, version: text });
const error = (more: { readonly [name: string]: Schema } = {}, required: readonly string[] = ["message"]): Schema =>
  object({ message: text, ...more }, required);

/** One version of a definition. */
interface Version {
  readonly name: string;
  readonly schema: Schema;
  readonly storage?: boolean;
}

interface Definition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: boolean;
  readonly versions: readonly Version[];
  readonly status?: boolean;
}

function definition({ group, kind, plural, namespaced = false, versions, status = true }: Definition): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, labels: { "gatekeeper.sh/system": "yes" } },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      preserveUnknownFields: false,
      scope: namespaced ? "Namespaced" : "Cluster",
      versions: versions.map(({ name, schema, storage = false }) => ({
        name,
        served: true,
        storage,
        schema: {
          openAPIV3Schema: {
            ...schema,
            properties: { apiVersion: text, kind: text, metadata: { type: "object" }, ...(schema["properties"] as object) },
          },
        },
        ...(status ? { subresources: { status: {} } } : {}),
      })),
    },
  };
}

// v1 templates need structural schemas; the older versions are lenient by default.
function templateSchema(legacy: boolean): Schema {
  const names = object({ kind: text, shortNames: list(text) });
  const validation = {
    ...object({ legacySchema: { type: "boolean", default: legacy }, openAPIV3Schema: free }),
    default: { legacySchema: legacy },
  };
  const code = {
    ...list(object({ engine: text, source: { "x-kubernetes-preserve-unknown-fields": true } }, ["engine", "source"])),
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["engine"],
  };
  const operations = list({ type: "string", enum: ["*", "CREATE", "DELETE", "UPDATE", "CONNECT"] });
  const target = object({ target: text, rego: text, libs: list(text), code, operations });
  const byPod = list({
    ...object({ id: text, observedGeneration: generation, errors: list(error({ code: text, location: text }, ["code", "message"])) }),
    "x-kubernetes-preserve-unknown-fields": true,
  });
  return object({
    spec: object({ crd: object({ spec: object({ names, validation }) }), targets: list(target) }),
    status: object({ created: flag, byPod }),
  });
}

const excludable = list({ type: "string", pattern: "^\\*?[-:a-z0-9]*\\*?$" });
const configSchema = object({
  spec: object({
    match: list(object({ excludedNamespaces: excludable, processes: list(text) })),
    readiness: object({ statsEnabled: flag }),
    sync: object({ syncOnly: list(gvk) }),
    validation: object({ traces: list(object({ dump: text, kind: gvk, user: text })) }),
  }),
  status: object({ byPod: list(free) }),
});

const providerSchema = object({ spec: object({ url: text, timeout: integer, caBundle: text }), status: object({ byPod: list(free) }) });

/** What every pod status has, and what a kind adds. */
function podStatusSchema(uidField: string, more: { readonly [name: string]: Schema }): Schema {
  return object({ status: object({ id: text, [uidField]: text, operations: list(text), observedGeneration: generation, ...more }) });
}

const plainErrors = list(error({ type: text }));
const enforcementPoints = list(
  object({ enforcementPoint: text, state: text, message: text, observedGeneration: generation }, ["enforcementPoint", "state"]),
);
const providerErrors = list(error({ type: text, retryable: flag, errorTimestamp: time }));

const podStatuses: readonly Definition[] = [
  {
    kind: "ConstraintPodStatus",
    schema: podStatusSchema("constraintUID", {
      enforced: flag,
      errors: list(error({ code: text, location: text }, ["code", "message"])),
      enforcementPointsStatus: enforcementPoints,
    }),
  },
  {
    kind: "ConstraintTemplatePodStatus",
    schema: podStatusSchema("templateUID", {
      errors: list(error({ code: text, location: text }, ["code", "message"])),
      vapGenerationStatus: object({ state: text, observedGeneration: generation, warning: text }),
    }),
  },
  { kind: "MutatorPodStatus", schema: podStatusSchema("mutatorUID", { enforced: flag, errors: plainErrors }) },
  { kind: "ExpansionTemplatePodStatus", schema: podStatusSchema("templateUID", { errors: plainErrors }) },
  { kind: "ConfigPodStatus", schema: podStatusSchema("configUID", { errors: plainErrors }) },
  {
    kind: "ProviderPodStatus",
    schema: podStatusSchema("providerUID", { active: flag, errors: providerErrors, lastTransitionTime: time, lastCacheUpdateTime: time }),
  },
].map(({ kind, schema }) => ({
  group: "status.gatekeeper.sh",
  kind,
  plural: `${kind.toLowerCase()}es`,
  namespaced: true,
  status: false,
  versions: [{ name: "v1beta1", schema, storage: true }],
}));

/** Every definition, ready to be written as YAML. */
export const crds: readonly object[] = [
  definition({
    group: "templates.gatekeeper.sh",
    kind: "ConstraintTemplate",
    plural: "constrainttemplates",
    versions: [
      { name: "v1", schema: templateSchema(false), storage: true },
      { name: "v1beta1", schema: templateSchema(true) },
      { name: "v1alpha1", schema: templateSchema(true) },
    ],
  }),
  definition({
    group: "config.gatekeeper.sh",
    kind: "Config",
    plural: "configs",
    namespaced: true,
    versions: [{ name: "v1alpha1", schema: configSchema, storage: true }],
  }),
  definition({
    group: "syncset.gatekeeper.sh",
    kind: "SyncSet",
    plural: "syncsets",
    status: false,
    versions: [{ name: "v1alpha1", schema: object({ spec: object({ gvks: list(gvk) }) }), storage: true }],
  }),
  definition({
    group: "externaldata.gatekeeper.sh",
    kind: "Provider",
    plural: "providers",
    versions: [
      { name: "v1beta1", schema: providerSchema, storage: true },
      { name: "v1alpha1", schema: providerSchema },
    ],
  }),
  ...podStatuses.map(definition),
];
