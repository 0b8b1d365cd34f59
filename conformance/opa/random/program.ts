/** Random programs: several modules of rules of every kind in either dialect, with input and base documents. */
import { parseJson, type Value } from "../../../src/rego/index.ts";
import type { Question } from "../../engine.ts";
import { bodyTexts } from "./bodies.ts";
import { type Choices, choicesFrom } from "./choices.ts";
import { dataText, inputText, keyLiteral, stringLiteral } from "./documents.ts";
import { IMPORTS } from "./forms.ts";
import { quoted, term } from "./terms.ts";
import type { Kind, Named, Scope, World } from "./world.ts";

const TYPES: readonly Kind[] = ["boolean", "string", "number", "array", "object", "set"];
const PACKAGES = ["t", "t.sub", "lib", "t"];

/** Builds a question from two lists of numbers: one decides the modules, the other the documents. */
export function programFrom(forModules: readonly number[], forDocuments: readonly number[]): Question {
  const c = choicesFrom(forModules);
  const documents = choicesFrom(forDocuments);
  const dialect = c.pick(["v1", "v0"] as const);
  const strictErrors = c.chance(15);
  const modules = programModules(c, dialect);
  const query = c.chance(25) ? queryText(c, dialect) : "x = data";
  return { modules, dialect, query, strictErrors, input: jsonOf(inputText(documents)), data: jsonOf(dataText(documents)) };
}

