/**
 * Turns a template with CEL into the ValidatingAdmissionPolicy that lets the API server enforce it, and a constraint into its binding.
 * Objects come out as they are sent to the API server, without status.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */
import type { PlainObject, Value } from "../../rego/index.ts";
import { fieldAt, type KubeObject, kindOf, nameOf } from "../kube/object.ts";
import type { Template } from "../manifest/template.ts";
import { BUILTIN_VARIABLES } from "./compiled-policy.ts";
import { type CelSource, type NamedExpression, readCelSource } from "./source.ts";
import { constraintConditions, installationConditions } from "./vap-match-conditions.ts";

/** The versions of the policy API. */
export type VapVersion = "v1" | "v1beta1";

/** What Gatekeeper's own webhook is configured to see, where that is known. */
export interface WebhookScope {
  readonly rules: readonly PlainObject[];
  readonly namespaceSelector: Value | undefined;
  readonly objectSelector: Value | undefined;
  readonly matchPolicy: Value | undefined;
  readonly matchConditions: readonly NamedExpression[];
}

/** Choices of the installation. */
export interface VapOptions {
  readonly version: VapVersion;
  readonly webhook: WebhookScope | undefined;
  readonly excludedNamespaces: readonly string[];
  readonly exemptedNamespaces: readonly string[];
}

/** A policy with what its users should be warned of, or why there is none. */
export type VapResult =
  | { readonly kind: "policy"; readonly policy: PlainObject; readonly warning: string | undefined }
  | { readonly kind: "error"; readonly message: string };

const OPERATIONS = ["CREATE", "UPDATE", "DELETE", "CONNECT"] as const;
const ENGINE = "K8sNativeValidation";
const GROUP = "admissionregistration.k8s.io";

/** Finds and reads a template's CEL. */
export function celSourceOf(template: Template): { readonly source: CelSource } | { readonly error: string } {
  const [target] = template.targets;
  if (target === undefined || template.targets.length !== 1) return { error: "wrong number of targets defined, only 1 target allowed" };
  const code = target.code.find(({ engine }) => engine === ENGINE);
  if (code === undefined) return { error: `${ENGINE} engine is missing` };
  const read = readCelSource(code.source);
  return "error" in read ? { error: read.error.message } : read;
}

/** Generates the policy of a template. */
export function generatePolicy(template: Template, options: VapOptions): VapResult {
  const read = celSourceOf(template);
  if ("error" in read) return { kind: "error", message: read.error };
  const constraints = matchConstraints(template.targets[0]?.operations ?? [], options);
  if ("error" in constraints) return { kind: "error", message: constraints.error };
  const { source } = read;
  const conditions = [
    ...source.matchConditions,
    ...constraintConditions,
    ...installationConditions(options.excludedNamespaces, options.exemptedNamespaces),
    ...(options.webhook?.matchConditions ?? []),
  ];
  const policy = {
    apiVersion: `${GROUP}/${options.version}`,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: `gatekeeper-${template.name}` },
    spec: {
      paramKind: { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: template.kind },
      matchConstraints: constraints.matchConstraints,
      ...(source.validations.length === 0 ? {} : { validations: source.validations.map(filled) }),
      failurePolicy: source.failurePolicy ?? "Fail",
      matchConditions: conditions.map(({ name, expression }) => ({ name, expression })),
      variables: [...BUILTIN_VARIABLES, ...source.variables].map(({ name, expression }) => ({ name, expression })),
    },
  };
  return { kind: "policy", policy, warning: constraints.warning };
}

// Empty texts are left out, save the expression, which the API requires.
function filled({ expression, message, messageExpression }: CelSource["validations"][number]): PlainObject {
  return {
    expression,
    ...(message === "" ? {} : { message }),
    ...(messageExpression === "" ? {} : { messageExpression }),
  };
}

type Constraints = { readonly matchConstraints: PlainObject; readonly warning: string | undefined } | { readonly error: string };

