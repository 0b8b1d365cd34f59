/**
 * Checks literal format strings against the types of a literal list of arguments when the expression is compiled.
 * https://pkg.go.dev/github.com/google/cel-go/ext#Strings
 */
import type { CheckedTree } from "../check/check.ts";
import type { Call, Expr } from "../syntax/ast.ts";
import type { Issue } from "../syntax/issue.ts";
import { parseFormat, unfit } from "./format-clause.ts";

const PLAIN_KINDS = new Set("list map int uint double bool string timestamp bytes duration type null".split(" "));
const KINDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["s", PLAIN_KINDS],
  ["d", new Set(["int", "uint"])],
  ["f", new Set(["double", "string"])],
  ["e", new Set(["double", "string"])],
  ["b", new Set(["int", "uint", "bool"])],
  ["x", new Set(["int", "uint", "string", "bytes"])],
  ["X", new Set(["int", "uint", "string", "bytes"])],
  ["o", new Set(["int", "uint"])],
]);

/** Checks a literal format string against the types of a literal list of arguments. */
export function checkFormatCall(call: Call, checked: CheckedTree): Issue | undefined {
  const [args] = call.args;
  if (call.name !== "format" || call.args.length !== 1 || args?.kind !== "list") return undefined;
  if (call.target?.kind !== "literal" || typeof call.target.value !== "string") return undefined;
  let position = 0;
  for (const piece of parseFormat(call.target.value)) {
    if (piece.kind === "text") continue;
    const argument = args.elements[position]?.value;
    if (piece.kind === "wrong") return { at: call.at, message: piece.message };
    if (argument === undefined) return { at: call.at, message: `index ${position} out of range` };
    const bad = findUnfit(argument, piece.letter, checked);
    if (bad !== undefined) {
      const message = `error during formatting: ${unfit(piece.letter.toLowerCase(), checked.types.get(bad)?.name ?? "").message}`;
      return { at: bad.at, message };
    }
    position++;
  }
  if (args.elements.length <= position) return undefined;
  return { at: call.at, message: `too many arguments supplied to string.format (expected ${position}, got ${args.elements.length})` };
}

function findUnfit(argument: Expr, letter: string, checked: CheckedTree): Expr | undefined {
  const kind = checked.types.get(argument)?.kind ?? "dyn";
  if (kind !== "dyn" && !KINDS.get(letter)?.has(kind)) return argument;
  if (letter !== "s") return undefined;
  const inner = argument.kind === "list" ? argument.elements.map((element) => element.value) : entriesOf(argument);
  for (const part of inner) {
    const bad = findUnfit(part, letter, checked);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function entriesOf(argument: Expr): readonly Expr[] {
  return argument.kind === "map" ? argument.entries.flatMap((entry) => [entry.key, entry.value]) : [];
}
