/** Puts a flat run of operands and operators in order of precedence; equal operators group to the left, `&&` and `||` stay flat. */
import { type Expr, OPERATORS } from "./ast.ts";

/** An operator as it stands in the text. */
export interface Operator {
  readonly text: string;
  readonly at: number;
}

const LEVELS: ReadonlyMap<string, number> = new Map([
  ["||", 1],
  ["&&", 2],
  ["<", 3],
  ["<=", 3],
  [">", 3],
  [">=", 3],
  ["==", 3],
  ["!=", 3],
  ["in", 3],
  ["+", 4],
  ["-", 4],
  ["*", 5],
  ["/", 5],
  ["%", 5],
]);

/** Builds the tree of a run; there is one operand more than operators. */
export function foldOperators(operands: readonly Expr[], operators: readonly Operator[]): Expr {
  const values: Expr[] = [];
  const pending: Operator[] = [];
  const reduce = () => {
    const operator = pending.pop();
    const right = values.pop();
    const left = values.pop();
    if (operator !== undefined && left !== undefined && right !== undefined) values.push(combine(operator, left, right));
  };
  for (const [i, operand] of operands.entries()) {
    values.push(operand);
    const operator = operators[i];
    if (operator === undefined) continue;
    while (pending.length > 0 && level(pending[pending.length - 1]) >= level(operator)) reduce();
    pending.push(operator);
  }
  while (pending.length > 0) reduce();
  return values[0] ?? { kind: "literal", at: 0, value: null };
}

function level(operator: Operator | undefined): number {
  return LEVELS.get(operator?.text ?? "") ?? 0;
}

function combine(operator: Operator, left: Expr, right: Expr): Expr {
  const name = operator.text === "in" ? OPERATORS.in : `_${operator.text}_`;
  const logical = name === OPERATORS.and || name === OPERATORS.or;
  // Brackets around the left part change nothing: the operator is associative, its treatment of errors included.
  if (logical && left.kind === "call" && left.name === name) {
    return { kind: "call", at: left.at, name, target: undefined, args: [...left.args, right] };
  }
  return { kind: "call", at: operator.at, name, target: undefined, args: [left, right] };
}
