/** Requests to the admission paths, good and bad in many ways, to be asked of two servers. */
import type { PlainObject } from "../../src/rego/index.ts";

/** One HTTP request. */
export interface AdmissionCase {
  readonly name: string;
  readonly path?: string;
  readonly method?: string;
  readonly contentType?: string;
  readonly body: string;
}

const USER = { username: "ann", uid: "7", groups: ["system:authenticated"], extra: { scopes: ["a"] } };

/** Returns an AdmissionReview about creating a ConfigMap, with some fields of the request replaced; undefined takes a field away. */
function review(fields: { readonly [name: string]: unknown } = {}, envelope: { readonly [name: string]: unknown } = {}): string {
  return JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "9d3f7d5e-0b1c-4d67-8d0f-0c1f3e0a1b2c",
      kind: { group: "", version: "v1", kind: "ConfigMap" },
      resource: { group: "", version: "v1", resource: "configmaps" },
      requestKind: { group: "", version: "v1", kind: "ConfigMap" },
      requestResource: { group: "", version: "v1", resource: "configmaps" },
      name: "settings",
      namespace: "default",
      operation: "CREATE",
      userInfo: USER,
      object: configMap("settings"),
      oldObject: null,
      dryRun: false,
      options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
      ...fields,
    },
    ...envelope,
  });
}

const configMap = (name: string, extra: object = {}, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", ...metadata },
  data: { big: "1", ...extra },
});

