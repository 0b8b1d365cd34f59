import { describe, expect, it } from "vitest";
import { walkPairs } from "../../../src/rego/builtins/graph.ts";
import { answerOf, objectOf, setOf } from "../../support/call-builtin.ts";

const graph = { a: ["b", "c"], b: setOf("d"), c: [], d: ["a", "x"] };

describe("graph.reachable", () => {
  it("reports the nodes of the graph that can be reached", () => {
    expect(answerOf("graph.reachable", graph, ["a"])).toBe('{"a", "b", "c", "d"}');
    expect(answerOf("graph.reachable", graph, setOf("c", "y"))).toBe('{"c"}');
    expect(answerOf("graph.reachable", graph, 1)).toBe("eval_type_error: graph.reachable: operand 2 must be {array, set} but got number");
  });
});

describe("graph.reachable_paths", () => {
  it("ends a path where it would close a circle or leave the graph", () => {
    expect(answerOf("graph.reachable_paths", graph, ["a"])).toBe('{["a", "b", "d"], ["a", "c"]}');
    expect(answerOf("graph.reachable_paths", { a: ["a"] }, ["a"])).toBe('{["a", "a"]}');
    expect(answerOf("graph.reachable_paths", graph, ["y"])).toBe("set()");
  });

  it("follows chains deeper than the stack", () => {
    const chain = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`n${i}`, [`n${i + 1}`]]));
    expect(answerOf("graph.reachable_paths", chain, ["n0"])).toContain('"n2999"]}');
  });
});

describe("walk", () => {
  it("visits outer before inner in order of keys and members", () => {
    const pairs = [...walkPairs({ b: [true], a: objectOf([1, setOf("m")]) })];
    expect(pairs.map(([path]) => path)).toEqual([[], ["a"], ["a", 1], ["a", 1, "m"], ["b"], ["b", 0]]);
    expect(pairs.at(-1)?.[1]).toBe(true);
  });
});
