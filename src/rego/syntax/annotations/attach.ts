/**
 * Finds the statement that each block of annotations belongs to, checks that its scope fits, and lists on each rule the annotations that
 * hold for it. In: annotations and the statements of a module. Out: both, attached, and faults.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#annotations
 */
import { positionOf } from "../../source/position.ts";
import type { Annotations, Import, Package, Rule, Term } from "../ast.ts";
import { equalRefs } from "../compare.ts";
import { isGround } from "../ground.ts";
import type { AnnotationFault, UnattachedAnnotations } from "./read.ts";

type Statement = Package | Import | Rule;

/** The statements of a module, in the order of the text, and its rules. */
export interface Attachable {
  readonly statements: readonly Statement[];
  readonly rules: readonly Rule[];
}

/** What annotations and rules become, and what is wrong. */
export interface Attached {
  readonly annotations: readonly Annotations[];
  readonly rules: readonly Rule[];
  readonly faults: readonly AnnotationFault[];
}

/** Attaches annotations to the statements that follow them. */
export function attachAnnotations(unattached: readonly UnattachedAnnotations[], { statements, rules }: Attachable): Attached {
  const faults: AnnotationFault[] = [];
  const placed: Placed[] = [];
  for (const each of unattached) {
    const row = each.span === undefined ? 0 : positionOf(each.span).row;
    const target = statements.find((statement) => rowOf(statement) > row);
    const scope = each.scope === "" ? usualScope(target, each.entrypoint) : each.scope;
    const messages = [scopeFault(scope, target), entrypointFault(scope, each.entrypoint)].filter((message) => message !== undefined);
    for (const message of messages) faults.push({ message, span: each.span });
    if (messages.length > 0 || !isScope(scope)) continue;
    const annotations: Annotations = { kind: "annotations", span: each.span, scope, fields: each.fields, endRow: each.endRow };
    placed.push({ annotations, row, path: target?.kind === "rule" ? groundPrefix(target) : undefined });
  }
  if (faults.length > 0) return { annotations: [], rules, faults };
  return { annotations: placed.map(({ annotations }) => annotations), rules: annotateRules(rules, placed), faults };
}

interface Placed {
  readonly annotations: Annotations;
  readonly row: number;
  /** The name of the rule that they stand at. */
  readonly path: readonly [Term, ...Term[]] | undefined;
}

function rowOf({ span }: Statement): number {
  return span === undefined ? 0 : positionOf(span).row;
}

function usualScope(target: Statement | undefined, entrypoint: boolean): string {
  switch (target?.kind) {
    case "rule":
      return entrypoint ? "document" : "rule";
    case "package":
      return "package";
    case "import":
      // No scope at all; the complaint about it names what the block stands at.
      return "import";
    default:
      return "";
  }
}

function isScope(scope: string): scope is Annotations["scope"] {
  return scope === "rule" || scope === "document" || scope === "package" || scope === "subpackages";
}

function scopeFault(scope: string, target: Statement | undefined): string | undefined {
  if (!isScope(scope)) return `invalid annotation scope '${scope}'. Use one of 'rule', 'document', 'package', or 'subpackages'`;
  const wanted = scope === "rule" || scope === "document" ? "rule" : "package";
  if (target?.kind === wanted) return undefined;
  return `annotation scope '${scope}' must be applied to ${wanted}${target === undefined ? "" : ` (have ${target.kind})`}`;
}

function entrypointFault(scope: string, entrypoint: boolean): string | undefined {
  if (!entrypoint || scope === "document" || scope === "package") return undefined;
  return `annotation entrypoint applied to non-document or package scope '${scope}'`;
}

/** The name of a rule up to its first variable. */
function groundPrefix({ head: { reference } }: Rule): readonly [Term, ...Term[]] {
  const [root, ...steps] = reference;
  const open = steps.findIndex((step) => !isGround(step));
  return [root, ...(open < 0 ? steps : steps.slice(0, open))];
}

/** A block of scope `document` holds for every rule of the name, one of scope `rule` for the next rule after it only. */
function annotateRules(rules: readonly Rule[], placed: readonly Placed[]): readonly Rule[] {
  if (placed.length === 0) return rules;
  const left = [...placed];
  return rules.map((rule) => {
    const name = groundPrefix(rule);
    const row = rowOf(rule);
    const held = left.filter((each) => {
      if (each.path === undefined || !equalRefs(each.path, name)) return false;
      return each.annotations.scope === "document" || (each.annotations.scope === "rule" && row > each.row);
    });
    const own = held.findLast(({ annotations }) => annotations.scope === "rule");
    if (own !== undefined) left.splice(left.indexOf(own), 1);
    return held.length === 0 ? rule : { ...rule, annotations: held.map(({ annotations }) => annotations) };
  });
}
