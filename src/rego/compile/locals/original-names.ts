/** Puts back the names that authors wrote, for messages. */
import type { Term } from "../../syntax/ast.ts";
import type { CompileScope } from "../compilation.ts";
import type { PartMapper } from "../nodes/build.ts";
import { mapExpression, mapParts, mapSame } from "../nodes/build.ts";

/** Returns a path with every renamed variable under its original name. */
export function originalPath({ originalNames }: Pick<CompileScope, "originalNames">, path: readonly Term[]): readonly Term[] {
  const mapper: PartMapper = {
    term(term) {
      if (term.kind !== "var") return mapParts(term, mapper);
      const name = originalNames.get(term.name);
      return name === undefined ? term : { ...term, name };
    },
    body: (body) => mapSame(body, mapper.expression),
    expression: (expression) => mapExpression(expression, mapper),
  };
  return mapSame(path, mapper.term);
}
