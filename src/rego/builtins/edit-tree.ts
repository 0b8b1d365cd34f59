/**
 * A document under edit: only the containers on the way to an edit are opened, everything else stays shared with the original.
 * In: a value and edits by path; out: the edited value, or an `EditProblem` in OPA's words, which quote a container as it was first.
 */
import { equalValues } from "../values/compare.ts";
import { int64Of } from "../values/number.ts";
import { eachEntry, isObject, ObjectBuilder } from "../values/object.ts";
import { shownText } from "../values/print.ts";
import { RegoNumber } from "../values/rego-number.ts";
import { RegoObject } from "../values/rego-object.ts";
import { RegoSet } from "../values/rego-set.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { child } from "./objects.ts";

/** Why an edit cannot be made. Thrown by the methods of `EditTree`. */
export class EditProblem {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** What stands under a key that was touched: a node, or the kind of value that was deleted there. */
type Slot = EditNode | "scalar" | "composite";

/** The edited document. */
export class EditTree {
  #root: EditNode | undefined;

  constructor(value: Value) {
    this.#root = new EditNode(value);
  }

  /** Returns the document as it is now. */
  render(): Value {
    if (this.#root === undefined) throw new EditProblem("the document was removed");
    return this.#root.render();
  }

  /** Returns the value under a path. */
  read(path: readonly Value[]): Value {
    return this.#descend(path, "cannot insert nil value into EditTree").render();
  }

  /** Puts a value under a path: into an array before the element, into an object or a set in place of an equal key. */
  insert(path: readonly Value[], value: Value): void {
    const last = path.at(-1);
    if (last === undefined) this.#root = new EditNode(value);
    else this.#descend(path.slice(0, -1), "deleted node encountered during insert operation").insert(last, value);
  }

  /** Deletes what is under a path. */
  remove(path: readonly Value[]): void {
    const parent = this.#descend(path.slice(0, -1), "deleted node encountered during delete operation");
    const last = path.at(-1);
    if (last === undefined) this.#root = undefined;
    else parent.remove(last);
  }

  #descend(path: readonly Value[], whenGone: string): EditNode {
    let node = this.#root;
    if (node === undefined)
      throw new EditProblem(path.length === 0 ? whenGone : "nil value encountered where composite value was expected");
    for (const key of path) node = node.open(key);
    return node;
  }
}

/** One opened value. Arrays keep their elements in order; objects and sets keep what was touched, by key. */
class EditNode {
  #value: Value;
  #elements: (Value | EditNode)[] | undefined = undefined;
  #keys = new RegoObject();
  #slots: Slot[] = [];

  constructor(value: Value) {
    this.#value = value;
  }

