/**
 * Tells whether a difference is one that docs/differences.md argues, by asking OPA once more with the cause taken away: then it has to agree with
 * us. In: a question and both answers. Out: the reason, or undefined for a difference that nothing explains.
 */
import { type ast, type Module, parseModule, positionOf, printReference, type Span, textOf, walkNode } from "../../src/rego/index.ts";
import type { Answer, Question } from "../engine.ts";
import { difference } from "./judge.ts";
import { agreesWithoutMemory } from "./memo.ts";
import type { Oracle, OracleAnswer } from "./oracle.ts";
import { agreesReversed } from "./reversed.ts";
import { ordersValues, repeatsAnEntry } from "./shown.ts";
import { agreesOnTypesAlone, differsByRepeatedMember } from "./type-errors.ts";

/** Returns why a difference does not count. */
export async function explain(question: Question, ours: Answer, theirs: OracleAnswer, oracle: Oracle): Promise<string | undefined> {
  if (repeatsAnEntry(ours, theirs)) return "OPA holds a key of an object twice";
  if (ordersValues(ours, theirs)) return "OPA puts an expression of the query before what binds its variables";
  if (await findsErrorAlone(question, ours, oracle)) return "OPA ends a search before the error, and finds it when the rule is asked alone";
  if (await agreesOnWholeSearch(question, ours, oracle)) return "OPA ends a search for a constant before the error";
  if (await agreesWithoutIndex(question, ours, oracle)) return "OPA evaluates a comprehension for values that nobody asks";
  if (await agreesOnPlainOrder(question, ours, oracle)) return "OPA walks sets and objects by the names of their variables";
  if (await agreesOnExactBuiltins(question, ours, oracle)) return "OPA errs in ceil, floor, rem or object.subset";
  if (await agreesWithoutRepetition(question, ours, oracle)) return "OPA loses sight of an expression that stands twice in a body";
  if (await agreesWithoutMemory(question, modulesOf(question), ours, oracle))
    return "OPA keeps a call under a number however it is spelled";
  if (await agreesReversed(question, modulesOf(question), ours, oracle)) return "OPA puts an expression before what binds its variables";
  const changesTypes =
    differsByRepeatedMember(ours, theirs) || (await agreesOnTypesAlone(question, modulesOf(question), ours, { oracle, theirs }));
  if (changesTypes) return "OPA changes a type that stands in a union already";
  return bindsItself(question, ours) ? "OPA takes a variable for bound by what closes over it" : undefined;
}

/** The rule at which we report an error reports it in OPA too, if nothing else is asked. */
async function findsErrorAlone(question: Question, ours: Answer, oracle: Oracle): Promise<boolean> {
  const [error] = ours.errors;
  if (error?.span === undefined || !error.code.startsWith("eval_")) return false;
  const path = pathOfRuleAt(question, error.span);
  if (path === undefined) return false;
  return difference(ours, await oracle.ask({ ...question, query: `x = ${path}` })) === undefined;
}

function pathOfRuleAt(question: Question, { source, start }: Span): string | undefined {
  const module = modulesOf(question).get(source.name);
  const rule = module?.rules.find(({ span }) => span !== undefined && span.start <= start && start <= span.end);
  if (module === undefined || rule === undefined || rule.head.args !== undefined) return undefined;
  const { reference } = rule.head;
  const ground = reference.findIndex(({ kind }, i) => i > 0 && kind !== "string");
  const [first, ...rest] = ground < 0 ? reference : reference.slice(0, ground);
  if (first?.kind !== "var") return undefined;
  const [data, ...steps] = module.package.path;
  return printReference([data, ...steps, { kind: "string", value: first.name, span: undefined }, ...rest]);
}

/** OPA agrees once no rule has a constant value, so that all its bodies are evaluated to the end. */
async function agreesOnWholeSearch(question: Question, ours: Answer, oracle: Oracle): Promise<boolean> {
  if (!ours.errors.some(({ code }) => code.startsWith("eval_"))) return false;
  const parsed = modulesOf(question);
  const modules = question.modules.map(([name, text]) => {
    const spans = (parsed.get(name)?.rules ?? []).flatMap(({ head: { value, args }, isDefault }) =>
      value?.span === undefined || args !== undefined || isDefault || mentionsVariable(value) ? [] : [value.span],
    );
    spans.sort((a, b) => b.start - a.start);
    const changed = spans.reduce(
      (whole, { start, end }) => `${whole.slice(0, start)}[${whole.slice(start, end)}][floor(0)]${whole.slice(end)}`,
      text,
    );
    return [name, changed] as const;
  });
  return difference(ours, await oracle.ask({ ...question, modules })) === undefined;
}

