import { describe, expect, it } from "vitest";
import { checkSyncable, Inventory } from "../../../src/gatekeeper/inventory/inventory.ts";
import { namespace, pod } from "../../support/gatekeeper.ts";

const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" } };

describe("the inventory", () => {
  it("is an empty object before anything is synced", () => expect(Inventory.EMPTY.data()).toEqual({ inventory: {} }));

  it("holds objects by place, version, kind and name", () => {
    expect(Inventory.EMPTY.with(pod("p", "ns")).with(role).data()).toEqual({
      inventory: {
        namespace: { ns: { v1: { Pod: { p: pod("p", "ns") } } } },
        cluster: { "rbac.authorization.k8s.io/v1": { ClusterRole: { r: role } } },
      },
    });
  });

  it("changes only the branch of the object that changed", () => {
    const before = Inventory.EMPTY.with(pod("p", "a")).with(pod("q", "b"));
    const after = before.with(pod("p2", "a"));
    const branch = (inventory: Inventory, ns: string) =>
      (inventory.data() as { inventory: { namespace: Record<string, object> } }).inventory.namespace[ns];
    expect(branch(after, "b")).toBe(branch(before, "b"));
    expect(branch(after, "a")).not.toBe(branch(before, "a"));
    expect(Object.keys(branch(before, "a") ?? {})).toEqual(["v1"]);
    expect([before.size, after.size]).toEqual([2, 3]);
  });

  it("gives the same document while nothing changes, and removes what leaves", () => {
    const one = Inventory.EMPTY.with(pod("p", "a"));
    expect(one.data()).toBe(one.data());
    expect(one.without(pod("q", "a"))).toBe(one);
    expect(one.without(pod("p", "a")).data()).toEqual({ inventory: {} });
    expect(one.with(pod("p", "a")).size).toBe(1);
  });

  it("finds Namespaces", () => expect(Inventory.EMPTY.with(namespace("n", { a: "b" })).namespace("n")).toEqual(namespace("n", { a: "b" })));

  it("treats hostile names as names", () => {
    const hostile = { ...pod("__proto__", "constructor") };
    expect(Inventory.EMPTY.with(hostile).without(hostile).size).toBe(0);
    expect(Object.keys((Inventory.EMPTY.with(hostile).data()["inventory"] as object) ?? {})).toEqual(["namespace"]);
  });

  it.each([
    [{ kind: "Pod", metadata: { name: "p" } }, "invalid request object: resource p has no version"],
    [{ apiVersion: "v1", metadata: { name: "p" } }, "invalid request object: resource p has no kind"],
    [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "n", labels: { a: 1 } } },
      "cannot cache non-namespace type: cannot cache Namespace: nil",
    ],
    [pod("p"), undefined],
  ])("%j: %s", (object, text) => expect(checkSyncable(object)).toBe(text));
});
