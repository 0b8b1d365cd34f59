/**
 * The Helm chart: every value is used and every value that is used exists, every flag it passes is one the server has, and the definitions are
 * those of the plain manifest. Where `helm` is installed, the chart is rendered too.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isPlainObject, type PlainObject, readYaml, type Value } from "../../src/rego/index.ts";
import { FLAGS } from "../../src/server/flags.table.ts";
import { objectsOf } from "../support/cluster.ts";

const chart = new URL("../../deploy/chart/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, chart), "utf8");
const templates = readdirSync(new URL("templates/", chart)).map((name) => read(`templates/${name}`));
const text = templates.join("\n");
const values = readYaml(read("values.yaml")).documents[0]?.value as PlainObject;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema | true>>;
  readonly additionalProperties?: boolean;
}
const schema = JSON.parse(read("values.schema.json")) as Schema;

/** Paths that the schema lets through; only the sections of our own values are closed. */
function pathsIn(part: Schema | true, path: readonly string[]): readonly string[] {
  if (part === true || part.properties === undefined) return [path.join(".")];
  expect(part.additionalProperties).toBe(false);
  return Object.entries(part.properties).flatMap(([key, inner]) => pathsIn(inner, [...path, key]));
}

/** Values of Gatekeeper's chart that are named in the notes, and those that are refused with a reason. */
const ignored = [...text.slice(text.indexOf("portcullis.ignored")).matchAll(/^ {2}- ([A-Za-z.]+)$/gm)].map(([, path = ""]) => path);
const refused = ["image.release", "controllerManager.clientCertName"];

/** Paths of the values, down to those that hold free content. */
function pathsOf(value: Value, path: readonly string[]): readonly string[] {
  return isPlainObject(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))
    : [path.join(".")];
}

