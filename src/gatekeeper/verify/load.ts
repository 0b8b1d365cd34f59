/**
 * Loads a heap of objects as `gator test` does: templates first, then constraints, then everything as synced data. Manifests in, a policy set
 * out, or the first complaint with the manifest it is about. https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { quote } from "../../rego/index.ts";
import { gvkOf, gvkText } from "../kube/gvk.ts";
import { fieldOf, type KubeObject, kindOf, nameOf } from "../kube/object.ts";
import { isConstraint } from "../manifest/constraint.ts";
import type { Manifest } from "../manifest/documents.ts";
import { isTemplate } from "../manifest/template.ts";
import { TARGET } from "../policy/compile-template.ts";
import type { SourceProblem } from "../policy/engine.ts";
import { type Applied, type ApplyError, applyConstraint, applyTemplate, syncObject } from "../state/apply.ts";
import { type PolicySet, templateOf } from "../state/policy-set.ts";

/** Why loading stopped. */
export interface LoadError {
  readonly message: string;
  readonly manifest: Manifest;
  readonly problems: readonly SourceProblem[];
}

/** A loaded set with the manifests as they look then (constraints have their defaults), or why there is none. */
export type Loaded = { readonly state: PolicySet; readonly manifests: readonly Manifest[] } | { readonly error: LoadError };

/** Loads manifests on top of a set. Numbers of constraints were floats to the original's reader, which shows in messages. */
export function loadManifests(start: PolicySet, manifests: readonly Manifest[]): Loaded {
  const templates = manifests.filter(({ object }) => isTemplate(object));
  const templated = applyEach(start, templates, { apply: applyTemplate, describe: templateMessage });
  if ("error" in templated) return templated;
  const constraints = manifests.filter(({ object }) => isConstraint(object));
  const apply: Apply = (state, object) => applyConstraint(state, object, "floats");
  const constrained = applyEach(templated.state, constraints, { apply, describe: constraintMessage });
  if ("error" in constrained) return constrained;
  const finished = manifests.map((manifest) => withDefaults(manifest, constrained.state));
  const synced = applyEach(constrained.state, finished, { apply: syncObject, describe: dataMessage });
  return "error" in synced ? synced : { state: synced.state, manifests: finished };
}

/** Loading a constraint fills its defaults in, and gator shows and reviews it that way. */
function withDefaults(manifest: Manifest, state: PolicySet): Manifest {
  const { object } = manifest;
  if (!isConstraint(object)) return manifest;
  const loaded = templateOf(state, kindOf(object))?.constraints.get(nameOf(object));
  if (loaded === undefined) return manifest;
  const status = fieldOf(object, "status");
  return { ...manifest, object: status === undefined ? loaded.object : { ...loaded.object, status } };
}

type Apply = (state: PolicySet, object: KubeObject) => Applied;

interface Step {
  readonly apply: Apply;
  readonly describe: (object: KubeObject, error: ApplyError) => string;
}

function applyEach(
  start: PolicySet,
  manifests: readonly Manifest[],
  { apply, describe }: Step,
): { readonly state: PolicySet } | { readonly error: LoadError } {
  let state = start;
  for (const manifest of manifests) {
    const applied = apply(state, manifest.object);
    if ("error" in applied) {
      return { error: { message: describe(manifest.object, applied.error), manifest, problems: applied.error.problems } };
    }
    state = applied.state;
  }
  return { state };
}

function templateMessage(object: KubeObject, { kind, message }: ApplyError): string {
  const name = quote(nameOf(object));
  return kind === "decode"
    ? `converting unstructured ${name} to template: adding template: ${message}`
    : `adding template ${name}: ${message}`;
}

function constraintMessage(object: KubeObject, { message }: ApplyError): string {
  return `adding constraint ${quote(nameOf(object))}: ${message}`;
}

function dataMessage(object: KubeObject, { message }: ApplyError): string {
  return `adding data of GVK ${quote(gvkText(gvkOf(object)))}: ${TARGET}: ${message}\n`;
}
