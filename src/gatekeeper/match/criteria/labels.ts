/** The criterion `labelSelector`: the object's own labels. */
import { labelsOf } from "../../kube/object.ts";
import { selects } from "../../kube/selector.ts";
import { type Criterion, mismatch } from "../criterion.ts";

/** Checks the object's labels. */
export const labels: Criterion = (match, { object }) => {
  if (match.labelSelector === undefined || selects(match.labelSelector, labelsOf(object))) return undefined;
  return mismatch("the object's labels do not fit match.labelSelector");
};
