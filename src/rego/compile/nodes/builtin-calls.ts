/** How calls name builtins, and how many parameters a builtin's signature declares. */
import type { Builtin } from "../../builtins/define.ts";
import type { RefTerm, Term } from "../../syntax/ast.ts";
import { parseSignature } from "../../types/signature.ts";

/** Returns the number of parameters in a builtin's signature; those that may follow (`print`) are not counted. */
export function builtinArity(builtin: Builtin): number {
  return parseSignature(builtin.signature).args.length;
}

/** Tells whether a builtin gives no result (`print`). The text tells without reading every signature. */
export function isVoidBuiltin({ signature }: Builtin): boolean {
  return signature.endsWith("void") && parseSignature(signature).result === undefined;
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
