/** The objects of an installation: namespace, rights, webhooks, deployments. Names are Gatekeeper's, so its users' commands and exemptions hold. */

/** What an installation chooses; the Helm chart has the same choices as values. */
export interface InstallOptions {
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
}

const SYSTEM = { "gatekeeper.sh/system": "yes" };
/** `*` does not include subresources, so those worth a policy are named. */
const RESOURCES = [
  "*",
  "pods/ephemeralcontainers",
  "pods/exec",
  "pods/log",
  "pods/eviction",
  "pods/portforward",
  "pods/proxy",
  "pods/attach",
  "pods/binding",
  "pods/resize",
  "deployments/scale",
  "replicasets/scale",
  "statefulsets/scale",
  "replicationcontrollers/scale",
  "services/proxy",
  "nodes/proxy",
  "services/status",
];

/** Returns every object but the definitions of kinds, in the order to apply them. */
export function installation(options: InstallOptions): readonly object[] {
  const { namespace } = options;
  return [
    namespaceObject(namespace),
    quota(namespace),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "gatekeeper-admin", namespace, labels: SYSTEM } },
    clusterRole(),
    role(namespace),
    binding("ClusterRoleBinding", "ClusterRole", namespace, {}),
    binding("RoleBinding", "Role", namespace, { namespace }),
    { apiVersion: "v1", kind: "Secret", metadata: { name: "gatekeeper-webhook-server-cert", namespace, labels: SYSTEM } },
    service(namespace),
    deployment(options, CONTROLLER),
    deployment(options, AUDIT),
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "gatekeeper-controller-manager", namespace, labels: SYSTEM },
      spec: { minAvailable: 1, selector: { matchLabels: CONTROLLER.labels } },
    },
    webhooks(namespace),
  ];
}

function namespaceObject(name: string): object {
  const labels = {
    "admission.gatekeeper.sh/ignore": "no-self-managing",
    "control-plane": "controller-manager",
    ...SYSTEM,
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/audit-version": "latest",
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "v1.24",
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/warn-version": "latest",
  };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** Some clusters take critical pods only where a quota speaks of them. */
function quota(namespace: string): object {
  const scope = { operator: "In", scopeName: "PriorityClass", values: ["system-cluster-critical"] };
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "gatekeeper-critical-pods", namespace, labels: SYSTEM },
    spec: { hard: { pods: "100" }, scopeSelector: { matchExpressions: [scope] } },
  };
}

const READ = ["get", "list", "watch"];
/** Reading is granted for everything; these are what is written. */
const WRITE = ["create", "update", "delete"];

function clusterRole(): object {
  const rule = (
    apiGroups: readonly string[],
    resources: readonly string[],
    verbs: readonly string[],
    resourceNames?: readonly string[],
  ) => ({
    apiGroups,
    resources,
    verbs,
    ...(resourceNames === undefined ? {} : { resourceNames }),
  });
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "gatekeeper-manager-role", labels: SYSTEM },
    rules: [
      rule(["*"], ["*"], READ), // audit lists whatever exists
      rule([""], ["events"], ["create", "patch"]),
      rule(["apiextensions.k8s.io"], ["customresourcedefinitions"], ["create", "update"]),
      rule(["status.gatekeeper.sh"], ["*"], WRITE),
      // `finalizers`: to own what may not go before its owner.
      rule(["constraints.gatekeeper.sh"], ["*/status", "*/finalizers"], ["update"]),
      rule(["templates.gatekeeper.sh"], ["constrainttemplates/status", "constrainttemplates/finalizers"], ["update"]),
      rule(["config.gatekeeper.sh"], ["configs/status"], ["update"]),
      rule(["externaldata.gatekeeper.sh"], ["providers/status"], ["update"]),
      rule(["admissionregistration.k8s.io"], ["validatingadmissionpolicies", "validatingadmissionpolicybindings"], WRITE),
      rule(
        ["admissionregistration.k8s.io"],
        ["validatingwebhookconfigurations"],
        ["update"],
        ["gatekeeper-validating-webhook-configuration"],
      ),
    ],
  };
}

function role(namespace: string): object {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "gatekeeper-manager-role", namespace, labels: SYSTEM },
    rules: [
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["gatekeeper-webhook-server-cert"],
        verbs: ["get", "update"],
      },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get", "update"] },
    ],
  };
}

