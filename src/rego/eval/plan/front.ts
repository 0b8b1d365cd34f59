/** Plans the front of a reference: what its head, and for documents the first constant steps, give. */
import type { RefTerm } from "../../syntax/ast.ts";
import type { Cell } from "../cells.ts";
import { createCell } from "../cells.ts";
import { pathOf } from "../member.ts";
import { setInput } from "../runner.ts";
import type { Operand } from "./operand.ts";
import { cellOperand, computed, pathOperand } from "./operand.ts";
import type { Front, Planner, Scope } from "./planner.ts";

/** Parts of the input that several references start with; each is read once per evaluation. */
export interface InputPaths {
  /** Returns the operand of a constant path under the input. */
  readonly operand: (keys: readonly string[]) => Operand;
}

// Longer common fronts exist, but `input.review.object` and `input.parameters` are what policies share.
const ROOT_DEPTH = 2;

/** Makes the table of common fronts. */
export function createInputPaths(planner: Pick<Planner, "run">): InputPaths {
  const { run } = planner;
  const seen = new Set<string>();
  const cells = new Map<string, Cell>();

  function rootAt(keys: readonly string[]): Cell {
    if (keys.length === 0) return run.input;
    const name = keys.join("\u0000");
    const known = cells.get(name);
    if (known) return known;
    const from = rootAt(keys.slice(0, -1));
    const cell = createCell();
    cells.set(name, cell);
    run.roots.push({ cell, read: pathOf(from, [keys.at(-1) ?? ""]) });
    // A rule planned late (on first use) joins an evaluation that has begun.
    setInput(run, run.input.v);
    return cell;
  }

  return {
    operand(keys) {
      for (let depth = Math.min(ROOT_DEPTH, keys.length - 1); depth > 0; depth--) {
        const front = keys.slice(0, depth);
        const name = front.join("\u0000");
        if (seen.has(name)) return pathOperand(cellOperand(rootAt(front)), keys.slice(depth));
        seen.add(name);
      }
      // Never the cell itself: a variable that took it over would change with the input.
      return keys.length === 0 ? computed(() => run.input.v, 0, true) : pathOperand(cellOperand(run.input), keys);
    },
  };
}

/** Plans the front of any reference. */
export function planFront(ref: RefTerm, scope: Scope, planner: Planner, inputs: InputPaths): Front {
  const [head, ...steps] = ref.path;
  if (head.kind === "var" && head.name === "input") {
    let count = 0;
    while (steps[count]?.kind === "string") count++;
    const keys = steps.slice(0, count).map((step) => (step.kind === "string" ? step.value : ""));
    return { operand: inputs.operand(keys), rest: steps.slice(count) };
  }
  if (head.kind === "var" && head.name === "data") return planner.dataFront(ref, scope);
  return { operand: planner.term(head, scope), rest: steps };
}