const namespace = (name: string, labels: object = {}): { readonly [name: string]: unknown } => ({
  kind: { group: "", version: "v1", kind: "Namespace" },
  resource: { group: "", version: "v1", resource: "namespaces" },
  requestKind: undefined,
  requestResource: undefined,
  name,
  namespace: name,
  object: { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
});

const own = (group: string, version: string, kind: string, object: object, extra: object = {}): string =>
  review({
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    requestKind: undefined,
    requestResource: undefined,
    namespace: "",
    name: "own",
    object: { apiVersion: `${group}/${version}`, kind, metadata: { name: "own" }, ...object },
    ...extra,
  });

const TEMPLATES = "templates.gatekeeper.sh";
const CONSTRAINTS = "constraints.gatekeeper.sh";
const target = (rego: string, extra: object = {}): object => ({ target: "admission.k8s.gatekeeper.sh", rego, ...extra });
const GOOD = 'package own\nviolation[{"msg": "no"}] { false }';
const templateOf = (name: string, spec: object, version = "v1"): string =>
  own(TEMPLATES, version, "ConstraintTemplate", { metadata: { name }, spec });
const named = (kind: string, targets: readonly object[], validation?: object): object => ({
  crd: { spec: { names: { kind }, ...(validation === undefined ? {} : { validation }) } },
  targets,
});
const constraintOf = (spec: unknown, extra: object = {}): string => own(CONSTRAINTS, "v1beta1", "DiffLabels", { spec, ...extra });

function templates(): readonly AdmissionCase[] {
  const cases: readonly (readonly [string, string])[] = [
    ["a good template", templateOf("own", named("Own", [target(GOOD)]))],
    ["a good template of v1beta1", templateOf("own", named("Own", [target(GOOD)]), "v1beta1")],
    ["a good template of v1alpha1", templateOf("own", named("Own", [target(GOOD)]), "v1alpha1")],
    ["Rego that does not parse", templateOf("own", named("Own", [target("package own\nviolation[{")]))],
    ["no kind", templateOf("own", { crd: { spec: { names: {} } }, targets: [target(GOOD)] })],
    ["another name than the kind's", templateOf("other", named("Own", [target(GOOD)]))],
    ["no targets", templateOf("own", named("Own", []))],
    ["two targets", templateOf("own", named("Own", [target(GOOD), target(GOOD)]))],
    ["an unknown target", templateOf("own", named("Own", [{ target: "elsewhere", rego: GOOD }]))],
    ["an empty target", templateOf("own", named("Own", [{ target: "", rego: GOOD }]))],
    ["no spec", templateOf("own", {})],
    ["a spec that is a text", templateOf("own", "text" as unknown as object)],
    ["targets that are no list", templateOf("own", { crd: { spec: { names: { kind: "Own" } } }, targets: "x" })],
    [
      "a schema that is not structural",
      templateOf("own", named("Own", [target(GOOD)], { openAPIV3Schema: { properties: { a: { type: "string" } } } })),
    ],
    [
      "a schema of an unknown type",
      templateOf("own", named("Own", [target(GOOD)], { openAPIV3Schema: { type: "object", properties: { a: { type: "strange" } } } })),
    ],
    [
      "a legacy schema",
      templateOf("own", named("Own", [target(GOOD)], { legacySchema: true, openAPIV3Schema: { properties: { a: { type: "string" } } } })),
    ],
    ["no code at all", templateOf("own", named("Own", [{ target: "admission.k8s.gatekeeper.sh" }]))],
    [
      "code of an unknown engine",
      templateOf("own", named("Own", [{ target: "admission.k8s.gatekeeper.sh", code: [{ engine: "Lua", source: {} }] }])),
    ],
    [
      "CEL code",
      templateOf(
        "own",
        named("Own", [
          {
            target: "admission.k8s.gatekeeper.sh",
            code: [{ engine: "K8sNativeValidation", source: { validations: [{ expression: "true", message: "m" }] } }],
          },
        ]),
      ),
    ],
    ["a kind with a dot", templateOf("own.x", named("Own.x", [target(GOOD)]))],
    ["a kind in lower case", templateOf("own", named("own", [target(GOOD)]))],
    ["an unknown version", own(TEMPLATES, "v7", "ConstraintTemplate", { spec: named("Own", [target(GOOD)]) })],
    ["an unknown kind of the templates' group", own(TEMPLATES, "v1", "Something", {})],
  ];
  return cases.map(([name, body]) => ({ name: `template: ${name}`, body }));
}

function constraints(): readonly AdmissionCase[] {
  const scoped = (scopedEnforcementActions: unknown): object => ({ enforcementAction: "scoped", scopedEnforcementActions });
  const specs: readonly (readonly [string, unknown])[] = [
    ["nothing in it", {}],
    ["a good match", { match: { kinds: [{ apiGroups: [""], kinds: ["Pod"] }] }, parameters: { labels: ["a"] } }],
    ["an unknown action", { enforcementAction: "shout" }],
    ["an action that is a number", { enforcementAction: 7 }],
    ["an empty action", { enforcementAction: "" }],
    ["warn", { enforcementAction: "warn" }],
    ["scoped without actions", { enforcementAction: "scoped" }],
    ["scoped with an empty list", scoped([])],
    ["scoped with a good action", scoped([{ action: "deny", enforcementPoints: [{ name: "validation.gatekeeper.sh" }] }])],
    ["scoped with an unknown point", scoped([{ action: "deny", enforcementPoints: [{ name: "foo" }] }])],
    ["scoped with an unknown action", scoped([{ action: "shout", enforcementPoints: [{ name: "*" }] }])],
    ["scoped without points", scoped([{ action: "deny" }])],
    ["scoped within scoped", scoped([{ action: "scoped", enforcementPoints: [{ name: "*" }] }])],
    ["scoped with texts", scoped(["deny"])],
    ["actions without scoped", { enforcementAction: "deny", scopedEnforcementActions: [{ action: "warn" }] }],
    ["an operator In without values", { match: { labelSelector: { matchExpressions: [{ key: "a", operator: "In" }] } } }],
    [
      "an operator Exists with values",
      { match: { labelSelector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] } } },
    ],
    ["an unknown operator", { match: { namespaceSelector: { matchExpressions: [{ key: "a", operator: "Near" }] } } }],
    ["an operator in lower case", { match: { labelSelector: { matchExpressions: [{ key: "a", operator: "in", values: ["b"] }] } } }],
    ["a selector with a bad key", { match: { labelSelector: { matchExpressions: [{ key: "a b", operator: "Exists" }] } } }],
    ["a selector with a bad label", { match: { labelSelector: { matchLabels: { "a b": "c" } } } }],
    ["a selector with a bad value", { match: { labelSelector: { matchLabels: { a: "c d" } } } }],
    [
      "several bad selectors",
      {
        match: {
          labelSelector: {
            matchExpressions: [
              { key: "a", operator: "x" },
              { key: "", operator: "In" },
            ],
          },
          namespaceSelector: { matchExpressions: [{ key: "b", operator: "y" }] },
        },
      },
    ],
    ["a match that is a text", { match: "all" }],
    ["kinds that are no list", { match: { kinds: "Pod" } }],
    ["namespaces that are numbers", { match: { namespaces: [1] } }],
    ["a namespace with a wildcard inside", { match: { namespaces: ["a*b"] } }],
    ["a selector that is a text", { match: { labelSelector: "a=b" } }],
    ["an unknown source", { match: { source: "Nowhere" } }],
    ["an unknown scope", { match: { scope: "Galaxy" } }],
    ["a field nobody knows", { match: { colour: "red" }, other: 1 }],
    ["a spec that is a text", "text"],
    ["a spec that is null", null],
  ];
  return [
    ...specs.map(([name, spec]) => ({ name: `constraint: ${name}`, body: constraintOf(spec) })),
    { name: "constraint: of v1alpha1", body: own(CONSTRAINTS, "v1alpha1", "DiffLabels", { spec: { enforcementAction: "shout" } }) },
    { name: "constraint: without its template", body: own(CONSTRAINTS, "v1beta1", "Nobodys", { spec: {} }) },
    { name: "constraint: without a name", body: own(CONSTRAINTS, "v1beta1", "DiffLabels", { metadata: {}, spec: {} }) },
    {
      name: "constraint: with a long name",
      body: own(CONSTRAINTS, "v1beta1", "DiffLabels", { metadata: { name: "n".repeat(64) }, spec: {} }),
    },
    {
      name: "constraint: deleted",
      body: own(
        CONSTRAINTS,
        "v1beta1",
        "DiffLabels",
        {},
        {
          operation: "DELETE",
          object: null,
          oldObject: { kind: "DiffLabels", apiVersion: `${CONSTRAINTS}/v1beta1`, metadata: { name: "own" } },
        },
      ),
    },
    { name: "constraint: with metadata that is a text", body: own(CONSTRAINTS, "v1beta1", "DiffLabels", { metadata: "x", spec: {} }) },
  ];
}

