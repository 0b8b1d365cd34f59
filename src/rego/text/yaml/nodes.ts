/**
 * Builds the tree of one YAML document out of the scanner's tokens (https://yaml.org/spec/1.1/#id898031), without recursion: the
 * collections that are still open stand on a stack. A finished node carries its value, see `decode.ts`.
 */
import { type CollectionNode, closeCollection, countChild, type Decoding, type Node, scalarNode } from "./decode.ts";
import type { Scanner } from "./scanner.ts";
import { type Mark, parserError, type Token, YamlError } from "./tokens.ts";

type FrameKind = "block-sequence" | "indentless-sequence" | "block-mapping" | "flow-sequence" | "flow-mapping" | "flow-pair";

/** A collection that is still open. `valueNext` says that a mapping has read a key and wants its value. */
interface Frame {
  readonly kind: FrameKind;
  readonly node: CollectionNode;
  readonly mark: Mark;
  first: boolean;
  valueNext: boolean;
  /** A flow mapping's entry without `?` and `:` has no value. */
  bareKey: boolean;
}

/** What a step of the parser gives: a node without an end, an opened collection, or the end of the one on top. */
type Step = Node | "opened" | "closed";

const YAML_TAG_PREFIX = "tag:yaml.org,2002:";
const CONTENT_END: ReadonlySet<Token["kind"]> = new Set([
  "version-directive",
  "tag-directive",
  "document-start",
  "document-end",
  "stream-end",
]);
const BLOCK_PAIR_END: ReadonlySet<Token["kind"]> = new Set(["key", "value", "block-end"]);

/** Nodes of a document beyond which it is refused: memory would end before the document does. */
const MAX_NODES = 10_000_000;

/** A document's root, undefined at the end of the stream. */
export interface DocumentRoot {
  readonly node: Node;
  readonly start: Mark;
}

/** Reads documents one after the other; `current` gives the memory of the one being read. */
export class DocumentParser {
  readonly #scanner: Scanner;
  readonly #current: () => Decoding;
  readonly #stack: Frame[] = [];
  readonly #tags = new Map<string, string>();
  #first = true;

  constructor(scanner: Scanner, current: () => Decoding) {
    this.#scanner = scanner;
    this.#current = current;
  }

