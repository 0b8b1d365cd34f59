/** The costs of library calls that grow with their operands. https://kubernetes.io/docs/reference/using-api/cel/#runtime-cost-budget */
import { isMap, mapGet, mapKeys } from "../values/map.ts";
import { costSize } from "../values/size.ts";
import type { CelValue } from "../values/value.ts";
import type { CallCost } from "./declare.ts";

/** What walking over one character costs. */
const TRAVERSAL = 0.1;
/** What one character of a regular expression costs per unit of text. */
const REGEX_LENGTH = 0.25;

function sizeAt(args: readonly CelValue[], position: number): number {
  return costSize(args[position] ?? null);
}

/** A walk over the first operand. */
export const traversal: CallCost = (args) => Math.ceil(sizeAt(args, 0) * TRAVERSAL);

/** A walk over the first operand and the making of the result. */
export const doubleTraversal: CallCost = (args) => Math.ceil(sizeAt(args, 0) * 2 * TRAVERSAL);

/** A walk over both operands. */
export const bothTraversal: CallCost = (args) => Math.ceil((sizeAt(args, 0) + sizeAt(args, 1)) * TRAVERSAL);

/** A walk over the shorter operand. */
export const shorterTraversal: CallCost = (args) => Math.ceil(Math.min(sizeAt(args, 0), sizeAt(args, 1)) * TRAVERSAL);

/** A search for one text in another. */
export const search: CallCost = (args) => Math.ceil(sizeAt(args, 0) * TRAVERSAL) * Math.ceil(sizeAt(args, 1) * TRAVERSAL);

/** The matching of a text against a regular expression. */
export const regexMatch: CallCost = (args) => regexCost(sizeAt(args, 0), sizeAt(args, 1));

/** The cost of matching a text of one size against an expression of another. */
export function regexCost(textSize: number, patternSize: number): number {
  return Math.ceil((1 + textSize) * TRAVERSAL) * Math.ceil(patternSize * REGEX_LENGTH);
}

/** The making of a text that is the result. */
export const resultTraversal: CallCost = (_, result) => Math.ceil(costSize(result) * 2 * TRAVERSAL);

/** One unit. */
export const unit: CallCost = () => 1;

/** A visit of every element of the second operand. */
export const secondSize: CallCost = (args) => sizeAt(args, 1);

/** A walk through everything in the first operand, counting bytes of text and one for any other value. */
export const deepTraversal: CallCost = (args) => deepCost(args[0] ?? null);

function deepCost(value: CelValue): number {
  if (typeof value === "string") return Math.floor(utf8Length(value) * TRAVERSAL);
  if (value instanceof Uint8Array) return Math.floor(value.length * TRAVERSAL);
  if (Array.isArray(value)) return value.reduce((sum: number, each: CelValue) => sum + deepCost(each), 0);
  if (!isMap(value)) return 1;
  return mapKeys(value).reduce((sum: number, key) => sum + deepCost(key) + deepCost(mapGet(value, key) ?? null), 0);
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair is two units and four bytes.
    if (unit > 0x7f) length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}
