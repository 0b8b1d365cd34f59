/** Words the errors of variables that nothing binds: each once, at the first expression that has it. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Span } from "../../source/source.ts";
import { compareSpans, errorAt } from "../errors/errors.ts";
import { isGeneratedName, shownName } from "../locals/local-names.ts";
import type { UnsafeExpression } from "./order-for-safety.ts";

const FUTURE_KEYWORDS: ReadonlySet<string> = new Set(["in", "every", "contains", "if", "not", "and", "or"]);

/** Returns the errors, by location. */
export function safetyErrors(unsafe: readonly UnsafeExpression[], originalNames: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const places = new Map<string, Span | undefined>();
  for (const { expression, vars } of unsafe) {
    for (const name of vars) {
      if (!places.has(name) || compareSpans(places.get(name), expression.span) > 0) places.set(name, expression.span);
    }
  }
  const named = [...places]
    .map(([name, span]) => ({ name: originalNames.get(name) ?? name, span }))
    .filter(({ name }) => !isGeneratedName(name))
    .sort((a, b) => compareSpans(a.span, b.span))
    .map(({ name, span }) => errorAt("rego_unsafe_var_error", span, unsafeText(name)));
  return named.length > 0 ? named : unnamedErrors(unsafe);
}

function unsafeText(name: string): string {
  if (FUTURE_KEYWORDS.has(name)) return `var ${name} is unsafe (hint: \`import future.keywords.${name}\` to import a future keyword)`;
  return `var ${shownName(name)} is unsafe`;
}

/** Where only made-up variables are unsafe their names would tell an author nothing: the expressions are named, one per variable at most. */
function unnamedErrors(unsafe: readonly UnsafeExpression[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  const errors: Diagnostic[] = [];
  for (const { expression, vars } of [...unsafe].sort((a, b) => compareSpans(a.expression.span, b.expression.span))) {
    const before = seen.size;
    for (const name of vars) if (isGeneratedName(name)) seen.add(name);
    if (seen.size > before) errors.push(errorAt("rego_unsafe_var_error", expression.span, "expression is unsafe"));
  }
  return errors;
}
