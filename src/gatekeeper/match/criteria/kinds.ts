/** The criterion `kinds`: the object's own group and kind must fit one entry; the version never counts. */
import { gvkOf } from "../../kube/gvk.ts";
import { type Criterion, mismatch } from "../criterion.ts";

/** Checks the object's group and kind. */
export const kinds: Criterion = (match, { object }) => {
  if (match.kinds.length === 0) return undefined;
  const { group, kind } = gvkOf(object);
  const fits = match.kinds.some((entry) => includes(entry.kinds, kind) && includes(entry.apiGroups, group));
  return fits ? undefined : mismatch(`kind ${group === "" ? kind : `${group}/${kind}`} is not in match.kinds`);
};

function includes(list: readonly string[], name: string): boolean {
  return list.length === 0 || list.includes("*") || list.includes(name);
}
