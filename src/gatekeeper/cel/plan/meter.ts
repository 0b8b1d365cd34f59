/**
 * The cost of an evaluation, counted as Kubernetes counts it: 1 for a name or a selection, 10 for a list, 30 for a map, and what each call
 * costs by its operands. Crossing the limit stops the evaluation, which is what keeps hostile expressions finite.
 * https://kubernetes.io/docs/reference/using-api/cel/#runtime-cost-budget
 */

/** Thrown when the limit is crossed; caught in `program.ts` alone. */
export class CostExceeded extends Error {}

/** The counter of one program; reset when an evaluation starts. */
export interface Meter {
  cost: number;
  limit: number;
}

/** Adds to the cost and stops the evaluation beyond the limit. */
export function charge(meter: Meter, cost: number): void {
  meter.cost += cost;
  if (meter.cost > meter.limit) throw new CostExceeded("actual cost limit exceeded");
}

/** What building a list costs. */
export const LIST_COST = 10;
/** What building a map costs. */
export const MAP_COST = 30;
/** What building a struct costs. */
export const STRUCT_COST = 40;
