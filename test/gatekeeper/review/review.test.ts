import { describe, expect, it } from "vitest";
import { readReview, reviewOf } from "../../../src/gatekeeper/index.ts";
import type { PlainObject } from "../../../src/rego/index.ts";
import { namespace, pod } from "../../support/gatekeeper.ts";

function input(request: PlainObject, holder?: PlainObject): PlainObject {
  const read = readReview(request, { namespace: holder });
  if ("error" in read) throw new Error(read.error);
  return read.review.input;
}

const request: PlainObject = {
  uid: "u1",
  kind: { group: "", version: "v1", kind: "Pod" },
  resource: { group: "", version: "v1", resource: "pods" },
  name: "p",
  namespace: "ns",
  operation: "CREATE",
  userInfo: { username: "eve", groups: ["a"] },
  object: pod("p", "ns"),
  oldObject: null,
  dryRun: false,
  options: { kind: "CreateOptions" },
};

describe("reviews", () => {
  it("show a request as it came, with its Namespace", () => {
    expect(input(request, namespace("ns"))).toEqual({ ...request, namespaceObject: namespace("ns") });
  });

  it("leave out what is empty and always show what Kubernetes always has", () => {
    expect(input({})).toEqual({
      uid: "",
      kind: { group: "", version: "", kind: "" },
      resource: { group: "", version: "", resource: "" },
      operation: "",
      userInfo: {},
      object: null,
      oldObject: null,
      options: null,
      namespaceObject: {},
    });
  });

  it("show the old object as the object of a DELETE, which must have one", () => {
    expect(input({ ...request, operation: "DELETE", object: null, oldObject: pod("p", "ns") })["object"]).toEqual(pod("p", "ns"));
    expect(readReview({ ...request, operation: "DELETE" })).toEqual({ error: "oldObject cannot be nil for DELETE operations" });
    const read = reviewOf(pod("p"), { operation: "DELETE" });
    expect("review" in read && [read.review.object, read.review.oldObject, read.review.request.object]).toEqual([
      pod("p"),
      pod("p"),
      undefined,
    ]);
  });

  it("refuse a request of another shape", () => {
    expect(readReview({ operation: 3 })).toEqual({
      error: "json: cannot unmarshal number into Go struct field AdmissionRequest.operation of type v1.Operation",
    });
  });

  it("take kind, name and namespace of a bare object from the object", () => {
    const read = reviewOf(pod("p", "ns"));
    expect("review" in read && read.review.input).toMatchObject({
      kind: { group: "", version: "v1", kind: "Pod" },
      name: "p",
      namespace: "ns",
      operation: "",
      uid: "",
    });
  });

  it("has no getter of its own, for which V8 would keep the request", () => {
    const read = reviewOf({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" } });
    expect("review" in read && Object.hasOwn(read.review, "input")).toBe(false);
  });
});
