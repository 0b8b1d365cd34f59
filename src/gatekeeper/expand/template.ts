/**
 * Reads an ExpansionTemplate: which workloads generate which objects, and where in the workload the object's template stands.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/expansion
 */
import type { Value } from "../../rego/index.ts";
import { checkDecode, type DecodeType, OBJECT_META, TEXT, TEXTS } from "../kube/decode.ts";
import { type Gvk, gvkOf, gvkText } from "../kube/gvk.ts";
import { fieldAt, fieldOf, type KubeObject, nameOf, stringAt } from "../kube/object.ts";
import { readGvk } from "../manifest/config.ts";

/** The group of ExpansionTemplate. */
export const EXPANSION_GROUP = "expansion.gatekeeper.sh";

/** One entry of `applyTo`; every combination of its members counts. */
interface ApplyTo {
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  readonly kinds: readonly string[];
}

/** An expansion template. */
export interface ExpansionTemplate {
  readonly name: string;
  readonly applyTo: readonly ApplyTo[];
  /** Field names on the way to the template inside the workload. */
  readonly source: readonly string[];
  readonly generated: Gvk;
  /** Action that replaces those of the constraints; empty replaces nothing. */
  readonly enforcementAction: string;
}

const APPLY_TO: DecodeType = {
  kind: "record",
  name: "ApplyTo",
  go: "match.ApplyTo",
  fields: { groups: TEXTS, versions: TEXTS, kinds: TEXTS },
};

const EXPANSION_TEMPLATE: DecodeType = {
  kind: "record",
  name: "ExpansionTemplate",
  go: "unversioned.ExpansionTemplate",
  fields: {
    metadata: OBJECT_META,
    spec: {
      kind: "record",
      name: "ExpansionTemplateSpec",
      go: "unversioned.ExpansionTemplateSpec",
      fields: {
        applyTo: { kind: "list", of: APPLY_TO, go: "[]match.ApplyTo" },
        templateSource: TEXT,
        generatedGVK: {
          kind: "record",
          name: "GeneratedGVK",
          go: "unversioned.GeneratedGVK",
          fields: { group: TEXT, version: TEXT, kind: TEXT },
        },
        enforcementAction: TEXT,
      },
    },
  },
};

/** Longest name, as Gatekeeper keeps it in labels. */
const NAME_LENGTH = 63;

/** Tells whether an object is an expansion template. */
export function isExpansionTemplate(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === EXPANSION_GROUP && kind === "ExpansionTemplate";
}

/** An expansion template, or what is wrong with it: fields of a wrong type (`decode`), or what they say. */
type ReadExpansionTemplate = { readonly template: ExpansionTemplate } | { readonly error: string; readonly kind: "decode" | "invalid" };

/** Reads an expansion template. */
export function readExpansionTemplate(object: KubeObject): ReadExpansionTemplate {
  const error = checkDecode(object, EXPANSION_TEMPLATE);
  if (error !== undefined) return { error, kind: "decode" };
  const source = stringAt(object, "spec", "templateSource");
  const template: ExpansionTemplate = {
    name: nameOf(object),
    applyTo: listOf(fieldAt(object, "spec", "applyTo")).map((entry) => ({
      groups: textsAt(entry, "groups"),
      versions: textsAt(entry, "versions"),
      kinds: textsAt(entry, "kinds"),
    })),
    source: source === "" ? [] : source.split("."),
    generated: readGvk(fieldAt(object, "spec", "generatedGVK")),
    enforcementAction: stringAt(object, "spec", "enforcementAction"),
  };
  const complaint = checkTemplate(template);
  return complaint === undefined ? { template } : { error: complaint, kind: "invalid" };
}

function checkTemplate(template: ExpansionTemplate): string | undefined {
  const { name, generated } = template;
  if (name === "") return "ExpansionTemplate has empty name field";
  if (name.length > NAME_LENGTH) return "ExpansionTemplate name must be less than 64 characters";
  if (template.source.length === 0) return `ExpansionTemplate ${name} has empty source field`;
  if (generated.group === "" && generated.version === "" && generated.kind === "")
    return `ExpansionTemplate ${name} has empty generatedGVK field`;
  if (template.applyTo.length === 0) return `ExpansionTemplate ${name} must specify ApplyTo`;
  if (!appliesTo(template, generated)) return undefined;
  return `ExpansionTemplate ${name} generates GVK ${gvkText(generated)}, but also applies to that same GVK`;
}

/** Tells whether a template expands objects of a kind; every part must be listed. */
export function appliesTo({ applyTo }: ExpansionTemplate, { group, version, kind }: Gvk): boolean {
  return applyTo.some((entry) => entry.groups.includes(group) && entry.versions.includes(version) && entry.kinds.includes(kind));
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function textsAt(value: Value, key: string): readonly string[] {
  return listOf(fieldOf(value, key)).filter((text) => typeof text === "string");
}
