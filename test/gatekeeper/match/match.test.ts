import { describe, expect, it } from "vitest";
import { type KubeObject, type ReviewSource, reviewOf, reviewOfRequest } from "../../../src/gatekeeper/index.ts";
import { matchesGeneratedName, matchesName } from "../../../src/gatekeeper/kube/wildcard.ts";
import { matchReview, readMatch } from "../../../src/gatekeeper/match/match.ts";
import type { PlainObject } from "../../../src/rego/index.ts";
import { namespace, pod } from "../../support/gatekeeper.ts";

function verdict(
  match: PlainObject,
  object: KubeObject,
  { holder, source = "Original" }: { readonly holder?: KubeObject; readonly source?: ReviewSource } = {},
): string {
  const read = reviewOf(object, { source });
  if ("error" in read) throw new Error(read.error);
  const result = matchReview(readMatch(match), read.review, holder);
  return result.kind === "undecidable" ? result.message : result.kind;
}

const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d", namespace: "ns" } };
const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" } };
const labelled = { namespaceSelector: { matchLabels: { a: "b" } } };
const generated = (generateName: string): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { generateName } });

describe("matching", () => {
  it.each<[PlainObject, KubeObject, string]>([
    [{ kinds: [{ apiGroups: ["apps"], kinds: ["Deployment"] }] }, deployment, "in"],
    [{ kinds: [{ apiGroups: ["*"], kinds: ["Pod"] }] }, pod("p"), "in"],
    [{ kinds: [{ kinds: ["Pod"] }] }, { apiVersion: "other/v1", kind: "Pod", metadata: { name: "p" } }, "in"],
    [{ kinds: [{ apiGroups: ["apps"] }] }, pod("p"), "out"],
    [{ kinds: [{ kinds: ["pod"] }] }, pod("p"), "out"],
    [{ namespaces: ["prod-*"] }, pod("p", "prod-a"), "in"],
    [{ namespaces: ["prod-*"] }, pod("p", "dev"), "out"],
    [{ namespaces: ["prod-*"] }, role, "in"],
    [{ namespaces: ["prod-*"] }, namespace("dev"), "out"],
    [{ excludedNamespaces: ["kube-*"] }, namespace("kube-system"), "out"],
    [{ excludedNamespaces: ["*system*"] }, pod("p", "gatekeeper-system"), "out"],
    [{ scope: "Cluster" }, namespace("x"), "in"],
    [{ scope: "Namespaced" }, namespace("x"), "out"],
    [{ scope: "Namespaced" }, role, "out"],
    [{ scope: "namespaced" }, role, "in"],
    [labelled, role, "in"],
    [labelled, namespace("n", { a: "b" }), "in"],
    [labelled, namespace("n"), "out"],
    [{ name: "web-*" }, generated("web-"), "in"],
    [{ name: "*-web" }, generated("x-web"), "out"],
    [{ name: "p" }, pod("p"), "in"],
    [{ labelSelector: { matchLabels: { a: "b" } } }, { ...pod("p"), metadata: { name: "p", labels: { a: "b" } } }, "in"],
    [{ source: "Generated" }, pod("p"), "out"],
    [{}, role, "in"],
  ])("%j against %j: %s", (match, object, expected) => expect(verdict(match, object)).toBe(expected));

  it("rejects what it cannot decide on, with the reason", () => {
    const text = "unable to match constraints: error matching the requested object: p :failed to run Match criteria: ";
    expect(verdict(labelled, pod("p", "ns"))).toBe(`${text}namespace selector for namespace-scoped object but missing Namespace`);
    expect(verdict(labelled, pod("p", "ns"), { holder: namespace("ns", { a: "b" }) })).toBe("in");
    expect(verdict({ source: "Original" }, pod("p"), { source: "" })).toBe(`${text}source field not specified for resource p`);
    expect(verdict({ source: "No" }, pod("p"))).toBe(`${text}invalid source field "No"`);
    expect(verdict({}, { apiVersion: "v1" })).toMatch(
      /^unable to match constraints: invalid request object: failed to unmarshal gkReview object/,
    );
  });

  it("takes a Namespace without a name for a place that no list names", () => {
    expect(verdict({ scope: "Namespaced" }, role, { holder: {} })).toBe("in");
    expect(verdict({ namespaces: ["a"] }, role, { holder: {} })).toBe("out");
  });

  it("is content with the old object", () => {
    const request = {
      uid: "",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "", resource: "" },
      subResource: "",
      requestKind: undefined,
      requestResource: undefined,
      requestSubResource: "",
      name: "p",
      namespace: "",
      operation: "UPDATE",
      userInfo: {},
      dryRun: undefined,
      options: undefined,
    };
    const old = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", labels: { a: "b" } } };
    const read = reviewOfRequest({ ...request, object: pod("p"), oldObject: old }, {});
    const match = readMatch({ labelSelector: { matchLabels: { a: "b" } } });
    expect("review" in read && matchReview(match, read.review, undefined).kind).toBe("in");
    const none = reviewOfRequest({ ...request, object: undefined, oldObject: undefined }, {});
    expect("review" in none && matchReview(match, none.review, undefined)).toMatchObject({ kind: "undecidable" });
  });
});

describe("names with stars", () => {
  it.each([
    ["*", "", true],
    ["**", "x", true],
    ["*b*", "abc", true],
    ["*c", "abc", true],
    ["a*", "abc", true],
    ["abc", "abc", true],
    ["a*c", "abc", false],
  ])("%s fits %j: %s", (pattern, name, expected) => expect(matchesName(pattern, name)).toBe(expected));

  it("a generated name is only known by its beginning", () => {
    expect(matchesGeneratedName("web*", "web-")).toBe(true);
    expect(matchesGeneratedName("*e*", "web-")).toBe(true);
    expect(matchesGeneratedName("web-", "web-")).toBe(false);
  });
});
