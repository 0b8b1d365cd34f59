/**
 * Loads a heap of objects as `gator test` does: templates first, then constraints, then everything as synced data. Manifests in, a policy set
 * out, or the first complaint with the manifest it is about. https://open-policy-agent.github.io/gatekeeper/website/docs/gator
 */
import { quote } from "../../rego/index.ts";
import { gvkOf, gvkText } from "../kube/gvk.ts";
import { type KubeObject, nameOf } from "../kube/object.ts";
import { isConstraint } from "../manifest/constraint.ts";
import type { Manifest } from "../manifest/documents.ts";
import { isTemplate } from "../manifest/template.ts";
import { TARGET } from "../policy/compile-template.ts";
import type { SourceProblem } from "../policy/engine.ts";
import { type Applied, type ApplyError, applyConstraint, applyTemplate, syncObject } from "../state/apply.ts";
import type { PolicySet } from "../state/policy-set.ts";

/** Why loading stopped. */
export interface LoadError {
  readonly message: string;
  readonly manifest: Manifest;
  readonly problems: readonly SourceProblem[];
}

/** A loaded set, or why there is none. */
export type Loaded = { readonly state: PolicySet } | { readonly error: LoadError };

/** Loads manifests on top of a set. Numbers of constraints were floats to the original's reader, which shows in messages. */
export function loadManifests(start: PolicySet, manifests: readonly Manifest[]): Loaded {
  const templates = applyEach(
    start,
    manifests.filter(({ object }) => isTemplate(object)),
    applyTemplate,
    templateMessage,
  );
  if ("error" in templates) return templates;
  const constraints = manifests.filter(({ object }) => isConstraint(object));
  const constrained = applyEach(
    templates.state,
    constraints,
    (state, object) => applyConstraint(state, object, "floats"),
    constraintMessage,
  );
  if ("error" in constrained) return constrained;
  return applyEach(constrained.state, manifests, syncObject, dataMessage);
}

type Apply = (state: PolicySet, object: KubeObject) => Applied;

function applyEach(
  start: PolicySet,
  manifests: readonly Manifest[],
  apply: Apply,
  describe: (object: KubeObject, error: ApplyError) => string,
): Loaded {
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
