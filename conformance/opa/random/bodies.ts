/** Random bodies: assignments, patterns, iteration, negation, quantifiers, `with`, walks. */

import { keyLiteral, numberLiteral, stringLiteral } from "./documents.ts";
import { otherStatement, shortened } from "./forms.ts";
import { quoted, term } from "./terms.ts";
import { type BodyTexts, type Kind, type Named, type Scope, WALKED, type World } from "./world.ts";

/** Returns the lines of a body. */
export function bodyTexts(w: World, scope: Scope, depth: number, most: number): BodyTexts {
  let known = scope;
  const lines = w.c.list(1, most, () => {
    const { text, bound } = statement(w, known, depth);
    known = [...known, ...bound];
    return text;
  });
  // Order is free in Rego: a line may stand before those that bind its variables.
  return { lines: lines.length > 1 && w.faulty && w.c.chance(20) ? [...lines].reverse() : lines, scope: known };
}

interface Statement {
  readonly text: string;
  readonly bound: readonly Named[];
}

const COMPARED: readonly Kind[] = ["number", "string", "boolean", "array", "object", "set"];

function sameKinds(w: World, scope: Scope, depth: number): Statement {
  const kind = w.faulty && w.c.chance(10) ? "any" : w.c.pick(COMPARED);
  return plain(`${term(w, scope, kind, 0)} ${w.c.pick(["==", "!=", "<", ">="])} ${term(w, scope, kind, depth)}`);
}

function plain(text: string): Statement {
  return { text, bound: [] };
}

const TYPES: readonly Kind[] = ["number", "string", "strings", "numbers", "array", "object", "set", "boolean", "any"];

function statement(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const still: World = { ...w, walks: w.faulty && c.chance(10) };
  switch (c.below(18)) {
    case 16:
    case 17:
      return otherStatement(w, scope, depth);
    case 14:
      return mixedComparison(w, scope, depth);
    case 15:
      return nested(w, scope, depth);
    case 0:
      return sameKinds(w, scope, depth);
    case 1:
    case 2:
      return binding(w, scope, depth, ":=");
    case 3:
      return binding(w, scope, depth, "=");
    case 4:
      return plain(withs(w, scope, term(w, scope, "boolean", depth), depth));
    case 5:
      return plain(`not ${withs(still, scope, term(still, scope, "boolean", depth), depth)}`);
    case 6:
      return iteration(w);
    case 7:
      return w.modern ? membership(w, scope, depth) : iteration(w);
    case 8:
      return w.modern ? every(w, scope, depth) : plain(`not ${term(still, scope, "boolean", depth)}`);
    case 9:
      return pattern(w, scope, depth);
    case 10:
      return walked(w, scope);
    case 11:
      return comparison(w, scope);
    case 12:
      return ruleStatement(w, scope, depth);
    default:
      return c.chance(20) ? plain(`print(${c.list(1, 3, () => term(still, scope, "any", depth)).join(", ")})`) : comparison(w, scope);
  }
}

/** Compares what has no known type with a value of any kind, so that the order of kinds decides. */
function mixedComparison(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const unknown = c.pick(["input.m", "input.items[0].price", "data.t.base", "input.user.age", "input.m[_]"]);
  const other = term(w, scope, c.pick(["mixed", ...COMPARED]), depth);
  const operator = c.pick(["<", ">", "<=", ">=", "==", "!="]);
  return plain(c.chance(50) ? `${unknown} ${operator} ${other}` : `${other} ${operator} ${unknown}`);
}

/** A comprehension inside one, over what the outer one bound. */
function nested(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const [outer, inner, result] = [w.fresh("x"), w.fresh("y"), w.fresh("x")];
  const source = c.pick(WALKED);
  const known: Scope = [...scope, { text: outer, kind: source.kind }];
  const { lines, scope: bound } = bodyTexts({ ...w, walks: true }, known, Math.max(0, depth - 1), 2);
  const [open, close] = c.pick([
    ["[", "]"],
    ["{", "}"],
  ] as const);
  const innermost = `${open}${inner} | ${inner} := ${term(w, bound, "any", 1)}; ${lines.join("; ")}${close}`;
  const text =
    c.chance(30) && depth > 0
      ? `{${term(w, known, c.pick(["string", "number"]), 0)}: ${innermost} | ${outer} := ${source.text}}`
      : `${open}${c.pick([`[${outer}, z]`, "z", "count(z)"])} | ${outer} := ${source.text}; z := ${innermost}${close}`;
  return { text: `${result} := ${text}`, bound: [{ text: result, kind: "any" }] };
}

