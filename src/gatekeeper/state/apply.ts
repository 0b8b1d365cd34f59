/**
 * State and manifest to state: each function takes a policy set and one object and gives the next set, or what is wrong with the object in the
 * original's words; the set that was given stays as it was. Cost follows what changes.
 */
import { Map as ImmutableMap } from "immutable";
import { equalValues, type Value } from "../../rego/index.ts";
import { checkSyncable } from "../inventory/inventory.ts";
import type { NumberReading } from "../kube/go-text.ts";
import { type Gvk, gvkOf } from "../kube/gvk.ts";
import { fieldOf, type KubeObject, nameOf, stringMapAt } from "../kube/object.ts";
import { isConfig, readConfig } from "../manifest/config.ts";
import { type ConstraintError, checkConstraintIdentity, isConstraint, missingTemplate, readConstraint } from "../manifest/constraint.ts";
import { decodeProblem, fieldProblem } from "../manifest/field-places.ts";
import { isProvider, readProvider } from "../manifest/provider.ts";
import { isSyncSet, readSyncSet } from "../manifest/sync-set.ts";
import { isTemplate, readTemplate } from "../manifest/template.ts";
import { readMatch } from "../match/match.ts";
import { compileTemplate } from "../policy/compile-template.ts";
import type { SourceProblem } from "../policy/engine.ts";
import { type LoadedConstraint, type PolicySet, templateOf } from "./policy-set.ts";

/** What is wrong with an object. */
export interface ApplyError {
  readonly message: string;
  /** `decode`: it is not of its kind at all · `definition`, `code`: of a template · `schema`: a constraint's parameters · `invalid`: anything else. */
  readonly kind: "decode" | "definition" | "code" | "schema" | "missing-template" | "invalid";
  /** Places in the object's texts that the message speaks of; paths start at the object's root. */
  readonly problems: readonly SourceProblem[];
}

/** The next state, or the complaint about the object. */
export type Applied = { readonly state: PolicySet } | { readonly error: ApplyError };

/** Applies one of Gatekeeper's own kinds; other objects change nothing (see `syncObject`). */
export function applyManifest(state: PolicySet, object: KubeObject, numbers: NumberReading = "integers"): Applied {
  if (isTemplate(object)) return applyTemplate(state, object);
  if (isConstraint(object)) return applyConstraint(state, object, numbers);
  if (isConfig(object)) return applyConfig(state, object);
  if (isSyncSet(object)) return applySyncSet(state, object);
  return isProvider(object) ? applyProvider(state, object) : { state };
}

/** Takes one of Gatekeeper's own kinds out again; a template takes its constraints with it. */
export function removeManifest(state: PolicySet, object: KubeObject): PolicySet {
  const name = nameOf(object);
  if (isTemplate(object)) return removeTemplate(state, name);
  if (isConstraint(object)) return removeConstraint(state, gvkOf(object).kind, name);
  if (isConfig(object)) return { ...state, config: undefined };
  if (isSyncSet(object)) return { ...state, syncSets: state.syncSets.delete(name) };
  return isProvider(object) ? { ...state, providers: state.providers.delete(name) } : state;
}

function refuse(kind: ApplyError["kind"], message: string, problems: readonly SourceProblem[] = []): Applied {
  return { error: { kind, message, problems } };
}

/** Applies a template. Its constraints stay; a template that is refused leaves its older version in place. */
export function applyTemplate(state: PolicySet, object: KubeObject): Applied {
  const read = readTemplate(object);
  if ("error" in read) return refuse("decode", read.error, [decodeProblem(object, read.error)]);
  const { template } = read;
  const old = state.templates.get(template.name.toLowerCase());
  if (old !== undefined && sameTemplate(old.template.object, object)) return { state };
  const result = compileTemplate(template, state.installation);
  if ("error" in result) return refuse(result.stage, result.error, result.problems);
  const constraints = old?.constraints ?? ImmutableMap<string, LoadedConstraint>();
  return { state: { ...state, templates: state.templates.set(template.kind.toLowerCase(), { ...result.compiled, constraints }) } };
}

function sameTemplate(a: KubeObject, b: KubeObject): boolean {
  return sameField(a, b, "apiVersion") && sameField(a, b, "spec") && sameMaps(a, b, "labels");
}

function sameField(a: KubeObject, b: KubeObject, key: string): boolean {
  const left: Value = fieldOf(a, key) ?? null;
  const right: Value = fieldOf(b, key) ?? null;
  return left === right || equalValues(left, right);
}

