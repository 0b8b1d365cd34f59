/** The resource types that the controllers read and write. */
import type { Resource } from "./client.ts";

const resource = (group: string, version: string, plural: string, kind: string, namespaced = false): Resource => ({
  group,
  version,
  plural,
  kind,
  namespaced,
});

export const TEMPLATES = resource("templates.gatekeeper.sh", "v1", "constrainttemplates", "ConstraintTemplate");
export const CONFIGS = resource("config.gatekeeper.sh", "v1alpha1", "configs", "Config", true);
export const SYNC_SETS = resource("syncset.gatekeeper.sh", "v1alpha1", "syncsets", "SyncSet");
export const PROVIDERS = resource("externaldata.gatekeeper.sh", "v1beta1", "providers", "Provider");
export const CRDS = resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition");
export const NAMESPACES = resource("", "v1", "namespaces", "Namespace");
export const PODS = resource("", "v1", "pods", "Pod", true);
export const SECRETS = resource("", "v1", "secrets", "Secret", true);
export const EVENTS = resource("", "v1", "events", "Event", true);
export const LEASES = resource("coordination.k8s.io", "v1", "leases", "Lease", true);
export const VALIDATING_WEBHOOKS = resource(
  "admissionregistration.k8s.io",
  "v1",
  "validatingwebhookconfigurations",
  "ValidatingWebhookConfiguration",
);
export const MUTATING_WEBHOOKS = resource(
  "admissionregistration.k8s.io",
  "v1",
  "mutatingwebhookconfigurations",
  "MutatingWebhookConfiguration",
);
export const TEMPLATE_STATUSES = resource(
  "status.gatekeeper.sh",
  "v1beta1",
  "constrainttemplatepodstatuses",
  "ConstraintTemplatePodStatus",
  true,
);
export const CONSTRAINT_STATUSES = resource("status.gatekeeper.sh", "v1beta1", "constraintpodstatuses", "ConstraintPodStatus", true);
export const CONFIG_STATUSES = resource("status.gatekeeper.sh", "v1beta1", "configpodstatuses", "ConfigPodStatus", true);
export const PROVIDER_STATUSES = resource("status.gatekeeper.sh", "v1beta1", "providerpodstatuses", "ProviderPodStatus", true);

/** Returns the resource of a constraint kind. */
export function constraintResource(kind: string): Resource {
  return resource("constraints.gatekeeper.sh", "v1beta1", kind.toLowerCase(), kind);
}
