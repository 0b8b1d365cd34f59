/**
 * The match conditions a generated ValidatingAdmissionPolicy carries beside the template's own: the constraint's `spec.match` and the
 * installation's excluded and exempt namespaces, written in CEL. Globs become anchored regular expressions; an object without a namespace
 * always matches by namespace.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */
import type { NamedExpression } from "./source.ts";

/** Asks both objects of a request; on CREATE and DELETE one of them is null. */
function someObject(test: string): string {
  return `[object, oldObject].exists(each, each != null && (${test}))`;
}

/** Tells in CEL whether a text matches a glob. */
function glob(text: string, pattern: string): string {
  return `string(${text}).matches("^" + string(${pattern}).replace("*", ".*") + "$")`;
}

const NAMESPACE = "each.metadata.namespace";
const WITHOUT_NAMESPACE = `each.metadata.?namespace.orValue("") == ""`;

/** Applies a test when the constraint has the field of `spec.match`, and matches otherwise. */
function whenGiven(field: string, test: string): string {
  return `!params.?spec.?match.?${field}.hasValue() || ${test}`;
}

const EXCLUDED = whenGiven(
  "excludedNamespaces",
  someObject(`${WITHOUT_NAMESPACE} || !params.spec.match.excludedNamespaces.exists(pattern, ${glob(NAMESPACE, "pattern")})`),
);

const INCLUDED = whenGiven(
  "namespaces",
  someObject(`${WITHOUT_NAMESPACE} || params.spec.match.namespaces.exists(pattern, ${glob(NAMESPACE, "pattern")})`),
);

const GENERATE_NAME = "each.metadata.generateName";
const MATCH_NAME = "params.spec.match.name";

// A name that is yet to be generated can only match a pattern that leaves its end open.
const NAMED = whenGiven(
  "name",
  someObject(
    [
      `(each.metadata.?generateName.orValue("") != "" && ${MATCH_NAME}.endsWith("*") && ${glob(GENERATE_NAME, MATCH_NAME)})`,
      `(has(each.metadata.name) && ${glob("each.metadata.name", MATCH_NAME)})`,
    ].join(" || "),
  ),
);

function listed(field: string, value: string): string {
  return `(!has(entry.${field}) || size(entry.${field}) == 0 || "*" in entry.${field} || ${value} in entry.${field})`;
}

const KINDS = whenGiven(
  "kinds",
  `params.spec.match.kinds.exists(entry, ${listed("kinds", "request.kind.kind")} && ${listed("apiGroups", "request.kind.group")})`,
);

/** The conditions for `spec.match`, in the order of the original. */
export const constraintConditions: readonly NamedExpression[] = [
  { name: "gatekeeper_internal_match_excluded_namespaces", expression: EXCLUDED },
  { name: "gatekeeper_internal_match_namespaces", expression: INCLUDED },
  { name: "gatekeeper_internal_match_name", expression: NAMED },
  { name: "gatekeeper_internal_match_kinds", expression: KINDS },
];

function celList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}

// A Namespace is judged by its own name, anything else by the namespace it is in.
function outside(namespaces: readonly string[], alsoForNamespaces: string): string {
  const patterns = celList(namespaces);
  const isNamespace = `each.?kind.orValue("") == "Namespace" && has(each.metadata.name)`;
  const itself = `!${patterns}.exists(pattern, ${glob("each.metadata.name", "pattern")}${alsoForNamespaces})`;
  const within = `${WITHOUT_NAMESPACE} || !${patterns}.exists(pattern, ${glob(NAMESPACE, "pattern")})`;
  return someObject(`(${isNamespace}) ? ${itself} : (${within})`);
}

/** The conditions for namespaces that the installation leaves alone. */
export function installationConditions(excluded: readonly string[], exempted: readonly string[]): readonly NamedExpression[] {
  const conditions: NamedExpression[] = [];
  if (excluded.length > 0) {
    conditions.push({ name: "gatekeeper_internal_match_global_excluded_namespaces", expression: outside(excluded, "") });
  }
  if (exempted.length > 0) {
    // A Namespace is exempt only when it also says so itself.
    const labelled = ` && "admission.gatekeeper.sh/ignore" in each.metadata.?labels.orValue({})`;
    conditions.push({ name: "gatekeeper_internal_match_global_exempted_namespaces", expression: outside(exempted, labelled) });
  }
  return conditions;
}
