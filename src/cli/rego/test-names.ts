/**
 * Gives tests of the same name numbers, so that each is run and reported by itself: of two rules `test_x` the second is `test_x#01`. Modules in,
 * modules out. https://www.openpolicyagent.org/docs/latest/policy-testing/
 */
import { type ast, type Module, printReference } from "../../rego/index.ts";

/** Returns where the name of a test stands in a rule's head, or -1. */
export function testNameAt(rule: ast.Rule): number {
  return rule.head.reference.findIndex((step) => /^(todo_)?test_/.test(wordOf(step)));
}

/** Returns the text of a name in a reference. */
export function wordOf(term: ast.Term): string {
  return term.kind === "var" ? term.name : term.kind === "string" ? term.value : "";
}

/** Returns the modules with the names of tests made distinct. */
export function withDistinctTests(modules: ReadonlyMap<string, Module>): ReadonlyMap<string, Module> {
  const counts = new Map<string, number>();
  return new Map(
    [...modules].map(([name, module]) => [name, { ...module, rules: module.rules.map((rule) => distinct(rule, module, counts)) }]),
  );
}

function distinct(rule: ast.Rule, module: Module, counts: Map<string, number>): ast.Rule {
  const { head } = rule;
  const at = testNameAt(rule);
  const named = head.reference[at];
  if (named === undefined || !wordOf(named).startsWith("test_") || head.args !== undefined) return rule;
  const path = head.reference.slice(0, at + 1).map((term) => JSON.stringify(wordOf(term)));
  const key = `${printReference(module.package.path)}/${path.join("/")}`;
  const count = counts.get(key) ?? 0;
  counts.set(key, count + 1);
  if (count === 0) return rule;
  const word = `${wordOf(named)}#${String(count).padStart(2, "0")}`;
  const renamed: ast.Term = named.kind === "var" ? { ...named, name: word } : { ...named, kind: "string", value: word };
  const reference = head.reference.with(at, renamed) as unknown as ast.Head["reference"];
  return { ...rule, head: { ...head, reference } };
}
