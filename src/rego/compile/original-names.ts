/** Puts back the names that authors wrote, for messages. */
import type { Term } from "../syntax/ast.ts";
import { mapParts, mapSame } from "./build.ts";
import type { CompileScope } from "./compilation.ts";

/** Returns a path with every renamed variable under its original name. */
export function originalPath({ originalNames }: Pick<CompileScope, "originalNames">, path: readonly Term[]): readonly Term[] {
  const change = (term: Term): Term => {
    if (term.kind !== "var") return mapParts(term, { term: change, body: (body) => body, expression: (expression) => expression });
    const name = originalNames.get(term.name);
    return name === undefined ? term : { ...term, name };
  };
  return mapSame(path, change);
}
