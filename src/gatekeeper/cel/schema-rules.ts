/**
 * Compiles the CEL rules of a schema: `self` and `oldSelf` have the type the schema gives them. Rules in, what is wrong with each out, in
 * the words of Kubernetes. What a rule may cost at most is not estimated: the API server does that when it stores the definition.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { CompiledRule, RuleCompiler, SchemaRule } from "../manifest/schema/rules.ts";
import { type Environment, extendEnvironment } from "./environment.ts";
import { createKubernetesEnvironment } from "./kubernetes.ts";
import { compileExpression, type ProgramResult } from "./program.ts";
import { declareSchema } from "./schema-types.ts";
import { boolType, type CelType, optionalOf, sameType, stringType } from "./values/type.ts";

const OLD = "oldSelf";

let shared: Environment | undefined;

/** Compiles the rules of one schema. */
export const compileSchemaRules: RuleCompiler = (schema, rules) => {
  if (rules.length === 0) return [];
  const declared = declareSchema(schema, "selfType");
  if (declared === undefined) return { error: "unable to convert structural schema to CEL declarations" };
  shared ??= createKubernetesEnvironment();
  const { type, structs } = declared;
  const base = extendEnvironment(shared, { structs, variables: [["self", type]] });
  const compile = (rule: SchemaRule): CompiledRule => {
    const old = rule.optionalOldSelf === true ? optionalOf(type) : type;
    return compileRule(rule, extendEnvironment(base, { variables: [[OLD, old]] }));
  };
  return rules.map(compile);
};

const NOTHING: CompiledRule = { error: undefined, messageError: undefined, usesOldSelf: false };

function compileRule({ rule, messageExpression }: SchemaRule, environment: Environment): CompiledRule {
  if (rule.trim() === "") return NOTHING;
  const result = compileExpression(rule, environment);
  const error = problemOf(result, boolType, "");
  if (error !== undefined) return { ...NOTHING, error: error === WRONG_TYPE ? "cel expression must evaluate to a bool" : error };
  const usesOldSelf = result.kind === "program" && result.program.variables.has(OLD);
  if (messageExpression === "") return { ...NOTHING, usesOldSelf };
  const wrong = problemOf(compileExpression(messageExpression, environment), stringType, "messageExpression ");
  return { error: undefined, messageError: wrong === WRONG_TYPE ? "messageExpression must evaluate to a string" : wrong, usesOldSelf };
}

const WRONG_TYPE = "type";

function problemOf(result: ProgramResult, wanted: CelType, prefix: string): string | undefined {
  if (result.kind === "issues") return `${prefix}compilation failed: ${result.text}`;
  const type = result.kind === "program" ? result.program.type : result.type;
  if (!sameType(type, wanted)) return WRONG_TYPE;
  return result.kind === "refused"
    ? `${prefix === "" ? "program" : "messageExpression"} instantiation failed: ${result.message}`
    : undefined;
}
