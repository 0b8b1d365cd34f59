/** Random calls of all builtins with operands of the types that their signatures name, odd ones among them. */
import type { Question } from "../../engine.ts";
import { allBuiltins } from "../../engine.ts";
import { bodyTexts } from "./bodies.ts";
import { type Choices, choicesFrom } from "./choices.ts";
import { CALLS, type Signature } from "./signatures.ts";
import { term } from "./terms.ts";
import type { Kind, World } from "./world.ts";

// Left out: what asks the outside or chance, what OPA answers from what it was asked before (regex.template_match), what only the compiler calls, and what has more to it than its operands.
const LEFT_OUT =
  /^(http\.send|net\.lookup|opa\.runtime|rand\.|uuid\.rfc|time\.now|internal\.|rego\.metadata|print$|walk$|eq$|assign$|trace$|crypto\.x509|io\.jwt\.encode|regex\.template_match|providers)/;

const CALLED = [...allBuiltins.values()].filter(
  ({ name, nondeterministic, needs }) => !LEFT_OUT.test(name) && nondeterministic !== true && needs === undefined,
);

/** Builds a question that calls one builtin. */
export function callFrom(numbers: readonly number[]): Question {
  const c = choicesFrom(numbers);
  const { name, signature } = c.pick(CALLED);
  let names = 0;
  const w: World = {
    c,
    faulty: c.chance(30),
    modern: true,
    templates: false,
    walks: false,
    home: "",
    imports: [],
    body: bodyTexts,
    term,
    rules: [],
    functions: [],
    fresh: (prefix) => `${prefix}${++names}`,
  };
  const operands = operandKinds(c, name, signature).map((kind) =>
    term({ ...w, faulty: false }, [], w.faulty && c.chance(30) ? "any" : kind, c.below(3)),
  );
  const query = `x := ${name}(${operands.join(", ")})`.replaceAll(/\b(input|data)\.[\w.[\]]*/g, "input");
  return { modules: [], dialect: "v1", query, input: { a: 1 }, data: undefined, strictErrors: c.chance(50) };
}

/** The kinds that a builtin reads in a form of its own, by its name. */
const SPECIAL: ReadonlyMap<string, readonly Signature[]> = Map.groupBy(Object.values(CALLS).flat(), ([name]) => name);

function operandKinds(c: Choices, name: string, signature: string): readonly Kind[] {
  const known = SPECIAL.get(name);
  return known !== undefined && c.chance(60) ? parametersOf(c.pick(known)) : kindsOf(signature);
}

function parametersOf([, ...kinds]: Signature): readonly Kind[] {
  return kinds;
}

/** Reads the kinds of operands from a signature such as `(haystack: string, xs: array[number]) => …`. */
function kindsOf(signature: string): readonly Kind[] {
  const inner = signature.slice(1, closing(signature));
  return inner.trim() === "" ? [] : splitOperands(inner).map(kindOf);
}

function closing(signature: string): number {
  let depth = 0;
  for (let i = 0; i < signature.length; i++) {
    if ("([<{".includes(signature[i] ?? "")) depth++;
    if (")]>}".includes(signature[i] ?? "") && signature[i - 1] !== "=" && --depth === 0) return i;
  }
  return signature.length;
}

function splitOperands(inner: string): readonly string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const letter of inner) {
    if ("([<{".includes(letter)) depth++;
    if (")]>}".includes(letter)) depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function kindOf(operand: string): Kind {
  const type = operand.replace(/^\s*\w+:\s*/, "").trim();
  if (/^array\[string\]/.test(type) || /^any<string, array\[string\]>/.test(type)) return "strings";
  if (/^array\[number\]/.test(type)) return "numbers";
  if (/^set\[set/.test(type)) return "sets";
  for (const kind of ["string", "number", "boolean", "array", "object", "set"] as const) if (type.startsWith(kind)) return kind;
  const first = /^any<(\w+)/.exec(type)?.[1];
  return first === "array" || first === "object" || first === "set" || first === "string" || first === "number" ? first : "any";
}