function otherOwn(): readonly AdmissionCase[] {
  const applyTo = [{ groups: ["apps"], versions: ["v1"], kinds: ["Deployment"] }];
  const generatedGVK = { group: "", version: "v1", kind: "Pod" };
  const expansions: readonly (readonly [string, object])[] = [
    ["that is right", { applyTo, generatedGVK, templateSource: "spec.template" }],
    ["without a source", { applyTo, generatedGVK }],
    ["without a kind", { applyTo, templateSource: "spec.template" }],
    ["for nothing", { generatedGVK, templateSource: "spec.template" }],
    ["that expands itself", { applyTo: [{ groups: [""], versions: ["v1"], kinds: ["Pod"] }], generatedGVK, templateSource: "spec" }],
    ["that is not one", { applyTo: "x" }],
  ];
  const cases: readonly (readonly [string, string])[] = [
    [
      "a Config",
      own("config.gatekeeper.sh", "v1alpha1", "Config", { metadata: { name: "config", namespace: "gatekeeper-system" }, spec: {} }),
    ],
    [
      "a Config of another name",
      own("config.gatekeeper.sh", "v1alpha1", "Config", { metadata: { name: "other", namespace: "gatekeeper-system" }, spec: {} }),
    ],
    [
      "a Config in another namespace",
      own(
        "config.gatekeeper.sh",
        "v1alpha1",
        "Config",
        { metadata: { name: "config", namespace: "default" }, spec: {} },
        { name: "config", namespace: "default" },
      ),
    ],
    [
      "a Config that is not one",
      own("config.gatekeeper.sh", "v1alpha1", "Config", { metadata: { name: "config" }, spec: { match: "x" } }, { name: "config" }),
    ],
    [
      "a Config deleted",
      own(
        "config.gatekeeper.sh",
        "v1alpha1",
        "Config",
        {},
        {
          operation: "DELETE",
          object: null,
          oldObject: { apiVersion: "config.gatekeeper.sh/v1alpha1", kind: "Config", metadata: { name: "config" } },
        },
      ),
    ],
    ["a SyncSet", own("syncset.gatekeeper.sh", "v1alpha1", "SyncSet", { spec: { gvks: [{ group: "", version: "v1", kind: "Pod" }] } })],
    ["a SyncSet that is not one", own("syncset.gatekeeper.sh", "v1alpha1", "SyncSet", { spec: { gvks: "x" } })],
    ["a SyncSet without kinds", own("syncset.gatekeeper.sh", "v1alpha1", "SyncSet", { spec: {} })],
    [
      "a Provider",
      own("externaldata.gatekeeper.sh", "v1beta1", "Provider", { spec: { url: "https://localhost:1", timeout: 1, caBundle: "eA==" } }),
    ],
    ["a Provider over HTTP", own("externaldata.gatekeeper.sh", "v1beta1", "Provider", { spec: { url: "http://localhost", timeout: 1 } })],
    ["a Provider without a URL", own("externaldata.gatekeeper.sh", "v1beta1", "Provider", { spec: { timeout: 1 } })],
    ["a Provider without a timeout", own("externaldata.gatekeeper.sh", "v1beta1", "Provider", { spec: { url: "https://localhost" } })],
    [
      "a Provider with a bad bundle",
      own("externaldata.gatekeeper.sh", "v1beta1", "Provider", { spec: { url: "https://localhost", timeout: 1, caBundle: "!" } }),
    ],
    ...expansions.map(([name, spec]): readonly [string, string] => [
      `an ExpansionTemplate ${name}`,
      own("expansion.gatekeeper.sh", "v1beta1", "ExpansionTemplate", { spec }),
    ]),
    ["a pod status", own("status.gatekeeper.sh", "v1beta1", "ConstraintPodStatus", { status: { id: "x" } })],
  ];
  return cases.map(([name, body]) => ({ name: `own: ${name}`, body }));
}

