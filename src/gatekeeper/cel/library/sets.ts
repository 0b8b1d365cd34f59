/** Lists as sets: `sets.contains`, `sets.equivalent`, `sets.intersects`. https://pkg.go.dev/github.com/google/cel-go/ext#Sets */
import { equal } from "../values/equal.ts";
import { costSize } from "../values/size.ts";
import type { CelValue } from "../values/value.ts";
import * as d from "./declare.ts";
import { bool, type CallCost, free, func, type Library, list } from "./declare.ts";

const T = d.param("T");

function has(members: readonly CelValue[], value: CelValue): boolean {
  return members.some((member) => equal(member, value));
}

function contains(members: readonly CelValue[], others: readonly CelValue[]): boolean {
  return others.every((other) => has(members, other));
}

// Each member of one list may have to be compared with each of the other.
const product = (factor: number): CallCost => {
  return (args) => 1 + Math.ceil(costSize(args[0] ?? null) * costSize(args[1] ?? null) * factor);
};

/** The library. */
export const setsLibrary: Library = {
  name: "sets",
  functions: [
    func("sets.contains", [free("list_sets_contains_list", [list(T), list(T)], bool, contains, product(1))]),
    func("sets.equivalent", [
      free("list_sets_equivalent_list", [list(T), list(T)], bool, (a, b) => contains(a, b) && contains(b, a), product(2)),
    ]),
    func("sets.intersects", [
      free("list_sets_intersects_list", [list(T), list(T)], bool, (a, b) => a.some((member) => has(b, member)), product(1)),
    ]),
  ],
};
