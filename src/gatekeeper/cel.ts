/**
 * The door to CEL, apart from the room's other one, so that a run without CEL never loads the grammar: the engine for templates, and
 * expressions by themselves. https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */

export { wellKnownConstants, wellKnownTypes } from "./cel/check/well-known.ts";
export { type CelPolicy, createCelEngine } from "./cel/engine.ts";
export { createEnvironment, type Environment, type EnvironmentOptions, extendEnvironment, type StructFields } from "./cel/environment.ts";
export { createKubernetesEnvironment, kubernetesLibraries } from "./cel/kubernetes.ts";
export { bindingsLibrary } from "./cel/library/bindings.ts";
export type { FunctionDeclaration, Library, Overload } from "./cel/library/declare.ts";
export { encodersLibrary } from "./cel/library/encoders.ts";
export { mathLibrary } from "./cel/library/math.ts";
export { plainStringsLibrary } from "./cel/library/strings.ts";
export { type Bindings, compileExpression, type Evaluation, type Program, type ProgramResult } from "./cel/program.ts";
export { compileSchemaRules } from "./cel/schema-rules.ts";
export { type CelSource, readCelSource } from "./cel/source.ts";
export { isMap, mapGet, mapKeys } from "./cel/values/map.ts";
export { CelType, dynType, printFullType } from "./cel/values/type.ts";
export {
  CelDouble,
  CelDuration,
  CelError,
  CelMap,
  CelOpaque,
  CelOptional,
  type CelResult,
  CelTimestamp,
  CelUint,
  type CelValue,
} from "./cel/values/value.ts";
export {
  type BindingOptions,
  type BindingResult,
  bindingName,
  celSourceOf,
  generateBinding,
  generatePolicy,
  type VapOptions,
  type VapResult,
  type VapVersion,
  type WebhookScope,
} from "./cel/vap.ts";