/** A query of its own: what a body may hold, and rules that the modules may have. */
function queryText(c: Choices, dialect: "v0" | "v1"): string {
  let names = 0;
  const rules: readonly Named[] = ["data.t.r1", "data.t.allow1", "data.t.deny2", "data.t.p2", "data.t"].map((text) => ({
    text,
    kind: "any",
  }));
  const w: World = {
    c,
    faulty: c.chance(25),
    modern: dialect === "v1",
    templates: dialect === "v1",
    walks: true,
    home: "",
    imports: [],
    rules: [...rules],
    functions: [],
    body: bodyTexts,
    term,
    fresh: (prefix) => `${prefix}${++names}`,
  };
  return c.chance(30)
    ? term(w, [], "any", 2)
    : bodyTexts(w, [], 2, 4)
        .lines.join("; ")
        .replaceAll(/ # [^\n]*(?=;|$)/g, "");
}

function jsonOf(text: string): Value {
  const parsed = parseJson(text);
  return parsed.kind === "error" ? null : parsed.value;
}

function programModules(c: Choices, dialect: "v0" | "v1"): readonly (readonly [string, string])[] {
  let names = 0;
  const shared = { c, faulty: c.chance(25), rules: [] as Named[], functions: [], fresh: (prefix: string) => `${prefix}${++names}` };
  return c.list(1, 3, (at) => {
    const prelude = dialect === "v1" ? c.pick(["", "import rego.v1"]) : c.pick(["import rego.v1", "import future.keywords", "", ""]);
    const imports = c.chance(30) ? c.list(1, 2, () => c.pick(IMPORTS)) : [];
    const path = PACKAGES[at === 0 ? 0 : c.below(PACKAGES.length)] ?? "t";
    const w: World = {
      ...shared,
      body: bodyTexts,
      term,
      walks: true,
      home: path,
      imports,
      modern: dialect === "v1" || prelude !== "",
      templates: dialect === "v1",
    };
    const ifs = dialect === "v1" || prelude === "import rego.v1";
    const texts = c.list(1, 5, () => annotated(c, ruleTexts(w, path, ifs || (prelude !== "" && c.chance(60)))));
    return [
      `m${at}.rego`,
      `${c.chance(8) ? annotation(c, ["package", "subpackages"]) : ""}package ${path}\n\n${[prelude, ...imports.map(({ line }) => line)]
        .filter((line) => line !== "")
        .map((line) => `${line}\n`)
        .join("")}\n${texts.join("\n\n")}\n`,
    ] as const;
  });
}

function annotated(c: Choices, rules: string): string {
  return c.chance(8) ? `${annotation(c, ["rule", "document"])}${rules}` : rules;
}

/** A block of comments with metadata; now and then one that is wrong. */
function annotation(c: Choices, scopes: readonly string[]): string {
  const lines = [
    `scope: ${c.chance(10) ? "nothing" : c.pick(scopes)}`,
    ...c.list(0, 3, () =>
      c.pick([
        `title: ${stringLiteral(c)}`,
        "description: |\n#   a\n#   b",
        "custom:\n#   severity: 1.50\n#   x: [a, {b: null}]",
        "authors:\n# - Jane Doe <jane@example.com>\n# - name: Joe",
        "related_resources:\n# - https://example.com/a?b=c",
        "organizations:\n# - Acme",
        "schemas:\n# - input.user: {type: object, properties: {age: {type: number}}}",
        "entrypoint: true",
        "compile:\n#   unknowns: [input.user]",
        "unknown: 1",
      ]),
    ),
  ];
  return `# METADATA\n${lines.map((line) => `# ${line}\n`).join("")}`;
}

/** Writes one rule, or several of one name. `ifs` tells whether bodies follow `if`. */
function ruleTexts(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  switch (c.below(11)) {
    case 10:
      return manyRules(w, path, ifs);
    case 9:
      return plainRules(w, path, ifs);
    case 0:
    case 1:
      return completeRules(w, path, ifs);
    case 2:
      return partialSet(w, path, ifs);
    case 3:
      return partialObject(w, path, ifs);
    case 4:
    case 5:
      return functionRules(w, path, ifs);
    case 6:
      return chain(w, path, ifs);
    case 7:
      return generalReference(w, path, ifs);
    default:
      return constantRules(w, path, ifs);
  }
}

const LOOKED_UP = ["input.user.name", "input.request.method", "input.m", "input.items[_].kind", "input.user.age", "input.user.roles[_]"];

/** So many rules of one name that it pays to look them up, or that begin alike. */
function manyRules(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const { name, announce } = nameFor(w, path, "set");
  const { lines: shared, scope } = bodyTexts(w, [], 1, 2);
  const wanted = c.pick(LOOKED_UP);
  const shape = c.below(4);
  const rules = c.list(6, 12, (at) => {
    const equation = c.pick([
      `${wanted} == ${c.chance(50) ? quoted(stringLiteral(c)) : String(at)}`,
      `${c.pick(LOOKED_UP)} == ${quoted(stringLiteral(c))}`,
    ]);
    const begun = c.chance(70) ? shared : [];
    const text = block(c.chance(50) ? [...begun, equation] : [equation, ...begun], ifs);
    const known = begun.length > 0 ? scope : [];
    const value = c.chance(60) ? `"${at % 4}"` : headTerm(w, known, "any", 0);
    if (shape === 0) return `${name} := ${value}${text}`;
    if (shape === 1) return `${name}[${quoted(keyLiteral(c))}] := ${value}${text}`;
    return w.modern && ifs ? `${name} contains ${value}${text}` : `${name}[${value}]${text}`;
  });
  announce();
  return rules.join("\n\n");
}

/** Rules without a body, with several, or with a body that is one expression. */
function plainRules(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const kind = c.pick(TYPES);
  const { name, announce } = nameFor(w, path, kind);
  const value = headTerm(w, [], kind, 1);
  const one = () => bodyTexts(w, [], 1, 1).lines.join("; ").split("; ")[0] ?? "";
  const two = () => body(w, [], ifs).text.replace(/^ if/, "");
  announce();
  switch (c.below(9)) {
    case 0:
      return `${name} := ${value}`;
    case 1:
      return `${name} = ${value} ${two()} ${two()}`;
    case 2:
      return ifs ? `${name} if ${one()}` : `${name} { ${one()} }`;
    case 3:
      return ifs ? `${name} := ${value} if ${one()} else := ${headTerm(w, [], kind, 1)}` : `${name} { ${one()} } else = ${value}`;
    case 4:
      return `${name}.a.b := ${value}\n\n${name}.a["c d"] := ${headTerm(w, [], "any", 1)}${body(w, [], ifs).text}`;
    case 5:
      return `default ${name}.a.b := ${presetTerm(w, kind)}\n\n${name}.a.b := ${value}${body(w, [], ifs).text}`;
    case 6:
      return w.modern && ifs
        ? `${name} contains ${value}\n\n${name} contains ${headTerm(w, [], "any", 1)} if ${one()}`
        : `${name}[${value}]`;
    case 7:
      return `${name} := rego.metadata.${c.pick(["rule", "chain"])}()`;
    default:
      return `${name}[${c.pick(['"a"', "1", "true", "null"])}] := ${value}\n\n${name}[${headTerm(w, [], "string", 0)}] := ${value}`;
  }
}

// What stands in a head is not enumerated; on purpose it sometimes is.
function headTerm(w: World, scope: Scope, kind: Kind, depth: number): string {
  return term({ ...w, walks: w.faulty && w.c.chance(5) }, scope, kind, depth);
}

function block(lines: readonly string[], ifs: boolean): string {
  return `${ifs ? " if" : ""} {\n\t${lines.join("\n\t")}\n}`;
}

function body(w: World, scope: Scope, ifs: boolean): { readonly text: string; readonly scope: Scope } {
  const { lines, scope: bound } = bodyTexts(w, scope, 2, 3);
  return { text: block(lines, ifs), scope: bound };
}

function nameFor(w: World, path: string, kind: Kind): { readonly name: string; readonly announce: () => void } {
  // Now and then a rule adds to one that is there already, or reads one that comes later.
  const name = w.fresh(w.c.pick(["r", "allow", "deny", "p"]));
  return { name, announce: () => w.rules.push({ text: `data.${path}.${name}`, kind }) };
}

function completeRules(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const kind = c.pick(TYPES);
  const { name, announce } = nameFor(w, path, kind);
  const early = w.faulty && c.chance(10);
  if (early) announce();
  const preset = c.chance(30) ? `default ${name} := ${presetTerm(w, kind)}\n\n` : "";
  const rules = c.list(1, 3, () => {
    const { text, scope } = body(w, [], ifs);
    return `${name} := ${headTerm(w, scope, kind, 1)}${text}`;
  });
  if (!early) announce();
  return preset + rules.join("\n\n");
}

/** A term without variables: a literal, or a number for what would be one. */
function presetTerm(w: World, kind: Kind): string {
  const closed = { ...w, rules: [], functions: [] };
  return term(closed, [], kind, 0).replace(/^(input|data|unbound).*/, "1");
}

function constantRules(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const { name, announce } = nameFor(w, path, "boolean");
  const value = c.pick(["", "", " := true", ' := "yes"', " := 1"]);
  const preset = c.chance(50) ? `default ${name} := false\n\n` : "";
  const rules = c.list(1, 3, () => `${name}${value}${body(w, [], ifs).text}`);
  announce();
  return preset + rules.join("\n\n");
}

function chain(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const kind = c.pick(TYPES);
  const { name, announce } = nameFor(w, path, kind);
  const first = body(w, [], ifs);
  const more = c.list(1, 3, () => {
    const { text, scope } = body(w, [], ifs);
    return ` else := ${headTerm(w, scope, kind, 1)}${text}`;
  });
  announce();
  return `${name} := ${headTerm(w, first.scope, kind, 1)}${first.text}${more.join("")}`;
}

function partialSet(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const { name, announce } = nameFor(w, path, "set");
  const rules = c.list(1, 3, () => {
    const { text, scope } = body(w, [], ifs);
    const member = headTerm(w, scope, "any", 1);
    return w.modern && ifs ? `${name} contains ${member}${text}` : `${name}[${member}]${text}`;
  });
  announce();
  return rules.join("\n\n");
}

function partialObject(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const { name, announce } = nameFor(w, path, "object");
  const rules = c.list(1, 2, () => {
    const { text, scope } = body(w, [], ifs);
    const key = headTerm(w, scope, c.pick(["string", "string", "any"]), 0);
    return `${name}[${key}] := ${headTerm(w, scope, "any", 1)}${text}`;
  });
  announce();
  return rules.join("\n\n");
}

function generalReference(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const { name, announce } = nameFor(w, path, "object");
  const rules = c.list(1, 3, () => {
    const { text, scope } = body(w, [], ifs);
    const key = () => headTerm(w, scope, c.pick(["string", "number", "any"]), 0);
    const value = headTerm(w, scope, "any", 1);
    switch (c.below(ifs && w.modern ? 9 : 5)) {
      case 3:
        return `${name}[${key()}].b[${key()}].c = ${value}${text}`;
      case 4:
        return `${name}.a[${key()}][${key()}]${c.pick(["", ` = ${value}`])}${text}`;
      case 5:
        return `${name}.b.c[${key()}] contains ${value}${text}`;
      case 6:
        return `${name}.a[${key()}]${text}`;
      case 0:
        return `${name}.${c.pick(["a", "b"])}.c := ${value}${text}`;
      case 1:
        return `${name}.${c.pick(["b", "d"])}[${key()}] := ${value}${text}`;
      case 2:
        return `${name}[${key()}][${key()}] := ${value}${text}`;
      case 7:
        return `${name}[${key()}] contains ${value}${text}`;
      default:
        return `${name}.${c.pick(["e", "g"])} contains ${value}${text}`;
    }
  });
  announce();
  return rules.join("\n\n");
}

function functionRules(w: World, path: string, ifs: boolean): string {
  const { c } = w;
  const name = w.fresh("f");
  const kind = c.pick(TYPES);
  const params = c.list(1, 2, () => c.pick(TYPES));
  const preset = c.chance(25)
    ? `default ${name}(${params.map(() => w.fresh("_a")).join(", ")}) := ${c.chance(60) ? quoted(stringLiteral(c)) : presetTerm(w, kind)}\n\n`
    : "";
  const rules = c.list(1, 3, () => {
    const scope: Named[] = [];
    const heads = params.map((param) => parameter(w, param, scope));
    const { text, scope: bound } = body(w, scope, ifs);
    const rest = c.chance(30)
      ? `${c.list(1, 3, () => ` else := ${headTerm(w, scope, kind, 1)}${body(w, scope, ifs).text}`).join("")}${c.chance(30) ? ` else := ${headTerm(w, scope, kind, 1)}` : ""}`
      : "";
    return `${name}(${heads.join(", ")}) := ${headTerm(w, bound, kind, 1)}${text}${rest}`;
  });
  w.functions.push({ text: `data.${path}.${name}`, params, kind });
  return preset + rules.join("\n\n");
}

/** A parameter: a variable, a constant, or a pattern of these. */
function parameter(w: World, kind: Kind, scope: Named[]): string {
  const { c } = w;
  const variable = (of: Kind) => {
    const text = w.fresh("a");
    scope.push({ text, kind: of });
    return text;
  };
  switch (c.below(8)) {
    case 5:
      return presetTerm(w, kind);
    case 6:
      return kind === "object"
        ? `{${quoted(keyLiteral(c))}: ${variable("any")}}`
        : kind === "array"
          ? `[${variable("any")}, ${variable("any")}]`
          : variable(kind);
    case 7:
      return "_";
    default:
      return variable(kind);
  }
}