const used = [...new Set([...text.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = ""]) => path.slice(1)))];
// Handed to a shared part of the template as a whole.
const PLACEMENT = ["hostNetwork", "dnsPolicy", "priorityClassName", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints"];
const placement = ["controllerManager", "audit"].flatMap((part) => PLACEMENT.map((name) => `${part}.${name}`));

describe("the chart", () => {
  it("uses every value", () => {
    const unused = pathsOf(values, []).filter(
      (path) => ![...used, ...placement].some((each) => path === each || path.startsWith(`${each}.`)) || path === "",
    );
    expect(unused).toEqual([]);
  });

  it("has a default for every value it uses", () => {
    const missing = used.filter((path) => {
      if (refused.includes(path)) return false;
      const found = path.split(".").reduce<Value | undefined>((value, key) => (isPlainObject(value) ? value[key] : undefined), values);
      return found === undefined;
    });
    expect(missing).toEqual([]);
  });

  it("lets through the values it has and those it has a word for, and no others", () => {
    const known = new Set([...pathsOf(values, []), ...ignored, ...refused, "global"]);
    const allowed = pathsIn(schema, []);
    expect(allowed.filter((path) => ![...known].some((each) => each === path || each.startsWith(`${path}.`)))).toEqual([]);
    expect([...known].filter((path) => !allowed.some((each) => path === each || path.startsWith(`${each}.`)))).toEqual([]);
    expect(ignored.length).toBeGreaterThan(30);
  });

  it("passes only flags that the server has and heeds", () => {
    const passed = [...text.matchAll(/^\s*- --([a-z0-9-]+)/gm)].map(([, name = ""]) => name);
    expect(passed.length).toBeGreaterThan(30);
    const heeded = new Set<string>(FLAGS.filter((flag) => !("accepted" in flag)).map(({ name }) => name));
    expect(passed.filter((name) => !heeded.has(name))).toEqual([]);
  });

  it("closes what it opens", () => {
    for (const template of templates) {
      const opened = template.match(/\{\{-? *(?:if|range|with|define)\b/g)?.length ?? 0;
      const closed = template.match(/\{\{-? *end\b/g)?.length ?? 0;
      expect(opened).toBe(closed);
    }
  });
});

const KUBERNETES = "--kube-version=1.34.0";
const helm = spawnSync(process.env["HELM"] ?? "helm", ["version"]).status === 0;

describe.skipIf(!helm)("the rendered chart", () => {
  const program = process.env["HELM"] ?? "helm";
  const render = (...flags: readonly string[]): readonly PlainObject[] =>
    objectsOf(
      execFileSync(
        program,
        ["template", "portcullis", chart.pathname, "--namespace=gatekeeper-system", "--include-crds", KUBERNETES, ...flags],
        {
          encoding: "utf8",
        },
      ),
    );
  const key = (object: PlainObject): string => `${String(object["kind"])}/${String((object["metadata"] as PlainObject)["name"])}`;

  it("has the objects of the plain manifest", () => {
    const plain = objectsOf(readFileSync(new URL("../../deploy/portcullis.yaml", import.meta.url), "utf8")).map(key);
    const rendered = render().map(key);
    // Helm makes the namespace.
    expect(plain.filter((each) => !rendered.includes(each))).toEqual(["Namespace/gatekeeper-system"]);
    expect(rendered.filter((each) => !plain.includes(each))).toEqual([]);
  });

  it("grants the rights of the plain manifest", () => {
    const rights = (objects: readonly PlainObject[]): readonly Value[] =>
      ["ClusterRole", "Role"].map((kind) => objects.find((object) => object["kind"] === kind)?.["rules"] ?? null);
    expect(rights(render())).toEqual(rights(objectsOf(readFileSync(new URL("../../deploy/portcullis.yaml", import.meta.url), "utf8"))));
  });

  it("gives the webhook the rules of the plain manifest, and more where asked", () => {
    const rulesIn = (objects: readonly PlainObject[]): Value => {
      const configuration = objects.find(({ kind }) => kind === "ValidatingWebhookConfiguration");
      const webhooks = (configuration?.["webhooks"] ?? []) as readonly PlainObject[];
      return webhooks[0]?.["rules"] ?? null;
    };
    const plain = objectsOf(readFileSync(new URL("../../deploy/portcullis.yaml", import.meta.url), "utf8"));
    expect(rulesIn(render())).toEqual(rulesIn(plain));
    expect(rulesIn(render("--set=enableDeleteOperations=true"))).toMatchObject([{ operations: ["CREATE", "UPDATE", "DELETE"] }]);
  });

  it.each([
    ["disableMutation=false", "no mutating webhook"],
    ["metricsBackends={opentelemetry}", "prometheus only"],
    ["enableViolationExport=true", "does not export"],
    ["enableRemoteCluster=true", "one API server"],
    ["image.repository=registry.example/gatekeeper", "Gatekeeper's image"],
    ["image.release=v3.23.0", "Gatekeeper's image"],
    ["audit.disableAuditOperation=true,audit.disableStatusOperation=true,audit.disableGenerateOperation=true", "disableAudit: true"],
    ["replicaz=3", "additional properties 'replicaz' not allowed"],
    ["logDenies=perhaps", "got string, want boolean"],
  ])("is refused with a reason for %s", (value, reason) => {
    const { status, stderr } = spawnSync(program, ["template", "x", chart.pathname, KUBERNETES, `--set=${value}`], { encoding: "utf8" });
    expect(status).not.toBe(0);
    expect(stderr).toContain(reason);
  });

  it("names everything that is wrong at once", () => {
    const flags = ["--set=disableMutation=false", "--set=enableGeneratorResourceExpansion=true"];
    const { stderr } = spawnSync(program, ["template", "x", chart.pathname, KUBERNETES, ...flags], { encoding: "utf8" });
    expect(stderr).toMatch(/disableMutation[\s\S]*enableGeneratorResourceExpansion/);
  });

  it("takes the values for pods, volumes, accounts and rights where Gatekeeper's chart has them", () => {
    const objects = render(
      "--set=extraVolumes[0].name=ca,extraVolumes[0].emptyDir.medium=Memory,extraVolumeMounts[0].name=ca,extraVolumeMounts[0].mountPath=/ca",
      "--set=commonLabels.team=a,commonAnnotations.owner=b,extraEnvs[0].name=HTTPS_PROXY,extraEnvs[0].value=proxy",
      "--set=controllerManager.securityContext.runAsUser=2000,audit.podSecurityContext.fsGroup=3000,enableRuntimeDefaultSeccompProfile=false",
      "--set=controllerManager.serviceAccount.automountServiceAccountToken=false,audit.serviceAccount.name=other,audit.logLevel=DEBUG",
      "--set=controllerManager.extraRules[0].apiGroups[0]=policy,controllerManager.extraRules[0].resources[0]=x,controllerManager.extraRules[0].verbs[0]=use",
      "--set=service.healthzPort=9090,service.ipFamilies[0]=IPv6,secretAnnotations.a=b,additionalValidatingWebhookConfigsToRotateCerts={one,two}",
      "--set=controllerManager.networkPolicy.enabled=true,controllerManager.networkPolicy.ingress[0].from[0].ipBlock.cidr=10.0.0.0/8",
      "--set=validatingWebhookURL=elsewhere:8443",
    );
    const named = (kind: string, name: string): PlainObject => objects.find((object) => key(object) === `${kind}/${name}`) ?? {};
    const pod = (name: string): PlainObject => {
      const { spec } = named("Deployment", name) as unknown as { readonly spec: { readonly template: PlainObject } };
      return spec.template;
    };
    const mounted = { volumeMounts: [{ name: "ca", mountPath: "/ca" }] };
    expect(pod("gatekeeper-controller-manager")).toMatchObject({
      metadata: { labels: { team: "a" } },
      spec: {
        automountServiceAccountToken: false,
        containers: [{ ...mounted, securityContext: { runAsUser: 2000 } }],
        volumes: [{ name: "ca" }],
      },
    });
    expect(pod("gatekeeper-audit")).toMatchObject({
      spec: { serviceAccountName: "other", securityContext: { fsGroup: 3000 }, containers: [mounted] },
    });
    expect(JSON.stringify(pod("gatekeeper-audit"))).toMatch(/--log-level=DEBUG.*HTTPS_PROXY/);
    expect(JSON.stringify(objects)).not.toContain("seccompProfile");
    expect(named("Deployment", "gatekeeper-audit")).toMatchObject({ metadata: { annotations: { owner: "b" } } });
    expect(JSON.stringify(named("Role", "gatekeeper-manager-role"))).toContain('"verbs":["use"]');
    expect(JSON.stringify(named("ClusterRole", "gatekeeper-manager-role"))).toContain(
      '"gatekeeper-validating-webhook-configuration","one","two"',
    );
    expect(named("Service", "gatekeeper-webhook-service")).toMatchObject({ spec: { ipFamilies: ["IPv6"], ports: [{}, { port: 9090 }] } });
    expect(named("Secret", "gatekeeper-webhook-server-cert")).toMatchObject({ metadata: { annotations: { a: "b" } } });
    expect(named("NetworkPolicy", "gatekeeper-controller-manager")).toMatchObject({ spec: { ingress: [{}, { from: [{ ipBlock: {} }] }] } });
    const webhooks = named("ValidatingWebhookConfiguration", "gatekeeper-validating-webhook-configuration")["webhooks"];
    expect(webhooks).toMatchObject([
      { clientConfig: { url: "https://elsewhere:8443/v1/admit" } },
      { clientConfig: { service: { path: "/v1/admitlabel" } } },
    ]);
  });
});
