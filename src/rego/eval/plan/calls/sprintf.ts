/**
 * Plans `sprintf` with a constant format of plain verbs: the format is split when planned and strings, small integers, booleans and composites are
 * joined directly. Everything else goes to the builtin itself. https://pkg.go.dev/fmt
 */
import { Failure } from "../../../builtins/failure.ts";
import type { Span } from "../../../source/source.ts";
import { RegoNumber } from "../../../values/rego-number.ts";
import type { Value } from "../../../values/value.ts";
import type { Expr } from "../../cells.ts";
import { keepFixed } from "../../keep.ts";
import { recordFailure } from "../../runner.ts";
import type { Operand } from "../operand.ts";
import { COST, computed, costOf, exprOf, isTotal } from "../operand.ts";
import type { Planner } from "../planner.ts";
import { messageText } from "./sprintf-text.ts";

type Verb = "v" | "s" | "d";

interface Format {
  /** One text more than verbs. */
  readonly texts: readonly string[];
  readonly verbs: readonly Verb[];
}

/** Splits a format; undefined when it has more than plain verbs. */
function splitFormat(format: string): Format | undefined {
  const texts: string[] = [];
  const verbs: Verb[] = [];
  let text = "";
  for (let i = 0; i < format.length; i++) {
    const unit = format.charAt(i);
    if (unit !== "%") {
      text += unit;
      continue;
    }
    const verb = format.charAt(++i);
    if (verb === "%") text += "%";
    else if (verb === "v" || verb === "s" || verb === "d") {
      texts.push(text);
      verbs.push(verb);
      text = "";
    } else return undefined;
  }
  texts.push(text);
  return { texts, verbs };
}

/** Returns an argument's text under a verb; undefined for what only the builtin knows to format. */
function plainText(value: Value, verb: Verb, spend: (characters: number) => void): string | undefined {
  if (typeof value === "string") return verb === "d" ? undefined : value;
  if (typeof value === "number") return verb === "s" || !Number.isSafeInteger(value) ? undefined : String(value);
  if (verb === "d" || value instanceof RegoNumber) return undefined;
  if (typeof value === "boolean") return value ? "true" : "false";
  return value === null ? "null" : messageText(value, spend);
}

/** Plans `sprintf`; undefined leaves it to the builtin. */
export function planSprintf(args: readonly Operand[], span: Span | undefined, planner: Planner): Operand | undefined {
  const [format, values] = args;
  const builtin = planner.builtin("sprintf");
  if (!builtin || format?.kind !== "constant" || typeof format.value !== "string" || values?.kind !== "expr" || !values.parts)
    return undefined;
  const split = splitFormat(format.value);
  if (!split || split.verbs.length !== values.parts.length) return undefined;
  const { run } = planner;
  const { texts, verbs } = split;
  const parts = values.parts.map(exprOf);
  const text = format.value;
  const slow = (list: readonly Value[]): Value | undefined => {
    const result = builtin.call(run.context, text, list);
    return result instanceof Failure ? recordFailure(run, result, span) : result;
  };
  const spend = (units: number): void => run.context.spend(units);
  const count = parts.length;
  const fixed = values.parts.map((part) => part.kind === "path" && part.fixed === true);
  // The text of a constraint's parameter is the same for every review.
  const fixedTexts = parts.map((part, i) =>
    keepFixed(() => {
      const value = part();
      return value === undefined ? undefined : plainText(value, verbs[i] as Verb, spend);
    }, run),
  );
  const expr: Expr = () => {
    let made: string | undefined = texts[0] as string;
    for (let i = 0; i < count; i++) {
      const value = (parts[i] as Expr)();
      if (value === undefined) return undefined;
      if (made === undefined) continue;
      const piece = fixed[i] ? fixedTexts[i]?.() : plainText(value, verbs[i] as Verb, spend);
      made = piece === undefined ? undefined : made + piece + texts[i + 1];
    }
    // Asked again for the builtin: what was defined is so again, and this way is rare.
    if (made === undefined) return slow(parts.map((part) => part() as Value));
    spend(made.length);
    return made;
  };
  return computed(expr, costOf(values) + COST.builtin, isTotal(values));
}
