/** What the API server serves: the preferred version of every resource type, with the groups that failed to answer. */
import type { PlainObject } from "../../rego/index.ts";
import type { KubeClient, Resource } from "./client.ts";

/** A resource type and the verbs it allows. */
interface DiscoveredResource extends Resource {
  readonly verbs: readonly string[];
}

/** The answer of discovery; a failing group never hides the others. */
export interface Discovery {
  readonly resources: readonly DiscoveredResource[];
  readonly failures: readonly { readonly groupVersion: string; readonly error: Error }[];
}

/** Asks for the preferred version of every group. Subresources are left out. */
export async function discover(client: KubeClient): Promise<Discovery> {
  const { transport } = client;
  const groups = await transport.request({ method: "GET", path: "/apis" });
  const versions = [
    "v1",
    ...((groups["groups"] ?? []) as readonly PlainObject[]).map((group) =>
      String((group["preferredVersion"] as PlainObject | undefined)?.["groupVersion"]),
    ),
  ];
  const answers = await Promise.all(versions.map((groupVersion) => resourcesOf(client, groupVersion)));
  return {
    resources: answers.flatMap((answer) => answer.resources),
    failures: answers.flatMap((answer) => answer.failures),
  };
}

/** Asks for the resource types of one group and version (`apps/v1`, `v1`). */
export async function resourcesOf(client: KubeClient, groupVersion: string): Promise<Discovery> {
  const [group, version] = groupVersion.includes("/") ? (groupVersion.split("/") as [string, string]) : ["", groupVersion];
  try {
    const list = await client.transport.request({ method: "GET", path: group === "" ? `/api/${version}` : `/apis/${groupVersion}` });
    const resources = ((list["resources"] ?? []) as readonly PlainObject[])
      .filter((resource) => !String(resource["name"]).includes("/"))
      .map((resource) => ({
        group,
        version,
        plural: String(resource["name"]),
        kind: String(resource["kind"]),
        namespaced: resource["namespaced"] === true,
        verbs: (resource["verbs"] ?? []) as readonly string[],
      }));
    return { resources, failures: [] };
  } catch (error) {
    return { resources: [], failures: [{ groupVersion, error: error instanceof Error ? error : new Error(String(error)) }] };
  }
}
