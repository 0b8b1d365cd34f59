/**
 * Compiles the CEL rules of a schema: `self` and `oldSelf` have the type the schema gives them. Rules in, what is wrong with each and what it
 * costs at most out, in the words of Kubernetes.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { CompiledRule, RuleCompiler, RuleTrial, SchemaRule, TrialResult } from "../manifest/schema/rules.ts";
import { type Environment, extendEnvironment } from "./environment.ts";
import { estimateCost } from "./estimate/estimate.ts";
import type { SizeOfPath } from "./estimate/known-sizes.ts";
import { createKubernetesEnvironment } from "./kubernetes.ts";
import { checkExpression, type Program, planProgram } from "./program.ts";
import { type Declaration, declareSchema, REQUEST_BYTES, structsOf } from "./schema-types.ts";
import { schemaValue } from "./schema-values.ts";
import { boolType, type CelType, optionalOf, sameType, stringType } from "./values/type.ts";
import { CelError, CelOptional, type CelResult } from "./values/value.ts";

const OLD = "oldSelf";

let shared: Environment | undefined;

/** What trying one expression may cost. */
const TRIAL_LIMIT = 1_000_000;

/** Compiles the rules of one schema. */
export const compileSchemaRules: RuleCompiler = (schema, rules) => {
  const declared = declareSchema(schema, "selfType");
  if (declared === undefined) return { error: "unable to convert structural schema to CEL declarations" };
  if (rules.length === 0) return { rules: [], occurrences: 0n, on: () => NO_TRIAL };
  shared ??= createKubernetesEnvironment();
  const { type } = declared;
  const base = extendEnvironment(shared, { structs: structsOf(declared), variables: [["self", type]] });
  const compiled = rules.map((rule) => {
    const old = rule.optionalOldSelf === true ? optionalOf(type) : type;
    return compileRule(rule, { environment: extendEnvironment(base, { variables: [[OLD, old]] }), sizeOfPath: sizesIn(declared) });
  });
  return {
    rules: compiled,
    // One byte more is the comma that stands between two values.
    occurrences: REQUEST_BYTES / (declared.bytes + 1n),
    on: (value, old) => tryOn(compiled, schemaValue(value, schema), old === undefined ? undefined : schemaValue(old, schema)),
  };
};

const NO_TRIAL: RuleTrial = { rule: () => undefined, message: () => undefined };

function tryOn(rules: readonly RuleWithPrograms[], self: CelResult, old: CelResult | undefined): RuleTrial {
  const usesOld = rules.some((rule) => rule.usesOldSelf);
  const evaluate = (program: Program | undefined, before: CelResult | undefined): TrialResult | undefined => {
    const found = program?.evaluate((name) => (name === "self" ? self : before), TRIAL_LIMIT);
    return found && { value: trialValue(found.result), cost: found.cost };
  };
  const optionalOld = old instanceof CelError ? old : new CelOptional(old);
  return {
    rule: (position) => evaluate(rules[position]?.program, rules[position]?.optionalOldSelf === true ? optionalOld : old),
    message: (position) => evaluate(rules[position]?.messageProgram, usesOld ? old : undefined),
  };
}

function trialValue(result: CelResult): TrialResult["value"] {
  if (result instanceof CelError) return { error: result.message };
  return typeof result === "string" || typeof result === "boolean" ? result : { error: "no such overload" };
}

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

interface RuleWithPrograms extends CompiledRule {
  readonly optionalOldSelf: boolean;
  readonly program: Program | undefined;
  readonly messageProgram: Program | undefined;
}

const NOTHING: RuleWithPrograms = {
  error: undefined,
  messageError: undefined,
  usesOldSelf: false,
  cost: 0n,
  messageCost: undefined,
  optionalOldSelf: false,
  program: undefined,
  messageProgram: undefined,
};

function compileRule({ rule, messageExpression, optionalOldSelf }: SchemaRule, context: RuleContext): RuleWithPrograms {
  if (rule.trim() === "") return NOTHING;
  const compiled = compile(rule, context, { type: boolType, prefix: "", wrongType: "cel expression must evaluate to a bool" });
  if ("error" in compiled) return { ...NOTHING, ...compiled };
  const found = { ...NOTHING, ...compiled, optionalOldSelf: optionalOldSelf === true };
  if (messageExpression === "") return found;
  const wrongType = "messageExpression must evaluate to a string";
  const message = compile(messageExpression, context, { type: stringType, prefix: "messageExpression ", wrongType });
  if ("error" in message) return { ...found, messageError: message.error };
  return { ...found, messageCost: message.cost, messageProgram: message.program };
}

interface Wanted {
  readonly type: CelType;
  /** What errors start with. */
  readonly prefix: string;
  readonly wrongType: string;
}

type Compiled =
  | { readonly program: Program; readonly cost: bigint; readonly usesOldSelf: boolean }
  | { readonly error: string; readonly usesOldSelf: boolean };

function compile(text: string, { environment, sizeOfPath }: RuleContext, { type, prefix, wrongType }: Wanted): Compiled {
  const tree = checkExpression(text, environment);
  if (tree.kind === "issues") return { error: `${prefix}compilation failed: ${tree.text}`, usesOldSelf: false };
  const { checked } = tree;
  if (!sameType(checked.type, type)) return { error: wrongType, usesOldSelf: false };
  const planned = planProgram(checked, environment);
  const usesOldSelf = checked.references.values().some((reference) => reference.kind === "variable" && reference.name === OLD);
  if (planned.kind === "program") return { program: planned.program, cost: estimateCost(checked, sizeOfPath), usesOldSelf };
  return { error: `${prefix === "" ? "program " : prefix}instantiation failed: ${planned.message}`, usesOldSelf };
}
