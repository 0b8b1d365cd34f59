/**
 * Explains differences between type errors: OPA changes a type where it stands in a union already, so that one rule changes what is known of
 * another. In: a question and both answers. Out: whether the difference is of that sort.
 */
import { type Module, positionOf, walkNode } from "../../src/rego/index.ts";
import type { Answer, Question } from "../engine.ts";
import { difference, shownOracle } from "./judge.ts";
import type { Oracle, OracleAnswer } from "./oracle.ts";

const MOST_TRIES = 20;

/** OPA prints a union with the same member twice, which it never makes; but for the types it says what we say. */
export function differsByRepeatedMember({ errorText }: Answer, theirs: OracleAnswer): boolean {
  const text = shownOracle(theirs);
  const plain = (types: string) => types.replaceAll(/^\t.*$/gm, "").replace("errors occurred:", "errors occurred");
  return plain(text) === plain(errorText) && [...text.matchAll(/any<(?=.)/g)].some(({ index }) => hasRepetition(text, index + 4));
}

function hasRepetition(text: string, start: number): boolean {
  const members = [""];
  for (let at = start, depth = 0; at < text.length && depth >= 0; at++) {
    const letter = text[at] ?? "";
    if ("<[".includes(letter)) depth++;
    if (">]".includes(letter)) depth--;
    if (letter === "," && depth === 0) members.push("");
    else if (depth >= 0) members[members.length - 1] += letter;
  }
  const distinct = new Set(members.map((member) => member.trim()));
  return distinct.size < members.length;
}

/** OPA agrees, or reports each type error that it misses, once the value of another rule is taken out. */
export async function agreesOnTypesAlone(
  question: Question,
  parsed: ReadonlyMap<string, Module>,
  ours: Answer,
  { oracle, theirs }: { readonly oracle: Oracle; readonly theirs: OracleAnswer },
): Promise<boolean> {
  if (!ours.errors.some(({ code }) => code === "rego_type_error")) return false;
  const said = shownOracle(theirs);
  const missed = ours.errors.filter(({ code, message, span }) => span === undefined || !said.includes(lineOf(code, message, span)));
  if (!missed.every(({ code, span }) => code === "rego_type_error" && span !== undefined)) return false;
  const rest = new Set(missed);
  for (const modules of withoutOneValue(question, parsed)) {
    const answer = await oracle.ask({ ...question, modules });
    if (difference(ours, answer) === undefined) return true;
    const text = shownOracle(answer);
    for (const error of missed) if (error.span && text.includes(lineOf(error.code, error.message, error.span))) rest.delete(error);
    if (missed.length > 0 && rest.size === 0) return true;
  }
  return false;
}

function lineOf(code: string, message: string, span: Parameters<typeof positionOf>[0]): string {
  return `${span.source.name}:${positionOf(span).row}: ${code}: ${message.split("\n")[0]}`;
}

/** The modules with the value of one rule, or of one of its `else` branches, put to 0. */
function withoutOneValue(question: Question, parsed: ReadonlyMap<string, Module>): readonly Question["modules"][] {
  const places = [...parsed].flatMap(([name, module]) => {
    const spans: { readonly name: string; readonly start: number; readonly end: number }[] = [];
    walkNode(module, (node) => {
      const span = node.kind === "rule" ? node.head.value?.span : undefined;
      if (span !== undefined && span.end > span.start) spans.push({ name, start: span.start, end: span.end });
      return true;
    });
    return spans;
  });
  return places
    .slice(0, MOST_TRIES)
    .map(({ name, start, end }) =>
      question.modules.map(([each, text]) => [each, each === name ? `${text.slice(0, start)}0${text.slice(end)}` : text] as const),
    );
}
