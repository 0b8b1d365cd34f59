/**
 * Hints for what authors most often get wrong in policies that parse: names that do not exist, variables that nothing binds, values that can
 * never be equal. In: the errors of a compilation and the names that exist. Out: the same errors, some with a sentence on what to
 * write; OPA's own text stays as it is. Nothing here runs for a policy without errors.
 */
import { suggest } from "../../base/suggest.ts";
import type { BuiltinTable } from "../builtins/define.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Span } from "../source/source.ts";
import type { HintedNames } from "./hint-names.ts";
import { commonMistakes, replacedBuiltins, wordsOfOtherLanguages } from "./hints.table.ts";

type Hinter = (match: RegExpExecArray, diagnostic: Diagnostic, names: HintedNames) => string | undefined;

const hinters: readonly (readonly [message: RegExp, hinter: Hinter])[] = [
  [/^undefined function (\S+)$/, ([, name = ""], { span }, names) => hintForFunction(name, span?.source.name, names)],
  [/^var (\S+) is unsafe$/, ([, name = ""], diagnostic, names) => hintForUnsafe(name, diagnostic, names)],
  [/^match error$/, (_, diagnostic) => hintForMatch(diagnostic)],
  [/^plus: invalid argument\(s\)$/, (_, diagnostic) => hintForPlus(diagnostic)],
  [/^undefined ref: /, (_, diagnostic) => hintForReference(diagnostic)],
  [/^deprecated built-in function calls in expression: (\S+)$/, ([, name = ""]) => hintForDeprecated(name)],
];

/** Returns the errors with hints where there are any. */
export function withHints(diagnostics: readonly Diagnostic[], names: () => HintedNames): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const known = names();
  return diagnostics.map((diagnostic) => {
    const hint = diagnostic.hint ?? hintFor(diagnostic, known);
    return hint === undefined ? diagnostic : { ...diagnostic, hint };
  });
}

function hintFor(diagnostic: Diagnostic, names: HintedNames): string | undefined {
  for (const [pattern, hinter] of hinters) {
    const match = pattern.exec(diagnostic.message);
    if (match) return hinter(match, diagnostic, names);
  }
  return commonMistakes.find(({ message }) => message.test(diagnostic.message))?.hint;
}

function hintForFunction(name: string, file: string | undefined, names: HintedNames): string | undefined {
  const other = wordsOfOtherLanguages.get(name);
  if (other !== undefined) return `write ${other}`;
  const own = name.includes(".") ? names.functions : names.inPackage(file);
  const meant = suggest(name, functionNames(names.builtins, own));
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

function functionNames(builtins: BuiltinTable, functions: Iterable<string>): Iterable<string> {
  return [...functions, ...[...builtins.keys()].filter((name) => !name.startsWith("internal."))];
}

function hintForUnsafe(name: string, { span }: Diagnostic, names: HintedNames): string | undefined {
  const other = wordsOfOtherLanguages.get(name);
  if (other !== undefined) return `write ${other}`;
  // Nobody mistypes a longer name by a letter, and patterns are made from it.
  if (!/^\w{1,64}$/.test(name)) return undefined;
  const text = textAround(span);
  if (new RegExp(`[{,]\\s*${name}\\s*:(?!=)`).test(text)) return `keys of objects are strings: write "${name}"`;
  if (new RegExp(`\\b${name}\\s+in\\b`).test(text)) return `${name} in xs only tests: write some ${name} in xs to go through the members`;
  const dashed = new RegExp(`([A-Za-z_]\\w*)-${name}\\b`).exec(text)?.[1];
  if (dashed !== undefined) return `${dashed}-${name} is read as ${dashed} minus ${name}: write ["${dashed}-${name}"]`;
  const meant = suggest(name, names.inPackage(span?.source.name));
  if (meant !== undefined) return `did you mean ${meant}?`;
  return `nothing gives ${name} a value: bind it with := or some, outside of not`;
}

// The error may be at the variable or at the expression that holds it.
function textAround(span: Span | undefined): string {
  if (!span) return "";
  const { text } = span.source;
  const end = text.indexOf("\n", span.end);
  return text.slice(text.lastIndexOf("\n", span.start) + 1, end < 0 ? text.length : end);
}

function hintForMatch({ notes }: Diagnostic): string {
  const types = notes.map((note) => note.replace(/^(left|right)\s*: /, ""));
  if (types.includes("number") && types.includes("string")) {
    return "a number never equals a string: convert one with to_number or format_int";
  }
  return "the two sides have no value in common";
}

function hintForPlus({ notes }: Diagnostic): string | undefined {
  const joins = notes[0]?.includes("string") ?? false;
  return joins ? "+ adds numbers: join strings with concat or sprintf, or write a template string" : undefined;
}

function hintForReference({ notes }: Diagnostic): string | undefined {
  const have = /^\s*have: "(.*)"$/.exec(notes.find((note) => /^\s*have: /.test(note)) ?? "");
  const oneOf = /^\s*want \(one of\): \[(.*)\]$/.exec(notes.at(-1) ?? "");
  if (!have || !oneOf) return undefined;
  const meant = suggest(
    have[1] ?? "",
    [...(oneOf[1] ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((key) => key[1] ?? ""),
  );
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

function hintForDeprecated(name: string): string | undefined {
  const instead = replacedBuiltins.get(name);
  return instead === undefined ? undefined : `write ${instead}`;
}
