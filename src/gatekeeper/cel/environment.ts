/**
 * What an expression may use: variables, functions, types and macros, gathered from libraries into tables that the checker and the planner
 * look into. Environments are immutable; `extend` shares the tables.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#name-resolution
 */
import type { CallCheck, FunctionDeclaration, Library, LiteralCheck, Overload } from "./library/declare.ts";
import type { Macro } from "./syntax/macro.ts";
import { type CelParser, createParser } from "./syntax/parser.ts";
import type { CelType } from "./values/type.ts";
import type { CelValue } from "./values/value.ts";

/** The fields of a struct type by name. */
export type StructFields = ReadonlyMap<string, CelType>;

/** Everything an expression may name. */
export interface Environment {
  readonly parser: CelParser;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly variables: ReadonlyMap<string, CelType>;
  /** Types by the name an expression uses for them. */
  readonly types: ReadonlyMap<string, CelType>;
  readonly structs: ReadonlyMap<string, StructFields>;
  /** Named values, such as those of enums. */
  readonly constants: ReadonlyMap<string, CelValue>;
  readonly literalChecks: readonly LiteralCheck[];
  readonly callChecks: readonly CallCheck[];
  /** Whether elements of a list or map literal must agree in type. */
  readonly homogeneous: boolean;
  /** Whether numbers of different kinds may be compared with `<`. */
  readonly crossTypeComparison: boolean;
  /** Whether types are left to run time: every name and literal is dyn and nothing is refused for its type. */
  readonly unchecked: boolean;
  /** The namespace names are resolved in; empty is the root. */
  readonly container: string;
}

/** Choices of an environment. */
export interface EnvironmentOptions {
  readonly homogeneous: boolean;
  readonly crossTypeComparison: boolean;
  readonly escapedNames: boolean;
}

/** Makes an environment without variables. */
export function createEnvironment(libraries: readonly Library[], options: EnvironmentOptions): Environment {
  const macros: Macro[] = libraries.flatMap((library) => library.macros ?? []);
  return {
    parser: createParser({ macros, escapedNames: options.escapedNames }),
    functions: mergeFunctions(libraries.flatMap((library) => library.functions)),
    variables: new Map(),
    types: new Map(libraries.flatMap((library) => (library.types ?? []).map((type) => [type.name, type] as const))),
    structs: new Map(),
    constants: new Map(),
    literalChecks: libraries.flatMap((library) => library.literalChecks ?? []),
    callChecks: libraries.flatMap((library) => library.callChecks ?? []),
    unchecked: false,
    container: "",
    ...options,
  };
}

// Libraries add overloads to functions of others (`indexOf` of strings and lists); the first declaration decides the mismatch text.
function mergeFunctions(declarations: readonly FunctionDeclaration[]): ReadonlyMap<string, FunctionDeclaration> {
  const merged = new Map<string, FunctionDeclaration>();
  for (const declaration of declarations) {
    const earlier = merged.get(declaration.name);
    const overloads: readonly Overload[] = [...(earlier?.overloads ?? []), ...declaration.overloads];
    merged.set(declaration.name, { ...declaration, ...earlier, overloads });
  }
  return merged;
}

/** What `extend` adds. */
export interface Additions {
  readonly variables?: Iterable<readonly [string, CelType]>;
  readonly structs?: Iterable<readonly [string, StructFields]>;
  readonly container?: string;
  readonly unchecked?: boolean;
  readonly types?: Iterable<readonly [string, CelType]>;
  readonly constants?: Iterable<readonly [string, CelValue]>;
  readonly functions?: readonly FunctionDeclaration[];
}

/** Yields an environment that knows more. */
export function extendEnvironment(environment: Environment, additions: Additions): Environment {
  return {
    ...environment,
    variables: new Map([...environment.variables, ...(additions.variables ?? [])]),
    structs: new Map([...environment.structs, ...(additions.structs ?? [])]),
    container: additions.container ?? environment.container,
    unchecked: additions.unchecked ?? environment.unchecked,
    types: additions.types === undefined ? environment.types : new Map([...environment.types, ...additions.types]),
    constants: new Map([...environment.constants, ...(additions.constants ?? [])]),
    functions:
      additions.functions === undefined
        ? environment.functions
        : mergeFunctions([...environment.functions.values(), ...additions.functions]),
  };
}

/** Lists the names a name may stand for, most qualified first. */
export function candidateNames(container: string, name: string): readonly string[] {
  if (name.startsWith(".")) return [name.slice(1)];
  if (container === "") return [name];
  const names: string[] = [];
  for (let scope = container; scope !== ""; scope = scope.slice(0, Math.max(0, scope.lastIndexOf(".")))) names.push(`${scope}.${name}`);
  names.push(name);
  return names;
}