function operations(): readonly AdmissionCase[] {
  const old = configMap("settings", { old: "yes" });
  const withLabels = configMap("settings", {}, { labels: { owner: "ann", "warn-me": "x", dry: "x" } });
  const cases: readonly (readonly [string, string])[] = [
    ["a violation", review()],
    ["nothing to complain", review({ object: withLabels })],
    ["an update", review({ operation: "UPDATE", oldObject: old })],
    ["an update that obeys", review({ operation: "UPDATE", object: withLabels, oldObject: old })],
    ["an update without the old object", review({ operation: "UPDATE" })],
    ["a deletion", review({ operation: "DELETE", object: null, oldObject: old })],
    ["a deletion without the old object", review({ operation: "DELETE", object: null })],
    ["a deletion with both", review({ operation: "DELETE", oldObject: old })],
    [
      "a connection",
      review({
        operation: "CONNECT",
        kind: { group: "", version: "v1", kind: "PodExecOptions" },
        subResource: "exec",
        object: { apiVersion: "v1", kind: "PodExecOptions", command: ["sh"] },
      }),
    ],
    ["a subresource", review({ subResource: "status", requestSubResource: "status" })],
    [
      "an eviction",
      review({
        kind: { group: "policy", version: "v1", kind: "Eviction" },
        resource: { group: "", version: "v1", resource: "pods" },
        subResource: "eviction",
        object: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p", namespace: "default" } },
      }),
    ],
    ["a dry run", review({ dryRun: true })],
    ["a dry run that nobody mentions", review({ dryRun: undefined })],
    ["an unknown operation", review({ operation: "PATCH" })],
    ["no operation", review({ operation: undefined })],
    ["no object", review({ object: null })],
    ["no object at all", review({ object: undefined, oldObject: undefined })],
    ["an object that is a text", review({ object: "text" })],
    ["an object that is a list", review({ object: [] })],
    ["an object that is a number", review({ object: 7 })],
    ["an object without a kind", review({ object: { metadata: { name: "a" } } })],
    ["an object without metadata", review({ object: { apiVersion: "v1", kind: "ConfigMap" } })],
    ["an object with metadata that is a text", review({ object: { apiVersion: "v1", kind: "ConfigMap", metadata: "x" } })],
    [
      "an object with labels that are numbers",
      review({ object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { a: 1 } } } }),
    ],
    [
      "an object of another kind than the request",
      review({ object: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" } } }),
    ],
    ["an old object that is a text", review({ operation: "UPDATE", oldObject: "text" })],
    ["an empty object", review({ object: {} })],
    [
      "a name made by the server",
      review({ name: "", object: { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "set-", namespace: "default" } } }),
    ],
    ["no uid", review({ uid: undefined })],
    ["a uid that is a number", review({ uid: 7 })],
    ["an empty uid", review({ uid: "" })],
    ["no kind", review({ kind: undefined })],
    ["a kind that is a text", review({ kind: "Pod" })],
    ["no user", review({ userInfo: undefined })],
    ["a user that is a text", review({ userInfo: "ann" })],
    ["groups that are a text", review({ userInfo: { username: "ann", groups: "x" } })],
    ["Gatekeeper's own user", review({ userInfo: { username: "system:serviceaccount:gatekeeper-system:gatekeeper-admin" } })],
    ["Gatekeeper's own user of another namespace", review({ userInfo: { username: "system:serviceaccount:default:gatekeeper-admin" } })],
    ["options that are a text", review({ options: "x" })],
    ["dryRun that is a text", review({ dryRun: "yes" })],
    ["a namespace that does not exist", review({ namespace: "nowhere", object: configMap("settings", {}, { namespace: "nowhere" }) })],
    ["no namespace", review({ namespace: "" })],
    [
      "a cluster-wide kind",
      review({
        kind: { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" },
        namespace: "",
        object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "a" } },
      }),
    ],
    ["an excluded namespace", review({ namespace: "excluded-1", object: configMap("settings", {}, { namespace: "excluded-1" }) })],
    ["an excluded namespace itself", review(namespace("excluded-2"))],
    ["a namespace", review(namespace("team"))],
    ["a namespace with labels", review(namespace("team", { owner: "ann" }))],
    [
      "a namespace deleted",
      review({
        ...namespace("team"),
        operation: "DELETE",
        object: null,
        oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } },
      }),
    ],
    ["a number beyond doubles", review({ object: configMap("settings", { n: "x" }, { generation: 9007199254740993n.toString() }) })],
    ["a text with quotes and lines", review({ object: configMap("settings", {}, { annotations: { note: 'a "b"\n<c> & é 漢 \u2028' } }) })],
    ["fields twice", review().replace('"name":"settings"', '"name":"x","name":"settings"')],
    ["fields nobody knows", review({ colour: "red" }, { more: 1 })],
    ["a name in capitals", review().replace('"operation"', '"Operation"')],
    ["a status kind of operation in lower case", review({ operation: "create" })],
  ];
  return cases.map(([name, body]) => ({ name: `request: ${name}`, body }));
}

