/**
 * Reads a ConstraintTemplate of any version into one form: kind, parameter schema and code per engine. An object in, a template or the
 * complaint of the original out.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { isPlainObject, type PlainObject, type Value } from "../../rego/index.ts";
import { ANY, BOOL, checkDecode, type DecodeType, OBJECT_META, TEXT, TEXTS } from "../kube/decode.ts";
import { gvkOf } from "../kube/gvk.ts";
import { fieldAt, fieldOf, type KubeObject, labelsOf, nameOf, stringAt } from "../kube/object.ts";
import { preserveUnknownFields } from "./schema/legacy.ts";
import { SCHEMA } from "./schema/schema.ts";

/** The group of templates. */
export const TEMPLATE_GROUP = "templates.gatekeeper.sh";

/** One entry of `code[]`. `path` leads from the object to the source, for places in error messages. */
export interface TemplateCode {
  readonly engine: string;
  readonly source: Value | undefined;
  readonly path: readonly (string | number)[];
  /** Whether the source is the old `rego` and `libs` beside it, whose texts stand directly in the target. */
  readonly legacy: boolean;
}

/** One entry of `targets[]`. */
export interface TemplateTarget {
  readonly target: string;
  readonly code: readonly TemplateCode[];
  readonly operations: readonly string[];
}

/** A template as it was written, in one form for all versions. */
export interface Template {
  readonly name: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  /** The schema of `spec.parameters`; undefined allows no parameters at all. */
  readonly parameters: PlainObject | undefined;
  readonly targets: readonly TemplateTarget[];
  readonly object: KubeObject;
}

/** A template, or why it is none. */
export type ReadTemplate = { readonly template: Template } | { readonly error: string };

const VERSIONS = ["v1", "v1beta1", "v1alpha1"];

/** Tells whether an object is a template. */
export function isTemplate(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === TEMPLATE_GROUP && kind === "ConstraintTemplate";
}

/** Reads a template. */
export function readTemplate(object: KubeObject): ReadTemplate {
  const { version } = gvkOf(object);
  if (!VERSIONS.includes(version))
    return {
      error: `no kind "ConstraintTemplate" is registered for version "${TEMPLATE_GROUP}/${version}" in scheme "pkg/runtime/scheme.go:111"`,
    };
  const error = checkDecode(object, templateType(version));
  if (error !== undefined) return { error };
  const parameters = readParameters(object, version);
  if (parameters !== undefined && "error" in parameters) return { error: parameters.error };
  const names = fieldAt(object, "spec", "crd", "spec", "names");
  return {
    template: {
      name: nameOf(object),
      kind: stringAt(names, "kind"),
      shortNames: listOf(fieldOf(names, "shortNames")).filter((name) => typeof name === "string"),
      labels: labelsOf(object),
      parameters: parameters?.schema,
      targets: listOf(fieldAt(object, "spec", "targets")).map((target, i) => readTarget(target, ["spec", "targets", i])),
      object,
    },
  };
}

function readParameters(object: KubeObject, version: string): { readonly schema: PlainObject } | { readonly error: string } | undefined {
  const validation = fieldAt(object, "spec", "crd", "spec", "validation");
  const written = fieldOf(validation, "legacySchema") ?? null;
  // A v1 template is strict unless it says otherwise; the older versions are the other way round.
  const legacy = written === null ? version !== "v1" : written === true;
  const schema = fieldOf(validation, "openAPIV3Schema");
  if (!legacy) return isPlainObject(schema) ? { schema } : undefined;
  const open = preserveUnknownFields(isPlainObject(schema) ? schema : {});
  return "error" in open && typeof open["error"] === "string" ? { error: open["error"] } : { schema: open as PlainObject };
}

function readTarget(target: Value, path: readonly (string | number)[]): TemplateTarget {
  return {
    target: stringAt(target, "target"),
    code: readCode(target, path),
    operations: listOf(fieldOf(target, "operations")).filter((name) => typeof name === "string"),
  };
}

function readCode(target: Value, path: readonly (string | number)[]): readonly TemplateCode[] {
  const code = listOf(fieldOf(target, "code")).map((entry, i): TemplateCode => {
    const source = fieldOf(entry, "source");
    return { engine: stringAt(entry, "engine"), source, path: [...path, "code", i, "source"], legacy: false };
  });
  const rego = stringAt(target, "rego");
  if (rego === "") return code;
  // The old fields win over an entry for the same engine, and mean the old dialect whatever that entry said.
  const libs = fieldOf(target, "libs");
  const legacy: TemplateCode = { engine: "Rego", source: { rego, libs: Array.isArray(libs) ? libs : [] }, path, legacy: true };
  const at = code.findIndex((entry) => entry.engine === "Rego");
  return at < 0 ? [...code, legacy] : code.with(at, legacy);
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function record(name: string, go: string, fields: Readonly<Record<string, DecodeType>>): DecodeType {
  return { kind: "record", name, go, fields };
}

function templateType(version: string): DecodeType {
  const go = (name: string): string => `${version}.${name}`;
  const named = (name: string, fields: Readonly<Record<string, DecodeType>>): DecodeType => record(name, go(name), fields);
  const validation = named("Validation", { openAPIV3Schema: SCHEMA, legacySchema: BOOL });
  const crd = named("CRD", { spec: named("CRDSpec", { names: named("Names", { kind: TEXT, shortNames: TEXTS }), validation }) });
  const operations: DecodeType = { kind: "list", of: { kind: "string", go: "v1.OperationType" }, go: "[]v1.OperationType" };
  const code: DecodeType = { kind: "list", of: named("Code", { engine: TEXT, source: ANY }), go: `[]${go("Code")}` };
  const target = named("Target", { target: TEXT, rego: TEXT, libs: TEXTS, code, operations });
  const targets: DecodeType = { kind: "list", of: target, go: `[]${go("Target")}` };
  return named("ConstraintTemplate", {
    apiVersion: TEXT,
    kind: TEXT,
    metadata: OBJECT_META,
    spec: named("ConstraintTemplateSpec", { crd, targets }),
  });
}
