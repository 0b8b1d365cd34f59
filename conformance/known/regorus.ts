/** regorus cases in which OPA itself answers otherwise: id → what OPA does. A listed case that passes is counted as passed. */

/** Differences by case. */
export const regorusDifferences: ReadonlyMap<string, string> = new Map([]);
