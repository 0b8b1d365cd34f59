import { describe, expect, it } from "vitest";
import type { Node } from "../../../src/rego/syntax/ast.ts";
import { childKeys, childrenOf } from "../../../src/rego/syntax/child-keys.ts";
import { mapTerms, transformDown, walkNode, walkNodeUp } from "../../../src/rego/syntax/walk.ts";
import { moduleOf } from "./parse-support.ts";

const module = moduleOf(
  'q["z"].y := {"a": [x | x = f(1)]} if { some x in {1, 2}; every k, v in x { k }; $"{x}"; not x with input as 1 } else := 2',
);

function kindsIn(visit: (note: (node: Node) => void) => void): readonly string[] {
  const kinds: string[] = [];
  visit((node) => kinds.push(node.kind));
  return kinds;
}

describe("walking", () => {
  it("visits every node once, parents before children or after them", () => {
    const down = kindsIn((note) => walkNode(module, (node) => void note(node)));
    const up = kindsIn((note) => walkNodeUp(module, note));
    expect(down[0]).toBe("module");
    expect(up[up.length - 1]).toBe("module");
    expect(up.toSorted()).toEqual(down.toSorted());
  });

  it("leaves out what is below a node when told so", () => {
    const seen = kindsIn((note) =>
      walkNode(module, (node) => {
        note(node);
        return node.kind !== "rule";
      }),
    );
    expect(seen).not.toContain("head");
  });

  it("knows the children of every kind of node that holds nodes", () => {
    walkNode(module, (node) => {
      const fields = Object.entries(node).filter(([name]) => name !== "span" && name !== "source");
      const holding = fields.filter(([, value]) => holdsNodes(value)).map(([name]) => name);
      expect(childKeys[node.kind]).toEqual(expect.arrayContaining(holding));
      return true;
    });
  });
});

function holdsNodes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsNodes);
  return typeof value === "object" && value !== null && "kind" in value;
}

describe("rebuilding", () => {
  it("returns the very tree when nothing changes", () => {
    expect(mapTerms(module, (term) => term)).toBe(module);
    expect(transformDown(module, () => undefined)).toBe(module);
  });

  it("shares what did not change", () => {
    const changed = mapTerms(module, (term) => (term.kind === "number" && term.text === "2" ? { ...term, text: "3" } : term));
    expect(changed).not.toBe(module);
    expect(changed.package).toBe(module.package);
    expect(changed.rules[0]?.head.reference).toBe(module.rules[0]?.head.reference);
  });

  it("does not look into what it replaced from the top", () => {
    const seen: string[] = [];
    transformDown(module, (node) => {
      seen.push(node.kind);
      return node.kind === "rule" ? node : undefined;
    });
    expect(seen).not.toContain("head");
    expect(childrenOf(module).map(({ kind }) => kind)).toEqual(["package", "rule"]);
  });
});
