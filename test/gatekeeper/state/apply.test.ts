import { describe, expect, it } from "vitest";
import { applyManifest, constraintsOf, emptyPolicySet, removeManifest, templateOf } from "../../../src/gatekeeper/index.ts";
import { constraint, installation, judge, load, messages, pod, sync, template } from "../../support/gatekeeper.ts";

describe("applying manifests", () => {
  it("leaves the state it was given as it was", () => {
    const before = load([template(), constraint()]);
    const after = load([template({ rego: 'package p\nviolation[{"msg": "new"}] { true }' })], before);
    expect(messages(judge(before, pod("p")))).toEqual(["no p"]);
    expect(messages(judge(after, pod("p")))).toEqual(["new"]);
  });

  it("changes nothing for a manifest that says the same", () => {
    const state = load([template(), constraint()]);
    expect(load([template(), constraint()], state)).toBe(state);
  });

  it("keeps the old template when the new one is refused", () => {
    const state = load([template(), constraint()]);
    const applied = applyManifest(state, template({ rego: "package p" }));
    expect("error" in applied && applied.error.message).toBe(
      "invalid ConstraintTemplate: invalid rego: invalid module: missing required rules: [violation]",
    );
    expect(messages(judge(state, pod("p")))).toEqual(["no p"]);
  });

  it("removes constraints with their template, and one by one", () => {
    const state = load([template(), constraint({}, { name: "a" }), constraint({}, { name: "b" })]);
    const one = removeManifest(state, constraint({}, { name: "a" }));
    expect(constraintsOf(one).map(({ name }) => name)).toEqual(["b"]);
    expect(messages(judge(one, pod("p")))).toHaveLength(1);
    const none = removeManifest(state, template());
    expect(templateOf(none, "Deny")).toBeUndefined();
    expect(judge(none, pod("p")).results).toEqual([]);
    expect(judge(state, pod("p")).results).toHaveLength(2);
  });

  it("replaces a constraint under its name", () => {
    const state = load([template(), constraint(), constraint({ match: { kinds: [{ kinds: ["Service"] }] } })]);
    expect(judge(state, pod("p")).results).toEqual([]);
  });

  it("says in what part of a library an error is", () => {
    const applied = applyManifest(emptyPolicySet(installation), template({ libs: ["package lib.a\n\nb = foo(1)"] }));
    expect("error" in applied && applied.error).toMatchObject({
      kind: "code",
      message: 'unable to compile modules: 1 error occurred: libs["lib_0"]:3: rego_type_error: undefined function foo',
      problems: [{ path: ["spec", "targets", 0, "libs", 0], start: 19 }],
    });
  });

  it("sees synced objects of its own moment only", () => {
    const rego = 'package p\nviolation[{"msg": msg}] { data.inventory.namespace[ns].v1.Pod[name]; msg := sprintf("%v/%v", [ns, name]) }';
    const state = load([template({ rego }), constraint()]);
    const synced = sync(state, [pod("a", "x"), pod("b", "y")]);
    expect(messages(judge(state, pod("p")))).toEqual([]);
    expect(messages(judge(synced, pod("p")))).toEqual(["x/a", "y/b"]);
  });
});