function binding(w: World, scope: Scope, depth: number, sign: ":=" | "="): Statement {
  const kind = w.c.pick(TYPES);
  const text = w.fresh("x");
  const value = withs(w, scope, term(w, scope, kind, depth), depth);
  const line = sign === "=" && w.c.chance(30) ? `${term(w, scope, kind, 0)} = ${text}` : `${text} ${sign} ${value}`;
  return { text: line, bound: [{ text, kind }] };
}

/** `with` on input, data, rules and functions. */
function withs(w: World, scope: Scope, text: string, depth: number): string {
  const { c } = w;
  if (depth <= 0 || !c.chance(12)) return text;
  const value = () => term({ ...w, walks: false }, scope, "any", 1);
  const targets = [
    () => `with input.${c.pick(["m", "user.age", "items", "request.method", "new.deep"])} as ${value()}`,
    () => `with input as ${value()}`,
    () => `with data.${c.pick(["limits", "t.base", "names", "users.alice", "other.deep"])} as ${value()}`,
    () => (w.rules.length > 0 ? `with ${fullName(c.pick(w.rules).text)} as ${value()}` : `with input.flag as false`),
    () =>
      w.functions.length > 0 ? `with ${fullName(c.pick(w.functions).text)} as ${c.chance(50) ? value() : "count"}` : `with count as 3`,
    () =>
      `with ${c.pick(["upper as lower", "count as 7", 'lower as "mock"', "abs as count", "startswith as endswith", "sprintf as concat", "json.unmarshal as upper", "time.now_ns as 5", "sort as [3, 1]", "object.get as null"])}`,
  ];
  return `${text} ${c.list(1, 2, () => c.pick(targets)()).join(" ")}`;
}

function fullName(text: string): string {
  return text;
}

function iteration(w: World): Statement {
  const { c } = w;
  const value = w.fresh("x");
  const source = c.pick(WALKED);
  if (c.chance(40)) {
    const key = w.fresh("k");
    const path = source.text.replace("[_]", `[${key}]`);
    const line = `${value} ${c.pick([":=", "="])} ${path}`;
    return {
      text: c.chance(30) ? `some ${key}; ${line}` : line,
      bound: [
        { text: value, kind: source.kind },
        { text: key, kind: "any" },
      ],
    };
  }
  return { text: `${value} ${c.pick([":=", "="])} ${source.text}`, bound: [{ text: value, kind: source.kind }] };
}

function membership(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const collection = term(w, scope, c.pick(["array", "set", "object"]), depth);
  const value = w.fresh("x");
  const key = w.fresh("k");
  switch (c.below(8)) {
    case 5:
      return {
        text: `some ${key}, [${value}, ${c.pick(["_", "1", '"a"'])}] in ${c.pick(["input.m", collection])}`,
        bound: [
          { text: key, kind: "any" },
          { text: value, kind: "any" },
        ],
      };
    case 6:
      return plain(`${term(w, scope, "any", 0)}, ${term(w, scope, "any", 0)} in ${collection}`);
    case 7:
      return {
        text: `some ${quoted(keyLiteral(c))}, ${value} in ${c.pick(["data.limits", "input.items[_].labels", collection])}`,
        bound: [{ text: value, kind: "any" }],
      };
    case 0:
      return { text: `some ${value} in ${collection}`, bound: [{ text: value, kind: "any" }] };
    case 1:
      return {
        text: `some ${c.chance(50) ? "_" : key}, ${value} in ${collection}`,
        bound: [
          { text: value, kind: "any" },
          { text: key, kind: "any" },
        ],
      };
    case 2:
      return plain(`${term(w, scope, "any", 0)} in ${collection}`);
    case 3:
      return { text: `some {${quoted(keyLiteral(c))}: ${value}} in ${collection}`, bound: [{ text: value, kind: "any" }] };
    default:
      return plain(`not ${term({ ...w, walks: false }, scope, "any", 0)} in ${term({ ...w, walks: false }, scope, "array", depth)}`);
  }
}

