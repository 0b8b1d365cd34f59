/**
 * Lets the API server itself enforce templates written in CEL: makes a ValidatingAdmissionPolicy of each such template and a binding of each
 * constraint that asks for it, keeps them up to date and takes them away again. Runs in the pod with the operation `generate`.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */
import { createHash } from "node:crypto";
import { bindingName, celSourceOf, generateBinding, generatePolicy, type VapVersion, type WebhookScope } from "../../gatekeeper/cel.ts";
import {
  actionsAt,
  fieldAt,
  gvkOf,
  type KubeObject,
  nameOf,
  type PolicySet,
  readTemplate,
  stringAt,
  templateOf,
  VAP_POINT,
} from "../../gatekeeper/index.ts";
import { equalValues, isPlainObject, type PlainObject, writeJson } from "../../rego/index.ts";
import { type KubeClient, type Resource, updateWithRetries } from "../cluster/client.ts";
import { resourcesOf } from "../cluster/discovery.ts";
import { VALIDATING_WEBHOOKS } from "../cluster/kinds.ts";
import { KubeError } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";

/** What the loop needs. */
export interface PolicyParts {
  readonly client: KubeClient;
  readonly log: Logger;
  readonly set: () => PolicySet;
  /** Whether a template that does not say gets a policy, and a constraint that is not scoped a binding. */
  readonly defaultForTemplates: boolean;
  readonly defaultForConstraints: boolean;
  /** Whether policies take over the scope of Gatekeeper's own webhook. */
  readonly syncScope: boolean;
  readonly webhookName: string;
  readonly exemptedNamespaces: readonly string[];
  /** Told how many policies or bindings there are, by kind. */
  readonly onCount: (kind: string, count: number) => void;
}

/** What happened to a template's policy or a constraint's binding, for its pod status; undefined when there is nothing to say. */
export type Generation = { readonly state: "generated" | "error"; readonly message?: string; readonly warning?: string } | undefined;

/** The policies and bindings of the templates and constraints taken in. */
export class AdmissionPolicies {
  readonly #parts: PolicyParts;
  #served: Promise<VapVersion | undefined> | undefined;
  /** Names of the policies and bindings there are: most templates and constraints have none, and nothing is asked about those. */
  readonly #existing = new Map<string, Promise<Set<string>>>();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  /** The types of policies and bindings that the API server serves. */
  async resources(): Promise<readonly Resource[]> {
    const version = await this.#version();
    return version === undefined ? [] : [policies(version), bindings(version)];
  }

  /** Makes, updates or removes the policy of a template. */
  async publishTemplate(object: KubeObject): Promise<Generation> {
    const { set } = this.#parts;
    const version = await this.#version();
    const read = readTemplate(object);
    if ("error" in read) return undefined;
    const name = policyName(nameOf(object));
    const wanted = this.#wantsPolicy(object);
    if (wanted === undefined) {
      if (version !== undefined) await this.#remove(policies(version), name);
      return undefined;
    }
    if (version === undefined) {
      const message =
        "ValidatingAdmissionPolicy resource cannot be generated for ConstraintTemplate: validatingAdmissionPolicy API is not enabled";
      return { state: "error", message };
    }
    const excluded = (set().config?.exclusions ?? []).filter(({ processes }) => processes.includes("webhook") || processes.includes("*"));
    const generated = generatePolicy(read.template, {
      version,
      webhook: this.#parts.syncScope ? await this.#webhookScope() : undefined,
      excludedNamespaces: excluded.flatMap(({ excludedNamespaces }) => excludedNamespaces),
      exemptedNamespaces: this.#parts.exemptedNamespaces,
    });
    if (generated.kind === "error") return { state: "error", message: `Could not transform to VAP object: ${generated.message}` };
    await this.#put(policies(version), withOwner(generated.policy, object));
    return { state: "generated", ...(generated.warning === undefined ? {} : { warning: generated.warning }) };
  }

  /** Removes the policy of a template that is gone. */
  async removeTemplate(object: KubeObject): Promise<void> {
    const version = await this.#version();
    if (version !== undefined) await this.#remove(policies(version), policyName(nameOf(object)));
  }

  /** Makes, updates or removes the binding of a constraint. */
  async publishConstraint(object: KubeObject): Promise<Generation> {
    const { set } = this.#parts;
    const { kind } = gvkOf(object);
    const version = await this.#version();
    const template = templateOf(set(), kind);
    if (version === undefined || template === undefined) return undefined;
    const name = bindingName(kind, nameOf(object), sha256);
    const actions = this.#bindingActions(kind, nameOf(object));
    if (actions === undefined || this.#wantsPolicy(template.template.object) === undefined) {
      await this.#remove(bindings(version), name);
      return undefined;
    }
    const generated = generateBinding(object, { version, actions, sha256 });
    if (generated.kind === "error") return { state: "error", message: generated.message };
    await this.#put(bindings(version), withOwner(generated.binding, object));
    return { state: "generated" };
  }

  /** Removes the binding of a constraint that is gone. */
  async removeConstraint(object: KubeObject): Promise<void> {
    const version = await this.#version();
    if (version !== undefined) await this.#remove(bindings(version), bindingName(gvkOf(object).kind, nameOf(object), sha256));
  }

  async #put(resource: Resource, wanted: PlainObject): Promise<void> {
    await put(this.#parts.client, resource, wanted);
    (await this.#names(resource)).add(nameOf(wanted));
    await this.#count(resource);
  }

  async #remove(resource: Resource, name: string): Promise<void> {
    const names = await this.#names(resource);
    if (!names.has(name)) return;
    await this.#parts.client.delete(resource, { name });
    names.delete(name);
    await this.#count(resource);
  }

