/**
 * Explains violations: which rule decided, what its variables were, and which parts of the object it looked at. The body of each `violation`
 * rule is asked as a query of its own, so that its solutions show their variables; a value that is a part of the object (the same value, not
 * an equal one) is named by its path.
 */
import {
  type ast,
  type CompiledPolicy,
  compileQuery,
  displayText,
  type EvaluationInputs,
  evaluateQuery,
  getKey,
  isObject,
  isPlainObject,
  planQuery,
  type ResultRow,
  termText,
  type Value,
  walkNode,
} from "../../../rego/index.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { ExplainedPlace, Explanation } from "../engine.ts";
import { cut, extend, pathTo } from "../object-path.ts";
import type { TemplateModule } from "./references.ts";

/** The variable that takes the violation itself; no author can write this name. */
const VIOLATION = "violation$";

/** How far to follow rules that take their violations from other rules. */
const FOLLOWED_RULES = 3;

/** What a template's rules are asked with. */
export interface ExplainedReview {
  readonly inputs: EvaluationInputs;
  readonly object: KubeObject | undefined;
}

/** Explains every violation of one constraint and one review. */
export function explainViolations(policy: CompiledPolicy, module: TemplateModule, review: ExplainedReview): readonly Explanation[] {
  return explainRules("violation", { policy, module, review }, FOLLOWED_RULES);
}

interface Asked {
  readonly policy: CompiledPolicy;
  readonly module: TemplateModule;
  readonly review: ExplainedReview;
}

function explainRules(name: string, asked: Asked, depth: number): readonly Explanation[] {
  const { module, path } = asked.module;
  const { inputs, object } = asked.review;
  return module.rules.flatMap((rule) => {
    const { key } = rule.head;
    if (rule.head.name !== name || key === undefined) return [];
    const body = [...rule.body, capture(key, rule.body.length)];
    const { query } = compileQuery(asked.policy, body, { package: module.package, imports: module.imports });
    if (query === undefined) return [];
    const { results } = evaluateQuery(planQuery(query), inputs);
    const own = results.flatMap((row) => explainRow(row, rule, { path, object }));
    return own.every(({ places }) => places.length > 0) || depth === 0 ? own : replaceByDeeper(own, rule, { asked, depth });
  });
}

/** A rule that looks at nothing itself takes its violations from another: that one has more to say. */
function replaceByDeeper(
  own: readonly Explanation[],
  rule: ast.Rule,
  { asked, depth }: { readonly asked: Asked; readonly depth: number },
): readonly Explanation[] {
  const names = new Set(asked.module.module.rules.map(({ head }) => head.name));
  const used = new Set<string>();
  walkNode(rule, (node) => {
    const head = node.kind === "ref" ? node.path[0] : undefined;
    if (head?.kind === "var" && head.name !== rule.head.name && names.has(head.name)) used.add(head.name);
    return true;
  });
  const deeper = [...used].flatMap((name) => explainRules(name, asked, depth - 1));
  return own.map((explanation) => deeper.find(({ msg, places }) => msg === explanation.msg && places.length > 0) ?? explanation);
}

function capture(key: ast.Term, index: number): ast.CallExpr {
  const { span } = key;
  const variable = (name: string): ast.VarTerm => ({ kind: "var", name, span });
  return {
    kind: "call-expr",
    operator: { kind: "ref", path: [variable("eq")], span },
    args: [variable(VIOLATION), key],
    index,
    negated: false,
    generated: false,
    with: [],
    span,
  };
}

interface RulePlace {
  readonly path: readonly (string | number)[];
  readonly object: KubeObject | undefined;
}

function explainRow({ bindings }: ResultRow, rule: ast.Rule, { path, object }: RulePlace): readonly Explanation[] {
  const violation = bindings[VIOLATION];
  const message = isObject(violation) ? getKey(violation, "msg") : undefined;
  if (message === undefined) return [];
  const named = Object.entries(bindings).filter(([name]) => name !== VIOLATION && !name.startsWith("$"));
  const located = new Map(named.flatMap(([name, value]) => (object === undefined ? [] : locate(name, value, object))));
  return [
    {
      msg: typeof message === "string" ? message : displayText(message),
      origin: { path, offset: rule.span?.start ?? 0 },
      // The message itself has been said.
      values: named
        .filter(([name, value]) => !located.has(name) && value !== message)
        .map(([name, value]) => ({ name, text: cut(termText(value)) })),
      places: object === undefined ? [] : placesOf(rule, { bindings, located, object }),
    },
  ];
}

function locate(name: string, value: Value, object: KubeObject): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null || value === object) return [];
  const path = pathTo(value, object);
  return path === undefined ? [] : [[name, path] as const];
}

interface Scene {
  readonly bindings: ResultRow["bindings"];
  readonly located: ReadonlyMap<string, string>;
  readonly object: KubeObject;
}

/** Lists the parts of the object that the rule's references lead to: those that variables stand for, and what is read below. */
function placesOf(rule: ast.Rule, scene: Scene): readonly ExplainedPlace[] {
  const places = new Map<string, ExplainedPlace>();
  for (const [name, path] of scene.located) places.set(path, { path, text: undefined, note: name });
  walkNode(rule, (node) => {
    const place = node.kind === "ref" ? followRef(node, scene) : undefined;
    if (place !== undefined && !places.has(place.path)) places.set(place.path, place);
    return true;
  });
  return [...places.values()];
}

function followRef(ref: ast.RefTerm, scene: Scene): ExplainedPlace | undefined {
  const start = startOf(ref, scene);
  if (start === undefined) return undefined;
  let { value, path } = start;
  for (const step of start.rest) {
    const key = keyOf(step, scene);
    if (typeof key !== "string" && typeof key !== "number") return undefined;
    path = typeof key === "number" ? `${path}[${key}]` : extend(path, key);
    const next = Array.isArray(value)
      ? (value as readonly Value[])[Number(key)]
      : isPlainObject(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
    if (next === undefined) return { path, text: undefined, note: "missing" };
    value = next;
  }
  const isLeaf = typeof value !== "object" || value === null;
  return path === "" || !isLeaf ? undefined : { path, text: cut(termText(value)), note: undefined };
}

interface Start {
  readonly value: Value;
  readonly path: string;
  readonly rest: readonly ast.Term[];
}

function startOf({ path: [head, ...steps] }: ast.RefTerm, { bindings, located, object }: Scene): Start | undefined {
  if (head.kind !== "var") return undefined;
  const [review, root, ...rest] = steps;
  if (head.name === "input" && isText(review, "review") && isText(root, "object")) return { value: object, path: "", rest };
  const path = located.get(head.name);
  const value = bindings[head.name];
  return path === undefined || value === undefined || steps.length === 0 ? undefined : { value, path, rest: steps };
}

function isText(term: ast.Term | undefined, text: string): boolean {
  return term?.kind === "string" && term.value === text;
}

function keyOf(step: ast.Term, { bindings }: Scene): Value | undefined {
  if (step.kind === "string") return step.value;
  if (step.kind === "number") return Number(step.text);
  return step.kind === "var" ? bindings[step.name] : undefined;
}