function envelopes(): readonly AdmissionCase[] {
  const text = review();
  const both = (name: string, fields: Omit<AdmissionCase, "name">): readonly AdmissionCase[] =>
    ["/v1/admit", "/v1/admitlabel"].map((path) => ({ name: `envelope: ${name} at ${path}`, path, ...fields }));
  return [
    ...both("v1beta1", { body: review({}, { apiVersion: "admission.k8s.io/v1beta1" }) }),
    ...both("v1beta1 that obeys", {
      body: review(
        { object: configMap("a", {}, { labels: { owner: "a", "warn-me": "x", dry: "x" } }) },
        { apiVersion: "admission.k8s.io/v1beta1" },
      ),
    }),
    ...both("an unknown version", { body: review({}, { apiVersion: "admission.k8s.io/v7" }) }),
    ...both("another group", { body: review({}, { apiVersion: "v1" }) }),
    ...both("another kind", { body: review({}, { kind: "ConversionReview" }) }),
    ...both("no kind", { body: review({}, { kind: undefined }) }),
    ...both("no version", { body: review({}, { apiVersion: undefined }) }),
    ...both("neither kind nor version", { body: review({}, { kind: undefined, apiVersion: undefined }) }),
    ...both("a kind that is a number", { body: review({}, { kind: 7 }) }),
    ...both("no request", { body: review({}, { request: undefined }) }),
    ...both("a request that is null", { body: review({}, { request: null }) }),
    ...both("a request that is a text", { body: review({}, { request: "x" }) }),
    ...both("a response in it", { body: review({}, { response: { uid: "x", allowed: true } }) }),
    ...both("an empty body", { body: "" }),
    ...both("blanks", { body: "  " }),
    ...both("no JSON", { body: "hello" }),
    ...both("half a JSON", { body: text.slice(0, 100) }),
    ...both("JSON and more", { body: `${text} x` }),
    ...both("two JSONs", { body: `${text}${text}` }),
    ...both("a list", { body: "[]" }),
    ...both("a text", { body: '"x"' }),
    ...both("null", { body: "null" }),
    ...both("an empty object", { body: "{}" }),
    ...both("YAML", { body: "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n" }),
    ...both("bytes that are no UTF-8", { body: text.replace("settings", "\\ud800") }),
    ...both("a byte order mark", { body: `\ufeff${text}` }),
    ...both("another content type", { contentType: "text/plain", body: text }),
    ...both("a content type with a charset", { contentType: "application/json; charset=utf-8", body: text }),
    ...both("a content type in capitals", { contentType: "Application/JSON", body: text }),
    ...both("no content type", { contentType: "", body: text }),
    ...both("protobuf", { contentType: "application/vnd.kubernetes.protobuf", body: text }),
    ...both("GET", { method: "GET", body: "" }),
    ...both("PUT", { method: "PUT", body: text }),
    ...both("PUT with a body of no JSON", { method: "PUT", body: "x" }),
    ...both("DELETE", { method: "DELETE", body: text }),
    ...both("HEAD", { method: "HEAD", body: "" }),
    { name: "path: none", path: "/", body: text },
    { name: "path: below", path: "/v1/admit/more", body: text },
    { name: "path: with a slash", path: "/v1/admit/", body: text },
    { name: "path: unknown", path: "/v1/nothing", body: text },
    { name: "path: with a query", path: "/v1/admit?timeout=3s", body: text },
    { name: "path: with a strange timeout", path: "/v1/admit?timeout=soon", body: text },
    { name: "path: with double slashes", path: "//v1/admit", body: text },
    { name: "path: climbing", path: "/v1/x/../admit", body: text },
  ];
}

