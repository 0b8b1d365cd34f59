/**
 * Reads a constraint against its template: every check in the original's order with its text, then the schema's defaults. An object in, a
 * constraint ready to be applied out, or the complaint.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/howto#constraints
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { isPlainObject, quote, type Value } from "../../rego/index.ts";
import { joinErrors } from "../kube/field-error.ts";
import { accessorError, followPath, type NumberReading } from "../kube/go-text.ts";
import { gvkOf } from "../kube/gvk.ts";
import { checkSubdomain } from "../kube/names.ts";
import { fieldAt, type KubeObject, nameOf } from "../kube/object.ts";
import { checkSelector, readSelector } from "../kube/selector.ts";
import { CONSTRAINT_GROUP } from "./constraint-crd.ts";
import { type Enforcement, readEnforcement } from "./enforcement.ts";
import { applyDefaults } from "./schema/defaults.ts";
import type { Schema } from "./schema/schema.ts";
import { unknownFields } from "./schema/unknown-fields.ts";
import { validateValue } from "./schema/validate.ts";

/** A constraint that its template accepts. `object` has the defaults in place and no status. */
export interface Constraint {
  readonly kind: string;
  readonly name: string;
  readonly object: KubeObject;
  readonly enforcement: Enforcement;
  readonly match: Value | undefined;
  readonly parameters: Value | undefined;
}

/** What kind of complaint it is: `schema` is the one that a test may ask for with `invalid: true`. */
export interface ConstraintError {
  readonly kind: "invalid" | "missing-template" | "schema";
  readonly message: string;
  /** The fields that the message speaks of, in its own spelling. */
  readonly fields: readonly string[];
}

/** A constraint, or the complaint. */
export type ReadConstraint = { readonly constraint: Constraint } | { readonly error: ConstraintError };

/** Tells whether an object is a constraint. */
export function isConstraint(object: KubeObject): boolean {
  return gvkOf(object).group === CONSTRAINT_GROUP;
}

/** Returns what every constraint must have, whatever its template. */
export function checkConstraintIdentity(object: KubeObject): ConstraintError | undefined {
  const { group, kind } = gvkOf(object);
  const name = nameOf(object);
  if (name === "") return invalid("missing metadata.name", ["metadata"]);
  if (kind === "") return invalid("missing kind");
  if (group === CONSTRAINT_GROUP) return undefined;
  return invalid(`wrong API Group for Constraint ${quote(name)}, got ${quote(group)} but need ${quote(CONSTRAINT_GROUP)}`, ["apiVersion"]);
}

/** Returns the complaint about a constraint whose template nobody has applied. */
export function missingTemplate(kind: string): ConstraintError {
  const message = `missing ConstraintTemplate: template ${quote(kind.toLowerCase())} not found`;
  return { kind: "missing-template", message, fields: ["kind"] };
}

/** Reads a constraint with the kind and the schema of its template. */
export function readConstraint(object: KubeObject, kind: string, schema: Schema, numbers: NumberReading): ReadConstraint {
  const error = checkSelectors(object, numbers) ?? checkResource(object, kind, schema);
  if (error !== undefined) return { error };
  const { status: _, ...kept } = applyDefaults(object, schema) as KubeObject;
  const read = readEnforcement(kept);
  if ("error" in read)
    return { error: { kind: "invalid", message: read.error, fields: ["spec.scopedEnforcementActions", "spec.enforcementAction"] } };
  const match = fieldAt(kept, "spec", "match") ?? undefined;
  return {
    constraint: {
      kind,
      name: nameOf(object),
      object: kept,
      enforcement: read.enforcement,
      match: isPlainObject(match) ? match : undefined,
      parameters: fieldAt(kept, "spec", "parameters") ?? undefined,
    },
  };
}

function invalid(text: string, fields: readonly string[] = []): ConstraintError {
  return { kind: "invalid", message: `invalid Constraint: ${text}`, fields };
}

function checkSelectors(object: KubeObject, numbers: NumberReading): ConstraintError | undefined {
  for (const name of ["labelSelector", "namespaceSelector"]) {
    const found = accessMap(object, ["spec", "match", name], numbers);
    const at = `spec.match.${name}`;
    if ("error" in found) return invalid(found.error, [at]);
    if (found.value === undefined) continue;
    const selector = readSelector(found.value);
    if ("error" in selector) return invalid(`Could not convert JSON to LabelSelector: ${selector.error}`, [at]);
    // Both selectors are reported under the same path, as the original does.
    const lines = checkSelector(selector, "spec.labelSelector");
    const fields = lines.map((line) => line.replace("spec.labelSelector", at));
    if (lines.length > 0) return invalid(joinErrors(lines), fields);
  }
  return undefined;
}

function accessMap(
  object: KubeObject,
  path: readonly string[],
  numbers: NumberReading,
): { readonly value: Value | undefined } | { readonly error: string } {
  const found = followPath(object, path, numbers);
  if ("error" in found || found.value === undefined || isPlainObject(found.value)) return found;
  return { error: accessorError(path, found.value, "map[string]interface{}", numbers) };
}

const VERSIONS = ["v1alpha1", "v1beta1"];

function checkResource(object: KubeObject, kind: string, schema: Schema): ConstraintError | undefined {
  const name = nameOf(object);
  const gvk = gvkOf(object);
  const badName = checkSubdomain(name);
  if (badName.length > 0) return invalid(`invalid name: ${quote(badName.join("\n"))}`, ["metadata.name"]);
  // The original puts the name where the kind should be, and the other way round.
  if (gvk.kind !== kind) return invalid(`wrong kind ${quote(name)} for constraint ${quote(gvk.kind)}; want ${quote(kind)}`, ["kind"]);
  if (!VERSIONS.includes(gvk.version)) {
    const supported = VERSIONS.toSorted(compareStrings).map((version) => `${version}:true`);
    return invalid(
      `unsupported version ${quote(gvk.version)} for Constraint ${quote(name)}; supported versions: map[${supported.join(" ")}]`,
      ["apiVersion"],
    );
  }
  // The validator gets the object as JSON, where a number is a number.
  const lines = validateValue(object, schema, "[]", "floats");
  if (lines.length > 0) {
    // The root is written `[]`, for it has no name.
    const fields = lines.map((line) => line.replace(/^\[\]\.?/, ""));
    return { kind: "schema", message: `schema validation failed: ${joinErrors(lines)}`, fields };
  }
  const unknown = unknownFields(object, schema);
  return unknown.length > 0 ? invalid(`unknown fields: [${unknown.join(" ")}]`, unknown) : undefined;
}
