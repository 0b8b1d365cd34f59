/**
 * `deploy/portcullis.yaml` as it is shipped, against a real kube-apiserver with RBAC: both deployments run with their own arguments and the rights
 * of their service account and no others. Skips, saying why, where KUBEBUILDER_ASSETS has no API server.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPlainObject, type PlainObject } from "../../src/rego/index.ts";
import type { KubeClient, Resource } from "../../src/server/cluster/client.ts";
import { constraintResource, TEMPLATES } from "../../src/server/cluster/kinds.ts";
import { type ApiServer, apiServerMissing, freePort, startApiServer } from "../support/api-server.ts";
import {
  asServiceAccount,
  type ClusterServer,
  connect,
  create,
  eventually,
  installation,
  objectsOf,
  refusal,
  shortNames,
  startServer,
} from "../support/cluster.ts";

if (apiServerMissing !== undefined) process.stdout.write(`manifest tests skipped: ${apiServerMissing}\n`);

const example = (name: string): PlainObject =>
  objectsOf(readFileSync(new URL(`../../examples/required-labels/policies/${name}`, import.meta.url), "utf8"))[0] ?? {};
const short: PlainObject = {
  apiVersion: "constraints.gatekeeper.sh/v1beta1",
  kind: "ShortNames",
  metadata: { name: "short" },
  spec: { match: { kinds: [{ apiGroups: [""], kinds: ["ConfigMap"] }] } },
};
const BINDINGS: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "validatingadmissionpolicybindings",
  kind: "ValidatingAdmissionPolicyBinding",
  namespaced: false,
};

describe.skipIf(apiServerMissing !== undefined)("the shipped manifest", { timeout: 60_000 }, () => {
  let api: ApiServer;
  let client: KubeClient;
  let controller: ClusterServer;
  let audit: ClusterServer;

  beforeAll(async () => {
    api = await startApiServer();
    client = await connect(api);
    const port = await freePort();
    const objects = installation(port);
    for (const object of objects) await create(client, object);
    const limited = await asServiceAccount(api, client);
    const argumentsOf = (name: string): readonly string[] => {
      const deployment = objects.find((object) => object["kind"] === "Deployment" && (object["metadata"] as PlainObject)["name"] === name);
      const { containers } = (
        deployment as unknown as {
          readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } } };
        }
      ).spec.template.spec;
      return (containers[0]?.args ?? []).slice(1).map((text) => text.replace("$(POD_NAMESPACE)", "gatekeeper-system"));
    };
    const own = (name: string): readonly string[] => argumentsOf(name).filter((flag) => !flag.startsWith("--port="));
    controller = await startServer(limited, port, "controller-0", own("gatekeeper-controller-manager"));
    audit = await startServer(limited, 0, "audit-0", [...own("gatekeeper-audit"), "--emit-audit-events"]);
    for (const server of [controller, audit])
      await eventually("it is ready", async () => (await fetch(`http://127.0.0.1:${server.healthPort}/readyz`)).status === 200);
  }, 90_000);

  afterAll(async () => {
    await Promise.all([controller?.stop(0), audit?.stop(0)]);
    await client?.transport.close();
    await api?.stop();
  }, 30_000);

  it("lets both deployments do all they are for with the rights it grants, and nothing is forbidden to them", async () => {
    for (const object of [
      example("template.yaml"),
      example("constraint.yaml"),
      shortNames({ expression: "size(object.metadata.name) <= 40" }),
      short,
    ])
      await create(client, object);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "unlabelled" } };
    const error = await eventually("the webhook denies", async () => await refusal(create(client, namespace)));
    expect(error.message).toContain("you must provide labels");
    await eventually("the binding is there", () => client.get(BINDINGS, { name: "gatekeeper-shortnames-short" }));
    await eventually("the audit's findings and both pods are in the status", async () => {
      const found = await client.get(constraintResource("K8sRequiredLabels"), { name: "ns-must-have-gk" });
      const { byPod, totalViolations } = (found?.["status"] ?? {}) as {
        readonly byPod?: readonly PlainObject[];
        readonly totalViolations?: number;
      };
      return Number(totalViolations) > 0 && byPod?.map(({ id }) => id).join() === "audit-0,controller-0";
    });
    await eventually("an Event tells of a violation", async () => {
      const { items } = await client.page({ group: "", version: "v1", plural: "events", kind: "Event", namespaced: true }, {});
      return items.some((event) => isPlainObject(event["source"]) && event["source"]["component"] === "gatekeeper-audit");
    });
    await client.delete(constraintResource("ShortNames"), { name: "short" });
    await eventually("the binding goes", async () => (await client.get(BINDINGS, { name: "gatekeeper-shortnames-short" })) === undefined);
    for (const name of ["shortnames", "k8srequiredlabels"]) await client.delete(TEMPLATES, { name });
    await eventually("nothing is denied any more", async () => await create(client, namespace));
    const logged = [...controller.logged, ...audit.logged];
    expect(logged.filter((line) => line.includes("forbidden"))).toEqual([]);
  });

  it("grants no right to change what is not Gatekeeper's", async () => {
    const limited = await connect(await asServiceAccount(api, client));
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "default" } };
    expect(await refusal(create(limited, map))).toMatchObject({ code: 403 });
    expect(
      await refusal(
        limited.delete({ group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false }, { name: "default" }),
      ),
    ).toMatchObject({ code: 403 });
    const secrets = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "x", namespace: "default" } };
    expect(await refusal(limited.create(secrets, secret, "default"))).toMatchObject({ code: 403 });
    await limited.transport.close();
  });
});
