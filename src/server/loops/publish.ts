/** Makes a template's constraint kind known to the API server: creates the definition, or brings an older one up to date. Runs in one pod only. */
import { constraintCrd, type KubeObject, nameOf, readTemplate, stringAt } from "../../gatekeeper/index.ts";
import { equalValues, isPlainObject, type PlainObject } from "../../rego/index.ts";
import { type KubeClient, updateWithRetries } from "../cluster/client.ts";
import { CRDS } from "../cluster/kinds.ts";
import { KubeError } from "../cluster/transport.ts";

/** What could not be done for a template's definition. */
export interface PublishFailure {
  readonly step: "create" | "update";
  readonly error: unknown;
}

/** Returns the function that publishes templates; it gives what failed. */
export function publisher(client: KubeClient): (template: KubeObject) => Promise<PublishFailure | undefined> {
  /** Two versions of one template are published one after the other. */
  const last = new Map<string, Promise<PublishFailure | undefined>>();
  return async (object) => {
    const name = nameOf(object);
    const mine = (last.get(name) ?? Promise.resolve()).then(() => publish(client, object));
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

async function publish(client: KubeClient, object: KubeObject): Promise<PublishFailure | undefined> {
  let step: PublishFailure["step"] = "create";
  try {
    const read = readTemplate(object);
    if ("error" in read) throw new Error(read.error);
    const wanted = withOwner(constraintCrd(read.template), object);
    const key = { name: nameOf(wanted) };
    if ((await client.get(CRDS, key)) === undefined && (await isCreated(client, wanted))) return undefined;
    step = "update";
    await updateWithRetries(client, CRDS, key, (current) => updated(current, wanted));
    return undefined;
  } catch (error) {
    return { step, error };
  }
}

/** Creates a definition, unless somebody else was faster. */
async function isCreated(client: KubeClient, wanted: PlainObject): Promise<boolean> {
  try {
    await client.create(CRDS, wanted);
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.code === 409) return false;
    throw error;
  }
}

// The template owns its definition: deleting one deletes the other, and its constraints with it.
function withOwner(crd: PlainObject, template: KubeObject): PlainObject {
  const metadata = crd["metadata"] as PlainObject;
  const owner = {
    apiVersion: "templates.gatekeeper.sh/v1beta1",
    kind: "ConstraintTemplate",
    name: nameOf(template),
    uid: stringAt(template, "metadata", "uid"),
    controller: true,
    blockOwnerDeletion: true,
  };
  return { ...crd, metadata: { ...metadata, ownerReferences: [owner] } };
}

/** Only the specification and the owner of an existing definition are replaced; what the API server filled in beside ours is kept. */
function updated(current: PlainObject, wanted: PlainObject): PlainObject | undefined {
  const spec = wanted["spec"] as PlainObject;
  if (covers(current["spec"], spec)) return undefined;
  const metadata = {
    ...(current["metadata"] as PlainObject),
    ownerReferences: (wanted["metadata"] as PlainObject)["ownerReferences"] ?? [],
  };
  return { ...current, metadata, spec };
}

/** Tells whether everything that is wanted is there already. */
function covers(current: unknown, wanted: unknown): boolean {
  if (isPlainObject(wanted as PlainObject)) {
    return (
      isPlainObject(current as PlainObject) &&
      Object.entries(wanted as PlainObject).every(([key, value]) => covers((current as PlainObject)[key], value))
    );
  }
  if (Array.isArray(wanted))
    return Array.isArray(current) && current.length === wanted.length && wanted.every((item, i) => covers(current[i], item));
  return current !== undefined && equalValues(current as never, wanted as never);
}