  open(key: Value): EditNode {
    if (Array.isArray(this.#value)) return this.#openElement(key, this.#value);
    if (!isObject(this.#value) && !(this.#value instanceof RegoSet))
      throw new EditProblem(`expected composite type for path ${shownText(key)}, found value: ${this.#describe()}`);
    if (this.#value instanceof RegoSet && isComposite(key)) this.#settle();
    const slot = this.#slotOf(key);
    if (slot !== undefined) {
      if (typeof slot === "string") throw new EditProblem(`cannot unfold the already deleted ${slot} node for key ${shownText(key)}`);
      return slot;
    }
    const found = child(this.#value, key);
    if (found === undefined) throw new EditProblem(this.#noSuchPath(key));
    return this.#put(key, new EditNode(found));
  }

  insert(key: Value, value: Value): void {
    if (Array.isArray(this.#value)) {
      const elements = this.#opened(this.#value);
      const at = indexOf(key, elements.length);
      if (at < 0 || at > elements.length) throw new EditProblem("index for array insertion out of bounds");
      elements.splice(at, 0, value);
      return;
    }
    if (this.#value instanceof RegoSet) {
      if (!equalValues(key, value))
        throw new EditProblem(`set key ${shownText(key)} does not equal value to be inserted ${shownText(value)}`);
      if (isComposite(key)) this.#settle();
    } else if (!isObject(this.#value)) throw new EditProblem(`expected composite type, found value: ${this.#describe()}`);
    this.#put(key, new EditNode(value));
  }

  remove(key: Value): void {
    if (Array.isArray(this.#value)) {
      const elements = this.#opened(this.#value);
      const at = indexOf(key, elements.length);
      if (at < 0 || at >= elements.length) throw new EditProblem("index for array delete out of bounds");
      elements.splice(at, 1);
      return;
    }
    if (!isObject(this.#value) && !(this.#value instanceof RegoSet))
      throw new EditProblem(`expected composite type, found value: ${this.#describe()}`);
    if (this.#value instanceof RegoSet && isComposite(key)) this.#settle();
    const slot = this.#slotOf(key);
    if (typeof slot === "string") throw new EditProblem(`cannot delete the already deleted ${slot} node for key ${shownText(key)}`);
    const found = slot === undefined ? child(this.#value, key) : slot.render();
    if (found === undefined) throw new EditProblem(`cannot delete child key ${shownText(key)} that does not exist`);
    this.#put(key, isComposite(found) ? "composite" : "scalar");
  }

  render(): Value {
    if (this.#elements !== undefined) return this.#elements.map((element) => (element instanceof EditNode ? element.render() : element));
    if (this.#slots.length === 0) return this.#value;
    return this.#value instanceof RegoSet ? this.#renderSet(this.#value) : this.#renderObject();
  }

  #renderSet(before: RegoSet): RegoSet {
    const after = new RegoSet();
    for (const slot of this.#slots) if (slot instanceof EditNode) after.add(slot.render());
    for (const member of before.items) if (this.#keys.find(member) < 0) after.add(member);
    return after;
  }

  #renderObject(): Value {
    const after = new ObjectBuilder();
    if (isObject(this.#value))
      eachEntry(this.#value, (key, value) => {
        if (this.#keys.find(key) < 0) after.set(key, value);
      });
    this.#keys.keys.forEach((key, at) => {
      const slot = this.#slots[at];
      if (slot instanceof EditNode) after.set(key, slot.render());
    });
    return after.finish();
  }

  #openElement(key: Value, list: readonly Value[]): EditNode {
    const elements = this.#opened(list);
    const at = indexOf(key, elements.length);
    const element = elements[at];
    if (element === undefined) throw new EditProblem(`path ${at} does not exist in array term ${shownText(list)}`);
    const node = element instanceof EditNode ? element : new EditNode(element);
    elements[at] = node;
    return node;
  }

  #opened(list: readonly Value[]): (Value | EditNode)[] {
    this.#elements ??= [...list];
    return this.#elements;
  }

  #slotOf(key: Value): Slot | undefined {
    const at = this.#keys.find(key);
    return at < 0 ? undefined : this.#slots[at];
  }

  #put<S extends Slot>(key: Value, slot: S): S {
    const at = this.#keys.find(key);
    if (at < 0) {
      this.#keys.set(key, null);
      this.#slots.push(slot);
    } else this.#slots[at] = slot;
    return slot;
  }

  // Members of a set are found by what they are, so edits inside them must be carried out before looking for another one.
  #settle(): void {
    this.#value = this.render();
    this.#keys = new RegoObject();
    this.#slots = [];
  }

  #noSuchPath(key: Value): string {
    if (!(this.#value instanceof RegoSet)) return `path ${shownText(key)} does not exist in object term ${shownText(this.#value)}`;
    // OPA prints this one as a reference, whose first part has no quotes.
    return `path ${typeof key === "string" ? key : shownText(key)} does not exist in set term ${shownText(this.#value)}`;
  }

  #describe(): string {
    const type = typeName(this.#value);
    return `${shownText(this.#value)} (type: ast.${type.charAt(0).toUpperCase()}${type.slice(1)})`;
  }
}

function isComposite(value: Value): boolean {
  return typeof value === "object" && value !== null && !(value instanceof RegoNumber);
}

function indexOf(key: Value, length: number): number {
  if (typeof key === "string") {
    if (key === "-") return length;
    if (!/^[-+]?[0-9]{1,18}$/.test(key)) throw new EditProblem("invalid string for indexing");
    if (key !== "0" && key.startsWith("0")) throw new EditProblem("leading zeros are not allowed in JSON paths");
    return Number(key);
  }
  if (typeof key !== "number" && !(key instanceof RegoNumber)) throw new EditProblem("invalid type for indexing");
  const index = int64Of(key);
  if (index === undefined) throw new EditProblem("invalid number type for indexing");
  return Number(index);
}
