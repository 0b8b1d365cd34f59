/**
 * Judges every object of a heap as `gator test` does: policies and data are objects like the others. A loaded set and its manifests in, the
 * results with the objects that broke them out. https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { quote } from "../../rego/index.ts";
import { circularTemplates, expandObject } from "../expand/expand.ts";
import { type ExpansionTemplate, isExpansionTemplate, readExpansionTemplate } from "../expand/template.ts";
import type { Review, ReviewSource } from "../kube/admission.ts";
import { gvkOf, isNamespace } from "../kube/gvk.ts";
import { type KubeObject, kindOf, nameOf, namespaceOf } from "../kube/object.ts";
import type { Manifest } from "../manifest/documents.ts";
import { GATOR_POINT } from "../manifest/enforcement.ts";
import { type JudgeOptions, judgeReview } from "../review/judge.ts";
import { reviewOf } from "../review/review.ts";
import type { Result, StatsEntry, Verdict } from "../review/verdict.ts";
import type { PolicySet } from "../state/policy-set.ts";
import { impliedBy } from "./case.ts";

/** A result with its object. */
export interface ObjectResult {
  readonly result: Result;
  readonly manifest: Manifest;
  /** What was judged: the object, or one that it generates. */
  readonly review: Review;
  /** The result as the review gave it, before a generated object's was written as its parent's. */
  readonly own: Result;
}

/** What testing a heap gives. */
export interface ObjectsReport {
  readonly results: readonly ObjectResult[];
  readonly stats: readonly StatsEntry[];
  /** The traces of all objects, one after the other. */
  readonly trace: string | undefined;
}

/** Why testing stopped, and at which object. */
export interface ObjectsFailure {
  readonly error: string;
  readonly manifest: Manifest | undefined;
}

/** Choices of a test. */
export type TestOptions = Omit<JudgeOptions, "point">;

/** The Namespace of an object outside of namespaces: gator gives it one without name and labels, which counts as being in a namespace. */
const NAMELESS: KubeObject = {};

/** Judges every object and what it expands to, or says which object cannot be judged. */
export function testObjects(set: PolicySet, manifests: readonly Manifest[], options: TestOptions = {}): ObjectsReport | ObjectsFailure {
  const expansions = readExpansions(manifests);
  if ("error" in expansions) return expansions;
  const namespaces = new Map(manifests.filter(({ object }) => isNamespace(object)).map(({ object }) => [nameOf(object), object]));
  const results: ObjectResult[] = [];
  const stats: StatsEntry[] = [];
  let trace: string | undefined;
  for (const manifest of manifests) {
    const namespace = namespaceFor(manifest.object, namespaces);
    const verdict = judgeWithExpansion(set, manifest.object, { namespace, templates: expansions.templates, options });
    if ("error" in verdict) return { ...verdict, manifest };
    results.push(...verdict.results.map((judged) => ({ ...judged, manifest })));
    stats.push(...verdict.stats);
    if (verdict.trace !== undefined) trace = `${trace ?? ""}\n\n${verdict.trace}`;
  }
  return { results: sortObjectResults(results), stats, trace };
}

function readExpansions(manifests: readonly Manifest[]): { readonly templates: readonly ExpansionTemplate[] } | ObjectsFailure {
  const byName = new Map<string, ExpansionTemplate>();
  for (const manifest of manifests) {
    const { object } = manifest;
    if (!isExpansionTemplate(object)) continue;
    const read = readExpansionTemplate(object);
    if ("error" in read) return { error: `error creating expander: error upserting template ${nameOf(object)}: ${read.error}`, manifest };
    // The last of one name counts.
    byName.set(read.template.name, read.template);
  }
  const templates = [...byName.values()];
  const [circular] = circularTemplates(templates);
  if (circular !== undefined) {
    const manifest = manifests.find(({ object }) => isExpansionTemplate(object) && nameOf(object) === circular.name);
    return { error: `error creating expander: error upserting template ${circular.name}: template forms expansion cycle`, manifest };
  }
  const mutator = templates.length === 0 ? undefined : manifests.find(({ object }) => gvkOf(object).group === MUTATION_GROUP);
  if (mutator === undefined) return { templates };
  // Judging what is generated without the change would be judging something else.
  const what = `${kindOf(mutator.object)} ${quote(nameOf(mutator.object))}`;
  return { error: `error creating expander: ${what}: mutators are not applied to generated resources yet`, manifest: mutator };
}

const MUTATION_GROUP = "mutations.gatekeeper.sh";

interface Surroundings {
  readonly namespace: KubeObject | undefined;
  readonly templates: readonly ExpansionTemplate[];
  readonly options: TestOptions;
}

interface JudgedResult {
  readonly result: Result;
  readonly own: Result;
  readonly review: Review;
}

type Judged = (Pick<Verdict, "stats" | "trace"> & { readonly results: readonly JudgedResult[] }) | { readonly error: string };

function judgeWithExpansion(set: PolicySet, object: KubeObject, { namespace, templates, options }: Surroundings): Judged {
  const judge = (reviewed: KubeObject, source: ReviewSource): Judged => {
    const read = reviewOf(reviewed, { namespace, namespaceObject: undefined, source });
    if ("error" in read) return read;
    const verdict = judgeReview(set, read.review, { ...options, point: GATOR_POINT });
    return { ...verdict, results: verdict.results.map((result) => ({ result, own: result, review: read.review })) };
  };
  const verdict = judge(object, "Original");
  if ("error" in verdict || templates.length === 0) return verdict;
  const expansion = expandObject(object, { templates, namespace });
  if ("error" in expansion)
    return { error: `expanding resource ${nameOf(object)}: error expanding resource ${nameOf(object)}: ${expansion.error}` };
  const results = [...verdict.results];
  const stats = [...verdict.stats];
  for (const { object: generated, template } of expansion.resultants) {
    const implied = judge(generated, "Generated");
    if ("error" in implied) return implied;
    results.push(
      ...implied.results.map((judged) => ({ ...judged, result: impliedBy(template.name, template.enforcementAction, judged.own) })),
    );
    stats.push(...implied.stats.map((entry) => ({ ...entry, labels: [...entry.labels, { name: "Implied by", value: template.name }] })));
  }
  return { results, stats, trace: verdict.trace };
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