function sameMaps(a: KubeObject, b: KubeObject, key: string): boolean {
  const left = stringMapAt(a, "metadata", key);
  const right = stringMapAt(b, "metadata", key);
  return left.size === right.size && [...left].every(([name, text]) => right.get(name) === text);
}

function removeTemplate(state: PolicySet, name: string): PolicySet {
  const old = templateOf(state, name);
  if (old === undefined) return state;
  const index = [...old.constraints.values()].reduce((left, constraint) => left.without(constraint), state.index);
  return { ...state, templates: state.templates.delete(name.toLowerCase()), index };
}

/** Applies a constraint to its template. */
export function applyConstraint(state: PolicySet, object: KubeObject, numbers: NumberReading): Applied {
  const found = checkConstraint(state, object, numbers);
  if ("error" in found) {
    const { kind, message, fields } = found.error;
    return refuse(
      kind,
      message,
      fields.map((field) => fieldProblem(object, field)),
    );
  }
  const { constraint } = found;
  const template = templateOf(state, constraint.kind);
  if (template === undefined) return { state };
  const old = template.constraints.get(constraint.name);
  if (old !== undefined && sameConstraint(old.object, constraint.object)) return { state };
  const templates = state.templates.set(constraint.kind.toLowerCase(), {
    ...template,
    constraints: template.constraints.set(constraint.name, constraint),
  });
  const index = (old === undefined ? state.index : state.index.without(old)).with(constraint);
  return { state: { ...state, templates, index } };
}

/** Checks a constraint without applying it: the admission webhook's question. */
export function checkConstraint(
  state: PolicySet,
  object: KubeObject,
  numbers: NumberReading,
): { readonly constraint: LoadedConstraint } | { readonly error: ConstraintError } {
  const error = checkConstraintIdentity(object);
  if (error !== undefined) return { error };
  const { kind } = gvkOf(object);
  const template = templateOf(state, kind);
  if (template === undefined) return { error: missingTemplate(kind) };
  const read = readConstraint(object, template.template.kind, template.schema, numbers);
  if ("error" in read) return read;
  const { match, ...constraint } = read.constraint;
  return { constraint: { ...constraint, match: match === undefined ? undefined : readMatch(match) } };
}

function sameConstraint(a: KubeObject, b: KubeObject): boolean {
  return sameField(a, b, "apiVersion") && sameField(a, b, "spec") && sameMaps(a, b, "labels") && sameMaps(a, b, "annotations");
}

function removeConstraint(state: PolicySet, kind: string, name: string): PolicySet {
  const template = templateOf(state, kind);
  const old = template?.constraints.get(name);
  if (template === undefined || old === undefined) return state;
  const templates = state.templates.set(kind.toLowerCase(), { ...template, constraints: template.constraints.delete(name) });
  return { ...state, templates, index: state.index.without(old) };
}

function applyConfig(state: PolicySet, object: KubeObject): Applied {
  const config = readConfig(object);
  return "error" in config ? refuse("decode", config.error, [decodeProblem(object, config.error)]) : { state: { ...state, config } };
}

function applySyncSet(state: PolicySet, object: KubeObject): Applied {
  const read = readSyncSet(object);
  if ("error" in read) return refuse("decode", read.error, [decodeProblem(object, read.error)]);
  return { state: { ...state, syncSets: state.syncSets.set(nameOf(object), read.gvks) } };
}

function applyProvider(state: PolicySet, object: KubeObject): Applied {
  const read = readProvider(object);
  if ("error" in read) return refuse("invalid", read.error);
  return { state: { ...state, providers: state.providers.set(read.provider.name, read.provider) } };
}

/** Puts an object into the inventory. */
export function syncObject(state: PolicySet, object: KubeObject): Applied {
  const complaint = checkSyncable(object);
  if (complaint !== undefined) return refuse("invalid", complaint, [fieldProblem(object, wantedField(complaint))]);
  return { state: { ...state, inventory: state.inventory.with(object) } };
}

function wantedField(complaint: string): string {
  if (complaint.endsWith("has no kind")) return "kind";
  return complaint.endsWith("has no version") ? "apiVersion" : "metadata";
}

/** Takes an object out of the inventory. */
export function unsyncObject(state: PolicySet, object: KubeObject): PolicySet {
  return { ...state, inventory: state.inventory.without(object) };
}

/** Returns the kinds that Config and SyncSets together ask to sync, each once. */
export function syncedKinds(state: PolicySet): readonly Gvk[] {
  const all = [...(state.config?.syncOnly ?? []), ...[...state.syncSets.values()].flat()];
  const byText = new Map(all.map((gvk) => [`${gvk.group}/${gvk.version}/${gvk.kind}`, gvk]));
  return [...byText.values()];
}