  async #count(resource: Resource): Promise<void> {
    this.#parts.onCount(resource.kind, (await this.#names(resource)).size);
  }

  async #names(resource: Resource): Promise<Set<string>> {
    const known = this.#existing.get(resource.kind);
    if (known !== undefined) return await known;
    const asked = this.#parts.client
      .list(resource)
      .then((objects) => new Set(objects.map(nameOf).filter((name) => name.startsWith(PREFIX))));
    this.#existing.set(resource.kind, asked);
    // What could not be listed is asked for again next time.
    asked.catch(() => this.#existing.delete(resource.kind));
    return await asked;
  }

  /** Returns the CEL source of a template that is to have a policy. */
  #wantsPolicy(object: KubeObject): object | undefined {
    const read = readTemplate(object);
    if ("error" in read) return undefined;
    const cel = celSourceOf(read.template);
    // A template without CEL has no policy, and that is no error of its author's.
    if ("error" in cel) return undefined;
    return (cel.source.generateVap ?? this.#parts.defaultForTemplates) ? cel.source : undefined;
  }

  #bindingActions(kind: string, name: string): readonly string[] | undefined {
    const constraint = templateOf(this.#parts.set(), kind)?.constraints.get(name);
    if (constraint === undefined) return undefined;
    const { enforcement } = constraint;
    if (enforcement.scoped === undefined) return this.#parts.defaultForConstraints ? [enforcement.action] : undefined;
    const actions = actionsAt(enforcement, VAP_POINT);
    return actions === undefined || actions.length === 0 ? undefined : actions;
  }

  /** Returns the scope as text when the object is the webhook configuration that policies follow. */
  scopeText(configuration: KubeObject): string | undefined {
    const { syncScope, webhookName } = this.#parts;
    return syncScope && nameOf(configuration) === webhookName ? writeJson(scopeOf(configuration) ?? null) : undefined;
  }

  async #webhookScope(): Promise<WebhookScope | undefined> {
    return scopeOf(await this.#parts.client.get(VALIDATING_WEBHOOKS, { name: this.#parts.webhookName }));
  }

  /** The version of the policy API that is served; asked once. */
  #version(): Promise<VapVersion | undefined> {
    this.#served ??= (async () => {
      for (const version of ["v1", "v1beta1"] as const) {
        const { resources, failures } = await resourcesOf(this.#parts.client, `admissionregistration.k8s.io/${version}`);
        for (const { error } of failures) if (!(error instanceof KubeError && error.code === 404)) throw error;
        if (resources.some(({ plural }) => plural === "validatingadmissionpolicies")) return version;
      }
      this.#parts.log.info("the API server does not serve ValidatingAdmissionPolicies: none are generated");
      return undefined;
    })();
    // Without an answer nobody knows: it is asked for again next time.
    this.#served.catch(() => {
      this.#served = undefined;
    });
    return this.#served;
  }
}

function scopeOf(configuration: KubeObject | undefined): (WebhookScope & PlainObject) | undefined {
  const webhooks = configuration?.["webhooks"];
  const webhook = Array.isArray(webhooks) ? webhooks.find((each) => fieldAt(each, "name") === "validation.gatekeeper.sh") : undefined;
  if (!isPlainObject(webhook)) return undefined;
  return {
    rules: (webhook["rules"] ?? []) as readonly PlainObject[],
    namespaceSelector: webhook["namespaceSelector"],
    objectSelector: webhook["objectSelector"],
    matchPolicy: webhook["matchPolicy"],
    matchConditions: webhook["matchConditions"] ?? [],
  } as unknown as WebhookScope & PlainObject;
}

const PREFIX = "gatekeeper-";

function policyName(template: string): string {
  return `${PREFIX}${template}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function policies(version: VapVersion): Resource {
  return {
    group: "admissionregistration.k8s.io",
    version,
    plural: "validatingadmissionpolicies",
    kind: "ValidatingAdmissionPolicy",
    namespaced: false,
  };
}

function bindings(version: VapVersion): Resource {
  return {
    group: "admissionregistration.k8s.io",
    version,
    plural: "validatingadmissionpolicybindings",
    kind: "ValidatingAdmissionPolicyBinding",
    namespaced: false,
  };
}

// Deleting a template or constraint then deletes what was made of it.
function withOwner(object: PlainObject, owner: KubeObject): PlainObject {
  const { group, version, kind } = gvkOf(owner);
  const reference = {
    apiVersion: `${group}/${version}`,
    kind,
    name: nameOf(owner),
    uid: stringAt(owner, "metadata", "uid"),
    controller: true,
    blockOwnerDeletion: true,
  };
  return { ...object, metadata: { ...(object["metadata"] as PlainObject), ownerReferences: [reference] } };
}

async function put(client: KubeClient, resource: Resource, wanted: PlainObject): Promise<void> {
  const key = { name: nameOf(wanted) };
  if ((await client.get(resource, key)) === undefined) {
    await client.create(resource, wanted);
    return;
  }
  await updateWithRetries(client, resource, key, (current) =>
    isSame(current, wanted) ? undefined : { ...current, spec: wanted["spec"] ?? {} },
  );
}

// The API server fills in defaults: only what we say is compared.
function isSame(current: PlainObject, wanted: PlainObject): boolean {
  const covers = (there: unknown, ours: unknown): boolean => {
    if (Array.isArray(ours)) return Array.isArray(there) && there.length === ours.length && ours.every((item, i) => covers(there[i], item));
    if (isPlainObject(ours as PlainObject))
      return (
        isPlainObject(there as PlainObject) &&
        Object.entries(ours as PlainObject).every(([key, value]) => covers((there as PlainObject)[key], value))
      );
    return there !== undefined && equalValues(there as never, ours as never);
  };
  return covers(current["spec"], wanted["spec"]);
}
