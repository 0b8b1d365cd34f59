/**
 * Builds `input.review`: the admission request with the members that Kubernetes' JSON always has, and the Namespace.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/input
 */
import type { PlainObject, Value } from "../../rego/index.ts";
import type { AdmissionRequest } from "../kube/admission.ts";
import type { KubeObject } from "../kube/object.ts";

/** Returns what Rego sees as `input.review`; on DELETE the object is the old one. An unknown Namespace is the empty object. */
export function reviewInput(
  request: AdmissionRequest,
  object: KubeObject | undefined,
  namespaceObject: KubeObject | undefined,
): PlainObject {
  const { uid, kind, resource, operation, userInfo, oldObject, options, dryRun, requestKind, requestResource } = request;
  return {
    uid,
    kind: { ...kind },
    resource: { ...resource },
    ...text("subResource", request.subResource),
    ...(requestKind === undefined ? {} : { requestKind: { ...requestKind } }),
    ...(requestResource === undefined ? {} : { requestResource: { ...requestResource } }),
    ...text("requestSubResource", request.requestSubResource),
    ...text("name", request.name),
    ...text("namespace", request.namespace),
    operation,
    userInfo,
    object: object ?? null,
    oldObject: oldObject ?? null,
    ...(dryRun === undefined ? {} : { dryRun }),
    options: options ?? null,
    namespaceObject: namespaceObject ?? {},
  };
}

function text(key: string, value: string): Readonly<Record<string, Value>> {
  return value === "" ? {} : { [key]: value };
}