function labels(): readonly AdmissionCase[] {
  const ignore = { "admission.gatekeeper.sh/ignore": "yes" };
  const cases: readonly (readonly [string, string])[] = [
    ["a namespace", review(namespace("team"))],
    ["a namespace with the label", review(namespace("team", ignore))],
    ["an empty label", review(namespace("team", { "admission.gatekeeper.sh/ignore": "" }))],
    ["an exempt namespace with the label", review(namespace("exempt", ignore))],
    ["an exempt prefix with the label", review(namespace("free-1", ignore))],
    ["an exempt suffix with the label", review(namespace("my-free", ignore))],
    ["no namespace", review()],
    ["no namespace with the label", review({ object: configMap("a", {}, { labels: ignore }) })],
    ["a deletion", review({ ...namespace("team", ignore), operation: "DELETE" })],
    [
      "an update",
      review({
        ...namespace("team", ignore),
        operation: "UPDATE",
        oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels: ignore } },
      }),
    ],
    ["a namespace without an object", review({ ...namespace("team"), object: null })],
    ["a namespace that is a text", review({ ...namespace("team"), object: "x" })],
    ["a namespace that is a list", review({ ...namespace("team"), object: [] })],
    ["a namespace without a kind", review({ ...namespace("team"), object: { metadata: { labels: ignore, name: "team" } } })],
    ["a namespace without metadata", review({ ...namespace("team"), object: { apiVersion: "v1", kind: "Namespace" } })],
    [
      "labels that are numbers",
      review({
        ...namespace("team"),
        object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels: { "admission.gatekeeper.sh/ignore": 1 } } },
      }),
    ],
    [
      "labels that are a text",
      review({ ...namespace("team"), object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels: "x" } } }),
    ],
    ["a connection", review({ ...namespace("team", ignore), operation: "CONNECT" })],
    ["no kind in the request", review({ ...namespace("team", ignore), kind: undefined })],
    [
      "a name made by the server",
      review({
        ...namespace("", ignore),
        object: { apiVersion: "v1", kind: "Namespace", metadata: { generateName: "free-", labels: ignore } },
      }),
    ],
  ];
  return cases.map(([name, body]) => ({ name: `label: ${name}`, path: "/v1/admitlabel", body }));
}

