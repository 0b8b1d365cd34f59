/**
 * The synced objects, as policies see them in `data.inventory`: cluster-scoped ones under `cluster.<groupVersion>.<Kind>.<name>`, others under
 * `namespace.<namespace>.<groupVersion>.<Kind>.<name>`. Adding and removing give a new inventory; the old one stays as it was.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/sync
 */
import type { PlainObject } from "../../rego/index.ts";
import { checkDecode, type DecodeType, OBJECT_META, TEXT, TEXTS } from "../kube/decode.ts";
import { groupVersionText, gvkOf, isNamespace } from "../kube/gvk.ts";
import { type KubeObject, nameOf, namespaceOf } from "../kube/object.ts";
import { Tree } from "./tree.ts";

/** All synced objects of one moment. */
export class Inventory {
  static readonly EMPTY = new Inventory(Tree.EMPTY, 0);
  readonly #tree: Tree;
  /** How many objects there are. */
  readonly size: number;
  #data: PlainObject | undefined = undefined;

  private constructor(tree: Tree, size: number) {
    this.#tree = tree;
    this.size = size;
  }

  /** Returns an inventory with the object, in place of an older version of it. */
  with(object: KubeObject): Inventory {
    const path = pathOf(object);
    return new Inventory(this.#tree.set(path, object), this.#tree.get(path) === undefined ? this.size + 1 : this.size);
  }

  /** Returns an inventory without the object. */
  without(object: KubeObject): Inventory {
    const path = pathOf(object);
    return this.#tree.get(path) === undefined ? this : new Inventory(this.#tree.delete(path), this.size - 1);
  }

  /** Returns the Namespace of a name. */
  namespace(name: string): KubeObject | undefined {
    return this.#tree.get(["cluster", "v1", "Namespace", name]);
  }

  /** Returns the base document `data` of policies; the same object every time. */
  data(): PlainObject {
    this.#data ??= { inventory: this.#tree.plain() };
    return this.#data;
  }

  /** Visits every object. */
  forEach(visit: (object: KubeObject) => void): void {
    this.#tree.forEach(visit);
  }
}

/** Returns why an object cannot be synced, or nothing. */
export function checkSyncable(object: KubeObject): string | undefined {
  const { version, kind } = gvkOf(object);
  if (version === "") return `invalid request object: resource ${nameOf(object)} has no version`;
  if (kind === "") return `invalid request object: resource ${nameOf(object)} has no kind`;
  // Namespaces are kept for matching too, and there they must be what Kubernetes takes for one.
  if (!isNamespace(object) || checkDecode(object, NAMESPACE) === undefined) return undefined;
  return "cannot cache non-namespace type: cannot cache Namespace: nil";
}

const NAMESPACE: DecodeType = {
  kind: "record",
  name: "Namespace",
  go: "v1.Namespace",
  fields: {
    metadata: OBJECT_META,
    spec: { kind: "record", name: "NamespaceSpec", go: "v1.NamespaceSpec", fields: { finalizers: TEXTS } },
    status: { kind: "record", name: "NamespaceStatus", go: "v1.NamespaceStatus", fields: { phase: TEXT } },
  },
};

function pathOf(object: KubeObject): readonly string[] {
  const gvk = gvkOf(object);
  const namespace = namespaceOf(object);
  const place = namespace === "" ? ["cluster"] : ["namespace", namespace];
  return [...place, groupVersionText(gvk), gvk.kind, nameOf(object)];
}
