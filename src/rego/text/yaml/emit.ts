/**
 * Writes YAML nodes in block style as Go's writer does: keys in its natural order, sequences not indented under their key, strings
 * quoted when they would read as something else, literal blocks for texts of several lines, folding at 80 columns. In: a node; out: text.
 */

import { isBreak } from "./cursor.ts";
import type { CollectionNode, Node, ScalarNode } from "./decode.ts";
import { shortFloat } from "./go-syntax.ts";
import { naturalOrder } from "./key-order.ts";
import { analyse, wouldReadAsOther } from "./plain.ts";

const INDENT = 2;
// Go's default; a line may pass it, then the next space folds.
const WIDTH = 80;
// A longer key is written as `? key`.
const MAX_SIMPLE_KEY = 128;

/** A collection that is being written. `at` is the next child. */
interface Frame {
  readonly kind: "sequence" | "mapping";
  readonly children: readonly Node[];
  readonly outerIndent: number;
  at: number;
  simpleKey: boolean;
}

/** Returns the text of a node as one document. */
export function emitYaml(root: Node): string {
  const writer = new Writer();
  const frames: Frame[] = [];
  writer.node(root, { frames, inMapping: false, simpleKey: false });
  for (let top = frames.at(-1); top !== undefined; top = frames.at(-1)) {
    if (top.at >= top.children.length) {
      writer.indent = top.outerIndent;
      frames.pop();
    } else if (top.kind === "sequence") writer.item(top, frames);
    else writer.pair(top, frames);
  }
  writer.newLine();
  return writer.out;
}

interface Place {
  readonly frames: Frame[];
  readonly inMapping: boolean;
  readonly simpleKey: boolean;
}

class Writer {
  out = "";
  indent = -1;
  #column = 0;
  #whitespace = true;
  #indention = true;

  newLine(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) this.#put(" ".repeat(indent - this.#column));
    this.#whitespace = true;
    this.#indention = true;
  }

  item(frame: Frame, frames: Frame[]): void {
    const child = frame.children[frame.at++];
    if (child === undefined) return;
    this.newLine();
    this.#indicator("-", true, true);
    this.node(child, { frames, inMapping: false, simpleKey: false });
  }

  pair(frame: Frame, frames: Frame[]): void {
    const child = frame.children[frame.at++];
    if (child === undefined) return;
    if (frame.at % 2 === 1) {
      this.newLine();
      frame.simpleKey = isSimpleKey(child);
      if (!frame.simpleKey) this.#indicator("?", true, true);
      this.node(child, { frames, inMapping: true, simpleKey: frame.simpleKey });
      return;
    }
    if (frame.simpleKey) this.#indicator(":", false, false);
    else {
      this.newLine();
      this.#indicator(":", true, true);
    }
    this.node(child, { frames, inMapping: true, simpleKey: false });
  }

  node(node: Node, { frames, inMapping, simpleKey }: Place): void {
    if (node.kind === "alias") this.node(node.target, { frames, inMapping, simpleKey });
    else if (node.kind === "scalar") this.#scalar(node, simpleKey);
    else if (node.children.length > 0) this.#open(node, frames, inMapping);
    else {
      this.#indicator(node.kind === "sequence" ? "[" : "{", true, false);
      this.#indicator(node.kind === "sequence" ? "]" : "}", false, false);
    }
  }

  #open(node: CollectionNode, frames: Frame[], inMapping: boolean): void {
    const outerIndent = this.indent;
    // A sequence under a key starts in the key's own column.
    const level = node.kind === "sequence" && inMapping && !this.#indention;
    this.indent = this.indent < 0 ? 0 : level ? this.indent : this.indent + INDENT;
    const children = node.kind === "sequence" ? node.children : naturalOrder(node.children);
    frames.push({ kind: node.kind, children, outerIndent, at: 0, simpleKey: false });
  }

  #scalar(node: ScalarNode, simpleKey: boolean): void {
    const text = scalarText(node);
    const outerIndent = this.indent;
    this.indent = this.indent < 0 ? INDENT : this.indent + INDENT;
    const style = chooseStyle(node, text, simpleKey);
    if (style === "plain") this.#plain(text, !simpleKey);
    else if (style === "single") this.#single(text, !simpleKey);
    else if (style === "double") this.#double(text, !simpleKey);
    else this.#literal(text);
    this.indent = outerIndent;
  }

  #plain(text: string, fold: boolean): void {
    if (!this.#whitespace) this.#put(" ");
    this.#folded(text, fold, (_, i) => i > 0);
    this.#whitespace = false;
    this.#indention = false;
  }

  #single(text: string, fold: boolean): void {
    this.#indicator("'", true, false);
    this.#folded(text.replaceAll("'", "''"), fold, (letters, i) => i > 0 && i < letters.length - 1);
    this.#indicator("'", false, false);
    this.#whitespace = false;
    this.#indention = false;
  }

  // A single space may become a line break once the line is wide.
  #folded(text: string, fold: boolean, inside: (letters: readonly string[], i: number) => boolean): void {
    const letters = [...text];
    let spaces = false;
    for (const [i, letter] of letters.entries()) {
      if (letter === " " && fold && !spaces && this.#column > WIDTH && inside(letters, i) && letters[i + 1] !== " ") this.newLine();
      else this.#put(letter);
      spaces = letter === " ";
      if (!spaces) this.#indention = false;
    }
  }

  #double(text: string, fold: boolean): void {
    this.#indicator('"', true, false);
    const letters = [...text];
    // The writer looks for a byte order mark at the beginning of the text whichever letter it is about to write.
    const allEscaped = text.startsWith("\ufeff");
    let spaces = false;
    for (const [i, letter] of letters.entries()) {
      if (allEscaped || needsEscape(letter)) {
        this.#put(escapeLetter(letter));
        spaces = false;
      } else if (letter === " " && fold && !spaces && this.#column > WIDTH && i > 0 && i < letters.length - 1) {
        this.newLine();
        if (letters[i + 1] === " ") this.#put("\\");
        spaces = true;
      } else {
        this.#put(letter);
        spaces = letter === " ";
      }
    }
    this.#indicator('"', false, false);
    this.#whitespace = false;
    this.#indention = false;
  }

  #literal(text: string): void {
    this.#indicator("|", true, false);
    this.#indicator(blockHints(text), false, false);
    this.#break();
    this.#indention = true;
    this.#whitespace = true;
    let broken = true;
    for (const part of text.split(/([\r\n\u0085\u2028\u2029])/)) {
      if (part === "") continue;
      if (isBreak(part.charCodeAt(0))) {
        this.out += part;
        this.#column = 0;
        this.#indention = true;
        broken = true;
        continue;
      }
      if (broken) this.newLine();
      this.#put(part);
      this.#indention = false;
      broken = false;
    }
  }

  #indicator(text: string, needsSpace: boolean, indention: boolean): void {
    if (needsSpace && !this.#whitespace) this.#put(" ");
    this.#put(text);
    this.#whitespace = false;
    this.#indention = this.#indention && indention;
  }

  #put(text: string): void {
    this.out += text;
    this.#column += text.length;
  }

  #break(): void {
    this.out += "\n";
    this.#column = 0;
    this.#indention = true;
  }
}

