/** Rules about arguments and directives (https://spec.graphql.org/October2021/#sec-Validation.Arguments). */
import { type Argument, type ArgumentDefinition, typeText } from "../document.ts";
import { named } from "../schema-checks.ts";
import { suggestion } from "../suggest.ts";
import type { MakeRule, Walk } from "../walk.ts";

/** Arguments exist. */
export const knownArgumentNames: MakeRule = () => ({
  field({ definition, objectDefinition, name: field, arguments: args, position }, walk) {
    if (definition === undefined || objectDefinition === undefined) return;
    for (const { name } of unknownOf(definition.arguments, args)) {
      const near = argumentSuggestion(name, definition.arguments);
      walk.report(`Unknown argument "${name}" on field "${objectDefinition.name}.${field}".${near}`, position);
    }
  },
  directive({ definition, name: directive, arguments: args, position }, walk) {
    if (definition === undefined) return;
    for (const { name } of unknownOf(definition.arguments, args)) {
      const near = argumentSuggestion(name, definition.arguments);
      walk.report(`Unknown argument "${name}" on directive "@${directive}".${near}`, position);
    }
  },
});

function unknownOf(definitions: readonly ArgumentDefinition[], args: readonly Argument[]): Argument[] {
  return args.filter(({ name }) => named(definitions, name) === undefined);
}

function argumentSuggestion(typed: string, definitions: readonly ArgumentDefinition[]): string {
  return suggestion(
    "Did you mean",
    typed,
    definitions.map(({ name }) => name),
  );
}

/** Directives exist and stand where they may. */
export const knownDirectives: MakeRule = () => {
  const seen = new Set<string>();
  return {
    directive({ name, definition, location, position }, walk) {
      if (definition === undefined) {
        walk.report(`Unknown directive "@${name}".`, position);
        return;
      }
      if (definition.locations.includes(location)) return;
      const key = `${name} ${position?.line} ${position?.column}`;
      if (!seen.has(key)) walk.report(`Directive "@${name}" may not be used on ${location}.`, position);
      seen.add(key);
    },
  };
};

/** Arguments without a default that must not be null are there. */
export const providedRequiredArguments: MakeRule = () => ({
  field({ definition, name: field, arguments: args, position }, walk) {
    for (const { name, type } of missingOf(definition?.arguments ?? [], args)) {
      walk.report(`Field "${field}" argument "${name}" of type "${typeText(type)}" is required, but it was not provided.`, position);
    }
  },
  directive({ definition, arguments: args, position }, walk) {
    for (const { name, type } of missingOf(definition?.arguments ?? [], args)) {
      const what = `Directive "@${definition?.name ?? ""}" argument "${name}"`;
      walk.report(`${what} of type "${typeText(type)}" is required, but it was not provided.`, position);
    }
  },
});

function missingOf(definitions: readonly ArgumentDefinition[], args: readonly Argument[]): ArgumentDefinition[] {
  return definitions.filter(
    ({ name, type, defaultValue }) => type.nonNull && defaultValue === undefined && named(args, name) === undefined,
  );
}

/** Arguments are given once. */
export const uniqueArgumentNames: MakeRule = () => ({
  field({ arguments: args }, walk) {
    reportTwice(args, walk);
  },
  directive({ arguments: args }, walk) {
    reportTwice(args, walk);
  },
});

function reportTwice(args: readonly Argument[], walk: Walk): void {
  const counts = new Map<string, number>();
  for (const { name, position } of args) {
    const count = counts.get(name) ?? 0;
    // The third and later ones are not reported again.
    if (count === 1) walk.report(`There can be only one argument named "${name}".`, position);
    counts.set(name, count + 1);
  }
}

/** Directives that are not repeatable stand once at a place. */
export const uniqueDirectivesPerLocation: MakeRule = () => ({
  directiveList(directives, walk) {
    const seen = new Set<string>();
    for (const { name, definition, position } of directives) {
      if (definition?.isRepeatable !== true && seen.has(name)) {
        walk.report(`The directive "@${name}" can only be used once at this location.`, position);
      }
      seen.add(name);
    }
  },
});
