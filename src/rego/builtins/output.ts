/**
 * What a policy says on the side: notes in the trace and printed lines. The compiler turns `print(x)` into `internal.print([{x}])`, one set for
 * each argument, so that an argument may have no value or several. https://www.openpolicyagent.org/docs/latest/policy-reference/#debugging
 */
import { displayText } from "../values/print.ts";
import { RegoSet } from "../values/rego-set.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { array, builtinError, row, string } from "./operands.ts";

/** Calls `visit` with the texts of every combination of members; an empty set reads `<undefined>`, a scalar stands for itself. */
function eachCombination(context: BuiltinContext, parts: readonly Value[], visit: (texts: readonly string[]) => void): void {
  const choices = parts.map((part) => {
    if (!(part instanceof RegoSet)) return [displayText(part)];
    return part.size === 0 ? ["<undefined>"] : part.sorted().map((member) => displayText(member));
  });
  const count = choices.reduce((product, texts) => product * texts.length, 1);
  for (let number = 0; number < count; number++) {
    context.spend(choices.length);
    // The number read as digits of mixed base, the last argument changing fastest.
    let rest = number;
    const texts: string[] = [];
    for (const options of choices.toReversed()) {
      texts.unshift(options[rest % options.length] ?? "");
      rest = Math.floor(rest / options.length);
    }
    visit(texts);
  }
}

function print(context: BuiltinContext, parts: readonly Value[]): BuiltinResult {
  eachCombination(context, parts, (texts) => context.print(texts.join(" ")));
  return true;
}

function templateString(context: BuiltinContext, parts: readonly Value[]): BuiltinResult {
  if (parts.some((part) => part instanceof RegoSet && part.size > 1))
    return builtinError("internal.template_string", "template-strings must not produce multiple outputs");
  let text = "";
  eachCombination(context, parts, (texts) => {
    text = texts.join("");
  });
  return text;
}

/** The rows of this family. */
export const output: readonly Builtin[] = [
  row("trace", "(note: string) => result: boolean", [string], () => true),
  define("print", "(...any) => void", (context, ...values) => {
    context.print(values.map((value) => displayText(value)).join(" "));
    return true;
  }),
  row("internal.print", "(array[set[any]]) => void", [array], print),
  row("internal.template_string", "(array[any]) => string", [array], templateString),
  row("internal.test_case", "(array[any]) => void", [array], () => true),
];
