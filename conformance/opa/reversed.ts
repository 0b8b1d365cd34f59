/**
 * Explains differences that come from the order of a body: OPA may put an expression before what binds its variables. In: a question and our
 * answer. Out: whether OPA agrees once a body is written the other way round, two neighbours in it have changed places, or a comprehension,
 * which makes OPA order the body anew and forget what stands beside it, is gone.
 */
import { type ast, type Module, textOf, walkNode } from "../../src/rego/index.ts";
import type { Answer, Question } from "../engine.ts";
import { difference } from "./judge.ts";
import type { Oracle } from "./oracle.ts";

const MOST_TRIES = 60;

/** A piece of a module's text and what to put there. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Asks OPA with each body in another order, one at a time. */
export async function agreesReversed(
  question: Question,
  parsed: ReadonlyMap<string, Module>,
  ours: Answer,
  oracle: Oracle,
): Promise<boolean> {
  const edits = question.modules.flatMap(([name]) => {
    const module = parsed.get(name);
    if (module === undefined) return [];
    return [...bodiesIn(module).flatMap(reordered), ...withoutClosures(module)].map((edit) => ({ name, edit }));
  });
  for (const { name, edit } of edits.slice(0, MOST_TRIES)) {
    const modules = question.modules.map(
      ([each, text]) => [each, each === name ? text.slice(0, edit.start) + edit.text + text.slice(edit.end) : text] as const,
    );
    if (difference(ours, await oracle.ask({ ...question, modules })) === undefined) return true;
  }
  return false;
}

function bodiesIn(module: Module): readonly ast.Body[] {
  const bodies: ast.Body[] = [];
  walkNode(module, (node) => {
    if ("body" in node && Array.isArray(node.body)) bodies.push(node.body);
    return true;
  });
  return bodies;
}

// As wide as before, so that nothing moves.
function withoutClosures(module: Module): readonly Edit[] {
  const edits: Edit[] = [];
  walkNode(module, (node) => {
    if (!node.kind.endsWith("-comprehension") || node.span === undefined) return true;
    const { start, end } = node.span;
    edits.push({ start, end, text: "0".padEnd(end - start) });
    return false;
  });
  return edits;
}

// What stands between the expressions stays, so that no line moves.
function reordered(body: ast.Body): readonly Edit[] {
  const spans = body.flatMap(({ span }) => (span === undefined ? [] : [span]));
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined || spans.length < 2 || spans.length < body.length) return [];
  const between = spans.slice(1).map((span, i) => span.source.text.slice(spans[i]?.end, span.start));
  const texts = spans.map(textOf);
  const swapped = texts.slice(1).map((text, i) => texts.toSpliced(i, 2, text, texts[i] ?? ""));
  return [texts.toReversed(), ...(texts.length > 2 ? swapped : [])].map((order) => ({
    start: first.start,
    end: last.end,
    text: order.map((text, i) => text + (between[i] ?? "")).join(""),
  }));
}
