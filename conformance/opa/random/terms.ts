/** Random terms of an expected kind: literals, variables, documents, calls, comprehensions; now and then of another kind, on purpose. */

import type { Choices } from "./choices.ts";
import { keyLiteral, numberLiteral, stringLiteral } from "./documents.ts";
import { lookedInto, operatorByName, shortened } from "./forms.ts";
import { CALLS } from "./signatures.ts";
import { formatLiteral, special } from "./special.ts";
import { DOCUMENTS, type Kind, type Scope, WALKED, type World } from "./world.ts";

const KINDS: readonly Kind[] = ["number", "string", "boolean", "array", "set", "object"];

/** Returns the text of a term. */
export function term(w: World, scope: Scope, kind: Kind, depth: number): string {
  const { c } = w;
  const wanted = kind === "any" ? c.pick(KINDS) : w.faulty && c.chance(6) ? c.pick(KINDS) : kind;
  if (depth <= 0) return c.chance(60) ? (named(w, scope, wanted) ?? literal(w, wanted)) : literal(w, wanted);
  switch (c.below(20)) {
    case 0:
    case 1:
    case 2:
      return literal(w, wanted);
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return named(w, scope, wanted) ?? literal(w, wanted);
    case 9:
    case 10:
    case 11:
      return call(w, scope, wanted, depth);
    case 12:
      return w.home === "" ? literal(w, wanted) : lookedInto(w, scope, wanted, depth);
    case 13:
      return operatorByName(w, scope, wanted, depth) ?? call(w, scope, wanted, depth);
    default:
      return composed(w, scope, wanted, depth);
  }
}

/** Returns a quoted text. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

function literal(w: World, kind: Kind): string {
  const { c } = w;
  switch (kind) {
    case "number":
      return numberLiteral(c);
    case "boolean":
      return c.pick(["true", "false"]);
    case "array":
      return c.pick(["[1, 2]", '["a", "b"]', "[]", '[{"a": 1}, null]', "[3, 1, 2]"]);
    case "strings":
      return c.pick(['["a", "b"]', "[]", `[${quoted(stringLiteral(c))}]`]);
    case "numbers":
      return c.pick(["[1, 2]", "[3, 1, 2]", "[]", `[${numberLiteral(c)}]`]);
    case "sets":
      return c.pick(["{{1, 2}, {2}}", '{{"a"}, set()}', "set()"]);
    case "patches":
      return c.pick([
        '[{"op": "add", "path": "/a", "value": 1}]',
        '[{"op": "remove", "path": "a"}]',
        '[{"op": "replace", "path": ["b"], "value": {}}]',
        "[]",
      ]);
    case "set":
      return c.pick(["{1, 2}", '{"a", "b"}', "set()", "{[1], {}}"]);
    case "object":
      return c.pick(['{"a": 1}', "{}", '{"a": "b", "b": [1]}', '{1: "x", "1": "y"}', '{"__proto__": 1}']);
    case "string":
      return c.chance(10) ? rawString(c) : quoted(stringLiteral(c));
    case "mixed":
      return c.pick([
        '[1, "a", null]',
        '[{1}, [1], {"a": 1}, {1, 2}]',
        "[true, null, 0, -1]",
        '["a", "A", "", "é"]',
        "[[], {}, set(), [[]]]",
      ]);
    default:
      return special(c, kind);
  }
}

function rawString(c: Choices): string {
  return c.pick(["`a\\n`", "``", '`"`', "`é`", '"\\u00e9\\t"', '"\\/"', '"\\ud83d\\ude00"']);
}

/** Returns a variable, rule or document of the kind. */
function named(w: World, scope: Scope, kind: Kind): string | undefined {
  const { c } = w;
  const fits = (each: { readonly kind: Kind }) =>
    each.kind === kind || each.kind === "any" || (kind === "array" && (each.kind === "strings" || each.kind === "numbers"));
  const variables = scope.filter(fits);
  if (variables.length > 0 && c.chance(60)) return c.pick(variables).text;
  const rules = w.rules.filter(fits);
  if (rules.length > 0 && c.chance(40)) return shortened(w, c.pick(rules).text);
  if (w.faulty && c.chance(1)) return "unbound";
  const walked = WALKED.filter(fits);
  if (w.walks && walked.length > 0 && c.chance(25)) return shortened(w, c.pick(walked).text);
  const documents = DOCUMENTS.filter(fits);
  return documents.length > 0 ? shortened(w, c.pick(documents).text) : undefined;
}

