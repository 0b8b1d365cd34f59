/**
 * The types of `request` and `namespaceObject` in an admission policy, field by field, and the environment that has them beside `object`,
 * `oldObject` and `variables`. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#variable-composition
 */
import { type Environment, extendEnvironment, type StructFields } from "./environment.ts";
import { createKubernetesEnvironment } from "./kubernetes.ts";
import type { CelType } from "./values/type.ts";
import * as t from "./values/type.ts";

const { boolType, dynType, intType, stringType, timestampType } = t;
const strings = t.listOf(stringType);

function fields(...entries: readonly (readonly [string, CelType])[]): StructFields {
  return new Map(entries);
}

function texts(...names: readonly string[]): readonly (readonly [string, CelType])[] {
  return names.map((name) => [name, stringType] as const);
}

const gvk = t.structType("kubernetes.GroupVersionKind");
const gvr = t.structType("kubernetes.GroupVersionResource");
const userInfo = t.structType("kubernetes.UserInfo");
const request = t.structType("kubernetes.AdmissionRequest");
const namespace = t.structType("kubernetes.Namespace");
const namespaceMetadata = t.structType("kubernetes.NamespaceMetadata");
const namespaceSpec = t.structType("kubernetes.NamespaceSpec");
const namespaceStatus = t.structType("kubernetes.NamespaceStatus");
const namespaceCondition = t.structType("kubernetes.NamespaceCondition");
const variables = t.structType("kubernetes.variables");

const STRUCTS: readonly (readonly [CelType, StructFields])[] = [
  [gvk, fields(...texts("group", "version", "kind"))],
  [gvr, fields(...texts("group", "version", "resource"))],
  [userInfo, fields(...texts("username", "uid"), ["groups", strings], ["extra", t.mapOf(stringType, strings)])],
  [
    request,
    fields(
      ["kind", gvk],
      ["resource", gvr],
      ["requestKind", gvk],
      ["requestResource", gvr],
      ...texts("subResource", "requestSubResource", "name", "namespace", "operation"),
      ["userInfo", userInfo],
      ["dryRun", boolType],
      ["options", dynType],
    ),
  ],
  [
    namespaceMetadata,
    fields(
      // Kubernetes declares this one in capitals, though the object has it in small letters.
      ...texts("name", "generateName", "namespace", "UID", "resourceVersion"),
      ["labels", t.mapOf(stringType, stringType)],
      ["annotations", t.mapOf(stringType, stringType)],
      ["creationTimestamp", timestampType],
      ["deletionTimestamp", timestampType],
      ["deletionGracePeriodSeconds", intType],
      ["generation", intType],
      ["finalizers", strings],
    ),
  ],
  [namespaceSpec, fields(["finalizers", strings])],
  [namespaceCondition, fields(...texts("status", "type", "message", "reason"), ["lastTransitionTime", timestampType])],
  [namespaceStatus, fields(["phase", stringType], ["conditions", t.listOf(namespaceCondition)])],
  [namespace, fields(["metadata", namespaceMetadata], ["spec", namespaceSpec], ["status", namespaceStatus])],
];

/** Makes the environment of match conditions, validations and messages, without `params` and without user variables. */
export function createAdmissionEnvironment(): Environment {
  return extendEnvironment(createKubernetesEnvironment(), {
    structs: STRUCTS.map(([type, members]) => [type.name, members] as const),
    variables: [
      ["object", dynType],
      ["oldObject", dynType],
      ["namespaceObject", namespace],
      ["request", request],
      ["variables", variables],
    ],
  });
}

/** Adds the constraint as `params`, which only variables may see. */
export function withParams(environment: Environment): Environment {
  return extendEnvironment(environment, { variables: [["params", dynType]] });
}

/** Declares the fields of `variables`. */
export function withVariables(environment: Environment, members: StructFields): Environment {
  return extendEnvironment(environment, { structs: [[variables.name, members]] });
}

/** The type of the value bound to `variables`. */
export const variablesType = variables;

const KEPT: ReadonlySet<string> = new Set(["any", "bool", "bytes", "double", "duration", "int", "null", "string", "timestamp", "uint"]);

/** Yields the type a variable is declared with, given the type of its expression: what Kubernetes cannot name becomes dyn. */
export function variableType(type: CelType): CelType {
  if (KEPT.has(type.kind)) return type;
  if (type.kind === "list") return t.listOf(variableType(type.parameters[0] ?? dynType));
  if (type.kind === "map") return t.mapOf(variableType(type.parameters[0] ?? dynType), variableType(type.parameters[1] ?? dynType));
  return dynType;
}
