/**
 * Schemas that a host or a `schemas` annotation gives to documents: the global schema of `input`, and for one rule at a time those of the
 * annotations that hold for it, outer ones first so that inner ones win (https://www.openpolicyagent.org/docs/latest/policy-language/#schema).
 * A schema for a path below a known document replaces that part of its type.
 */
import type { Rule, Term } from "../../../syntax/ast.ts";
import type { MaybeType, ObjectType } from "../../../types/type.ts";
import { anyType, objectType, unwrapType } from "../../../types/type.ts";
import { compareValues } from "../../../values/compare.ts";
import type { Value } from "../../../values/value.ts";
import type { AnnotationSet, AttachedAnnotations } from "../../annotation-set.ts";
import { annotationsAbove, annotationsOfRule, pathText } from "../../annotation-set.ts";
import type { Compilation, CompileOptions } from "../../compilation.ts";
import { groundPrefix, pathOfRule } from "../../nodes/document-paths.ts";
import type { GraphNode } from "../../rule-graph.ts";
import { ruleOfNode } from "../../rule-graph.ts";
import { annotationsOf } from "../set-annotation-set.ts";
import { constantOf } from "./constants.ts";
import type { TypeEnvironment } from "./environment.ts";
import { referenceType } from "./environment.ts";
import type { SchemaAnnotation } from "./schema-annotations.ts";
import { schemaAnnotationsIn } from "./schema-annotations.ts";
import type { SchemaType } from "./schema-types.ts";
import { typeOfSchema } from "./schema-types.ts";
import type { TypeFault } from "./type-errors.ts";
import { typeError } from "./type-errors.ts";
import { createNode, putType } from "./type-tree.ts";

/** Adds the schemas that hold for a rule to its environment. */
export type ApplySchemas = (environment: TypeEnvironment, node: GraphNode) => readonly TypeFault[];

const INPUT_SCHEMA = "schema";

/** Returns the type that the host's schema gives to `input` everywhere. */
export function inputSchema({ schemas }: CompileOptions): SchemaType | undefined {
  return schemas?.has(INPUT_SCHEMA) ? typeOfSchema(schemas.get(INPUT_SCHEMA) as Value) : undefined;
}

/** Returns the function that adds the schemas of annotations, if the host wants them. */
export function createSchemaOverrides(compilation: Compilation): ApplySchemas {
  const { options } = compilation;
  if (!options.schemaAnnotations) return () => [];
  const set = annotationsOf(compilation);
  const byName = new Map<string, SchemaType>();
  return (environment, node) => {
    const faults: TypeFault[] = [];
    const rule = ruleOfNode(node);
    for (const annotation of annotationsFor(set, node, rule).flatMap(({ annotations }) => schemaAnnotationsIn(annotations))) {
      const found = schemaOf(options, annotation, byName);
      const error = found && "error" in found ? found.error : found && applySchema(environment, annotation.path, found.type);
      if (error !== undefined) faults.push(typeError(rule.span, error));
    }
    return faults;
  };
}

function annotationsFor(set: AnnotationSet, { address, branch }: GraphNode, rule: Rule): readonly AttachedAnnotations[] {
  const { state, index } = address;
  const home = state.module.package;
  const ofPackage = set.byPackage.get(pathText(home.path));
  const ofDocument = set.byPath.get(pathText(groundPrefix(pathOfRule(home, rule))));
  return [
    ...annotationsAbove(set, home.path),
    ...(ofPackage ? [ofPackage] : []),
    ...(ofDocument ? [ofDocument] : []),
    ...(branch === 0 ? annotationsOfRule(set, state, index) : []),
  ];
}

// Without schemas from the host, an annotation that names one says nothing.
function schemaOf(options: CompileOptions, annotation: SchemaAnnotation, byName: Map<string, SchemaType>): SchemaType | undefined {
  const { schema, definition } = annotation;
  if (schema === undefined) return typeOfSchema(definition);
  if (!options.schemas) return undefined;
  const known = byName.get(schema.name);
  if (known) return known;
  const raw = options.schemas.get(schema.name);
  const found = raw === undefined ? { error: `undefined schema: ${schema.text}` } : typeOfSchema(raw as Value);
  byName.set(schema.name, found);
  return found;
}

// Gives an error when the path has a step that is not constant.
function applySchema(environment: TypeEnvironment, path: readonly Term[], type: MaybeType): string | undefined {
  if (!type || path.length === 0) return undefined;
  const prefix = knownPrefix(environment, path);
  const known = prefix > 0 ? referenceType(environment, path.slice(0, prefix)) : undefined;
  environment.documents ??= createNode(undefined);
  if (!known || prefix === path.length) {
    putType(environment.documents, path, type);
    return undefined;
  }
  const steps = path.slice(prefix).map(constantOf);
  const keys = steps.filter((step) => step !== undefined);
  if (keys.length < steps.length) return "error getting key from value: reference is not constant";
  putType(environment.documents, path.slice(0, prefix), overrideType(keys, known, type));
  return undefined;
}

// The shortest front of the path that something is known about.
function knownPrefix(environment: TypeEnvironment, path: readonly Term[]): number {
  for (let length = 1; length < path.length; length++) if (referenceType(environment, path.slice(0, length))) return length;
  return path.length === 1 && referenceType(environment, path) ? 1 : 0;
}

// Replaces one part of a type, found by its keys.
function overrideType(keys: readonly Value[], type: MaybeType, part: MaybeType): MaybeType {
  const [key, ...rest] = keys;
  if (key === undefined) return part;
  const object = unwrapType(type);
  if (object?.kind !== "object") return nested(keys, part, { key: anyType, value: anyType });
  const known = object.properties.some((property) => compareValues(property.key, key) === 0);
  const properties = object.properties.map((property) =>
    compareValues(property.key, key) === 0 ? { key, type: overrideType(rest, property.type, part) } : property,
  );
  const added = known ? [] : nested(keys, part, object.rest).properties;
  return objectType([...properties, ...added], object.rest);
}

function nested(keys: readonly Value[], part: MaybeType, rest: ObjectType["rest"]): ObjectType {
  const [key = null, ...deeper] = keys;
  return objectType([{ key, type: deeper.length === 0 ? part : nested(deeper, part, rest) }], rest);
}
