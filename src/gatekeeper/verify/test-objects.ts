/**
 * Judges every object of a heap as `gator test` does: policies and data are objects like the others. A loaded set and its manifests in, the
 * results with the objects that broke them out. https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { isNamespace } from "../kube/gvk.ts";
import { type KubeObject, nameOf, namespaceOf } from "../kube/object.ts";
import type { Manifest } from "../manifest/documents.ts";
import { GATOR_POINT } from "../manifest/enforcement.ts";
import { type JudgeOptions, judgeReview } from "../review/judge.ts";
import { reviewOf } from "../review/review.ts";
import type { Result, StatsEntry } from "../review/verdict.ts";
import type { PolicySet } from "../state/policy-set.ts";

/** A result with its object. */
export interface ObjectResult {
  readonly result: Result;
  readonly manifest: Manifest;
}

/** What testing a heap gives. */
export interface ObjectsReport {
  readonly results: readonly ObjectResult[];
  readonly stats: readonly StatsEntry[];
  /** The traces of all objects, one after the other. */
  readonly trace: string | undefined;
}

/** Choices of a test. */
export type TestOptions = Omit<JudgeOptions, "point">;

/** The Namespace of an object outside of namespaces: gator gives it one without name and labels, which counts as being in a namespace. */
const NAMELESS: KubeObject = {};

/** Judges every object. */
export function testObjects(set: PolicySet, manifests: readonly Manifest[], options: TestOptions = {}): ObjectsReport {
  const namespaces = new Map(manifests.filter(({ object }) => isNamespace(object)).map(({ object }) => [nameOf(object), object]));
  const results: ObjectResult[] = [];
  const stats: StatsEntry[] = [];
  let trace: string | undefined;
  for (const manifest of manifests) {
    const namespace = namespaceFor(manifest.object, namespaces);
    const read = reviewOf(manifest.object, { namespace, namespaceObject: undefined, source: "Original" });
    if ("error" in read) continue;
    const verdict = judgeReview(set, read.review, { ...options, point: GATOR_POINT });
    results.push(...verdict.results.map((result) => ({ result, manifest })));
    stats.push(...verdict.stats);
    if (verdict.trace !== undefined) trace = `${trace ?? ""}\n\n${verdict.trace}`;
  }
  return { results: sortObjectResults(results), stats, trace };
}

/** Returns the Namespace that is attached to an object; `default` exists in every cluster. */
function namespaceFor(object: KubeObject, namespaces: ReadonlyMap<string, KubeObject>): KubeObject | undefined {
  const name = namespaceOf(object);
  if (name === "") return NAMELESS;
  return namespaces.get(name) ?? (name === "default" ? { metadata: { name } } : undefined);
}

/** Sorts by action and message; results that tie stay in the order of their objects. */
function sortObjectResults(results: readonly ObjectResult[]): readonly ObjectResult[] {
  return results.toSorted(({ result: a }, { result: b }) => compareStrings(a.action, b.action) || compareStrings(a.msg, b.msg));
}
