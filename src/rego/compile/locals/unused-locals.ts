/** Reports locals of a body that nothing uses: those of `some` and `every` always, those of `:=` in strict mode. */
import { compareStrings } from "../../../base/compare-strings.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Body, Expr } from "../../syntax/ast.ts";
import { isWildcard } from "../../syntax/names.ts";
import { compileError } from "../errors/errors.ts";
import { varsOfBody, varsOfExpression } from "../nodes/vars.ts";
import { declaredInExpression } from "./declared-vars.ts";
import { isGeneratedName, shownName } from "./local-names.ts";
import type { LocalScope, Occurrence } from "./local-scope.ts";

/** A body before and after renaming, with what is known of its names. */
export interface RenamedBody {
  readonly scope: LocalScope;
  readonly strict: boolean;
  /** Names are not checked after other errors. */
  readonly failed: boolean;
  readonly body: Body;
  readonly renamed: Body;
  /** Names used outside the body, by what it belongs to. */
  readonly used: ReadonlySet<string>;
}

/** Returns an error for each unused local of the innermost level. */
export function checkUnused(subject: RenamedBody): readonly Diagnostic[] {
  if (subject.failed) return [];
  const assigned = subject.strict ? unusedAssigned(subject) : [];
  return assigned.length > 0 ? assigned : unusedDeclared(subject);
}

function unusedAssigned({ scope, body, renamed, used }: RenamedBody): readonly Diagnostic[] {
  const suspects = namesBy(scope, "assigned").filter((name) => !isWildcard(name) && scope.countOf(name) <= 1);
  if (suspects.length === 0) return [];
  const usedNow = nowNamed(scope, used);
  const places = firstPlaces(renamed, varsOfExpression);
  return suspects
    .map((name) => ({ name, now: scope.top.renamed.get(name) ?? name }))
    .filter(({ now }) => !usedNow.has(now))
    .sort((a, b) => compareStrings(a.now, b.now))
    .map(({ name, now }) => {
      const at = places.get(now);
      return compileError(locationOf(at, body), `assigned var ${shownName(name)} unused`);
    });
}

function unusedDeclared({ scope, body, renamed, used }: RenamedBody): readonly Diagnostic[] {
  const declared = namesBy(scope, "declared");
  if (declared.length === 0) return [];
  const occurring = varsOfBody(renamed);
  const places = firstPlaces(body, declaredInExpression);
  for (const name of nowNamed(scope, used)) occurring.add(name);
  return declared
    .map((name) => ({ name, now: scope.top.renamed.get(name) ?? name }))
    .filter(({ name, now }) => !occurring.has(now) && !used.has(now) && !isGeneratedName(name))
    .sort((a, b) => compareStrings(a.now, b.now))
    .map(({ name }) => {
      const at = places.get(name);
      return compileError(locationOf(at, body), `declared var ${shownName(name)} unused`);
    });
}

/** Returns the first expression for each name. */
function firstPlaces(body: Body, namesIn: (expression: Expr) => ReadonlySet<string>): ReadonlyMap<string, Expr> {
  const places = new Map<string, Expr>();
  for (const expression of body) for (const name of namesIn(expression)) if (!places.has(name)) places.set(name, expression);
  return places;
}

function namesBy({ top }: LocalScope, how: Occurrence): readonly string[] {
  const names: string[] = [];
  for (const [name, each] of top.occurrence) if (each === how) names.push(name);
  return names;
}

function nowNamed(scope: LocalScope, names: ReadonlySet<string>): Set<string> {
  const now = new Set<string>();
  for (const name of names) now.add(scope.renamedTo(name) ?? name);
  return now;
}

function locationOf(found: Expr | undefined, body: Body): Expr["span"] {
  return (found ?? body[0])?.span;
}
