/**
 * Compiles the CEL rules of a schema: `self` and `oldSelf` have the type the schema gives them. Rules in, what is wrong with each and what it
 * costs at most out, in the words of Kubernetes.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { CompiledRule, RuleCompiler, SchemaRule } from "../manifest/schema/rules.ts";
import { type Environment, extendEnvironment } from "./environment.ts";
import { estimateCost } from "./estimate/estimate.ts";
import type { SizeOfPath } from "./estimate/known-sizes.ts";
import { createKubernetesEnvironment } from "./kubernetes.ts";
import { checkExpression, type Program, planProgram } from "./program.ts";
import { type Declaration, declareSchema, REQUEST_BYTES, structsOf } from "./schema-types.ts";
import { boolType, type CelType, optionalOf, sameType, stringType } from "./values/type.ts";

const OLD = "oldSelf";

let shared: Environment | undefined;

/** Compiles the rules of one schema. */
export const compileSchemaRules: RuleCompiler = (schema, rules) => {
  const declared = declareSchema(schema, "selfType");
  if (declared === undefined) return { error: "unable to convert structural schema to CEL declarations" };
  shared ??= createKubernetesEnvironment();
  const { type } = declared;
  const base = extendEnvironment(shared, { structs: structsOf(declared), variables: [["self", type]] });
  const compile = (rule: SchemaRule): CompiledRule => {
    const old = rule.optionalOldSelf === true ? optionalOf(type) : type;
    return compileRule(rule, { environment: extendEnvironment(base, { variables: [[OLD, old]] }), sizeOfPath: sizesIn(declared) });
  };
  // One byte more is the comma that stands between two values.
  return { rules: rules.map(compile), occurrences: REQUEST_BYTES / (declared.bytes + 1n) };
};

/** The sizes that a declaration gives to what can be reached from a variable. */
function sizesIn(declared: Declaration): SizeOfPath {
  return (path) => {
    let at: Declaration | undefined = declared;
    for (const step of path.slice(1)) at = stepInto(at, step);
    return at && { min: 0n, max: at.most };
  };
}

function stepInto(at: Declaration | undefined, step: string): Declaration | undefined {
  if (step === "@items" || step === "@values") return at?.element;
  return step === "@keys" ? at?.key : at?.fields?.get(step);
}

interface RuleContext {
  readonly environment: Environment;
  readonly sizeOfPath: SizeOfPath;
}

const NOTHING: CompiledRule = { error: undefined, messageError: undefined, usesOldSelf: false, cost: 0n, messageCost: undefined };

function compileRule({ rule, messageExpression }: SchemaRule, context: RuleContext): CompiledRule {
  if (rule.trim() === "") return NOTHING;
  const compiled = compile(rule, context, { type: boolType, prefix: "", wrongType: "cel expression must evaluate to a bool" });
  if ("error" in compiled) return { ...NOTHING, error: compiled.error };
  const { cost, program } = compiled;
  const found: CompiledRule = { ...NOTHING, cost, usesOldSelf: program.variables.has(OLD) };
  if (messageExpression === "") return found;
  const wrongType = "messageExpression must evaluate to a string";
  const message = compile(messageExpression, context, { type: stringType, prefix: "messageExpression ", wrongType });
  return "error" in message ? { ...found, messageError: message.error } : { ...found, messageCost: message.cost };
}

interface Wanted {
  readonly type: CelType;
  /** What errors start with. */
  readonly prefix: string;
  readonly wrongType: string;
}

type Compiled = { readonly program: Program; readonly cost: bigint } | { readonly error: string };

function compile(text: string, { environment, sizeOfPath }: RuleContext, { type, prefix, wrongType }: Wanted): Compiled {
  const tree = checkExpression(text, environment);
  if (tree.kind === "issues") return { error: `${prefix}compilation failed: ${tree.text}` };
  const { checked } = tree;
  if (!sameType(checked.type, type)) return { error: wrongType };
  const planned = planProgram(checked, environment);
  if (planned.kind === "program") return { program: planned.program, cost: estimateCost(checked, sizeOfPath) };
  return { error: `${prefix === "" ? "program " : prefix}instantiation failed: ${planned.message}` };
}
