/**
 * Explains differences that come from OPA's memory of calls: it keeps the result of a function under its arguments and takes `1.0` and `1` for the same
 * argument, though the function may show how a number is spelled. In: a question and our answer. Out: whether OPA agrees once the spelling is one
 * more argument of each call.
 */
import { type ast, type Module, walkNode } from "../../src/rego/index.ts";
import type { Answer, Question } from "../engine.ts";
import { difference } from "./judge.ts";
import type { Oracle } from "./oracle.ts";

/** OPA agrees once each call of a function has the text of its arguments as one more argument. */
export async function agreesWithoutMemory(
  question: Question,
  parsed: ReadonlyMap<string, Module>,
  ours: Answer,
  oracle: Oracle,
): Promise<boolean> {
  const functions = new Set(
    [...parsed.values()].flatMap(({ rules }) => rules.flatMap(({ head }) => (head.args ? [lastName(head.reference)] : []))),
  );
  if (functions.size === 0) return false;
  const modules = question.modules.map(([name, text]) => {
    const module = parsed.get(name);
    return [name, module === undefined ? text : told(text, 0, text.length, placesIn(module, functions))] as const;
  });
  return difference(ours, await oracle.ask({ ...question, modules })) === undefined;
}

/** The arguments of a call, or the parameters of a function. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly args: readonly { readonly start: number; readonly end: number }[];
  readonly isHead: boolean;
}

function placesIn(module: Module, functions: ReadonlySet<string>): readonly Place[] {
  const places: Place[] = [];
  const add = (args: readonly ast.Term[], isHead: boolean): void => {
    const spans = args.flatMap(({ span }) => (span === undefined ? [] : [{ start: span.start, end: span.end }]));
    const [first, last] = [spans[0], spans.at(-1)];
    if (first && last && spans.length === args.length) places.push({ start: first.start, end: last.end, args: spans, isHead });
  };
  walkNode(module, (node) => {
    if (node.kind === "rule" && node.head.args) add(node.head.args, true);
    if ((node.kind === "call" || node.kind === "call-expr") && functions.has(lastName(node.operator.path))) add(node.args, false);
    return true;
  });
  // An `else` has the head of its rule.
  const known = new Map(places.map((place) => [`${place.start} ${place.end}`, place]));
  return [...known.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

function lastName(reference: readonly ast.Term[]): string {
  const last = reference.at(-1);
  return last?.kind === "var" ? last.name : last?.kind === "string" ? last.value : "";
}

// Calls stand in the arguments of others, so each text is made from the inside.
function told(text: string, start: number, end: number, places: readonly Place[]): string {
  let made = "";
  let at = start;
  for (const place of places) {
    if (place.start < at || place.end > end || (place.start === start && place.end === end && place.args.length === 1)) continue;
    made += text.slice(at, place.start);
    const inner = places.filter((other) => other !== place);
    const args = place.args.map((arg) => told(text, arg.start, arg.end, inner)).join(", ");
    made += place.isHead ? `${args}, _` : `${args}, json.marshal([${args}])`;
    at = place.end;
  }
  return made + text.slice(at, end);
}
