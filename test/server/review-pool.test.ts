/** Reviews in threads beside the one with the connections: the same answers, every change seen by the next review, and a thread that dies. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Embedded, namespaceReview, post, postMany, startOver } from "../support/embedded.ts";

const template = (kind: string, rego: string): string => `
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: ${kind.toLowerCase()}}
spec:
  crd:
    spec:
      names: {kind: ${kind}}
      validation: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package p
        ${rego}
`;
const constraint = (kind: string, name: string, spec: object): string =>
  JSON.stringify({ apiVersion: "constraints.gatekeeper.sh/v1beta1", kind, metadata: { name }, spec });

const policies = {
  "a-limit.yaml": template(
    "Limit",
    'violation[{"msg": msg}] { input.review.object.metadata.labels.size == input.parameters.size; msg := sprintf("not %v", [input.parameters.size]) }',
  ),
  "b-limit.json": constraint("Limit", "no-big", { parameters: { size: "big" } }),
  "c-endless.yaml": template(
    "Endless",
    'violation[{"msg": "never"}] { input.review.object.metadata.labels.size == "endless"; ns := numbers.range(1, 3000); ns[i] + ns[j] + ns[k] == -1 }',
  ),
  "d-endless.json": constraint("Endless", "endless", {}),
};
const sized = (size: string, fields: object = {}): string => namespaceReview({ size }, { ...fields });
const responseOf = (body: string) => (JSON.parse(body) as { readonly response: Record<string, unknown> }).response;
const denied = (text: string) => ({ uid: "u1", allowed: false, status: { metadata: {}, message: text, reason: "Forbidden", code: 403 } });
const soon = async (claim: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (let i = 0; i < 100; i++) {
    if (await claim()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
};

describe("review threads", () => {
  let here: Embedded;
  let there: Embedded;
  let objects: string;
  beforeAll(async () => {
    objects = mkdtempSync(join(tmpdir(), "portcullis-objects-"));
    here = await startOver(policies);
    there = await startOver(policies, ["--review-threads=2", `--objects=${objects}`]);
    expect(await soon(() => there.pool?.ready === 2)).toBe(true);
  });
  afterAll(async () => {
    await here.stop(0);
    await there.stop(0);
  });

  it("give the answers that this thread gives, to what is no review as well", async () => {
    const bodies = [
      sized("big"),
      sized("small"),
      sized("big", { operation: "DELETE", object: null, oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } } }),
      sized("big", { operation: "DELETE", object: null, oldObject: null }),
      namespaceReview({ size: "big" }, {}, "admission.k8s.io/v1beta1"),
      namespaceReview({ size: "big" }, {}, "admission.k8s.io/v2"),
      '{"request": ',
      "[]",
      namespaceReview().replace('"dryRun":false', `"dryRun":${"9".repeat(400)}`),
      namespaceReview().replace('"team-a"', '"\\ud800"'),
    ];
    const [ours, theirs] = [await postMany(here, "/v1/admit", bodies), await postMany(there, "/v1/admit", bodies)];
    expect(theirs).toEqual(ours);
    expect(responseOf(theirs[0]?.body ?? "")).toEqual(denied("[no-big] not big"));
  });

  it("see a changed policy with its digits, and one that is gone", async () => {
    const digits = "9007199254740993";
    writeFileSync(
      join(there.folder, "e-digits.json"),
      constraint("Limit", "no-digits", { parameters: { size: "SIZE" } }).replace('"SIZE"', digits),
    );
    const review = namespaceReview({ size: "x" }).replace('"x"', digits);
    expect(await soon(async () => !(responseOf((await post(there, "/v1/admit", review)).body)["allowed"] as boolean))).toBe(true);
    expect(responseOf((await post(there, "/v1/admit", review)).body)).toEqual(denied(`[no-digits] not ${digits}`));
    writeFileSync(join(there.folder, "e-digits.json"), constraint("Limit", "no-digits", { parameters: { size: "other" } }));
    expect(await soon(async () => responseOf((await post(there, "/v1/admit", review)).body)["allowed"] as boolean)).toBe(true);
  });

  it("see a Namespace as it is now", async () => {
    const namespace = (labels: object): string =>
      JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } });
    writeFileSync(
      join(there.folder, "f-selected.json"),
      constraint("Limit", "in-shop", { match: { namespaceSelector: { matchLabels: { strict: "yes" } } }, parameters: { size: "medium" } }),
    );
    writeFileSync(join(objects, "shop.json"), namespace({}));
    const review = sized("medium", {
      kind: { group: "", version: "v1", kind: "ConfigMap" },
      namespace: "shop",
      object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "shop", labels: { size: "medium" } } },
    });
    const allowed = async () => responseOf((await post(there, "/v1/admit", review)).body)["allowed"] as boolean;
    expect(await soon(allowed)).toBe(true);
    writeFileSync(join(objects, "shop.json"), namespace({ strict: "yes" }));
    expect(await soon(async () => !(await allowed()))).toBe(true);
    writeFileSync(join(objects, "shop.json"), namespace({ strict: "no" }));
    expect(await soon(allowed)).toBe(true);
  });

  it("are ended by the deadline of a review, and others go on meanwhile", async () => {
    const endless = post(there, "/v1/admit?timeout=2s", sized("endless"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(there, "/v1/admit", sized("big"))));
    const meanwhile = performance.now() - started;
    expect(replies.map(({ body }) => responseOf(body)["allowed"])).toEqual(replies.map(() => false));
    expect(responseOf((await endless).body)).toMatchObject({
      allowed: false,
      status: { code: 500, message: "serving context canceled, aborting request" },
    });
    expect(performance.now() - started).toBeGreaterThan(meanwhile);
  });

  it("count what they did in the metrics of the process", async () => {
    const count = async (): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${there.healthPort}/metrics`)).text();
      return Number(/gatekeeper_validation_request_count_total\{admission_status="deny",admission_dryrun="false"\} (\d+)/.exec(text)?.[1]);
    };
    const before = await count();
    for (let i = 0; i < 3; i++) await post(there, "/v1/admit", sized("big"));
    expect((await count()) - before).toBe(3);
    const text = await (await fetch(`http://127.0.0.1:${there.healthPort}/metrics`)).text();
    expect(text).toMatch(/portcullis_evaluation_duration_seconds_count\{template="Limit"\} \d+/);
  });

  it("may die under load: every review is answered right, and another thread follows", async () => {
    const bodies = Array.from({ length: 300 }, (_, i) => sized(i % 2 === 0 ? "big" : "small", { uid: `u${i}` }));
    const replies = postMany(there, "/v1/admit", bodies);
    await there.pool?.crash();
    const answers = (await replies).map(({ body }) => responseOf(body));
    expect(answers.map(({ uid }) => uid)).toEqual(bodies.map((_, i) => `u${i}`));
    expect(answers.map(({ allowed }) => allowed)).toEqual(bodies.map((_, i) => i % 2 === 1));
    expect(await soon(() => there.pool?.ready === 2)).toBe(true);
    const after = await postMany(there, "/v1/admit", bodies.slice(0, 40));
    expect(after.map(({ body }) => responseOf(body)["allowed"])).toEqual(after.map((_, i) => i % 2 === 1));
  });
});
