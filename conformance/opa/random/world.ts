/** What a random program knows while it is being written: dialect, names in scope, rules and functions written so far. */
import type { Choices } from "./choices.ts";

/** What a term is expected to be. */
export type Kind =
  | "number"
  | "string"
  | "boolean"
  | "array"
  | "set"
  | "object"
  | "any"
  | "strings"
  | "numbers"
  | "sets"
  | "patches"
  | Special;

/** Kinds that only builtins ask for. */
export type Special =
  | "layout"
  | "date"
  | "duration"
  | "ns"
  | "version"
  | "size"
  | "regex"
  | "glob"
  | "delimiters"
  | "cidr"
  | "cidrs"
  | "format"
  | "mixed"
  | "paths"
  | "path"
  | "objects"
  | "numeric";

/** A name with what it stands for. */
export interface Named {
  readonly text: string;
  readonly kind: Kind;
}

/** A function that has been written. */
export interface Callable {
  readonly text: string;
  readonly params: readonly Kind[];
  readonly kind: Kind;
}

/** Everything that a program's parts share. */
export interface World {
  readonly c: Choices;
  /** Whether `if`, `contains`, `in` and `every` are words. */
  readonly modern: boolean;
  /** Whether the program may be wrong on purpose: unknown names, operands of other types. */
  readonly faulty: boolean;
  /** Whether terms may enumerate (`xs[_]`): in the head of a rule they may not. */
  readonly walks: boolean;
  /** Whether there are template strings. */
  readonly templates: boolean;
  /** The package of the module. */
  readonly home: string;
  /** Names that the module imports. */
  readonly imports: readonly { readonly path: string; readonly name: string }[];
  readonly rules: Named[];
  readonly functions: Callable[];
  /** Writes a term. */
  readonly term: (w: World, scope: Scope, kind: Kind, depth: number) => string;
  /** Writes a body inside a term. */
  readonly body: (w: World, scope: Scope, depth: number, most: number) => BodyTexts;
  /** Makes a name that nobody has. */
  readonly fresh: (prefix: string) => string;
}

/** Variables that a body has bound so far. */
export type Scope = readonly Named[];

/** Lines of a body and the variables bound after them. */
export interface BodyTexts {
  readonly lines: readonly string[];
  readonly scope: Scope;
}

/** Documents that every program may read. */
export const DOCUMENTS: readonly Named[] = [
  { text: "input.user.name", kind: "string" },
  { text: "input.flag", kind: "boolean" },
  { text: "input.user.age", kind: "number" },
  { text: "input.user.admin", kind: "boolean" },
  { text: "input.user.roles", kind: "strings" },
  { text: "input.request.method", kind: "string" },
  { text: "input.request.path", kind: "strings" },
  { text: "input.request.size", kind: "number" },
  { text: "input.items", kind: "array" },
  { text: "input.m", kind: "any" },
  { text: "data.limits", kind: "object" },
  { text: "data.users", kind: "object" },
  { text: "data.names", kind: "strings" },
  { text: "data.stock", kind: "array" },
  { text: "input.items[0].ports", kind: "numbers" },
  { text: "data.t.base", kind: "any" },
  { text: "data.t.sub.deep", kind: "any" },
  { text: "data.limits.a", kind: "number" },
  { text: "data.users.alice.level", kind: "number" },
  { text: "input.items[0].name", kind: "string" },
  { text: "input.items[1].price", kind: "number" },
  { text: "input.items[0].labels", kind: "object" },
  { text: "input.missing", kind: "any" },
];

/** Collections that are walked with `[_]`: path, and the kind of what is found. */
export const WALKED: readonly Named[] = [
  { text: "input.items[_].name", kind: "string" },
  { text: "input.items[_].price", kind: "number" },
  { text: "input.user.roles[_]", kind: "string" },
  { text: "data.limits[_]", kind: "number" },
  { text: "data.names[_]", kind: "string" },
  { text: "data.stock[_].labels", kind: "object" },
  { text: "input.items[_].ports[_]", kind: "number" },
  { text: "data.users[_].level", kind: "number" },
  { text: "input.items[_]", kind: "object" },
  { text: "input.m[_]", kind: "any" },
];
