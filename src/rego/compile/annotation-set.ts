/**
 * The annotations of all modules, by what they are about: a rule, a document (all rules of one path), a package, or a package and those
 * below it. From the annotations that the parser attached to modules; see
 * https://www.openpolicyagent.org/docs/latest/policy-language/#metadata
 */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { renderLocation } from "../diagnostic/render.ts";
import { positionOf } from "../source/position.ts";
import type { Annotations, Rule, Term } from "../syntax/ast.ts";
import type { ModuleState } from "./compilation.ts";
import { typeError } from "./errors/errors.ts";
import { groundPrefix, pathOfRule } from "./nodes/document-paths.ts";

/** Annotations, and the path of the package or rule that they stand above. */
export interface AttachedAnnotations {
  readonly annotations: Annotations;
  readonly path: readonly Term[];
}

/** All annotations of a policy. */
export interface AnnotationSet {
  /** By module, then by the index of the rule; in the order of the source. */
  readonly byRule: ReadonlyMap<ModuleState, ReadonlyMap<number, readonly AttachedAnnotations[]>>;
  readonly byPackage: ReadonlyMap<string, AttachedAnnotations>;
  /** Of documents and of packages with those below, by path. */
  readonly byPath: ReadonlyMap<string, AttachedAnnotations>;
}

/** A set without annotations. */
export const emptyAnnotationSet: AnnotationSet = { byRule: new Map(), byPackage: new Map(), byPath: new Map() };

/** Returns a text that equal paths share. */
export function pathText(path: readonly Term[]): string {
  return JSON.stringify(path.map(stepText));
}

function stepText(step: Term): string {
  if (step.kind === "string") return `"${step.value}`;
  if (step.kind === "var") return step.name;
  return step.kind === "number" ? step.text : step.kind === "boolean" ? String(step.value) : step.kind;
}

/** Builds the set, or tells which annotations say twice what may be said once. */
export function buildAnnotationSet(modules: readonly ModuleState[]): {
  readonly set: AnnotationSet;
  readonly errors: readonly Diagnostic[];
} {
  const byRule = new Map<ModuleState, Map<number, AttachedAnnotations[]>>();
  const byPackage = new Map<string, AttachedAnnotations>();
  const byPath = new Map<string, AttachedAnnotations>();
  const errors: Diagnostic[] = [];
  const putOnce = (map: Map<string, AttachedAnnotations>, attached: AttachedAnnotations): void => {
    const key = pathText(attached.path);
    const other = map.get(key);
    if (other) errors.push(redeclared(attached.annotations, other.annotations));
    else map.set(key, attached);
  };
  for (const state of modules) {
    for (const annotations of state.module.annotations) {
      if (annotations.scope === "package" || annotations.scope === "subpackages") {
        putOnce(annotations.scope === "package" ? byPackage : byPath, { annotations, path: state.module.package.path });
        continue;
      }
      const index = ruleBelow(state, annotations);
      const rule = state.rules[index];
      if (!rule) continue;
      const attached = { annotations, path: groundPrefix(pathOfRule(state.module.package, rule)) };
      if (annotations.scope === "document") putOnce(byPath, attached);
      else append(byRule, state, index, attached);
    }
  }
  return { set: { byRule, byPackage, byPath }, errors };
}

function append(
  byRule: Map<ModuleState, Map<number, AttachedAnnotations[]>>,
  state: ModuleState,
  index: number,
  attached: AttachedAnnotations,
): void {
  const ofModule = byRule.get(state) ?? new Map<number, AttachedAnnotations[]>();
  byRule.set(state, ofModule);
  ofModule.set(index, [...(ofModule.get(index) ?? []), attached]);
}

// Annotations belong to the first rule that starts below their first line.
function ruleBelow(state: ModuleState, annotations: Annotations): number {
  if (!annotations.span) return -1;
  const { row } = positionOf(annotations.span);
  return state.rules.findIndex(({ span }) => span !== undefined && positionOf(span).row > row);
}

function redeclared(annotations: Annotations, other: Annotations): Diagnostic {
  const place = renderLocation({ code: "rego_type_error", message: "", span: other.span, notes: [] });
  return typeError(annotations.span, `${annotations.scope} annotation redeclared: ${place}`);
}

/** Returns the annotations above one rule. */
export function annotationsOfRule(set: AnnotationSet, state: ModuleState, index: number): readonly AttachedAnnotations[] {
  return set.byRule.get(state)?.get(index) ?? [];
}

/** Returns the annotations of the packages above a path and of the path itself, outermost first. */
export function annotationsAbove(set: AnnotationSet, path: readonly Term[]): readonly AttachedAnnotations[] {
  if (set.byPath.size === 0) return [];
  return path.flatMap((_, at) => set.byPath.get(pathText(path.slice(0, at + 1))) ?? []);
}

/**
 * Returns what leads from a rule outwards: its own annotations, nearest first, then those of its document, its package and the packages
 * above. The first entry always stands for the rule, with or without annotations.
 */
export function annotationChain(
  set: AnnotationSet,
  state: ModuleState,
  index: number,
  rule: Rule,
): readonly { readonly path: readonly Term[]; readonly annotations: Annotations | undefined }[] {
  const packagePath = state.module.package.path;
  const path = groundPrefix(pathOfRule(state.module.package, rule));
  const own = annotationsOfRule(set, state, index);
  const document = set.byPath.get(pathText(path));
  const ofPackage = set.byPackage.get(pathText(packagePath));
  return [
    ...(own.length > 0 ? [...own].reverse() : [{ path, annotations: undefined }]),
    ...(document ? [document] : []),
    ...(ofPackage ? [ofPackage] : []),
    ...[...annotationsAbove(set, packagePath)].reverse(),
  ];
}