/** OPA agrees once each comprehension holds another one over its variables, which keeps OPA from indexing it. */
async function agreesWithoutIndex(question: Question, ours: Answer, oracle: Oracle): Promise<boolean> {
  const parsed = modulesOf(question);
  const modules = question.modules.map(([name, text]) => {
    const module = parsed.get(name);
    const places: { readonly end: number; readonly names: ReadonlySet<string> }[] = [];
    if (module !== undefined)
      walkNode(module, (node) => {
        if (node.kind.endsWith("-comprehension") && node.span !== undefined)
          places.push({ end: node.span.end - 1, names: variablesIn(node) });
        return true;
      });
    places.sort((a, b) => b.end - a.end);
    const changed = places.reduce((whole, { end, names }) => {
      const list = `[${[...names].join(", ")}]`;
      return `${whole.slice(0, end)}; [0 | ${list} == ${list}]${whole.slice(end)}`;
    }, text);
    return [name, changed] as const;
  });
  return difference(ours, await oracle.ask({ ...question, modules })) === undefined;
}

function variablesIn(term: ast.Node): ReadonlySet<string> {
  const names = new Set<string>();
  walkNode(term, (node) => {
    if (node.kind === "ref") {
      // A name at the front may be that of a rule; only what stands in brackets is surely a variable.
      for (const step of node.path.slice(1)) for (const name of variablesIn(step)) names.add(name);
      return false;
    }
    if (node.kind === "call" || node.kind === "call-expr") {
      for (const argument of node.args) for (const name of variablesIn(argument)) names.add(name);
      return false;
    }
    if (node.kind === "var" && /^[a-z]\w*\d$/.test(node.name)) names.add(node.name);
    return true;
  });
  return names;
}

/** OPA agrees once a call stands between each set or object with variables and whoever walks it. */
async function agreesOnPlainOrder(question: Question, ours: Answer, oracle: Oracle): Promise<boolean> {
  const all = [...modulesOf(question).values()].flatMap(literalsWithVariables);
  const sets = all.filter(({ kind }) => kind === "set");
  const tries = [sets, all, ...all.slice(0, MOST_TRIES).map((one) => [...sets.filter((set) => set !== one), one])];
  for (const literals of tries) {
    if (literals.length === 0) continue;
    const modules = question.modules.map(([name, text]) => [name, wrapped(name, text, literals)] as const);
    if (difference(ours, await oracle.ask({ ...question, modules })) === undefined) return true;
  }
  return false;
}

const MOST_TRIES = 20;

function literalsWithVariables(module: Module): readonly ast.Term[] {
  const found: ast.Term[] = [];
  walkNode(module, (node) => {
    if ((node.kind === "set" || node.kind === "object") && node.span !== undefined && mentionsVariable(node)) found.push(node);
    return true;
  });
  return found;
}

function mentionsVariable(term: ast.Term): boolean {
  let found = false;
  walkNode(term, (node) => {
    if (node.kind === "var" || node.kind === "call") found = true;
    return !found;
  });
  return found;
}

function wrapped(name: string, text: string, literals: readonly ast.Term[]): string {
  const inserted = literals.flatMap(({ kind, span }) => {
    if (span?.source.name !== name) return [];
    const [before, after] = kind === "set" ? ["union({", "})"] : ["object.union(", ", {})"];
    return [
      { at: span.start, text: before, size: span.end - span.start },
      { at: span.end, text: after, size: span.start - span.end },
    ];
  });
  // From the end on, so that offsets stay; where two meet, the wider literal stands outside.
  inserted.sort((a, b) => b.at - a.at || a.size - b.size);
  return inserted.reduce((changed, { at, text: piece }) => changed.slice(0, at) + piece + changed.slice(at), text);
}

/** What random programs are asked. */
const WHOLE = "x = data";

