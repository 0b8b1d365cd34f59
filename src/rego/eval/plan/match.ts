/**
 * Plans patterns: terms with unbound variables that a value is taken apart by. Inside a pattern nothing enumerates (references in it were bound
 * before), so a match is a function of its value. https://www.openpolicyagent.org/docs/latest/policy-language/#equality-assignment-comparison-and-unification
 */
import { invariant } from "../../../base/invariant.ts";
import type { ArrayTerm, ObjectTerm, Term } from "../../syntax/ast.ts";
import { getKey, isObject, sizeOf } from "../../values/object.ts";
import type { Value } from "../../values/value.ts";
import type { Expr, Match } from "../cells.ts";
import { equalsOperand } from "./equality.ts";
import { exprOf } from "./operand.ts";
import type { Planner, Scope } from "./planner.ts";
import { cellOf, isEvaluable, isUnbound } from "./planner.ts";

/** Plans a pattern; its variables are bound afterwards. */
export function planMatch(pattern: Term, scope: Scope, planner: Planner): Match {
  if (pattern.kind === "var" && isUnbound(pattern, scope)) {
    const cell = cellOf(scope, planner, pattern.name);
    scope.bound.add(pattern.name);
    return (value) => {
      cell.v = value;
      return true;
    };
  }
  if (isEvaluable(pattern, scope)) return equalsOperand(planner.term(pattern, scope));
  if (pattern.kind === "array") return matchArray(pattern, scope, planner);
  // Sets are compared whole, and a variable that is unbound is equal to nothing.
  if (pattern.kind === "set") return () => false;
  invariant(pattern.kind === "object", `a pattern of kind ${pattern.kind} has unbound variables`);
  return matchObject(pattern, scope, planner);
}

function matchArray(pattern: ArrayTerm, scope: Scope, planner: Planner): Match {
  const items = pattern.items.map((item) => planner.match(item, scope));
  return (value) => {
    if (!Array.isArray(value) || value.length !== items.length) return false;
    for (let i = 0; i < items.length; i++) if (!(items[i] as Match)(value[i] as Value)) return false;
    return true;
  };
}

function matchObject(pattern: ObjectTerm, scope: Scope, planner: Planner): Match {
  const entries = pattern.entries.map(([key, value]) => ({
    key: exprOf(planner.term(key, scope)),
    match: planner.match(value, scope),
  }));
  return (value) => {
    if (!isObject(value) || sizeOf(value) !== entries.length) return false;
    for (const { key, match } of entries) {
      const at = (key as Expr)();
      const found = at === undefined ? undefined : getKey(value, at);
      if (found === undefined || !match(found)) return false;
    }
    return true;
  };
}