function matchConstraints(operations: readonly string[], { webhook, version }: VapOptions): Constraints {
  if (webhook === undefined) {
    const everything = { operations: ["CREATE", "UPDATE"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"] };
    return { matchConstraints: { resourceRules: [everything] }, warning: undefined };
  }
  const rules: PlainObject[] = [];
  const warnings: string[] = [];
  for (const rule of webhook.rules) {
    const narrowed = narrow(textsOf(rule["operations"]), operations);
    if (narrowed.length === 0) return { error: "no matching operations between webhook and constraint template" };
    if (operations.length > 0 && narrowed.length < expand(operations).length) {
      warnings.push("operations mismatch between webhook and constraint template");
    }
    rules.push(resourceRule(rule, narrowed, version));
  }
  const { namespaceSelector, objectSelector, matchPolicy } = webhook;
  const given = Object.entries({ namespaceSelector, objectSelector }).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  const constraints = {
    ...Object.fromEntries(given),
    ...(rules.length === 0 ? {} : { resourceRules: rules }),
    ...(matchPolicy === undefined ? {} : { matchPolicy }),
  };
  return { matchConstraints: constraints, warning: warnings.length === 0 ? undefined : warnings.join("\n") };
}

function textsOf(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function expand(operations: readonly string[]): readonly string[] {
  return operations.includes("*") ? OPERATIONS : [...new Set(operations)];
}

// What both the webhook and the template name; a template that names nothing takes the webhook's as they are.
function narrow(webhook: readonly string[], template: readonly string[]): readonly string[] {
  if (template.length === 0) return webhook;
  const wanted = new Set(expand(template));
  const offered = new Set(expand(webhook));
  return OPERATIONS.filter((operation) => wanted.has(operation) && offered.has(operation));
}

function resourceRule(rule: PlainObject, operations: readonly string[], version: VapVersion): PlainObject {
  const copied = ["apiGroups", "apiVersions", "resources"].filter((name) => rule[name] !== undefined);
  const scope = rule["scope"];
  return {
    operations: [...operations],
    ...Object.fromEntries(copied.map((name) => [name, rule[name] ?? null])),
    // The conversion to v1 forgets the scope.
    ...(scope === undefined || version === "v1" ? {} : { scope }),
  };
}

/** A binding, or why there is none. */
export type BindingResult =
  | { readonly kind: "binding"; readonly binding: PlainObject }
  | { readonly kind: "error"; readonly message: string };

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["deny", "Deny"],
  ["warn", "Warn"],
  ["dryrun", "Audit"],
]);

/** Choices of a binding; `sha256` yields the hash of a text in hexadecimal, for names that are too long. */
export interface BindingOptions {
  readonly version: VapVersion;
  readonly actions: readonly string[];
  readonly sha256: (text: string) => string;
}

/** Generates the binding of a constraint for the enforcement actions that the API server is to take. */
export function generateBinding(constraint: KubeObject, { version, actions, sha256 }: BindingOptions): BindingResult {
  if (actions.length === 0) return { kind: "error", message: "invalid enforcement action: enforcement actions must be provided" };
  const unknown = actions.find((action) => !ACTIONS.has(action));
  if (unknown !== undefined) {
    const message = `invalid enforcement action: unrecognized enforcement action ${unknown}, must be \`warn\`, \`deny\` or \`dryrun\``;
    return { kind: "error", message };
  }
  const kind = kindOf(constraint);
  const name = nameOf(constraint);
  const binding = {
    apiVersion: `${GROUP}/${version}`,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: bindingName(kind, name, sha256) },
    spec: {
      policyName: `gatekeeper-${kind.toLowerCase()}`,
      paramRef: { name, parameterNotFoundAction: "Allow" },
      matchResources: {
        ...selector("namespaceSelector", fieldAt(constraint, "spec", "match", "namespaceSelector")),
        ...selector("objectSelector", fieldAt(constraint, "spec", "match", "labelSelector")),
      },
      validationActions: actions.map((action) => ACTIONS.get(action) ?? ""),
    },
  };
  return { kind: "binding", binding };
}

function selector(name: string, value: Value | undefined): PlainObject {
  return value === undefined ? {} : { [name]: value };
}

/** The longest name the API server takes. */
const MAX_NAME = 253;
const HASH_LENGTH = 8;

/** Names the binding of a constraint. */
export function bindingName(kind: string, name: string, sha256: (text: string) => string): string {
  const full = `gatekeeper-${kind.toLowerCase()}-${name}`;
  if (full.length <= MAX_NAME) return full;
  const cut = full.slice(0, MAX_NAME - HASH_LENGTH - 1).replace(/[-.]+$/, "");
  return `${cut}-${sha256(full).slice(0, HASH_LENGTH)}`;
}
