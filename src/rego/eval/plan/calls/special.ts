/**
 * Builtins that the evaluator plans itself: those that need to know where they stand or what halts an evaluation, and the hot ones whose closures save
 * a call. Every one gives the answer that its row in the table of builtins gives.
 */
import { Failure } from "../../../builtins/failure.ts";
import type { Span } from "../../../source/source.ts";
import { equalValues } from "../../../values/compare.ts";
import { displayText } from "../../../values/print.ts";
import { RegoSet } from "../../../values/rego-set.ts";
import type { Value } from "../../../values/value.ts";
import { recordFailure } from "../../runner.ts";
import { halt } from "../../stop.ts";
import { watchNote } from "../instrument.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, exprOf } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { compareCalls } from "./comparison.ts";
import { planSprintf } from "./sprintf.ts";

/** Plans one builtin's call; undefined leaves it to the table of builtins. */
export type PlanSpecial = (args: readonly Operand[], span: Span | undefined, planner: Planner) => Operand | undefined;

/** Builtins without a result: they succeed whatever happens. */
export const voidBuiltins: ReadonlySet<string> = new Set(["print", "internal.print", "internal.test_case"]);

/** Calls planned here, by name. */
export const specialCalls: ReadonlyMap<string, PlanSpecial> = new Map<string, PlanSpecial>([
  ["internal.print", planPrint],
  [
    "internal.test_case",
    ([first]) => (first ? computed(() => (exprOf(first)() === undefined ? undefined : true), COST.builtin, false) : undefined),
  ],
  ["internal.template_string", planTemplateString],
  ["sprintf", planSprintf],
  ["trace", planTrace],
  ...compareCalls,
]);

/** One text per combination of the members of the sets in a list; an empty set prints `<undefined>`. */
function eachLine(parts: Value, span: Span | undefined, visit: (texts: readonly string[]) => void): void {
  if (!Array.isArray(parts)) throw halt("eval_internal_error", "illegal argument type", span);
  const choices = (parts as readonly Value[]).map((part) => choicesOf(part, span));
  const texts: string[] = [];
  const fill = (at: number): void => {
    const choice = choices[at];
    if (!choice) {
      visit(texts);
      return;
    }
    for (const text of choice) {
      texts[at] = text;
      fill(at + 1);
    }
  };
  fill(0);
}

function choicesOf(part: Value, span: Span | undefined): readonly string[] {
  if (part instanceof RegoSet) return part.size === 0 ? ["<undefined>"] : part.sorted().map((member) => displayText(member));
  if (typeof part === "object" && part !== null && !isNumber(part)) {
    throw halt("eval_internal_error", `illegal argument type: ${Array.isArray(part) ? "array" : "object"}`, span);
  }
  return [displayText(part)];
}

function isNumber(value: Value): boolean {
  return equalValues(value, value) && typeof value === "object" && value !== null && "text" in value && "decimal" in value;
}

function planPrint(args: readonly Operand[], span: Span | undefined, planner: Planner): Operand | undefined {
  const [first] = args;
  if (!first) return undefined;
  const parts = exprOf(first);
  const { run } = planner;
  const expr = () => {
    const value = parts();
    if (value === undefined) return undefined;
    const { onPrint } = run;
    if (onPrint) eachLine(value, span, (texts) => onPrint(texts.join(" "), span));
    return true;
  };
  return computed(expr, COST.builtin, false);
}

function planTemplateString(args: readonly Operand[], span: Span | undefined): Operand | undefined {
  const [first] = args;
  if (!first) return undefined;
  const parts = exprOf(first);
  const expr = () => {
    const value = parts();
    if (value === undefined) return undefined;
    let count = 0;
    let text = "";
    eachLine(value, span, (texts) => {
      if (++count > 1) throw halt("eval_conflict_error", "template-strings must not produce multiple outputs", span);
      text = texts.join("");
    });
    return text;
  };
  return computed(expr, COST.builtin, false);
}

// Without a probe the builtin itself answers.
function planTrace(args: readonly Operand[], span: Span | undefined, planner: Planner): Operand | undefined {
  const [note] = args;
  const builtin = planner.builtin("trace");
  if (!note || !planner.probe || !builtin) return undefined;
  const { run } = planner;
  // What is no text fails as the builtin does.
  const otherwise = (value: Value): Value | undefined => {
    const result = builtin.call(run.context, value);
    return typeof result === "object" && result instanceof Failure ? recordFailure(run, result, span) : result;
  };
  return computed(watchNote(planner.probe, { kind: "expr", text: "", span, index: 0 }, exprOf(note), otherwise), COST.builtin, false);
}
