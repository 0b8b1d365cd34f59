/**
 * The whole server against a real kube-apiserver and etcd: what an operator sees when policies come, change and go. Skips, saying why, where
 * KUBEBUILDER_ASSETS has no API server.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nameOf } from "../../src/gatekeeper/index.ts";
import { isPlainObject, type PlainObject } from "../../src/rego/index.ts";
import { type KubeClient, updateWithRetries } from "../../src/server/cluster/client.ts";
import {
  CONFIGS,
  CONSTRAINT_STATUSES,
  constraintResource,
  SECRETS,
  TEMPLATES,
  VALIDATING_WEBHOOKS,
} from "../../src/server/cluster/kinds.ts";
import { openCluster } from "../../src/server/cluster-state.ts";
import { readServerConfig } from "../../src/server/config.ts";
import { makeLogger } from "../../src/server/effects/log.ts";
import type { ResultsListener } from "../../src/server/loops/audit.ts";
import { auditCluster, auditSynced } from "../../src/server/loops/cluster-audit.ts";
import { type ApiServer, apiServerMissing, freePort, startApiServer } from "../support/api-server.ts";
import {
  ask,
  asServiceAccount,
  type ClusterServer,
  connect,
  create,
  eventually,
  installation,
  objectsOf,
  refusal,
  remove,
  resourceOf,
  shortNames,
  startServer,
} from "../support/cluster.ts";
import { namespaceReview } from "../support/embedded.ts";

const example = (name: string): PlainObject =>
  objectsOf(readFileSync(new URL(`../../examples/required-labels/policies/${name}`, import.meta.url), "utf8"))[0] ?? {};
const template = example("template.yaml");
const constraint = example("constraint.yaml");
const DENIAL = '[ns-must-have-gk] you must provide labels: {"gatekeeper"}';

let count = 0;
const namespace = (labels: PlainObject = {}): PlainObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: `e2e-${++count}`, labels },
});
const withSpec = (object: PlainObject, spec: PlainObject, name?: string): PlainObject => ({
  ...object,
  metadata: { ...(object["metadata"] as PlainObject), ...(name === undefined ? {} : { name }) },
  spec: { ...(object["spec"] as PlainObject), ...spec },
});

if (apiServerMissing !== undefined) process.stdout.write(`cluster tests skipped: ${apiServerMissing}\n`);

describe.skipIf(apiServerMissing !== undefined)("in a cluster", { timeout: 60_000 }, () => {
  let api: ApiServer;
  let limited: ApiServer;
  let client: KubeClient;
  let server: ClusterServer;
  let port: number;

  const get = async (object: PlainObject): Promise<PlainObject> =>
    (await client.get(await resourceOf(client, object), { name: String((object["metadata"] as PlainObject)["name"]) })) ?? {};
  const statusOf = async (object: PlainObject): Promise<PlainObject> => ((await get(object))["status"] ?? {}) as PlainObject;
  const replace = async (object: PlainObject): Promise<void> => {
    const name = String((object["metadata"] as PlainObject)["name"]);
    await updateWithRetries(client, await resourceOf(client, object), { name }, (current) => ({ ...current, spec: object["spec"] ?? {} }));
  };
  const untilDenied = (): Promise<string> =>
    eventually("a namespace without the label is denied", async () => (await refusal(create(client, namespace()))).message);

  beforeAll(async () => {
    api = await startApiServer();
    client = await connect(api);
    port = await freePort();
    for (const object of installation(port)) await create(client, object);
    // Every step below is done with the rights of the manifest's service account.
    limited = await asServiceAccount(api, client);
    server = await startServer(limited, port, "gatekeeper-0");
    await eventually("the server is ready", async () => (await fetch(`http://127.0.0.1:${server.healthPort}/readyz`)).status === 200);
    await create(client, template);
    await create(client, constraint);
    await untilDenied();
  }, 90_000);

  afterAll(async () => {
    await server?.stop(500);
    await client?.transport.close();
    await api?.stop();
  }, 30_000);

  it("denies with the text that kubectl shows, and allows what obeys", async () => {
    const error = await refusal(create(client, namespace()));
    expect(error.message).toBe(`admission webhook "validation.gatekeeper.sh" denied the request: ${DENIAL}`);
    expect(error).toMatchObject({ code: 403, reason: "Forbidden" });
    await expect(create(client, namespace({ gatekeeper: "yes" }))).resolves.toBeDefined();
  });

  it("refuses Gatekeeper's own resources when they are wrong", async () => {
    const selector = { match: { labelSelector: { matchExpressions: [{ key: "a", operator: "In" }] } } };
    const error = await refusal(create(client, withSpec(constraint, selector, "bad-selector")));
    expect(error.message).toContain("invalid Constraint: spec.labelSelector.matchExpressions[0].values: Required value");
    const action = await refusal(create(client, withSpec(constraint, { enforcementAction: "shout" }, "bad-action")));
    expect(action.message).toContain('unrecognized enforcementAction: "shout" is not within the supported list [deny dryrun warn scoped]');
  });

  it("audits what exists and writes it into the constraint's status, with what each pod says", async () => {
    const status = await eventually("an audit is in the status", async () => {
      const found = await statusOf(constraint);
      return Number(found["totalViolations"]) > 0 && Array.isArray(found["byPod"]) && found;
    });
    expect(status["violations"]).toContainEqual({
      enforcementAction: "deny",
      group: "",
      kind: "Namespace",
      message: 'you must provide labels: {"gatekeeper"}',
      name: "kube-public",
      version: "v1",
    });
    expect(status["byPod"]).toMatchObject([{ id: "gatekeeper-0", enforced: true }]);
    expect(await statusOf(template)).toMatchObject({ created: true, byPod: [{ id: "gatekeeper-0" }] });
    expect(server.logged.length).toBeGreaterThan(0);
  });

  it("lets warn and dryrun through", async () => {
    await replace(withSpec(constraint, { enforcementAction: "warn" }));
    await eventually("warn lets it through", async () => await create(client, namespace()));
    await replace(withSpec(constraint, { enforcementAction: "dryrun" }));
    await eventually("dryrun lets it through", async () => await create(client, namespace()));
    await replace(constraint);
    expect(await untilDenied()).toContain(DENIAL);
  });

  it("follows a change of the template, and of its parameters", async () => {
    await replace(withSpec(constraint, { parameters: { labels: ["gatekeeper", "owner"] } }));
    const message = await eventually("the new parameters count", async () => {
      const { message: text } = await refusal(create(client, namespace()));
      return text.includes("owner") && text;
    });
    expect(message).toContain('you must provide labels: {"gatekeeper", "owner"}');
    await replace(constraint);
  });

  it("keeps the old policy when a new one does not compile, and says so to its author and in the status", async () => {
    const targets = [
      {
        target: "admission.k8s.gatekeeper.sh",
        code: [{ engine: "Rego", source: { version: "v1", rego: "package x\n\nviolation contains {" } }],
      },
    ];
    await replace(withSpec(template, { targets }));
    const errors = await eventually("the status has the error", async () => {
      const [pod] = ((await statusOf(template))["byPod"] ?? []) as readonly PlainObject[];
      const found = pod?.["errors"];
      return Array.isArray(found) && found.length > 0 && found;
    });
    expect(errors).toMatchObject([
      { code: "ingest_error", message: expect.stringContaining("Could not ingest Rego: invalid ConstraintTemplate: ") },
    ]);
    expect((await refusal(create(client, namespace()))).message).toContain(DENIAL);
    await replace(template);
    await eventually("the status is clean again", async () => {
      const [pod] = ((await statusOf(template))["byPod"] ?? []) as readonly PlainObject[];
      return pod?.["errors"] === undefined;
    });
  });

  it("judges referential policies over what SyncSets and Config replicate", async () => {
    await create(client, UNIQUE_TEMPLATE);
    await create(client, {
      apiVersion: "syncset.gatekeeper.sh/v1alpha1",
      kind: "SyncSet",
      metadata: { name: "maps" },
      spec: { gvks: [{ group: "", version: "v1", kind: "ConfigMap" }] },
    });
    await create(client, {
      apiVersion: "constraints.gatekeeper.sh/v1beta1",
      kind: "UniqueTeam",
      metadata: { name: "one-team" },
      spec: { match: { kinds: [{ apiGroups: [""], kinds: ["ConfigMap"] }] } },
    });
    const map = (name: string, team: string): PlainObject => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "default" },
      data: { team },
    });
    await create(client, map("first", "red"));
    const error = await eventually("the second map is denied", async () => {
      const twin = map(`twin-${++count}`, "red");
      return await refusal(create(client, twin)).catch(async () => {
        await remove(client, twin);
        return undefined;
      });
    });
    expect(error.message).toContain("[one-team] team red is taken by first");
    await expect(create(client, map("other", "blue"))).resolves.toBeDefined();
  });

  it("audits the synced objects to what an audit by discovery finds of them", async () => {
    const gvks = [{ group: "", version: "v1", kind: "Namespace" }];
    await create(client, {
      apiVersion: "syncset.gatekeeper.sh/v1alpha1",
      kind: "SyncSet",
      metadata: { name: "namespaces" },
      spec: { gvks },
    });
    const kubeconfig = join(mkdtempSync(join(tmpdir(), "portcullis-sweep-")), "kubeconfig");
    writeFileSync(kubeconfig, limited.kubeconfig);
    const read = readServerConfig([`--kubeconfig=${kubeconfig}`, "--operation=audit", "--audit-from-cache"], {});
    if ("error" in read) throw new Error(read.error);
    const log = makeLogger({ level: "ERROR" });
    const state = await openCluster(read.config, log, false);
    await eventually("everything is taken in", () => state.tracker.failure() === undefined);
    const sweep = async (audit: typeof auditCluster): Promise<readonly string[]> => {
      const parts = {
        client: state.client,
        log,
        set: () => state.store.current,
        answer: state.answer,
        excludedFromSync: state.excludedFromSync,
      };
      const found: string[] = [];
      const onResults: ResultsListener = (object, results) => {
        if (object["kind"] === "Namespace" || object["kind"] === "ConfigMap")
          found.push(...results.map(({ name, msg }) => `${String(object["kind"])} ${nameOf(object)} ${name} ${msg}`));
      };
      await audit({ ...parts, violationsLimit: 20, chunkSize: 500, matchKindOnly: false }, onResults, new AbortController().signal);
      return found.sort();
    };
    try {
      const discovered = await sweep(auditCluster);
      expect(discovered).toContain('Namespace kube-public ns-must-have-gk you must provide labels: {"gatekeeper"}');
      expect(await sweep(auditSynced)).toEqual(discovered);
    } finally {
      await state.stop();
    }
  });

  it("makes a ValidatingAdmissionPolicy of a CEL template and a binding of its constraint, and enforces it too", async () => {
    await create(client, CEL_TEMPLATE);
    const bound = {
      apiVersion: "constraints.gatekeeper.sh/v1beta1",
      kind: "ShortNames",
      metadata: { name: "short" },
      spec: { match: { kinds: [{ apiGroups: [""], kinds: ["Secret"] }] } },
    };
    await create(client, bound);
    const resource = (plural: string, kind: string) => ({
      group: "admissionregistration.k8s.io",
      version: "v1",
      plural,
      kind,
      namespaced: false,
    });
    const policy = await eventually("the policy is there", () =>
      client.get(resource("validatingadmissionpolicies", "ValidatingAdmissionPolicy"), { name: "gatekeeper-shortnames" }),
    );
    expect(policy["spec"]).toMatchObject({
      paramKind: { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: "ShortNames" },
      failurePolicy: "Fail",
    });
    const binding = await eventually("the binding is there", () =>
      client.get(resource("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"), {
        name: "gatekeeper-shortnames-short",
      }),
    );
    expect(binding["spec"]).toMatchObject({
      policyName: "gatekeeper-shortnames",
      paramRef: { name: "short", parameterNotFoundAction: "Allow" },
      validationActions: ["Deny"],
    });
    const secret = (name: string): PlainObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "default" } });
    const error = await refusal(create(client, secret("a-name-that-is-much-too-long")));
    expect(error.message).toContain("names have at most 10 characters");
    await expect(create(client, secret("tiny"))).resolves.toBeDefined();
    await remove(client, bound);
    await eventually(
      "the binding goes with its constraint",
      async () =>
        (await client.get(resource("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"), {
          name: "gatekeeper-shortnames-short",
        })) === undefined,
    );
    await client.delete(TEMPLATES, { name: "shortnames" });
  });

  it("makes again what somebody deletes or edits of what it made: definition, policy, binding, statuses", async () => {
    const cel = shortNames({ expression: "size(object.metadata.name) <= 40" });
    const short = { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: "ShortNames", metadata: { name: "kept" }, spec: {} };
    await create(client, cel);
    await create(client, short);
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "shortnames.constraints.gatekeeper.sh" },
    };
    const admission = (kind: string, name: string) => ({ apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name } });
    const status = (kind: string, name: string) => ({
      apiVersion: "status.gatekeeper.sh/v1beta1",
      kind,
      metadata: { name, namespace: "gatekeeper-system" },
    });
    const policy = admission("ValidatingAdmissionPolicy", "gatekeeper-shortnames");
    const made = [
      admission("ValidatingAdmissionPolicyBinding", "gatekeeper-shortnames-kept"),
      policy,
      status("ConstraintTemplatePodStatus", "gatekeeper--0-shortnames"),
      status("ConstraintPodStatus", "gatekeeper--0-shortnames-kept"),
    ] as const;
    const uidOf = async (object: PlainObject): Promise<string | undefined> => {
      const { name, namespace: place } = object["metadata"] as { readonly name: string; readonly namespace?: string };
      const found = await client.get(await resourceOf(client, object), { name, namespace: place });
      return (found?.["metadata"] as { readonly uid?: string } | undefined)?.uid;
    };
    for (const object of made) {
      const uid = await eventually("it is made", () => uidOf(object));
      await remove(client, object);
      await eventually("it is made again", async () => ((await uidOf(object)) ?? uid) !== uid);
    }
    await updateWithRetries(client, await resourceOf(client, policy), { name: "gatekeeper-shortnames" }, (current) => ({
      ...current,
      spec: { ...(current["spec"] as PlainObject), failurePolicy: "Ignore" },
    }));
    await eventually("the policy is as it was", async () => ((await get(policy))["spec"] as PlainObject)["failurePolicy"] === "Fail");
    await updateWithRetries(
      client,
      constraintResource("ShortNames"),
      { name: "kept" },
      (current) => ({ ...current, status: {} }),
      "status",
    );
    await eventually("what was gathered is in the status again", async () => Array.isArray((await statusOf(short))["byPod"]));
    // With the definition its constraints are gone, and nothing is denied for them.
    const uid = await uidOf(crd);
    await remove(client, crd);
    await eventually("the definition is made again", async () => ((await uidOf(crd)) ?? uid) !== uid);
    await eventually("no constraint of it is left", async () => (await uidOf(made[0])) === undefined);
    await create(client, short);
    await eventually("a new constraint is in force", async () => (await statusOf(short))["byPod"] !== undefined);
    await remove(client, cel);
    await eventually("nothing is made of what is gone", async () => (await uidOf(policy)) === undefined);
  });

  it("gives a webhook configuration that is made anew its authority at once", async () => {
    const configuration = installation(port).find((object) => object["kind"] === "ValidatingWebhookConfiguration") ?? {};
    await remove(client, configuration);
    await create(client, configuration);
    const bundled = async (): Promise<boolean> =>
      ((await get(configuration))["webhooks"] as readonly { readonly clientConfig: PlainObject }[]).every(
        ({ clientConfig }) => clientConfig["caBundle"] !== undefined,
      );
    await eventually("the authority is there", bundled, 5_000);
    await untilDenied();
  });

  it("leaves alone the namespaces that Config excludes", async () => {
    const config = {
      apiVersion: "config.gatekeeper.sh/v1alpha1",
      kind: "Config",
      metadata: { name: "config", namespace: "gatekeeper-system" },
      spec: { match: [{ processes: ["webhook"], excludedNamespaces: ["free-*"] }] },
    };
    await client.create(CONFIGS, config, "gatekeeper-system");
    const free = { apiVersion: "v1", kind: "Namespace", metadata: { name: "free-1" } };
    await eventually("an excluded namespace is not judged", async () => await create(client, free));
    await client.delete(CONFIGS, { namespace: "gatekeeper-system", name: "config" });
  });

  it("gathers what two pods say, and forgets a pod that is gone", async () => {
    // A template that never compiled has no kind at the API server: readiness must not wait for its constraints.
    const targets = [{ target: "admission.k8s.gatekeeper.sh", rego: "package x\nviolation[" }];
    const broken = {
      ...template,
      metadata: { name: "brokenlabels" },
      spec: { crd: { spec: { names: { kind: "BrokenLabels" } } }, targets },
    };
    await create(client, broken);
    const second = await startServer(limited, await freePort(), "gatekeeper-1", [
      "--operation=audit",
      "--audit-interval=3600",
      "--disable-cert-rotation",
    ]);
    await eventually("both pods are in the status", async () => {
      const pods = ((await statusOf(constraint))["byPod"] ?? []) as readonly PlainObject[];
      return pods.map((pod) => pod["id"]).join() === "gatekeeper-0,gatekeeper-1";
    });
    await eventually("the second is ready", async () => (await fetch(`http://127.0.0.1:${second.healthPort}/readyz`)).status === 200);
    await remove(client, broken);
    await second.stop(0);
    const name = "gatekeeper--1-k8srequiredlabels-ns--must--have--gk";
    await client.delete(CONSTRAINT_STATUSES, { namespace: "gatekeeper-system", name });
    await eventually("one pod is left", async () => ((await statusOf(constraint))["byPod"] as readonly unknown[]).length === 1);
  });

  it("makes new certificates when the secret is emptied, and goes on serving", async () => {
    const secret = await client.get(SECRETS, { namespace: "gatekeeper-system", name: "gatekeeper-webhook-server-cert" });
    const bundle = async (): Promise<unknown> => {
      const configuration = await client.get(VALIDATING_WEBHOOKS, { name: "gatekeeper-validating-webhook-configuration" });
      const webhooks = (configuration?.["webhooks"] ?? []) as readonly { readonly clientConfig: PlainObject }[];
      return webhooks[0]?.clientConfig["caBundle"];
    };
    const before = await bundle();
    await client.update(SECRETS, { namespace: "gatekeeper-system", name: "gatekeeper-webhook-server-cert" }, { ...secret, data: {} });
    await server.checkCertificates?.();
    expect(await bundle()).not.toBe(before);
    expect(await untilDenied()).toContain(DENIAL);
  });

  it("answers while the audit's thread dies, and audits again in another one", async () => {
    const timestamp = async (): Promise<string> => String((await statusOf(constraint))["auditTimestamp"]);
    await server.crashAudit?.();
    const before = await timestamp();
    await eventually(
      "a new audit is in the status",
      async () => {
        expect(await ask(port, namespaceReview())).toContain(JSON.stringify(DENIAL).slice(1, -1));
        return (await timestamp()) > before;
      },
      40_000,
    );
    expect(server.logged.some((line) => line.includes("the audit thread ended; starting another"))).toBe(true);
  });

  it("answers while the API server is gone, survives its return and sees what happens after it", async () => {
    const back = api.restart(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ask(port, namespaceReview())).toContain(JSON.stringify(DENIAL).slice(1, -1));
    expect((await fetch(`http://127.0.0.1:${server.healthPort}/readyz`)).status).toBe(200);
    await back;
    await client.transport.close();
    client = await connect(api);
    const added = withSpec(constraint, { parameters: { labels: ["after-restart"] } }, "after-restart");
    await eventually("the API server takes a constraint", async () => await create(client, added));
    const message = await eventually("the new constraint is enforced", async () => {
      const { message: text } = await refusal(create(client, namespace({ gatekeeper: "x" })));
      return text.includes("after-restart") && text;
    });
    expect(message).toContain('[after-restart] you must provide labels: {"after-restart"}');
    await remove(client, added);
    await eventually("its deletion counts too", async () => await create(client, namespace({ gatekeeper: "x" })));
  });

  it("stops enforcing when the template is deleted", async () => {
    await client.delete(TEMPLATES, { name: "k8srequiredlabels" });
    await eventually("nothing is denied any more", async () => await create(client, namespace()));
    const metrics = await (await fetch(`http://127.0.0.1:${server.healthPort}/metrics`)).text();
    expect(metrics).toMatch(/gatekeeper_validation_request_count_total\{admission_status="deny",admission_dryrun="false"\} \d+/);
    expect(isPlainObject(template)).toBe(true);
  });
});

const UNIQUE_TEMPLATE: PlainObject = {
  apiVersion: "templates.gatekeeper.sh/v1",
  kind: "ConstraintTemplate",
  metadata: { name: "uniqueteam" },
  spec: {
    crd: { spec: { names: { kind: "UniqueTeam" } } },
    targets: [
      {
        target: "admission.k8s.gatekeeper.sh",
        rego: `package uniqueteam

violation[{"msg": msg}] {
  mine := input.review.object
  other := data.inventory.namespace[_]["v1"].ConfigMap[name]
  other.data.team == mine.data.team
  name != mine.metadata.name
  msg := sprintf("team %v is taken by %v", [mine.data.team, name])
}
`,
      },
    ],
  },
};

const CEL_TEMPLATE = shortNames({ expression: "size(object.metadata.name) <= 10", message: "names have at most 10 characters" });
