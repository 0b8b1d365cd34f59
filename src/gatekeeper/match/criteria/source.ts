/** The criterion `source`: an object that somebody sent, or one that a workload would generate. */
import { quote } from "../../../rego/index.ts";
import { nameOf } from "../../kube/object.ts";
import { type Criterion, mismatch, undecidable } from "../criterion.ts";

const SOURCES = ["All", "Original", "Generated"];

/** Checks where the object comes from. */
export const source: Criterion = (match, candidate) => {
  const wanted = match.source === "" ? "All" : match.source;
  if (!SOURCES.includes(wanted)) return undecidable(`invalid source field ${quote(wanted)}`);
  if (wanted === "All" || wanted === candidate.source) return undefined;
  if (candidate.source === "") return undecidable(`source field not specified for resource ${nameOf(candidate.object)}`);
  return mismatch(`match.source is ${wanted} and the object is ${candidate.source.toLowerCase()}`);
};
