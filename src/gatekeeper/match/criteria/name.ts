/** The criterion `name`: the object's name, or the prefix its name will be generated from. */
import { nameOf, stringAt } from "../../kube/object.ts";
import { matchesGeneratedName, matchesName } from "../../kube/wildcard.ts";
import { type Criterion, mismatch } from "../criterion.ts";

/** Checks the object's name. */
export const name: Criterion = (match, { object }) => {
  if (match.name === "" || matchesName(match.name, nameOf(object))) return undefined;
  if (matchesGeneratedName(match.name, stringAt(object, "metadata", "generateName"))) return undefined;
  return mismatch(`name ${nameOf(object)} does not fit match.name ${match.name}`);
};
