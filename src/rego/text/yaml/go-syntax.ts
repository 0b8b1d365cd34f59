/** Writes YAML nodes and doubles as Go prints them in its error texts (`%#v`) and in YAML. */
import { quote } from "../quote.ts";
import type { CollectionNode, Node } from "./decode.ts";
import type { Scalar } from "./resolve.ts";

// Error texts need no more than a glimpse of deep values, and the stack is finite.
const MAX_DEPTH = 100;

/** Returns a node as Go source text; `nil` is how a bare null is written. */
export function goSyntax(node: Node, nil = "interface {}(nil)", depth = 0): string {
  if (depth > MAX_DEPTH) return "...";
  if (node.kind === "alias") return goSyntax(node.target, nil, depth + 1);
  if (node.kind === "scalar") return goScalar(node.scalar, nil);
  const inner = (child: Node): string => goSyntax(child, undefined, depth + 1);
  if (node.kind === "sequence") return `[]interface {}{${node.children.map(inner).join(", ")}}`;
  return `map[interface {}]interface {}{${goEntries(node, inner).join(", ")}}`;
}

function goEntries(node: CollectionNode, inner: (child: Node) => string): readonly string[] {
  const entries: string[] = [];
  for (let i = 0; i + 1 < node.children.length; i += 2) {
    const [key, item] = [node.children[i], node.children[i + 1]];
    if (key !== undefined && item !== undefined) entries.push(`${inner(key)}:${inner(item)}`);
  }
  return entries.sort();
}

function goScalar(scalar: Scalar, nil: string): string {
  switch (scalar.kind) {
    case "null":
      return nil;
    case "string":
      return quote(scalar.value);
    case "float":
      return goFloat(scalar.value);
    default:
      return String(scalar.value);
  }
}

function goFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return shortFloat(value);
}

/**
 * Returns the shortest decimal text that `round` brings back to the number, in Go's `g` form: with an exponent when that is below -4 or
 * from 6 on.
 */
export function shortFloat(value: number, round: (x: number) => number = (x) => x): string {
  let scientific = value.toExponential();
  for (let digits = 0; digits < 17; digits++) {
    const shorter = value.toExponential(digits);
    if (round(Number(shorter)) === value) {
      scientific = shorter;
      break;
    }
  }
  const [mantissa = "0", power = "0"] = scientific.split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    const sign = exponent < 0 ? "-" : "+";
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return Number(scientific).toFixed(Math.max(0, mantissa.replace(/[-.]/g, "").length - 1 - exponent));
  return Object.is(value, -0) ? "-0" : String(Number(scientific));
}
