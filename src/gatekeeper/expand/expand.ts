/**
 * Expands a workload to the objects it would generate, and those again, the deepest first. Templates and an object in, objects with the
 * template that made each out. Changing generated objects (mutation) is a function that is passed in.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/expansion
 */
import { compareStrings } from "../../base/compare-strings.ts";
import { isPlainObject, type PlainObject, quote, type Value } from "../../rego/index.ts";
import { accessField, accessorError } from "../kube/go-text.ts";
import { type Gvk, groupVersionText, gvkOf } from "../kube/gvk.ts";
import { apiVersionOf, fieldAt, fieldOf, type KubeObject, kindOf, nameOf, stringAt } from "../kube/object.ts";
import { appliesTo, type ExpansionTemplate } from "./template.ts";

/** A generated object. */
export interface Resultant {
  readonly object: KubeObject;
  readonly template: ExpansionTemplate;
}

/** What an object expands to, or why it cannot be expanded. */
export type Expansion = { readonly resultants: readonly Resultant[] } | { readonly error: string };

/** What expansion needs beside the object. */
export interface ExpansionContext {
  readonly templates: readonly ExpansionTemplate[];
  /** The Namespace of the object; generated objects go there. */
  readonly namespace: KubeObject | undefined;
  /** Changes a generated object, or says why it cannot. */
  readonly mutate?: (object: KubeObject) => { readonly object: KubeObject } | { readonly error: string };
}

/** How far generated objects may generate further ones; the original's limit. */
const DEPTH_LIMIT = 30;

/** Expands an object. */
export function expandObject(object: KubeObject, context: ExpansionContext, depth = 0): Expansion {
  if (depth >= DEPTH_LIMIT) return { error: `maximum recursion depth of ${DEPTH_LIMIT} reached` };
  const gvk = gvkOf(object);
  if (gvk.group === "" && gvk.version === "" && gvk.kind === "")
    return { error: `cannot expand resource ${nameOf(object)} with empty GVK` };
  const own: Resultant[] = [];
  for (const template of context.templates.filter((candidate) => appliesTo(candidate, gvk))) {
    const made = generate(object, template, context);
    if ("error" in made) return made;
    own.push({ object: made.object, template });
  }
  const below: Resultant[] = [];
  for (const resultant of own) {
    const further = expandObject(resultant.object, context, depth + 1);
    if ("error" in further) return further;
    below.push(...further.resultants);
  }
  return { resultants: [...below, ...own] };
}

function generate(
  parent: KubeObject,
  template: ExpansionTemplate,
  context: ExpansionContext,
): { readonly object: KubeObject } | { readonly error: string } {
  const found = accessField(parent, ...template.source);
  const path = template.source.join(".");
  if ("error" in found) return { error: `could not extract source field from unstructured: ${found.error}` };
  if (found.value === undefined) return { error: `could not find source field ${quote(path)} in resource ${nameOf(parent)}` };
  if (!isPlainObject(found.value)) {
    return {
      error: `could not extract source field from unstructured: ${accessorError(template.source, found.value, "map[string]interface{}")}`,
    };
  }
  const object = named(found.value, parent, template.generated, context.namespace);
  const mutated = context.mutate?.(object) ?? { object };
  return "error" in mutated ? { error: `failed to mutate resultant resource ${nameOf(object)}: ${mutated.error}` } : mutated;
}

function named(source: PlainObject, parent: KubeObject, gvk: Gvk, namespace: KubeObject | undefined): KubeObject {
  const { namespace: _, ...metadata } = objectOr(fieldOf(source, "metadata"));
  const name = `${nameOf(parent)}-${gvk.kind}`.toLowerCase();
  const place = namespace === undefined ? stringAt(parent, "metadata", "namespace") : nameOf(namespace);
  const owners = ownersWith(metadata, parent);
  return {
    ...source,
    apiVersion: groupVersionText(gvk),
    kind: gvk.kind,
    metadata: {
      ...metadata,
      name,
      ...(place === "" ? {} : { namespace: place }),
      ...(owners.length === 0 ? {} : { ownerReferences: owners }),
    },
  };
}

function objectOr(value: Value | undefined): PlainObject {
  return isPlainObject(value) ? value : {};
}

/** A generated object belongs to its parent, once. */
function ownersWith(metadata: PlainObject, parent: KubeObject): readonly Value[] {
  const written = fieldAt(metadata, "ownerReferences");
  const owners: readonly Value[] = Array.isArray(written) ? written : [];
  const owner = { apiVersion: apiVersionOf(parent), kind: kindOf(parent), name: nameOf(parent) };
  if (owner.apiVersion === "" || owner.kind === "" || owner.name === "") return owners;
  const known = owners.some((other) => Object.entries(owner).every(([key, text]) => fieldOf(other, key) === text));
  return known ? owners : [...owners, { ...owner, uid: "" }];
}

/** Returns the templates that close a circle with others: they are not used, and the original refuses them. */
export function circularTemplates(templates: readonly ExpansionTemplate[]): readonly ExpansionTemplate[] {
  const reaches = (from: ExpansionTemplate, to: ExpansionTemplate, seen: Set<ExpansionTemplate>): boolean =>
    templates.some((next) => {
      if (!appliesTo(next, from.generated)) return false;
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return templates.filter((template) => reaches(template, template, new Set())).toSorted((a, b) => compareStrings(a.name, b.name));
}