  get #decoding(): Decoding {
    return this.#current();
  }

  /** Returns the next document, or undefined after the last. */
  next(): DocumentRoot | undefined {
    const scanner = this.#scanner;
    if (!this.#first) while (scanner.peek().kind === "document-end") scanner.skip();
    const token = scanner.peek();
    const implicit = this.#first && (token.kind === "document-end" || !CONTENT_END.has(token.kind));
    this.#first = false;
    if (token.kind === "stream-end") return undefined;
    this.#decoding.anchors.clear();
    this.#readDirectives();
    let start = token.start;
    if (!implicit) {
      const marker = scanner.peek();
      if (marker.kind !== "document-start") parserError(marker.start, "did not find expected <document start>");
      scanner.skip();
      start = scanner.peek().start;
    }
    const node = !implicit && CONTENT_END.has(scanner.peek().kind) ? this.#empty(start) : this.#parseTree();
    if (scanner.peek().kind === "document-end") scanner.skip();
    return { node, start };
  }

  #readDirectives(): void {
    this.#tags.clear();
    let version = false;
    for (;;) {
      const token = this.#scanner.peek();
      if (token.kind === "version-directive") {
        if (version) parserError(token.start, "found duplicate %YAML directive");
        if (token.major !== 1 || token.minor !== 1) parserError(token.start, "found incompatible YAML document");
        version = true;
      } else if (token.kind === "tag-directive") {
        if (this.#tags.has(token.handle)) parserError(token.start, "found duplicate %TAG directive");
        this.#tags.set(token.handle, token.prefix);
      } else break;
      this.#scanner.skip();
    }
    if (!this.#tags.has("!")) this.#tags.set("!", "!");
    if (!this.#tags.has("!!")) this.#tags.set("!!", YAML_TAG_PREFIX);
  }

  #parseTree(): Node {
    let step = this.#parseNode(true, false);
    let nodes = 0;
    for (;;) {
      let finished: Node | undefined = typeof step === "string" ? undefined : step;
      if (step === "closed") {
        const frame = this.#stack.pop();
        if (frame !== undefined) finished = closeCollection(frame.node, this.#decoding);
      }
      const top = this.#stack.at(-1);
      if (finished !== undefined) {
        if (top === undefined) return finished;
        const dropped = this.#stack.length === 1 && top.node.kind === "sequence" && this.#decoding.mappingOnly;
        if (dropped) countChild(top.node, finished);
        else {
          nodes++;
          top.node.children.push(finished);
        }
        if (nodes + this.#decoding.anchors.size > MAX_NODES) throw new YamlError("document has too many nodes", finished.start);
      }
      if (top === undefined) throw new YamlError("unknown problem parsing YAML content");
      step = this.#advance(top);
    }
  }

  #empty(at: Mark): Node {
    return scalarNode({ text: "", tag: "", implicit: true, start: at }, this.#decoding);
  }

  // Nodes ------------------------------------------------------------------------------------------------------------------------

  #parseNode(block: boolean, indentless: boolean): Step {
    const scanner = this.#scanner;
    let token = scanner.peek();
    if (token.kind === "alias") {
      scanner.skip();
      return this.#alias(token.name, token.start);
    }
    const start = token.start;
    let anchor: string | undefined;
    let tag: (Token & { kind: "tag" }) | undefined;
    for (let i = 0; i < 2; i++) {
      if (token.kind === "anchor" && anchor === undefined) anchor = token.name;
      else if (token.kind === "tag" && tag === undefined) tag = token;
      else break;
      scanner.skip();
      token = scanner.peek();
    }
    const tagName = tag === undefined ? "" : this.#resolveTag(tag, start);
    if (token.kind === "scalar") {
      scanner.skip();
      const implicit = (tagName === "" && token.style === "plain") || tagName === "!";
      const node = scalarNode({ text: token.text, tag: tagName, implicit, start }, this.#decoding);
      if (anchor !== undefined) this.#decoding.anchors.set(anchor, node);
      return node;
    }
    const opened = this.#openCollection(token, block, indentless);
    if (opened !== undefined) {
      const node: CollectionNode = {
        kind: opened.endsWith("sequence") ? "sequence" : "mapping",
        start,
        children: [],
        value: null,
        open: true,
        size: 0,
        aliased: 0,
      };
      if (anchor !== undefined) this.#decoding.anchors.set(anchor, node);
      this.#open(opened, node, token.start);
      if (opened !== "indentless-sequence") scanner.skip();
      return "opened";
    }
    if (anchor !== undefined || tagName !== "") {
      const node = scalarNode({ text: "", tag: tagName, implicit: tagName === "", start }, this.#decoding);
      if (anchor !== undefined) this.#decoding.anchors.set(anchor, node);
      return node;
    }
    parserError(token.start, "did not find expected node content", start);
  }

  #openCollection(token: Token, block: boolean, indentless: boolean): FrameKind | undefined {
    if (indentless && token.kind === "block-entry") return "indentless-sequence";
    if (token.kind === "flow-sequence-start") return "flow-sequence";
    if (token.kind === "flow-mapping-start") return "flow-mapping";
    if (block && token.kind === "block-sequence-start") return "block-sequence";
    if (block && token.kind === "block-mapping-start") return "block-mapping";
    return undefined;
  }

  #open(kind: FrameKind, node: CollectionNode, mark: Mark): void {
    this.#stack.push({ kind, node, mark, first: true, valueNext: false, bareKey: false });
  }

  #alias(name: string, at: Mark): Node {
    const target = this.#decoding.anchors.get(name);
    if (target === undefined) throw new YamlError(`unknown anchor '${name}' referenced`, at);
    return { kind: "alias", name, target, start: at };
  }

  #resolveTag(tag: Token & { kind: "tag" }, start: Mark): string {
    if (tag.handle === "") return tag.suffix;
    const prefix = this.#tags.get(tag.handle);
    if (prefix === undefined) parserError(tag.start, "found undefined tag handle", start);
    return prefix + tag.suffix;
  }

  // Collections ------------------------------------------------------------------------------------------------------------------

  #advance(frame: Frame): Step {
    switch (frame.kind) {
      case "block-sequence":
        return this.#advanceBlockSequence(frame);
      case "indentless-sequence":
        return this.#advanceIndentless();
      case "block-mapping":
        return frame.valueNext ? this.#blockValue(frame) : this.#blockKey(frame);
      case "flow-sequence":
        return this.#advanceFlowSequence(frame);
      case "flow-mapping":
        return frame.valueNext ? this.#flowValue(frame) : this.#flowKey(frame);
      case "flow-pair":
        return this.#advanceFlowPair(frame);
    }
  }

  #advanceBlockSequence(frame: Frame): Step {
    const token = this.#scanner.peek();
    if (token.kind === "block-entry") {
      this.#scanner.skip();
      const next = this.#scanner.peek().kind;
      return next === "block-entry" || next === "block-end" ? this.#empty(token.start) : this.#parseNode(true, false);
    }
    if (token.kind === "block-end") {
      this.#scanner.skip();
      return "closed";
    }
    parserError(token.start, "did not find expected '-' indicator", frame.mark);
  }

  #advanceIndentless(): Step {
    const token = this.#scanner.peek();
    if (token.kind !== "block-entry") return "closed";
    this.#scanner.skip();
    const next = this.#scanner.peek().kind;
    return next === "block-entry" || BLOCK_PAIR_END.has(next) ? this.#empty(token.start) : this.#parseNode(true, false);
  }

  #blockKey(frame: Frame): Step {
    const token = this.#scanner.peek();
    if (token.kind === "key") {
      this.#scanner.skip();
      frame.valueNext = true;
      return BLOCK_PAIR_END.has(this.#scanner.peek().kind) ? this.#empty(token.start) : this.#parseNode(true, true);
    }
    if (token.kind === "block-end") {
      this.#scanner.skip();
      return "closed";
    }
    parserError(token.start, "did not find expected key", frame.mark);
  }

  #blockValue(frame: Frame): Step {
    const token = this.#scanner.peek();
    frame.valueNext = false;
    if (token.kind !== "value") return this.#empty(token.start);
    this.#scanner.skip();
    return BLOCK_PAIR_END.has(this.#scanner.peek().kind) ? this.#empty(token.start) : this.#parseNode(true, true);
  }

  #skipFlowEntry(frame: Frame, end: string): void {
    if (frame.first) {
      frame.first = false;
      return;
    }
    const token = this.#scanner.peek();
    if (token.kind !== "flow-entry") parserError(token.start, `did not find expected ',' or '${end}'`, frame.mark);
    this.#scanner.skip();
  }

  #advanceFlowSequence(frame: Frame): Step {
    if (this.#scanner.peek().kind !== "flow-sequence-end") this.#skipFlowEntry(frame, "]");
    const token = this.#scanner.peek();
    if (token.kind === "flow-sequence-end") {
      this.#scanner.skip();
      return "closed";
    }
    if (token.kind !== "key") return this.#parseNode(false, false);
    this.#scanner.skip();
    const node: CollectionNode = {
      kind: "mapping",
      start: token.start,
      children: [],
      value: null,
      open: true,
      size: 0,
      aliased: 0,
    };
    this.#open("flow-pair", node, token.start);
    return "opened";
  }

  #advanceFlowPair(frame: Frame): Step {
    const { length } = frame.node.children;
    if (length === 2) return "closed";
    const token = this.#scanner.peek();
    const ends = token.kind === "flow-entry" || token.kind === "flow-sequence-end";
    if (length === 0) {
      if (token.kind !== "value" && !ends) return this.#parseNode(false, false);
      this.#scanner.skip();
      return this.#empty(token.start);
    }
    if (token.kind !== "value") return this.#empty(token.start);
    this.#scanner.skip();
    const next = this.#scanner.peek();
    return next.kind === "flow-entry" || next.kind === "flow-sequence-end" ? this.#empty(next.start) : this.#parseNode(false, false);
  }

  #flowKey(frame: Frame): Step {
    if (this.#scanner.peek().kind !== "flow-mapping-end") this.#skipFlowEntry(frame, "}");
    let token = this.#scanner.peek();
    if (token.kind === "flow-mapping-end") {
      this.#scanner.skip();
      return "closed";
    }
    frame.valueNext = true;
    frame.bareKey = token.kind !== "key";
    if (token.kind !== "key") return this.#parseNode(false, false);
    this.#scanner.skip();
    token = this.#scanner.peek();
    const ends = token.kind === "value" || token.kind === "flow-entry" || token.kind === "flow-mapping-end";
    return ends ? this.#empty(token.start) : this.#parseNode(false, false);
  }

  #flowValue(frame: Frame): Step {
    frame.valueNext = false;
    const token = this.#scanner.peek();
    if (frame.bareKey || token.kind !== "value") return this.#empty(token.start);
    this.#scanner.skip();
    const next = this.#scanner.peek();
    return next.kind === "flow-entry" || next.kind === "flow-mapping-end" ? this.#empty(next.start) : this.#parseNode(false, false);
  }
}
