/**
 * Checks of literal arguments when an expression is compiled: regular expressions, durations, timestamps and format strings that can only
 * fail. Also the rule that elements of a list or map literal agree in type exactly.
 * https://kubernetes.io/docs/reference/using-api/cel/#type-checking
 */
import type { Environment } from "../environment.ts";
import type { Call, Expr } from "../syntax/ast.ts";
import { childrenOf } from "../syntax/ast.ts";
import type { Issue } from "../syntax/issue.ts";
import { type CelType, dynType, printType, sameType } from "../values/type.ts";
import type { CheckedTree } from "./check.ts";

// Arguments of these are lists of mixed values by nature.
const MIXED_ARGUMENTS: ReadonlySet<string> = new Set(["format"]);

/** Finds literals that can only fail. */
export function checkLiterals(checked: CheckedTree, environment: Environment): readonly Issue[] {
  const issues: Issue[] = [];
  if (environment.unchecked) return issues;
  const visit = (expr: Expr, exempt: boolean): void => {
    if (expr.kind === "call") checkCall(expr, { checked, environment }, issues);
    if (environment.homogeneous && !exempt) checkAggregate(expr, checked, issues);
    const mixed = exempt || (expr.kind === "call" && MIXED_ARGUMENTS.has(expr.name));
    for (const child of childrenOf(expr)) visit(child, mixed);
  };
  visit(checked.expr, false);
  return issues;
}

interface Context {
  readonly checked: CheckedTree;
  readonly environment: Environment;
}

function checkCall(expr: Call, { checked, environment }: Context, issues: Issue[]): void {
  for (const rule of environment.callChecks) {
    const issue = rule(expr, checked);
    if (issue !== undefined) issues.push(issue);
  }
  for (const rule of environment.literalChecks) {
    if (rule.name !== expr.name) continue;
    const argument = expr.args[rule.argument];
    if (argument?.kind !== "literal") continue;
    const message = rule.message(argument.value);
    if (message !== undefined) issues.push({ at: argument.at, message });
  }
}

function checkAggregate(expr: Expr, checked: CheckedTree, issues: Issue[]): void {
  if (expr.kind === "list") agree(expr.elements, checked, issues);
  if (expr.kind !== "map") return;
  agree(
    expr.entries.map((entry) => ({ value: entry.key, optional: false })),
    checked,
    issues,
  );
  agree(expr.entries, checked, issues);
}

function agree(elements: readonly { readonly value: Expr; readonly optional: boolean }[], checked: CheckedTree, issues: Issue[]): void {
  let expected: CelType | undefined;
  for (const { value, optional } of elements) {
    const type = elementType(checked.types.get(value) ?? dynType, optional);
    if (expected === undefined) expected = type;
    else if (!sameType(expected, type)) {
      issues.push({ at: value.at, message: `expected type '${printType(expected)}' but found '${printType(type)}'` });
      return;
    }
  }
}

function elementType(type: CelType, optional: boolean): CelType {
  return optional && type.name === "optional_type" ? (type.parameters[0] ?? dynType) : type;
}
