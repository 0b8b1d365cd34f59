/** Builders for Gatekeeper's tests: templates, constraints and objects with defaults, and a policy set made from them. */
import {
  applyManifest,
  emptyPolicySet,
  GATOR_POINT,
  type Installation,
  type JudgeOptions,
  judgeReview,
  type KubeObject,
  type PolicySet,
  regoEngine,
  reviewOf,
  syncObject,
  type Verdict,
} from "../../src/gatekeeper/index.ts";
import { type PlainObject, pureBuiltins, type Value } from "../../src/rego/index.ts";

/** What the tests run with: Rego alone. */
export const installation: Installation = {
  engines: [regoEngine(pureBuiltins)],
  options: { disabledBuiltins: [], referential: true, externalData: true, print: true, defaultFailurePolicy: "Fail" },
};

/** The parts of a template that tests vary. */
export interface TemplateParts {
  readonly kind?: string;
  readonly name?: string;
  readonly version?: string;
  readonly rego?: string;
  readonly libs?: readonly string[];
  readonly schema?: Value;
  readonly labels?: PlainObject;
  readonly target?: PlainObject;
}

/** Denies everything and says which object it was. */
export const DENY_ALL = 'package p\nviolation[{"msg": msg}] { msg := sprintf("no %v", [input.review.object.metadata.name]) }';

/** Makes a template. */
export function template(parts: TemplateParts = {}): KubeObject {
  const kind = parts.kind ?? "Deny";
  const validation = parts.schema === undefined ? {} : { validation: { openAPIV3Schema: parts.schema } };
  return {
    apiVersion: `templates.gatekeeper.sh/${parts.version ?? "v1"}`,
    kind: "ConstraintTemplate",
    metadata: { name: parts.name ?? kind.toLowerCase(), ...(parts.labels === undefined ? {} : { labels: parts.labels }) },
    spec: {
      crd: { spec: { names: { kind }, ...validation } },
      targets: [
        {
          target: "admission.k8s.gatekeeper.sh",
          rego: parts.rego ?? DENY_ALL,
          ...(parts.libs === undefined ? {} : { libs: parts.libs }),
          ...parts.target,
        },
      ],
    },
  };
}

/** Makes a constraint; `spec` is added to its spec. */
export function constraint(
  spec: PlainObject = {},
  { kind = "Deny", name = "c1" }: { readonly kind?: string; readonly name?: string } = {},
): KubeObject {
  return { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind, metadata: { name }, spec };
}

/** Makes a Pod. */
export function pod(name: string, namespace = "default", more: PlainObject = {}): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, ...more };
}

/** Makes a Namespace. */
export function namespace(name: string, labels: PlainObject = {}): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** Loads manifests in order; throws with the complaint when one is refused. */
export function load(manifests: readonly KubeObject[], start: PolicySet = emptyPolicySet(installation)): PolicySet {
  return manifests.reduce((state, object) => {
    const applied = applyManifest(state, object);
    if ("error" in applied) throw new Error(applied.error.message);
    return applied.state;
  }, start);
}

/** Returns the complaint about the last of the manifests, the others being fine. */
export function complaint(...manifests: readonly KubeObject[]): string {
  const last = manifests.at(-1);
  if (last === undefined) return "";
  const applied = applyManifest(load(manifests.slice(0, -1)), last);
  return "error" in applied ? applied.error.message : "";
}

/** Syncs objects. */
export function sync(state: PolicySet, objects: readonly KubeObject[]): PolicySet {
  return objects.reduce((set, object) => {
    const applied = syncObject(set, object);
    if ("error" in applied) throw new Error(applied.error.message);
    return applied.state;
  }, state);
}

/** Judges an object at gator's enforcement point. */
export function judge(state: PolicySet, object: KubeObject, options: Partial<JudgeOptions> = {}): Verdict {
  const read = reviewOf(object);
  if ("error" in read) throw new Error(read.error);
  return judgeReview(state, read.review, { point: GATOR_POINT, ...options });
}

/** Returns the messages of a verdict. */
export function messages(verdict: Verdict): readonly string[] {
  return verdict.results.map((result) => result.msg);
}