/** All of them. */
export const ADMISSION_CASES: readonly AdmissionCase[] = [
  ...operations(),
  ...envelopes(),
  ...labels(),
  ...templates(),
  ...constraints(),
  ...otherOwn(),
];

const labelsPolicy = (message: string): string => `package labels

violation[{"msg": msg, "details": {"missing": missing}}] {
  wanted := {label | label := input.parameters.labels[_]}
  given := {label | input.review.object.metadata.labels[label]}
  missing := wanted - given
  count(missing) > 0
  msg := sprintf("${message}", [missing])
}
`;
const constraint = (kind: string, name: string, spec: object): PlainObject =>
  ({ apiVersion: `${CONSTRAINTS}/v1beta1`, kind, metadata: { name }, spec }) as PlainObject;
const policy = (kind: string, rego: string): PlainObject =>
  ({
    apiVersion: `${TEMPLATES}/v1`,
    kind: "ConstraintTemplate",
    metadata: { name: kind.toLowerCase() },
    spec: named(kind, [target(rego)], {
      openAPIV3Schema: { type: "object", properties: { labels: { type: "array", items: { type: "string" } } } },
    }),
  }) as PlainObject;

/** What both servers enforce: denials, warnings and dry runs of each kind of object; and everything a policy is shown, in a warning. */
export const ADMISSION_POLICIES = {
  templates: [
    policy("DiffLabels", labelsPolicy("labels are missing: %v")),
    policy("DiffInput", 'package shown\nviolation[{"msg": msg}] { msg := json.marshal(input.review) }'),
  ],
  constraints: [
    constraint("DiffLabels", "owner", { parameters: { labels: ["owner"] } }),
    constraint("DiffLabels", "warns", { enforcementAction: "warn", parameters: { labels: ["warn-me", "second"] } }),
    constraint("DiffLabels", "tries", { enforcementAction: "dryrun", parameters: { labels: ["dry"] } }),
    constraint("DiffLabels", "selected", {
      match: { namespaceSelector: { matchLabels: { selected: "yes" } } },
      parameters: { labels: ["x"] },
    }),
    constraint("DiffInput", "shown", { enforcementAction: "warn" }),
  ],
} as const;
