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
  const { requestKind, requestResource, subResource, requestSubResource, name, namespace, dryRun } = request;
  const input: Record<string, Value> = { uid: request.uid, kind: { ...request.kind }, resource: { ...request.resource } };
  if (subResource !== "") input["subResource"] = subResource;
  if (requestKind !== undefined) input["requestKind"] = { ...requestKind };
  if (requestResource !== undefined) input["requestResource"] = { ...requestResource };
  if (requestSubResource !== "") input["requestSubResource"] = requestSubResource;
  if (name !== "") input["name"] = name;
  if (namespace !== "") input["namespace"] = namespace;
  input["operation"] = request.operation;
  input["userInfo"] = request.userInfo;
  input["object"] = object ?? null;
  input["oldObject"] = request.oldObject ?? null;
  if (dryRun !== undefined) input["dryRun"] = dryRun;
  input["options"] = request.options ?? null;
  input["namespaceObject"] = namespaceObject ?? {};
  return input;
}
