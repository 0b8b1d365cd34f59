import { describe, expect, test } from "vitest";
import type { Value } from "../../../src/rego/values/value.ts";
import { answerOf, prepareText } from "../../support/evaluate.ts";

const policy = `package p

flat(o) := concat("/", [o.spec.hosts[0], o.kind])

hosts contains [ns, name] if {
	host := input.hosts[_]
	other := data.objects[ns][_].Ingress[name]
	other.spec.hosts[_] == host
}

same contains name if {
	wanted := flat(input.object)
	other := data.objects[_][_].Ingress[name]
	key := flat(other)
	key == wanted
}

owner := name if data.users[name].id == input.id

x := {"hosts": hosts, "same": same}
`;

function objects(count: number): { readonly [key: string]: Value } {
  const spaces: { [key: string]: { v1: { Ingress: { [key: string]: Value } } } } = {};
  for (let i = 0; i < count; i++) {
    const space = (spaces[`ns${i % 7}`] ??= { v1: { Ingress: {} } });
    space.v1.Ingress[`o${i}`] = { kind: "I", spec: { hosts: [`h${i}`, `h${(i * 2) % count}`] } };
  }
  return spaces as never;
}

const input = { hosts: ["h4", "nope"], object: { kind: "I", spec: { hosts: ["h3"] } }, id: 1 };

describe("joins over base documents", () => {
  const prepared = prepareText(policy, "data.p.x");

  test("find the items that a scan finds", () => {
    const data = { objects: objects(20) };
    const scanned = answerOf(prepared, { input, data });
    for (let i = 0; i < 4; i++) expect(answerOf(prepared, { input, data })).toEqual(scanned);
    expect(scanned).toEqual({
      hosts: [
        ["ns2", "o2"],
        ["ns4", "o4"],
        ["ns5", "o12"],
      ],
      same: ["o3"],
    });
  });

  test("see what changed, came and went in a later version of the data", () => {
    const first = objects(20) as { readonly [key: string]: { readonly v1: { readonly Ingress: { readonly [key: string]: Value } } } };
    for (let i = 0; i < 4; i++) answerOf(prepared, { input, data: { objects: first } });
    const { o2: _, ...rest } = first["ns2"]?.v1.Ingress ?? {};
    const next = {
      ...first,
      ns2: { v1: { Ingress: { ...rest, o9: { kind: "I", spec: { hosts: ["h4"] } }, odd: 5 } } },
      ns8: { v1: { Ingress: { new: { kind: "I", spec: { hosts: ["h3"] } } } }, v2: null },
    };
    expect(answerOf(prepared, { input, data: { objects: next } })).toEqual({
      hosts: [
        ["ns2", "o9"],
        ["ns4", "o4"],
        ["ns5", "o12"],
      ],
      same: ["new", "o3"],
    });
    expect(answerOf(prepared, { input, data: { objects: {} } })).toEqual({ hosts: [], same: [] });
    expect(answerOf(prepared, { input, data: { objects: [1, "a"] } })).toEqual({ hosts: [], same: [] });
  });

  test("compare numbers by value and composites by content", () => {
    const owner = prepareText(policy, "data.p.owner");
    const data = { users: { a: { id: 2 }, b: { id: { k: [1] } } } };
    for (let i = 0; i < 4; i++) expect(answerOf(owner, { input: { id: 2 }, data })).toBe("a");
    expect(answerOf(owner, { input: { id: { k: [1] } }, data })).toBe("b");
    expect(answerOf(owner, { input: { id: "2" }, data })).toBeUndefined();
  });

  test("a question looks at a handful of items, however many there are", () => {
    const data = { objects: objects(20_000) };
    // The first questions scan; an index is made when they come again.
    for (let i = 0; i < 4; i++) answerOf(prepared, { input, data });
    expect(answerOf(prepared, { input, data, budget: { steps: 200 } })).toMatchObject({ same: ["o3"] });
  });
});
