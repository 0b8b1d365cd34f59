/** Policies of the Gatekeeper library that judge Pods, in Rego, and Pods of 2 to 10 KB for them to judge. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPlainObject, type PlainObject, readYaml } from "../../src/rego/index.ts";

const LIBRARY = new URL("../../../shared/conformance/gatekeeper-library/library/", import.meta.url).pathname;

/** Templates and a number of constraints on Pods. */
export interface Policies {
  readonly templates: readonly PlainObject[];
  readonly constraints: readonly PlainObject[];
}

/** Returns `count` constraints, each policy of the library once before any comes again under another name. */
export function libraryPolicies(count: number): Policies {
  const policies = ["general", "pod-security-policy"].flatMap((group) =>
    readdirSync(join(LIBRARY, group))
      .sort()
      .map((name) => join(LIBRARY, group, name))
      .map((folder) => ({ template: read(join(folder, "template.yaml")), constraints: constraintsOn("Pod", join(folder, "samples")) }))
      .filter(({ constraints }) => constraints.length > 0),
  );
  const most = Math.max(...policies.map(({ constraints }) => constraints.length));
  const distinct = Array.from({ length: most }, (_, i) =>
    policies.flatMap(({ constraints }) => (constraints[i] ? [constraints[i]] : [])),
  ).flat();
  const constraints = Array.from({ length: count }, (_, i) => renamed(distinct[i % distinct.length] ?? {}, `bench-${i}`));
  const kinds = new Set(constraints.map(({ kind }) => kind));
  const templates = policies.map(({ template }) => withoutCel(template)).filter((template) => kinds.has(kindOf(template)));
  return { templates, constraints };
}

function constraintsOn(kind: string, folder: string): readonly PlainObject[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /constraint[^/]*[.]yaml$/.test(file))
    .sort()
    .map((file) => read(join(folder, file)))
    .filter((constraint) => JSON.stringify(constraint["spec"] ?? {}).includes(`"kinds":["${kind}"]`));
}

function read(file: string): PlainObject {
  const value = readYaml(readFileSync(file, "utf8")).documents[0]?.value;
  if (!isPlainObject(value)) throw new Error(`${file} is no object`);
  return value;
}

function renamed(constraint: PlainObject, name: string): PlainObject {
  return { ...constraint, metadata: { name } };
}

function kindOf(template: PlainObject): string {
  const spec = template["spec"] as { readonly crd: { readonly spec: { readonly names: { readonly kind: string } } } };
  return spec.crd.spec.names.kind;
}

// Both servers shall evaluate the same Rego.
function withoutCel(template: PlainObject): PlainObject {
  const spec = template["spec"] as PlainObject;
  const targets = (spec["targets"] as readonly PlainObject[]).map((target) =>
    Array.isArray(target["code"])
      ? { ...target, code: (target["code"] as readonly PlainObject[]).filter(({ engine }) => engine === "Rego") }
      : target,
  );
  return { ...template, spec: { ...spec, targets } };
}

/** Returns AdmissionReviews of Pods, one in five of which breaks policies. */
export function podReviews(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      kind: "AdmissionReview",
      apiVersion: "admission.k8s.io/v1",
      request: {
        uid: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
        kind: { group: "", version: "v1", kind: "Pod" },
        resource: { group: "", version: "v1", resource: "pods" },
        requestKind: { group: "", version: "v1", kind: "Pod" },
        requestResource: { group: "", version: "v1", resource: "pods" },
        name: `web-${i}`,
        namespace: "default",
        operation: "CREATE",
        userInfo: { username: "system:serviceaccount:kube-system:replicaset-controller", groups: ["system:authenticated"] },
        object: pod(i),
        oldObject: null,
        dryRun: false,
        options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
      },
    }),
  );
}

/** Returns a Pod as a cluster makes them: one to six containers with probes, limits, variables and mounts. */
export function pod(i: number): PlainObject {
  const good = i % 5 !== 0;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `web-${i}`,
      namespace: "default",
      labels: { app: `web-${i % 7}`, team: "shop", pizza: "none", "pod-template-hash": "6d4b75cb6d" },
      annotations: {
        "prometheus.io/scrape": "true",
        "checksum/config": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      },
    },
    spec: {
      automountServiceAccountToken: false,
      serviceAccountName: "web",
      securityContext: good
        ? { seccompProfile: { type: "RuntimeDefault" }, runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 }
        : {},
      containers: Array.from({ length: 1 + (i % 6) }, (_, at) => container(at, good)),
      volumes: [
        { name: "config", configMap: { name: "web-config", defaultMode: 420 } },
        { name: "tmp", emptyDir: {} },
      ],
    },
  };
}

function container(at: number, good: boolean): PlainObject {
  const probe = { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" }, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
  return {
    name: `main-${at}`,
    image: `openpolicyagent/web@sha256:${"0123456789abcdef".repeat(4)}`,
    args: ["--listen=0.0.0.0:8080", "--log-format=json"],
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    env: Array.from({ length: 8 }, (_, i) => ({ name: `SETTING_${i}`, value: `a value of some length ${i}` })),
    resources: { limits: { cpu: "100m", memory: "256Mi" }, requests: { cpu: "100m", memory: "256Mi" } },
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext: good
      ? {
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
          seLinuxOptions: { type: "container_t" },
          capabilities: { drop: ["ALL"] },
        }
      : { privileged: true },
    volumeMounts: [
      { name: "config", mountPath: "/etc/web", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
