/** The keys that an error offers instead of a wrong one, printed and in order: those of an object type or of every object in a union, or of a path. */
import type { Term } from "../../../syntax/ast.ts";
import { compareTerms } from "../../../syntax/compare.ts";
import { printTerm } from "../../../syntax/print.ts";
import type { MaybeType } from "../../../types/type.ts";
import { unwrapType } from "../../../types/type.ts";
import { compareValues } from "../../../values/compare.ts";
import { termText } from "../../../values/print.ts";
import type { Value } from "../../../values/value.ts";
import type { TypeNode } from "./type-tree.ts";
import { childrenOf } from "./type-tree.ts";

/** Returns the known keys of a type. */
export function keysKnownInType(type: MaybeType): readonly string[] {
  const keys = collect(type).toSorted(compareValues);
  // A key that several members of a union have is offered once; composite keys never are, as OPA compares them by identity.
  return keys.filter((key, at) => at === 0 || key !== keys[at - 1]).map((key) => termText(key));
}

function collect(type: MaybeType): readonly Value[] {
  const of = unwrapType(type);
  if (of?.kind === "object") return of.properties.map((property) => property.key);
  return of?.kind === "any" ? of.of.flatMap(collect) : [];
}

/** Returns the steps that lead on from a path. */
export function keysKnownAtNode(node: TypeNode): readonly string[] {
  const steps = childrenOf(node).flatMap((child): readonly Term[] => (child.key ? [child.key] : []));
  return steps.toSorted(compareTerms).map(printTerm);
}