function binding(kind: string, roleKind: string, namespace: string, metadata: object): object {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata: { name: "gatekeeper-manager-rolebinding", labels: SYSTEM, ...metadata },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: roleKind, name: "gatekeeper-manager-role" },
    subjects: [{ kind: "ServiceAccount", name: "gatekeeper-admin", namespace }],
  };
}

function service(namespace: string): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "gatekeeper-webhook-service", namespace, labels: SYSTEM },
    spec: { ports: [{ name: "https-webhook-server", port: 443, targetPort: "webhook-server" }], selector: CONTROLLER.labels },
  };
}

/** What tells the two deployments apart. */
interface Role {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly arguments: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly replicated: boolean;
}

const HEALTH = { name: "healthz", containerPort: 9090 };
const CONTROLLER: Role = {
  name: "gatekeeper-controller-manager",
  labels: { "control-plane": "controller-manager", "gatekeeper.sh/operation": "webhook", ...SYSTEM },
  arguments: ["--port=8443", "--exempt-namespace=$(POD_NAMESPACE)", "--operation=webhook", "--disable-opa-builtin=http.send"],
  ports: [{ name: "webhook-server", containerPort: 8443 }, { name: "metrics", containerPort: 8888 }, HEALTH],
  environment: [],
  replicated: true,
};
const AUDIT: Role = {
  name: "gatekeeper-audit",
  // What a sweep leaves behind dies young: with more room for it the pod would take 100 MB more and be no faster.
  environment: [{ name: "NODE_OPTIONS", value: "--max-semi-space-size=4" }],
  labels: { "control-plane": "audit-controller", "gatekeeper.sh/operation": "audit", ...SYSTEM },
  arguments: [
    "--operation=audit",
    "--operation=status",
    "--operation=generate",
    "--disable-opa-builtin=http.send",
    "--disable-cert-rotation",
  ],
  ports: [{ name: "metrics", containerPort: 8888 }, HEALTH],
  replicated: false,
};

function deployment({ namespace, image, replicas }: InstallOptions, role: Role): object {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const probe = (path: string) => ({ httpGet: { path, port: 9090 } });
  const container = {
    name: "manager",
    image,
    args: ["serve", ...role.arguments],
    env: [field("POD_NAMESPACE", "metadata.namespace"), field("POD_NAME", "metadata.name"), ...role.environment],
    ports: role.ports.map((port) => ({ ...port, protocol: "TCP" })),
    livenessProbe: probe("/healthz"),
    readinessProbe: probe("/readyz"),
    resources: { limits: { memory: "512Mi" }, requests: { cpu: "100m", memory: "512Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsGroup: 999,
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
  const spread = {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchExpressions: [{ key: "gatekeeper.sh/operation", operator: "In", values: ["webhook"] }] },
            topologyKey: "kubernetes.io/hostname",
          },
        },
      ],
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: role.name, namespace, labels: role.labels },
    spec: {
      replicas: role.replicated ? replicas : 1,
      selector: { matchLabels: role.labels },
      template: {
        metadata: { labels: role.labels },
        spec: {
          serviceAccountName: "gatekeeper-admin",
          nodeSelector: { "kubernetes.io/os": "linux" },
          priorityClassName: "system-cluster-critical",
          terminationGracePeriodSeconds: 60,
          securityContext: { fsGroup: 999, supplementalGroups: [999] },
          ...(role.replicated ? { affinity: spread } : {}),
          containers: [container],
        },
      },
    },
  };
}

function webhooks(namespace: string): object {
  const client = (path: string) => ({ service: { name: "gatekeeper-webhook-service", namespace, path } });
  const common = { admissionReviewVersions: ["v1", "v1beta1"], matchPolicy: "Exact", sideEffects: "None", timeoutSeconds: 3 };
  const notOurs = { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [namespace] };
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "gatekeeper-validating-webhook-configuration", labels: SYSTEM },
    webhooks: [
      {
        name: "validation.gatekeeper.sh",
        ...common,
        clientConfig: client("/v1/admit"),
        failurePolicy: "Ignore",
        namespaceSelector: { matchExpressions: [{ key: "admission.gatekeeper.sh/ignore", operator: "DoesNotExist" }, notOurs] },
        rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: RESOURCES, scope: "*" }],
      },
      {
        name: "check-ignore-label.gatekeeper.sh",
        ...common,
        clientConfig: client("/v1/admitlabel"),
        failurePolicy: "Fail",
        namespaceSelector: { matchExpressions: [notOurs] },
        rules: [{ apiGroups: [""], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: ["namespaces"], scope: "*" }],
      },
    ],
  };
}
