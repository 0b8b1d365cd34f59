/** Random programs whose text is spoiled: tokens left out, repeated, swapped or put in, so that parsers and checks of both sides meet what people mistype. */
import type { Question } from "../../engine.ts";
import { type Choices, choicesFrom } from "./choices.ts";
import { programFrom } from "./program.ts";

const TOKEN =
  /"(?:[^"\\\n]|\\.)*"|`[^`]*`|#[^\n]*|\$"[^"\n]*"|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|:=|==|!=|<=|>=|\n[ \t]*|[ \t]+|[^\sA-Za-z0-9_]/g;

/** What people put where it does not belong. */
const PIECES = [
  ..."if contains every some in not with as default else import package null true false input data _".split(" "),
  ..."{ } [ ] ( ) , : ; . | & = := == != < <= - + * / %".split(" "),
  ...[
    '"',
    "`",
    "0",
    "01",
    "1.",
    "1e5",
    "1e",
    "0x1",
    "-1",
    "1_0",
    '"\\u12"',
    '"\\x"',
    "set()",
    "{}",
    "[]",
    "é",
    "😀",
    "\t",
    "#",
    "\\",
    "@",
    "$",
  ],
  ...["?", "!", "'", "~", "^", "x", "f(x)", "walk", "{x | x := 1}", "{x: y | x := 1}", "[x | x]", "..", "&&", "or", "\r", "\u00a0", "\n\n"],
  ...["# METADATA\n", "import rego.v1\n", "import input.x as y\n", "every x in y {", "some x, y in z", "not x", "x[_]", "input[_].foo"],
  ...[
    "else := 2 { true }",
    "else = x if y",
    "default x = 1\n",
    '$"{x}"',
    "with input as 1",
    "as x",
    "{x}",
    "x.y",
    'x["y"]',
    "null",
    "1 == ",
  ],
];

/** Builds a question whose modules were spoiled in one to three places. */
export function spoiledFrom(forModules: readonly number[], forDocuments: readonly number[], forSpoiling: readonly number[]): Question {
  const question = programFrom(forModules, forDocuments);
  const c = choicesFrom(forSpoiling);
  const at = c.below(question.modules.length);
  const times = 1 + c.below(3);
  const modules = question.modules.map(([name, text], i) => [name, i === at ? spoiled(text, times, c) : text] as const);
  // The program around OPA grants template strings to Rego v0 as well, which `opa` does not.
  if (question.dialect === "v0" && modules.some(([, text]) => /\$["`]/.test(text))) return question;
  return { ...question, modules };
}

function spoiled(text: string, times: number, c: Choices): string {
  let changed = text;
  for (let i = 0; i < times; i++) changed = spoiledOnce(changed, c);
  // Half a pair is no text that can be sent.
  return changed.toWellFormed();
}

function spoiledOnce(text: string, c: Choices): string {
  const tokens: readonly string[] = text.match(TOKEN) ?? [];
  if (tokens.length === 0) return text + c.pick(PIECES);
  const at = c.below(tokens.length);
  const token = tokens[at] ?? "";
  const other = tokens[c.below(tokens.length)] ?? "";
  switch (c.below(9)) {
    case 0:
      return tokens.toSpliced(at, 1).join("");
    case 1:
      return tokens.toSpliced(at, 0, token).join("");
    case 2: {
      const next = tokens[at + 1] ?? "";
      return tokens.toSpliced(at, 2, next, token).join("");
    }
    case 3:
      return tokens.with(at, other).join("");
    case 4:
      return tokens.with(at, c.pick(PIECES)).join("");
    case 5:
      return tokens.toSpliced(at, 0, c.pick(PIECES)).join("");
    case 6:
      return tokens.toSpliced(at, 0, other).join("");
    case 7:
      return text.replace(/\n(?=[^\n]*$)/, c.pick([" ", "", ";"]));
    default: {
      const lines = text.split("\n");
      return lines.toSpliced(c.below(lines.length), 1, ...(c.chance(50) ? [lines[c.below(lines.length)] ?? ""] : [])).join("\n");
    }
  }
}