const EXACT = `package exact

exact_ceil(n) := 0 if { n > -1; n < 0 } else := ceil(n)

exact_floor(n) := -1 if { n > -1; n < 0 } else := floor(n)

exact_rem(a, b) := a if { b != 0; bits.and(b, 18446744073709551615) == 0; abs(a) < abs(b) } else := rem(a, b)

exact_subset(a, b) := ({x | x := a[_]} & b) == b if { is_array(a); is_set(b) } else := object.subset(a, b)
`;

/** OPA agrees once a policy does what its builtins do wrong: numbers between -1 and 0, divisors of 2^64, sets as parts of arrays. */
async function agreesOnExactBuiltins(question: Question, ours: Answer, oracle: Oracle): Promise<boolean> {
  const exactly = (text: string) => text.replaceAll(/\b(?:object\.)?(ceil|floor|rem|subset)\(/g, "data.exact.exact_$1(");
  const modules = question.modules.map(([name, text]) => [name, exactly(text)] as const);
  // The policy's own package is not to be seen.
  const query = question.query === WHOLE ? `x = object.remove(data, {"exact"})` : exactly(question.query);
  if (exactly(question.query) === question.query && modules.every(([, text], i) => text === question.modules[i]?.[1])) return false;
  const rule = question.dialect === "v1" ? EXACT : EXACT.replace("\n\n", "\n\nimport rego.v1\n\n");
  const asked = { ...question, query, modules: [...modules, ["exact.rego", rule] as const] };
  return difference(ours, await oracle.ask(asked)) === undefined;
}

/** OPA agrees once expressions that repeat an earlier one of their body are taken out. */
async function agreesWithoutRepetition(question: Question, ours: Answer, oracle: Oracle): Promise<boolean> {
  let repeated = false;
  const modules = question.modules.map(([name, text]) => {
    let changed = text;
    for (const { start, end } of repetitionsIn(modulesOf(question).get(name))) {
      repeated = true;
      changed = `${changed.slice(0, start)}${"true".padEnd(end - start)}${changed.slice(end)}`;
    }
    return [name, changed] as const;
  });
  return repeated && difference(ours, await oracle.ask({ ...question, modules })) === undefined;
}

/** The later ones of equal expressions in the bodies of rules, the last first. */
function repetitionsIn(module: Module | undefined): readonly Span[] {
  const spans = (module?.rules ?? []).flatMap(({ body }) =>
    body.flatMap(({ span }, i) => {
      const isRepetition = body.slice(0, i).some((earlier) => span && earlier.span && textOf(earlier.span) === textOf(span));
      return span && isRepetition ? [span] : [];
    }),
  );
  return spans.sort((a, b) => b.start - a.start);
}

/** A variable that we call unsafe stands on one side of an equation whose other side closes over it. */
function bindsItself(question: Question, ours: Answer): boolean {
  const unsafe = ours.errors.map(({ code, message, span }) => ({ code, name: /^var (\S+) is unsafe/.exec(message)?.[1], span }));
  const modules = modulesOf(question);
  return (
    unsafe.length > 0 &&
    unsafe.every(({ code, name, span }) => {
      const module = span === undefined ? undefined : modules.get(span.source.name);
      return code === "rego_unsafe_var_error" && name !== undefined && module !== undefined && closesOverItself(module, name, span);
    })
  );
}

function closesOverItself(module: Module, name: string, span: Span | undefined): boolean {
  let found = false;
  const row = span === undefined ? 0 : positionOf(span).row;
  walkNode(module, (node) => {
    if (node.kind !== "call-expr" || node.span === undefined || positionOf(node.span).row !== row) return true;
    const [a, b] = node.args;
    if (a && b && ((isVariable(a, name) && usesInClosure(b, name)) || (isVariable(b, name) && usesInClosure(a, name)))) found = true;
    return true;
  });
  return found;
}

function isVariable(term: ast.Term, name: string): boolean {
  return term.kind === "var" && term.name === name;
}

function usesInClosure(term: ast.Term, name: string): boolean {
  let found = false;
  walkNode(term, (node) => {
    if (!node.kind.endsWith("-comprehension")) return true;
    walkNode(node, (inner) => {
      if (inner.kind === "var" && inner.name === name) found = true;
      return true;
    });
    return false;
  });
  return found;
}

function modulesOf({ modules, dialect }: Question): ReadonlyMap<string, Module> {
  return new Map(
    modules.flatMap(([name, text]) => {
      const { module } = parseModule({ name, text }, { dialect });
      return module === undefined ? [] : [[name, module] as const];
    }),
  );
}
