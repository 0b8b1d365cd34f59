/** Pass `SetAnnotationSet`: gathers the annotations of all modules; what may be said once must not be said twice. */
import type { AnnotationSet } from "../annotation-set.ts";
import { buildAnnotationSet, emptyAnnotationSet } from "../annotation-set.ts";
import type { Compilation } from "../compilation.ts";

/** Gathers the annotations of all modules. */
export function setAnnotationSet(compilation: Compilation): void {
  if (compilation.modules.every(({ module }) => module.annotations.length === 0)) return;
  const { set, errors } = buildAnnotationSet(compilation.modules);
  compilation.annotations = new Gathered(set);
  compilation.report(...errors);
}

class Gathered {
  readonly set: AnnotationSet;

  constructor(set: AnnotationSet) {
    this.set = set;
  }
}

/** Returns what this pass gathered. */
export function annotationsOf(compilation: Compilation): AnnotationSet {
  return compilation.annotations instanceof Gathered ? compilation.annotations.set : emptyAnnotationSet;
}
