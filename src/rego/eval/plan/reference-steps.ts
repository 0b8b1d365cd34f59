/** Plans the steps of a reference whose keys are all bound: runs of constant names become one path, other keys are looked up at run time. */
import type { Term } from "../../syntax/ast.ts";
import type { Operand } from "./operand.ts";
import { memberOperand, pathOperand } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";

/** Plans bound steps into an operand. */
export function planSteps(from: Operand, steps: readonly Term[], scope: Scope, planner: Planner): Operand {
  let operand = from;
  let names: string[] = [];
  for (const step of steps) {
    if (step.kind === "string") {
      names.push(step.value);
      continue;
    }
    operand = memberOperand(pathOperand(operand, names), planner.term(step, scope));
    names = [];
  }
  return pathOperand(operand, names);
}
