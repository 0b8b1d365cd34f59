/** Random forms that everyday programs use less: short names and imports, literals that are looked into, operators by name, results as arguments. */
import { keyLiteral } from "./documents.ts";
import type { Kind, Named, Scope, World } from "./world.ts";

/** What a module may import, with the name that the path then has. */
export interface Import {
  readonly line: string;
  readonly path: string;
  readonly name: string;
}

/** All imports that programs choose from. */
export const IMPORTS: readonly Import[] = [
  { line: "import input.user", path: "input.user", name: "user" },
  { line: "import input.items as things", path: "input.items", name: "things" },
  { line: "import data.limits", path: "data.limits", name: "limits" },
  { line: "import data.t as other", path: "data.t", name: "other" },
  { line: "import data.lib", path: "data.lib", name: "lib" },
  { line: "import input as everything", path: "input", name: "everything" },
  { line: 'import data.users["alice"] as alice', path: "data.users.alice", name: "alice" },
];

/** Returns a reference as the module may write it: by the name of its own rule, or through an import. */
export function shortened(w: World, text: string): string {
  const { c } = w;
  const own = `data.${w.home}.`;
  // A base document has no short name.
  if (text.startsWith(own) && /^[a-z]+\d+$/.test(text.slice(own.length)) && c.chance(50)) return text.slice(own.length);
  const known = w.imports.find(({ path }) => text === path || (text.startsWith(path) && ".[".includes(text[path.length] ?? " ")));
  return known !== undefined && c.chance(70) ? known.name + text.slice(known.path.length) : text;
}

/** Returns a term that looks into another term, or is written in another way than usual. */
export function lookedInto(w: World, scope: Scope, kind: Kind, depth: number): string {
  const { c } = w;
  const of = (inner: Kind) => w.term(w, scope, inner, depth - 1);
  switch (c.below(9)) {
    case 0:
      return `[${of(kind)}, ${of(kind)}][${c.pick(["0", "1", "2", ...(w.walks ? ["_"] : [])])}]`;
    case 1:
      return `{"a": ${of(kind)}, ${JSON.stringify(keyLiteral(c))}: ${of(kind)}}${c.pick([".a", '["a"]', `[${JSON.stringify(keyLiteral(c))}]`])}`;
    case 2:
      return `data.users[${w.term(w, scope, "string", 0)}]${c.pick(["", ".level", ".dept", "[_]"])}`;
    case 3:
      return `input.m[${w.term(w, scope, c.pick(["string", "number", "any"]), 0)}]`;
    case 4:
      return `input.items[${w.term(w, scope, "number", 0)}].name`;
    case 5:
      return `[v | v := ${of("any")}; v != null][0]`;
    case 6:
      return `({${of(kind)}, ${of(kind)}} | set())`;
    case 7:
      return `split(${of("string")}, ".")[${c.pick(["0", "1", ...(w.walks ? ["_"] : [])])}]`;
    default:
      return kind === "number" ? `-${c.pick(["input.user.age", "data.limits.a", "input.items[0].price"])}` : `(${of(kind)})`;
  }
}

/** Operators of two numbers, of two sets, and comparisons, by their names. */
const NAMED: readonly (readonly [name: string, operands: Kind, result: Kind])[] = [
  ["plus", "number", "number"],
  ["minus", "number", "number"],
  ["mul", "number", "number"],
  ["div", "number", "number"],
  ["minus", "set", "set"],
  ["and", "set", "set"],
  ["or", "set", "set"],
  ["equal", "any", "boolean"],
  ["neq", "any", "boolean"],
  ["lt", "any", "boolean"],
  ["gte", "any", "boolean"],
];

/** Calls an operator by its name. */
export function operatorByName(w: World, scope: Scope, kind: Kind, depth: number): string | undefined {
  const fitting = NAMED.filter(([, , result]) => result === kind);
  if (fitting.length === 0) return undefined;
  const [name, operands] = w.c.pick(fitting);
  return `${name}(${w.term(w, scope, operands, depth - 1)}, ${w.term(w, scope, operands, depth - 1)})`;
}

/** A statement of a form of its own, with what it binds. */
export function otherStatement(w: World, scope: Scope, depth: number): { readonly text: string; readonly bound: readonly Named[] } {
  const { c } = w;
  const x = w.fresh("x");
  const y = w.fresh("y");
  const any = () => w.term(w, scope, "any", depth);
  switch (c.below(w.faulty ? 10 : 8)) {
    case 0:
      return {
        text: `count(${w.term(w, scope, c.pick(["array", "set", "object", "string"]), depth)}, ${x})`,
        bound: [{ text: x, kind: "number" }],
      };
    case 1:
      return { text: `plus(${w.term(w, scope, "number", depth)}, 1, ${x})`, bound: [{ text: x, kind: "number" }] };
    case 2:
      return {
        text: `some ${x}, ${y}; input.items[${x}].ports[${y}] ${c.pick(["!=", ">", "=="])} 80`,
        bound: [
          { text: x, kind: "number" },
          { text: y, kind: "number" },
        ],
      };
    case 3:
      return {
        text: `${x} = ${y}; ${c.pick([`${x} = ${any()}`, `${any()} = ${y}`, ...(w.faulty ? [`${y} := ${any()}`] : [])])}`,
        bound: [
          { text: x, kind: "any" },
          { text: y, kind: "any" },
        ],
      };
    case 4:
      return {
        text: `${w.term(w, scope, "number", 0)} < ${w.term(w, scope, "number", 0)} == ${w.term(w, scope, "boolean", 0)}`,
        bound: [],
      };
    case 5:
      return { text: `eq(${x}, ${any()})`, bound: [{ text: x, kind: "any" }] };
    case 8:
      // A name of an outer body that an inner one takes for its own.
      return {
        text: `${x} := [${y} | ${y} := [${x} | ${x} := input.items[_].name]; count(${y}) > 0]`,
        bound: [{ text: x, kind: "array" }],
      };
    case 9:
      return { text: `{${x}} = ${c.pick(["{1}", "input.m", "{input.flag}"])}`, bound: [] };
    case 6: {
      const key = JSON.stringify(keyLiteral(c));
      return {
        text: `{${key}: ${x}, "x": [${y}, _]} = ${c.pick(["input.m", `{"x": [${any()}, 1], ${key}: ${any()}}`])}`,
        bound: [
          { text: x, kind: "any" },
          { text: y, kind: "any" },
        ],
      };
    }
    default:
      return { text: `${any()} # not read: ]})"\n`, bound: [] };
  }
}
