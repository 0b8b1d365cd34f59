/**
 * Watches what was made of templates and constraints: definitions of kinds, ValidatingAdmissionPolicies and their bindings. What somebody else
 * deletes or edits is made again. Runs in the pod with the operation `generate`.
 */
import { fieldAt, type KubeObject, nameOf, stringAt } from "../../gatekeeper/index.ts";
import type { KubeClient, Resource } from "../cluster/client.ts";
import { CRDS } from "../cluster/kinds.ts";
import { type Reflector, startReflector } from "../cluster/reflector.ts";
import { pause } from "../cluster/transport.ts";
import type { Logger } from "../effects/log.ts";

/** What was made of a template or constraint is not as it was made any more. */
export type Unmade = (owner: { readonly kind: string; readonly name: string }) => void;

/** What the watch needs. */
export interface KeepParts {
  readonly client: KubeClient;
  readonly log: Logger;
  /** Returns the types of the policies and bindings that the API server serves; rejects while nobody knows. */
  readonly policyResources: () => Promise<readonly Resource[]>;
  readonly unmade: Unmade;
}

const RETRY_MILLIS = 5_000;

/** Starts watching. */
export function keepMade(parts: KeepParts): { stop(): Promise<void> } {
  const abort = new AbortController();
  const reflectors = [follow(parts, CRDS, "gatekeeper.sh/constraint=yes")];
  const begun = (async () => {
    while (!abort.signal.aborted) {
      try {
        const resources = await parts.policyResources();
        if (!abort.signal.aborted) reflectors.push(...resources.map((resource) => follow(parts, resource)));
        return;
      } catch {
        await pause(RETRY_MILLIS, abort.signal); // whoever generates policies logs why
      }
    }
  })();
  return {
    stop: async () => {
      abort.abort();
      await begun;
      for (const reflector of reflectors) reflector.stop();
      await Promise.all(reflectors.map((reflector) => reflector.done));
    },
  };
}

function follow({ client, log, unmade }: KeepParts, resource: Resource, labels?: string): Reflector {
  /** Who owns what, and the generation last seen: at first sight the object is as its maker left it or is being looked at already. */
  const known = new Map<string, { readonly owner: ReturnType<typeof ownerOf>; readonly generation: number }>();
  return startReflector(
    client,
    resource,
    {
      changed: (object) => {
        const owner = ownerOf(object);
        if (owner === undefined) return;
        const generation = Number(fieldAt(object, "metadata", "generation") ?? 0);
        const former = known.get(nameOf(object));
        known.set(nameOf(object), { owner, generation });
        const leaving = stringAt(object, "metadata", "deletionTimestamp") !== "";
        if (former !== undefined && generation > former.generation && !leaving) unmade(owner);
      },
      deleted: (object) => {
        const owner = known.get(nameOf(object))?.owner;
        known.delete(nameOf(object));
        if (owner !== undefined) unmade(owner);
      },
      failed: (error) => log.warn({ error, resource: resource.plural }, "watch failed; trying again"),
    },
    { ...(labels === undefined ? {} : { labels }) },
  );
}

/** Returns the template or constraint that an object was made of. */
function ownerOf(object: KubeObject): { readonly kind: string; readonly name: string } | undefined {
  const owners = fieldAt(object, "metadata", "ownerReferences");
  if (!Array.isArray(owners)) return undefined;
  const owner = owners.find((each) => /^(templates|constraints)\.gatekeeper\.sh\//.test(stringAt(each, "apiVersion")));
  return owner === undefined ? undefined : { kind: stringAt(owner, "kind"), name: stringAt(owner, "name") };
}