function scalarText({ scalar }: ScalarNode): string {
  switch (scalar.kind) {
    case "null":
      return "null";
    case "float":
      return shortFloat(scalar.value);
    default:
      return String(scalar.value);
  }
}

function isSimpleKey(key: Node): boolean {
  if (key.kind !== "scalar") return false;
  const text = scalarText(key);
  return !/[\r\n\u0085\u2028\u2029]/.test(text) && utf8Length(text) <= MAX_SIMPLE_KEY;
}

function utf8Length(text: string): number {
  return text.length > MAX_SIMPLE_KEY ? text.length : new TextEncoder().encode(text).length;
}

function chooseStyle(node: ScalarNode, text: string, simpleKey: boolean): "plain" | "single" | "double" | "literal" {
  if (node.scalar.kind !== "string") return "plain";
  const { plainAllowed, singleAllowed, blockAllowed, multiline } = analyse(text);
  if (text.includes("\n") && !simpleKey) return blockAllowed ? "literal" : "double";
  if (wouldReadAsOther(text) || (simpleKey && multiline) || text.includes("\n")) return "double";
  if (plainAllowed && !(simpleKey && text === "")) return "plain";
  return singleAllowed ? "single" : "double";
}

function blockHints(text: string): string {
  const first = text.charCodeAt(0);
  const indentation = first === 0x20 || isBreak(first) ? String(INDENT) : "";
  if (!isBreak(text.charCodeAt(text.length - 1))) return `${indentation}-`;
  return text.length === 1 || isBreak(text.charCodeAt(text.length - 2)) ? `${indentation}+` : indentation;
}

function needsEscape(letter: string): boolean {
  return (
    letter === '"' || letter === "\\" || letter === "\n" || !/^[ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(letter)
  );
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\0", "0"],
  ["\x07", "a"],
  ["\b", "b"],
  ["\t", "t"],
  ["\n", "n"],
  ["\v", "v"],
  ["\f", "f"],
  ["\r", "r"],
  ["\x1b", "e"],
  ['"', '"'],
  ["\\", "\\"],
  ["\u0085", "N"],
  ["\u00a0", "_"],
  ["\u2028", "L"],
  ["\u2029", "P"],
]);

function escapeLetter(letter: string): string {
  const short = SHORT_ESCAPES.get(letter);
  if (short !== undefined) return `\\${short}`;
  const code = letter.codePointAt(0) ?? 0;
  const [mark, width] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${mark}${code.toString(16).toUpperCase().padStart(Number(width), "0")}`;
}