function composed(w: World, scope: Scope, kind: Kind, depth: number): string {
  const { c } = w;
  const any = () => term(w, scope, "any", depth - 1);
  const still = { ...w, walks: false };
  switch (kind) {
    case "number":
      return `(${term(w, scope, "number", depth - 1)} ${c.pick(["+", "-", "*", "/", "%"])} ${term(w, scope, "number", depth - 1)})`;
    case "boolean":
      return related(w, scope, ["==", "!=", "<", ">", "<=", ">="], depth - 1);
    case "numbers":
      return `[${c.list(0, 3, () => term(w, scope, "number", depth - 1)).join(", ")}]`;
    case "strings":
      return `[${c.list(0, 3, () => term(w, scope, "string", depth - 1)).join(", ")}]`;
    case "sets":
      return `{${c.list(1, 2, () => term(w, scope, "set", depth - 1)).join(", ")}}`;
    case "patches":
      return `[{"op": ${quoted(c.pick(["add", "replace", "remove", "test"]))}, "path": ${quoted(`/${keyLiteral(c)}`)}, "value": ${any()}}]`;
    case "array":
      return c.chance(50) ? `[${c.list(0, 3, any).join(", ")}]` : comprehension(w, scope, "[", "]", depth);
    case "set": {
      if (c.chance(30)) return `(${term(w, scope, "set", depth - 1)} ${c.pick(["|", "&", "-"])} ${term(w, scope, "set", depth - 1)})`;
      return c.chance(50) ? `{${c.list(1, 3, any).join(", ")}}` : comprehension(w, scope, "{", "}", depth);
    }
    case "object": {
      if (c.chance(50)) return `{${c.list(0, 3, () => `${c.chance(70) ? quoted(keyLiteral(c)) : any()}: ${any()}`).join(", ")}}`;
      const { lines, scope: inner } = w.body({ ...w, walks: true }, scope, depth - 1, 2);
      return `{${term(w, inner, c.pick(["string", "number"]), 0)}: ${term(w, inner, "any", 1)} | ${lines.join("; ")}}`;
    }
    case "mixed":
      return `[${c.list(0, 4, any).join(", ")}]`;
    case "objects":
      return `[${c.list(0, 3, () => term(w, scope, "object", depth - 1)).join(", ")}]`;
    case "string":
      return c.chance(70) || !w.templates
        ? `sprintf(${quoted(formatLiteral(c))}, [${c.list(0, 3, any).join(", ")}])`
        : template(w, still, scope, depth);
    default:
      return literal(w, kind);
  }
}

function template(w: World, still: World, scope: Scope, depth: number): string {
  const { c } = w;
  const quote = c.pick(['"', "`"]);
  const pieces = c.list(1, 3, () => `${c.pick(["", "a ", "é", "\\{"])}{${term(still, scope, "any", depth - 1)}}`);
  return `$${quote}${pieces.join("")}${c.pick(["", " b", "\\{"])}${quote}`;
}

/** Compares two terms of one kind: of different kinds the type checker often says that they never match. */
function related(w: World, scope: Scope, operators: readonly string[], depth: number): string {
  const kind = w.faulty && w.c.chance(10) ? "any" : w.c.pick(KINDS);
  return `(${term(w, scope, kind, depth)} ${w.c.pick(operators)} ${term(w, scope, kind, depth)})`;
}

function comprehension(w: World, scope: Scope, open: string, close: string, depth: number): string {
  const { lines, scope: inner } = w.body({ ...w, walks: true }, scope, depth - 1, 2);
  return `${open}${term(w, inner, "any", 1)} | ${lines.join("; ")}${close}`;
}

/** Returns a call of a builtin or of a function of the program. */
function call(w: World, scope: Scope, kind: Kind, depth: number): string {
  const { c } = w;
  const own = w.functions.filter((each) => each.kind === kind || each.kind === "any");
  if (own.length > 0 && c.chance(50)) {
    const chosen = c.pick(own);
    const args = chosen.params.map((param) => term(w, scope, param, depth - 1));
    if (w.faulty && c.chance(5)) args.push("1");
    return `${shortened(w, chosen.text)}(${args.join(", ")})`;
  }
  if (CALLS[kind].length === 0) return literal(w, kind);
  const [name, ...params] = c.pick(CALLS[kind]);
  return `${name}(${params.map((param) => term(w, scope, param, depth - 1)).join(", ")})`;
}
