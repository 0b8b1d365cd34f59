/**
 * Checks Gatekeeper's own resources when they are admitted. A policy set and a request in, nothing or the refusal out: 422 for what the
 * author got wrong, 500 where the original gives that.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { EXPANSION_GROUP, isExpansionTemplate, readExpansionTemplate } from "../expand/template.ts";
import type { AdmissionRequest } from "../kube/admission.ts";
import { fieldAt, type KubeObject, stringAt } from "../kube/object.ts";
import { CONFIG_GROUP } from "../manifest/config.ts";
import { CONSTRAINT_GROUP } from "../manifest/constraint-crd.ts";
import { checkEnforcement, MISSING_SCOPED_ACTIONS } from "../manifest/enforcement.ts";
import { PROVIDER_GROUP, readProvider } from "../manifest/provider.ts";
import { readTemplate, TEMPLATE_GROUP } from "../manifest/template.ts";
import { checkTemplateDefinition } from "../policy/compile-template.ts";
import { checkConstraint } from "../state/apply.ts";
import type { PolicySet } from "../state/policy-set.ts";

/** Why a resource is refused. */
export interface Refusal {
  readonly code: 422 | 500;
  readonly message: string;
}

/** Choices of the installation. */
export interface OwnResourceOptions {
  /** Whether unknown enforcement actions are refused. */
  readonly checkActions: boolean;
}

const OWN_GROUPS = [
  TEMPLATE_GROUP,
  CONSTRAINT_GROUP,
  CONFIG_GROUP,
  EXPANSION_GROUP,
  "status.gatekeeper.sh",
  "mutations.gatekeeper.sh",
  PROVIDER_GROUP,
];

/** Gatekeeper keeps names in labels, which are no longer than this. */
const NAME_LENGTH = 63;

/** Tells whether a group is one of Gatekeeper's that are checked at admission. */
export function isOwnGroup(group: string): boolean {
  return OWN_GROUPS.includes(group);
}

/** Returns why one of Gatekeeper's own resources is refused, or nothing; requests about anything else are no business of this check. */
export function checkOwnResource(set: PolicySet, request: AdmissionRequest, options: OwnResourceOptions): Refusal | undefined {
  const { group, kind } = request.kind;
  if (!isOwnGroup(group)) return undefined;
  if (request.operation === "DELETE" && request.name === "") return undefined;
  const object = request.operation === "DELETE" ? request.oldObject : request.object;
  const name = request.name === "" ? stringAt(object, "metadata", "name") : request.name;
  if (group !== "status.gatekeeper.sh" && name.length > NAME_LENGTH) {
    return { code: 500, message: `resource cannot have metadata.name larger than 63 char; length: ${name.length}` };
  }
  if (object === undefined) return { code: 500, message: "Object 'Kind' is missing in ''" };
  if (group === TEMPLATE_GROUP && kind === "ConstraintTemplate") return checkTemplate(set, object);
  if (group === CONSTRAINT_GROUP) return checkOwnConstraint(set, object, options);
  if (group === CONFIG_GROUP && kind === "Config") {
    return name === "config" ? undefined : { code: 422, message: "config resource must have name 'config'" };
  }
  if (isExpansionTemplate(object)) return checkExpansionTemplate(object);
  return group === PROVIDER_GROUP && kind === "Provider" ? checkProvider(object) : undefined;
}

function checkTemplate(set: PolicySet, object: KubeObject): Refusal | undefined {
  const read = readTemplate(object);
  if ("error" in read) return { code: 500, message: read.error };
  const operations = read.template.targets.flatMap((target) => target.operations);
  if (operations.includes("*") && operations.length > 1)
    return { code: 500, message: "if '*' is present, must not specify other operations" };
  const message = checkTemplateDefinition(read.template, set.installation);
  return message === undefined ? undefined : { code: 422, message };
}

function checkOwnConstraint(set: PolicySet, object: KubeObject, { checkActions }: OwnResourceOptions): Refusal | undefined {
  // The original reads the numbers of an admitted constraint as floats, and finds scoped actions missing only where it checks actions.
  const found = checkConstraint(set, object, "floats");
  if ("error" in found) {
    if (found.error.message !== MISSING_SCOPED_ACTIONS) return { code: 422, message: found.error.message };
    return checkActions
      ? { code: 500, message: "error fetching scopedEnforcementActions: scopedEnforcementActions is required" }
      : undefined;
  }
  if (!checkActions || fieldAt(object, "spec", "enforcementAction") === undefined) return undefined;
  const message = checkEnforcement(object);
  return message === undefined ? undefined : { code: 500, message };
}

function checkExpansionTemplate(object: KubeObject): Refusal | undefined {
  const read = readExpansionTemplate(object);
  if (!("error" in read)) return undefined;
  return { code: read.kind === "decode" ? 500 : 422, message: read.error };
}

function checkProvider(object: KubeObject): Refusal | undefined {
  const read = readProvider(object);
  return "error" in read ? { code: 422, message: read.error } : undefined;
}
