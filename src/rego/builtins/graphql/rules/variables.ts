/** Rules about variables (https://spec.graphql.org/October2021/#sec-Validation.Variables). */
import { typeText, VALUE, type ValueNode } from "../document.ts";
import { isCompatible, isInputKind, named } from "../schema-checks.ts";
import type { MakeRule, Walk } from "../walk.ts";

/** Variables that are used are defined. */
export const noUndefinedVariables: MakeRule = () => ({
  value({ kind, raw, variableDefinition, position }, walk) {
    if (walk.operation === undefined || kind !== VALUE.variable || variableDefinition !== undefined) return;
    const { name } = walk.operation;
    walk.report(`Variable "$${raw}" is not defined${name === "" ? "" : ` by operation "${name}"`}.`, position);
  },
});

/** Variables that are defined are used. */
export const noUnusedVariables: MakeRule = () => ({
  operation({ name, variableDefinitions }, walk) {
    for (const { used, variable, position } of variableDefinitions) {
      if (!used) walk.report(`Variable "$${variable}" is never used${name === "" ? "" : ` in operation "${name}"`}.`, position);
    }
  },
});

/** Variables are defined once. */
export const uniqueVariableNames: MakeRule = () => ({
  operation({ variableDefinitions }, walk) {
    const counts = new Map<string, number>();
    for (const { variable, position } of variableDefinitions) {
      const count = counts.get(variable) ?? 0;
      if (count === 1) walk.report(`There can be only one variable named "$${variable}".`, position);
      counts.set(variable, count + 1);
    }
  },
});

/** Variables have types that can be given. */
export const variablesAreInputTypes: MakeRule = () => ({
  operation({ variableDefinitions }, walk) {
    for (const { definition, variable, type, position } of variableDefinitions) {
      if (definition === undefined || isInputKind(definition.kind)) continue;
      walk.report(`Variable "$${variable}" cannot be non-input type "${typeText(type)}".`, position);
    }
  },
});

/** Variables have the types of the places they are used at. */
export const variablesInAllowedPosition: MakeRule = () => ({
  value(value, walk) {
    if (value.kind === VALUE.variable) checkVariable(value, walk);
    if (value.kind === VALUE.object) checkOneOf(value, walk);
  },
});

function checkVariable({ raw, expectedType, expectedTypeHasDefault, variableDefinition, position }: ValueNode, walk: Walk): void {
  if (expectedType === undefined || variableDefinition === undefined || walk.operation === undefined) return;
  const { defaultValue, type } = variableDefinition;
  const mayBeNull = expectedTypeHasDefault || (defaultValue !== undefined && defaultValue.kind !== VALUE.null);
  if (isCompatible(type, mayBeNull ? { ...expectedType, nonNull: false } : expectedType)) return;
  const message = `Variable "$${raw}" of type "${typeText(type)}" used in position expecting type "${typeText(expectedType)}".`;
  walk.report(message, position);
}

function checkOneOf({ definition, children }: ValueNode, walk: Walk): void {
  if (definition === undefined || named(definition.directives, "oneOf") === undefined) return;
  for (const { value } of children) {
    const variable = value.kind === VALUE.variable ? value.variableDefinition : undefined;
    if (variable === undefined || variable.type.nonNull) continue;
    const rest = `must be non-nullable to be used for OneOf Input Object "${definition.name}".`;
    walk.report(`Variable "$${value.raw}" is of type "${typeText(variable.type)}" but ${rest}`, variable.position ?? value.position);
  }
}
