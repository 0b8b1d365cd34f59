/**
 * A template's expressions, compiled in the order and the environments of the original: variables first, each seeing those before it,
 * then match conditions, validations and messages. An expression that does not compile stays, with its error, since the original reports
 * it only when the policy runs.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
import { createAdmissionEnvironment, variableType, withParams, withVariables } from "./admission-types.ts";
import type { CompiledExpression, ExpressionPath } from "./compiled-expression.ts";
import type { Environment } from "./environment.ts";
import { PolicyFrame } from "./policy-frame.ts";
import { compileExpression } from "./program.ts";
import { type CelSource, type NamedExpression, OBJECT_NAME, PARAMS_NAME } from "./source.ts";
import type { Issue } from "./syntax/issue.ts";
import { boolType, type CelType, dynType, printFullType, sameType, stringType } from "./values/type.ts";

/** A variable with its expression. */
interface CompiledVariable {
  readonly name: string;
  readonly expression: CompiledExpression;
}

/** A rule with its message. */
interface CompiledValidation {
  readonly expression: CompiledExpression;
  readonly message: string;
  readonly messageExpression: CompiledExpression | undefined;
}

/** A compiled template. */
export interface CompiledCel {
  readonly frame: PolicyFrame;
  /** What validations are compiled in. */
  readonly environment: Environment;
  readonly source: CelSource;
  readonly variables: readonly CompiledVariable[];
  readonly matchConditions: readonly CompiledExpression[];
  readonly validations: readonly CompiledValidation[];
  /** The expressions of the validations, and those of their messages, in order. */
  readonly conditions: readonly CompiledExpression[];
  readonly messages: readonly (CompiledExpression | undefined)[];
}

/** The variables every policy has, defined as the original defines them. */
export const BUILTIN_VARIABLES: readonly NamedExpression[] = [
  { name: OBJECT_NAME, expression: 'has(request.operation) && request.operation == "DELETE" && object == null ? oldObject : object' },
  { name: PARAMS_NAME, expression: "!has(params.spec) ? null : !has(params.spec.parameters) ? null: params.spec.parameters" },
];

/** Makes a compiler; the environment is made once, at its first use. */
export function createCelCompiler(): (source: CelSource) => CompiledCel {
  let base: Environment | undefined;
  return (source) => {
    base ??= createAdmissionEnvironment();
    return compileSource(source, base);
  };
}

function compileSource(source: CelSource, base: Environment): CompiledCel {
  const frame = new PolicyFrame();
  const { variables, environment } = compileVariables(source, base, frame);
  const bool = (text: string, path: ExpressionPath) => compile(text, path, { environment, frame, wanted: boolType });
  const validations = source.validations.map(({ expression, message, messageExpression }, i) => ({
    expression: bool(expression, ["validations", i, "expression"]),
    message,
    messageExpression:
      messageExpression === ""
        ? undefined
        : compile(messageExpression, ["validations", i, "messageExpression"], { environment, frame, wanted: stringType }),
  }));
  return {
    frame,
    environment,
    source,
    variables,
    matchConditions: source.matchConditions.map(({ expression }, i) => bool(expression, ["matchCondition", i, "expression"])),
    validations,
    conditions: validations.map(({ expression }) => expression),
    messages: validations.map(({ messageExpression }) => messageExpression),
  };
}

function compileVariables(source: CelSource, base: Environment, frame: PolicyFrame) {
  const parameterized = withParams(base);
  const members = new Map<string, CelType>();
  const compiled = new Map<string, CompiledVariable>();
  const add = ({ name, expression: text }: NamedExpression, path: ExpressionPath) => {
    const expression = compile(text, path, { environment: withVariables(parameterized, new Map(members)), frame, wanted: undefined });
    frame.define(name, expression);
    members.set(name, "program" in expression.outcome ? variableType(expression.outcome.program.type) : dynType);
    compiled.set(name, { name, expression });
  };
  for (const variable of BUILTIN_VARIABLES) add(variable, []);
  for (const [i, variable] of source.variables.entries()) add(variable, ["variables", i, "expression"]);
  return { variables: [...compiled.values()], environment: withVariables(base, members) };
}

interface Target {
  readonly environment: Environment;
  readonly frame: PolicyFrame;
  /** The type the expression must have; undefined allows any. */
  readonly wanted: CelType | undefined;
}

function compile(text: string, path: ExpressionPath, { environment, frame, wanted }: Target): CompiledExpression {
  const result = compileExpression(text, environment, frame);
  const failed = (error: string, issues: readonly Issue[] = []) => ({ text, path, outcome: { error, issues } });
  if (result.kind === "issues") return failed(`compilation failed: ${result.text}`, result.issues);
  const type = result.kind === "program" ? result.program.type : result.type;
  if (wanted !== undefined && !sameType(type, wanted)) {
    return failed(`must evaluate to ${printFullType(wanted)} but got ${printFullType(type)}`);
  }
  if (result.kind === "refused") return failed(`program instantiation failed: ${result.message}`);
  return { text, path, outcome: { program: result.program } };
}
