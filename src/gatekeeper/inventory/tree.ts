/**
 * A tree of objects whose versions live side by side: changing one leaf makes new nodes along its path only, and every node keeps the plain
 * object it stands for, made when first asked for. An evaluator that keeps indexes by identity so loses only those of the changed branch.
 */
import { Map as ImmutableMap } from "immutable";
import { type PlainObject, setKey, type Value } from "../../rego/index.ts";

/** A branch; a child is another branch or, at the end of the path, an object. */
export class Tree {
  static readonly EMPTY = new Tree(ImmutableMap());
  readonly #children: ImmutableMap<string, Tree | PlainObject>;
  #plain: PlainObject | undefined = undefined;

  private constructor(children: ImmutableMap<string, Tree | PlainObject>) {
    this.#children = children;
  }

  get isEmpty(): boolean {
    return this.#children.isEmpty();
  }

  /** Returns the object at the end of a path. */
  get(path: readonly string[]): PlainObject | undefined {
    const [key = "", ...rest] = path;
    const child = this.#children.get(key);
    if (!(child instanceof Tree)) return rest.length === 0 ? child : undefined;
    return rest.length === 0 ? undefined : child.get(rest);
  }

  /** Returns a tree with an object at the end of a path. */
  set(path: readonly string[], object: PlainObject): Tree {
    const [key = "", ...rest] = path;
    if (rest.length === 0) return new Tree(this.#children.set(key, object));
    const child = this.#children.get(key);
    const branch = child instanceof Tree ? child : Tree.EMPTY;
    return new Tree(this.#children.set(key, branch.set(rest, object)));
  }

  /** Returns a tree without the object at the end of a path and without the branches that it leaves empty. */
  delete(path: readonly string[]): Tree {
    const [key = "", ...rest] = path;
    const child = this.#children.get(key);
    if (child === undefined) return this;
    if (rest.length === 0 || !(child instanceof Tree)) return new Tree(this.#children.delete(key));
    const branch = child.delete(rest);
    if (branch === child) return this;
    return new Tree(branch.isEmpty ? this.#children.delete(key) : this.#children.set(key, branch));
  }

  /** Returns the tree as nested plain objects; the same one every time. */
  plain(): PlainObject {
    if (this.#plain !== undefined) return this.#plain;
    const plain: { [key: string]: Value } = {};
    this.#children.forEach((child, key) => setKey(plain, key, child instanceof Tree ? child.plain() : child));
    this.#plain = plain;
    return plain;
  }

  /** Visits every object. */
  forEach(visit: (object: PlainObject) => void): void {
    this.#children.forEach((child) => {
      if (child instanceof Tree) child.forEach(visit);
      else visit(child);
    });
  }
}
