/**
 * Checks one case of a test: its inventory, its object (by itself, or a whole AdmissionReview), the objects that it expands to, and the
 * assertions. https://open-policy-agent.github.io/gatekeeper/website/docs/gator#validating-generated-resources-with-expansiontemplates
 */
import { isPlainObject, type PlainObject, quote } from "../../rego/index.ts";
import { expandObject } from "../expand/expand.ts";
import type { Review } from "../kube/admission.ts";
import { goTypeName } from "../kube/go-text.ts";
import { gvkOf, gvkText } from "../kube/gvk.ts";
import { fieldOf, type KubeObject, kindOf, nameOf, namespaceOf } from "../kube/object.ts";
import { GATOR_POINT } from "../manifest/enforcement.ts";
import type { FilePosition } from "../manifest/locate.ts";
import { TARGET } from "../policy/compile-template.ts";
import { judgeReview } from "../review/judge.ts";
import { readReview, reviewOf } from "../review/review.ts";
import { traceDump } from "../review/trace-dump.ts";
import { type Result, sortResults, type Verdict } from "../review/verdict.ts";
import { syncObject } from "../state/apply.ts";
import type { PolicySet } from "../state/policy-set.ts";
import { checkAssertion } from "./assertion.ts";
import { placesOf, readObjectsFile } from "./files.ts";
import type { LoadedTest } from "./load-test.ts";
import { joinPath } from "./path.ts";
import { unknownReviewField } from "./review-fields.ts";
import type { Case } from "./suite.ts";
import type { RunWorld } from "./world.ts";

/** A loaded test with its place and the outside. */
export interface CaseWorld extends LoadedTest {
  readonly directory: string;
  readonly run: RunWorld;
}

/** The end of a case. */
export interface CaseOutcome {
  readonly error: string | undefined;
  readonly places: readonly FilePosition[];
  readonly trace: string | undefined;
}

/** Checks a case. */
export function checkCase(entry: Case, world: CaseWorld, onPrint: (line: string) => void): CaseOutcome {
  if (entry.object === "") return { error: "invalid Case: must define object", places: [], trace: undefined };
  if (entry.assertions.length === 0) return { error: "invalid Case: assertions must be non-empty", places: [], trace: undefined };
  const judged = judgeCase(entry, world, onPrint);
  if ("error" in judged) return { error: judged.error, places: judged.places ?? [], trace: undefined };
  const { results, trace } = judged;
  const dump = world.run.trace ? traceDump(results, trace) : undefined;
  const messages = results.map((result) => result.msg);
  for (const assertion of entry.assertions) {
    const error = checkAssertion(assertion, messages);
    if (error !== undefined) return { error, places: [], trace: dump };
  }
  return { error: undefined, places: [], trace: dump };
}

type Judged = Pick<Verdict, "results" | "trace"> | { readonly error: string; readonly places?: readonly FilePosition[] };

function judgeCase(entry: Case, world: CaseWorld, onPrint: (line: string) => void): Judged {
  const path = joinPath(world.directory, entry.object);
  const read = readObjectsFile(path, world.run.readFile);
  if ("error" in read) return read;
  const [manifest, ...others] = read.value;
  if (manifest === undefined || others.length > 0) {
    const error = `object file must contain exactly one object: ${quote(path)} defines ${read.value.length} objects`;
    return { error, places: others.flatMap((other) => placesOf(other, [])) };
  }
  const { object } = manifest;
  const synced = addInventory(entry, world);
  if ("error" in synced) return synced;
  const judge = (review: Review): Verdict => {
    const { trace, nowNanos } = world.run;
    return judgeReview(synced.state, review, { point: GATOR_POINT, trace, nowNanos, onPrint });
  };
  const isReview = kindOf(object) === "AdmissionReview" && gvkOf(object).group === "admission.k8s.io";
  const judged = isReview ? judgeAdmission(object, judge) : judgeObject(object, world, judge);
  return "error" in judged ? { ...judged, places: placesOf(manifest, []) } : judged;
}

type Stocked = { readonly state: PolicySet } | { readonly error: string; readonly places: readonly FilePosition[] };

function addInventory(entry: Case, world: CaseWorld): Stocked {
  let { state } = world;
  for (const name of entry.inventory) {
    const read = readObjectsFile(joinPath(world.directory, name), world.run.readFile);
    if ("error" in read) return read;
    for (const manifest of read.value) {
      const { object } = manifest;
      const applied = syncObject(state, object);
      if ("error" in applied) {
        const what = `${gvkText(gvkOf(object))} ${namespaceOf(object)}/${nameOf(object)}`;
        const error = `unable to add object to data.inventory: ${what}: ${TARGET}: ${applied.error.message}\n`;
        return { error, places: placesOf(manifest, applied.error.problems) };
      }
      state = applied.state;
    }
  }
  return { state };
}

function judgeObject(object: KubeObject, world: CaseWorld, judge: (review: Review) => Verdict): Judged {
  const base = reviewOf(object, { source: "Original" });
  if ("error" in base) return base;
  const verdict = judge(base.review);
  const results: Result[] = [...verdict.results];
  const expansion =
    world.expansions.length === 0 ? { resultants: [] } : expandObject(object, { templates: world.expansions, namespace: undefined });
  if ("error" in expansion)
    return { error: `expanding resource ${nameOf(object)}: error expanding resource ${nameOf(object)}: ${expansion.error}` };
  for (const { object: generated, template } of expansion.resultants) {
    const read = reviewOf(generated, { source: "Generated" });
    if ("error" in read) return read;
    results.push(...judge(read.review).results.map((result) => impliedBy(template.name, template.enforcementAction, result)));
  }
  return { results: sortResults(results), trace: verdict.trace };
}

/** Returns the result of a generated object as its parent's: the message says which template generated it. */
export function impliedBy(template: string, action: string, result: Result): Result {
  return { ...result, msg: `[Implied by ${template}] ${result.msg}`, action: action === "" ? result.action : action };
}

function judgeAdmission(object: PlainObject, judge: (review: Review) => Verdict): Judged {
  const unknown = unknownReviewField(object) ?? wrongRequest(object);
  if (unknown !== undefined) {
    return { error: `not a valid AdmissionReview object: unable to convert to an AdmissionReview object, error: ${unknown}` };
  }
  const request = fieldOf(object, "request");
  if (!isPlainObject(request)) {
    return { error: "missing an AdmissionRequest object: request did not actually pass in an AdmissionRequest" };
  }
  if (!isPlainObject(fieldOf(request, "object")) && !isPlainObject(fieldOf(request, "oldObject"))) {
    return { error: 'no object or oldObject found to review: AdmissionRequest does not contain an "object" or "oldObject" to review' };
  }
  const read = readReview(request, { source: "Original" });
  if ("error" in read) return { error: `${REVIEW_FAILED} ${read.error}\n` };
  return judge(read.review);
}

/** A request that is no record at all. */
function wrongRequest(object: PlainObject): string | undefined {
  const request = fieldOf(object, "request") ?? null;
  return request === null || isPlainObject(request)
    ? undefined
    : `cannot restore struct from: ${goTypeName(request, "integers").replace("[]interface {}", "slice")}`;
}

const REVIEW_FAILED = `${TARGET}: target.HandleReview failed for target "${TARGET}":`;
