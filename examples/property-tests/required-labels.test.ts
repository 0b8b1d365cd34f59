/**
 * What a policy must hold for every object, not for the few one thinks of: fast-check makes the objects, shrinks one that breaks a law to its
 * smallest form and prints the seed that brings it back. `docs/guides/property-tests.md` walks through this file.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import {
  applyManifest,
  emptyPolicySet,
  judgeReview,
  type KubeObject,
  type PolicySet,
  readManifests,
  regoEngine,
  reviewOf,
  WEBHOOK_POINT,
} from "portcullis/gatekeeper";
import { compileModules, evaluateQuery, parseModule, prepareQuery, pureBuiltins } from "portcullis/rego";
import { expect, test } from "vitest";

const policies = new URL("../required-labels/policies/", import.meta.url);

/** Loads manifests in the order given, as the webhook would. */
function load(...files: readonly string[]): PolicySet {
  const installation = {
    engines: [regoEngine(pureBuiltins)],
    options: { disabledBuiltins: [], referential: false, externalData: false, print: false, defaultFailurePolicy: "Fail" as const },
  };
  let set = emptyPolicySet(installation);
  for (const file of files) {
    const { manifests, error } = readManifests({ name: file, text: readFileSync(new URL(file, policies), "utf8") });
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    for (const { object } of manifests) {
      const applied = applyManifest(set, object);
      if ("error" in applied) throw new Error(`${file}: ${applied.error.message}`);
      set = applied.state;
    }
  }
  return set;
}

/** The messages with which an object is denied. */
function denials(set: PolicySet, object: KubeObject): readonly string[] {
  const read = reviewOf(object, { operation: "CREATE" });
  if ("error" in read) throw new Error(read.error);
  return judgeReview(set, read.review, { point: WEBHOOK_POINT }).results.map(({ msg }) => msg);
}

const set = load("template.yaml", "constraint.yaml");
const labels = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.jsonValue()));
const namespace = (metadata: object): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a", ...metadata } });

test("a Namespace with the label passes, whatever else it carries", () => {
  fc.assert(
    fc.property(labels, fc.string(), (others, value) => {
      expect(denials(set, namespace({ labels: { ...others, gatekeeper: value } }))).toEqual([]);
    }),
  );
});

test("a Namespace without the label is denied once, and the message names the label", () => {
  fc.assert(
    fc.property(labels, (others) => {
      const { gatekeeper: _, ...rest } = others;
      expect(denials(set, namespace({ labels: rest }))).toEqual(['you must provide labels: {"gatekeeper"}']);
    }),
  );
});

test("no object makes the policy fail instead of deciding", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (metadata) => {
      const said = denials(set, namespace({ labels: metadata as never }));
      expect(said.filter((msg) => !msg.startsWith("you must provide labels"))).toEqual([]);
    }),
  );
});

test("two ways to write one rule agree on every input", () => {
  const ask = (rule: string) => {
    const { module, diagnostics } = parseModule({ name: "p.rego", text: `package p\n\n${rule}\n` }, { dialect: "v1" });
    if (module === undefined) throw new Error(diagnostics[0]?.message);
    const { policy } = compileModules(new Map([["p.rego", module]]), { builtins: pureBuiltins });
    const query = policy && prepareQuery(policy, "data.p.allow").query;
    if (query === undefined) throw new Error("the rule does not compile");
    return (input: unknown) => evaluateQuery(query, { input: input as never }).results.length > 0;
  };
  const loop = ask('allow if { every role in input.roles { role in {"admin", "editor"} } }');
  const sets = ask('allow if { count({role | some role in input.roles} - {"admin", "editor"}) == 0; is_array(input.roles) }');
  const input = fc.record({ roles: fc.array(fc.constantFrom("admin", "editor", "guest", null, 1)) });
  fc.assert(fc.property(input, (value) => loop(value) === sets(value)));
});