function every(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const value = w.fresh("x");
  const key = w.fresh("k");
  const withKey = c.chance(30);
  const inner: Scope = [...scope, { text: value, kind: "any" }, ...(withKey ? [{ text: key, kind: "any" } as const] : [])];
  const { lines: more } = bodyTexts(w, inner, depth - 1, 2);
  // A variable that is declared must be used.
  const uses = [
    !w.faulty || c.chance(90) ? `${value} ${c.pick(["!=", "==", ">"])} ${term(w, scope, "any", 0)}` : "true",
    ...(withKey ? [`${key} != null`] : []),
  ];
  const lines = c.chance(50) ? uses : [...more, ...uses];
  return plain(
    `every ${withKey ? `${key}, ` : ""}${value} in ${term(w, scope, c.pick(["array", "set", "object"]), 1)} { ${lines.join("; ")} }`,
  );
}

function pattern(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const a = w.fresh("x");
  const b = w.fresh("y");
  const bound: readonly Named[] = [
    { text: a, kind: "any" },
    { text: b, kind: "any" },
  ];
  const value = () => term(w, scope, "any", depth - 1);
  switch (c.below(6)) {
    case 0:
      return { text: `[${a}, ${b}] = [${value()}, ${value()}]`, bound };
    case 1:
      return { text: `[${a}, ${b}] := ${term(w, scope, "array", depth)}`, bound };
    case 2:
      return { text: `{"name": ${a}, "kind": ${b}} = object.filter(input.items[_], ["name", "kind"])`, bound };
    case 3:
      return { text: `{"a": ${a}, "b": ${b}} = {"a": ${value()}, "b": ${value()}}`, bound };
    case 4:
      return { text: `[${a}, [${b}, ${c.pick(["_", numberLiteral(c)])}]] = [${value()}, [${value()}, ${value()}]]`, bound };
    default:
      return {
        text: `[${a}, ${quoted(stringLiteral(c))}] = split(${term(w, scope, "string", 0)}, ${quoted(c.pick(["/", ".", ":"]))}); ${b} = ${a}`,
        bound,
      };
  }
}

function walked(w: World, scope: Scope): Statement {
  const { c } = w;
  const path = w.fresh("p");
  const value = w.fresh("v");
  const root = c.pick(["input.m", "data.limits", "input.items", "data.users", term(w, scope, "any", 0)]);
  const bound: readonly Named[] = [
    { text: path, kind: "array" },
    { text: value, kind: "any" },
  ];
  if (c.chance(15)) return { text: `walk(${root}, [["a", ${path}], ${value}])`, bound: [{ text: path, kind: "any" }, ...bound.slice(1)] };
  if (c.chance(15)) return { text: `[${path}, ${value}] := walk(${root})`, bound };
  if (c.chance(10)) return { text: `${path} := [q | walk(${root}, [q, _])]`, bound: bound.slice(0, 1) };
  if (c.chance(30)) return { text: `walk(${root}, [${path}, ${c.pick(["80", '"a"', "true"])}])`, bound: bound.slice(0, 1) };
  return { text: `walk(${root}, [${path}, ${value}])`, bound };
}

function comparison(w: World, scope: Scope): Statement {
  const { c } = w;
  const walk = c.pick(WALKED);
  return plain(`${walk.text} ${c.pick(["==", "!=", "<", ">", "="])} ${term(w, scope, walk.kind, 1)}`);
}

function ruleStatement(w: World, scope: Scope, depth: number): Statement {
  const { c } = w;
  const collections = w.faulty ? w.rules : w.rules.filter(({ kind }) => kind === "set" || kind === "object" || kind === "array");
  if (collections.length === 0) return comparison(w, scope);
  const chosen = c.pick(collections);
  const rule = { ...chosen, text: shortened(w, chosen.text) };
  const value = w.fresh("x");
  switch (c.below(4)) {
    case 0:
      return plain(withs(w, scope, rule.text, depth));
    case 1:
      return { text: `${value} := ${rule.text}[_]`, bound: [{ text: value, kind: "any" }] };
    case 2:
      return { text: `${rule.text}[${value}]`, bound: [{ text: value, kind: "any" }] };
    default:
      return plain(`${rule.text}[${term(w, scope, c.pick(["string", "any"]), 0)}]`);
  }
}
