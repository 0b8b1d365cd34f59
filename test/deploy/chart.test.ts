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
const templates = readdirSync(new URL("templates/", chart)).map((name) => readFileSync(new URL(`templates/${name}`, chart), "utf8"));
const text = templates.join("\n");
const values = readYaml(readFileSync(new URL("values.yaml", chart), "utf8")).documents[0]?.value as PlainObject;

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
      const found = path.split(".").reduce<Value | undefined>((value, key) => (isPlainObject(value) ? value[key] : undefined), values);
      return found === undefined;
    });
    expect(missing).toEqual([]);
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
    // Helm makes the namespace, and the quota is the chart's own.
    expect(plain.filter((each) => !rendered.includes(each))).toEqual(["Namespace/gatekeeper-system"]);
    expect(rendered.filter((each) => !plain.includes(each))).toEqual(["ResourceQuota/gatekeeper-critical-pods"]);
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
    ["upgradeCRDs.enabled=true", "runs no jobs"],
    ["logMutations=true", "has no meaning here"],
  ])("is refused with a reason for %s", (value, reason) => {
    const { status, stderr } = spawnSync(program, ["template", "x", chart.pathname, KUBERNETES, `--set=${value}`], { encoding: "utf8" });
    expect(status).not.toBe(0);
    expect(stderr).toContain(reason);
  });
});
