/** How calls name builtins, and how many parameters a builtin's signature declares. */
import type { Builtin } from "../builtins/define.ts";
import type { RefTerm, Term } from "../syntax/ast.ts";

const arities = new WeakMap<Builtin, number>();

/** Returns the number of parameters in a builtin's signature. */
export function builtinArity(builtin: Builtin): number {
  const known = arities.get(builtin);
  if (known !== undefined) return known;
  const arity = countParameters(builtin.signature);
  arities.set(builtin, arity);
  return arity;
}

function countParameters(signature: string): number {
  let depth = 0;
  let commas = 0;
  let empty = true;
  for (let i = signature.indexOf("("); i < signature.length; i++) {
    const unit = signature[i] ?? "";
    if ("([<{".includes(unit)) depth++;
    else if (")]}".includes(unit) || (unit === ">" && signature[i - 1] !== "=")) depth--;
    else if (unit === "," && depth === 1) commas++;
    else if (unit !== " ") empty = false;
    if (depth === 0) break;
  }
  return empty ? 0 : commas + 1;
}

/** Returns an operator's name as builtins are named (`io.jwt.decode`), or nothing when it has other steps than strings. */
export function dottedName(operator: readonly Term[]): string | undefined {
  const [head] = operator;
  if (head?.kind !== "var") return undefined;
  let name = head.name;
  for (let i = 1; i < operator.length; i++) {
    const step = operator[i];
    if (step?.kind !== "string") return undefined;
    name += `.${step.value}`;
  }
  return name;
}

/** Makes an operator from a builtin's name. */
export function operatorNamed(name: string): RefTerm {
  const [head = name, ...steps] = name.split(".");
  return {
    kind: "ref",
    path: [{ kind: "var", name: head, span: undefined }, ...steps.map((value): Term => ({ kind: "string", value, span: undefined }))],
    span: undefined,
  };
}

/** Tells whether an operator is the global builtin of that name. */
export function isOperator(operator: RefTerm, name: string): boolean {
  const [head] = operator.path;
  return operator.path.length === 1 && head.kind === "var" && head.name === name;
}
