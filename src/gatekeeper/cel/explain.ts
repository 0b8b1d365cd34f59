/**
 * Explains a denial: the expression that decided, the values of its parts, and the parts of the object that it looked at. The expression's
 * tree is taken apart and each part evaluated by itself in the frame of the review, so that what is shown is what the policy saw; of a macro
 * over a list, the elements for which it comes out as it did are named.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression
 */
import { isPlainObject, quote, type Value } from "../../rego/index.ts";
import type { Review } from "../kube/admission.ts";
import type { ExplainedPlace, Explanation } from "../policy/engine.ts";
import { cut, extend, pathTo } from "../policy/object-path.ts";
import { withParams } from "./admission-types.ts";
import { type CheckedTree, check } from "./check/check.ts";
import type { ExpressionPath } from "./compiled-expression.ts";
import type { CompiledCel } from "./compiled-policy.ts";
import type { Denial } from "./decide.ts";
import { planTree } from "./plan/planner.ts";
import { type AdmissionInput, EXPRESSION_LIMIT } from "./policy-frame.ts";
import { OBJECT_NAME } from "./source.ts";
import { type Comprehension, childrenOf, type Expr, OPERATORS } from "./syntax/ast.ts";
import { printExpr } from "./syntax/print.ts";
import { isMap, mapGet, mapKeys } from "./values/map.ts";
import { printValue } from "./values/print.ts";
import { CelError, type CelResult, type CelValue } from "./values/value.ts";

/** What the policy was asked about. */
export interface ExplainedRequest {
  readonly input: AdmissionInput;
  readonly params: CelValue;
  readonly review: Review;
}

/** Parts and elements shown at most, and variables followed. */
const SHOWN = 12;

/** Explains a denial. */
export function explainDenial({ message, path }: Denial, policy: CompiledCel, request: ExplainedRequest): Explanation {
  const text = path === undefined ? undefined : expressionAt(policy, path);
  const head = { msg: message, origin: { path: path ?? [], offset: 0 } };
  if (path === undefined || text === undefined) return { ...head, values: [], places: [] };
  policy.frame.open(request.input, request.params, undefined);
  const found = new Findings(policy, request);
  found.read(text, new Set());
  policy.frame.close();
  return { ...head, expression: cut(text), values: found.values(), places: found.places() };
}

function expressionAt({ source }: CompiledCel, [list, index]: ExpressionPath): string | undefined {
  return list === "validations" && typeof index === "number" ? source.validations[index]?.expression : undefined;
}

class Findings {
  readonly #policy: CompiledCel;
  readonly #object: CelValue;
  readonly #values = new Map<string, string>();
  readonly #places = new Map<string, ExplainedPlace>();

  constructor(policy: CompiledCel, { input }: ExplainedRequest) {
    this.#policy = policy;
    this.#object = input.object ?? input.oldObject;
  }

  values(): Explanation["values"] {
    return [...this.#values].slice(0, SHOWN).map(([name, text]) => ({ name, text }));
  }

  places(): readonly ExplainedPlace[] {
    return [...this.#places.values()].slice(0, SHOWN);
  }

  /** Reads an expression, and then those of the variables it uses. */
  read(text: string, followed: Set<string>): void {
    const { parser } = this.#policy.environment;
    const { expr } = parser.parse(text);
    if (expr === undefined) return;
    const tree = check(expr, withParams(this.#policy.environment));
    if (tree.issues.length > 0) return;
    const variables: string[] = [];
    this.#visit(expr, { tree, text, quiet: true, variables });
    for (const name of variables) {
      const variable = this.#policy.source.variables.findLast((other) => other.name === name);
      if (variable === undefined || followed.has(name) || followed.size >= SHOWN) continue;
      followed.add(name);
      this.read(variable.expression, followed);
    }
  }

  #visit(expr: Expr, at: Visit): void {
    if (expr.kind === "literal") return;
    const name = variableOf(expr);
    if (name !== undefined && name !== OBJECT_NAME) at.variables.push(name);
    const path = objectPathOf(expr);
    if (path !== undefined) {
      this.#addPlace(path);
      return;
    }
    if (expr.kind === "ident" && !at.tree.references.has(expr)) return;
    const result = this.#evaluate(expr, at.tree);
    if (!at.quiet && !isPlumbing(expr)) this.#addValue(expr, result, at.text);
    if (name !== undefined) return;
    // Of `a.b` the whole is shown, not `a` as well.
    const inner = { ...at, quiet: expr.kind === "select" };
    // What is inside of a macro's brackets has no value of its own.
    if (expr.kind === "comprehension") {
      this.#visit(expr.range, inner);
      this.#addElements(expr, result, at.tree);
    } else for (const child of childrenOf(expr)) this.#visit(child, inner);
  }

  #evaluate(expr: Expr, tree: CheckedTree): CelResult {
    const meter = { cost: 0, limit: EXPRESSION_LIMIT };
    const { environment, frame } = this.#policy;
    try {
      return planTree({ ...tree, expr }, { environment, meter, frame }).planned.step();
    } catch (error) {
      return new CelError(error instanceof Error ? error.message : "cannot be evaluated");
    }
  }

  #addValue(expr: Expr, result: CelResult, text: string): void {
    const name = cut(printExpr(expr, text).replace(/\s*\n\s*/g, " "));
    if (this.#values.has(name)) return;
    const path = this.#pathOf(result);
    if (path === undefined) this.#values.set(name, cut(showResult(result)));
    else this.#places.set(path, { path, text: undefined, note: name });
    if (!Array.isArray(result)) return;
    for (const [i, item] of (result as readonly CelValue[]).slice(0, SHOWN).entries()) this.#addPart(item, `${name}[${i}]`);
  }

  /** Names the elements that decide a macro that came out false. */
  #addElements(expr: Comprehension, result: CelResult, tree: CheckedTree): void {
    if (result !== false) return;
    const items = this.#evaluate(expr.range, tree);
    if (!Array.isArray(items)) return;
    const deciding = (items as readonly CelValue[]).filter((item) => {
      const range: Expr = { kind: "literal", at: expr.range.at, value: [item] };
      return this.#evaluate({ ...expr, range }, tree) === false;
    });
    for (const item of deciding.slice(0, SHOWN)) {
      if (!this.#addPart(item, expr.variable)) this.#values.set(expr.variable, cut(showResult(item)));
    }
  }

  #addPart(value: CelResult, note: string): boolean {
    const path = this.#pathOf(value);
    if (path === undefined) return false;
    if (!this.#places.has(path)) this.#places.set(path, { path, text: undefined, note });
    return true;
  }

  /** Finds a part of the object by identity; scalars have none. */
  #pathOf(value: CelResult): string | undefined {
    if (typeof value !== "object" || value === null || value === this.#object || value instanceof CelError) return undefined;
    return pathTo(value as Value, this.#object as Value);
  }

  #addPlace(steps: readonly (string | number)[]): void {
    let at: CelValue | undefined = this.#object;
    let path = "";
    for (const step of steps) {
      path = typeof step === "number" ? `${path}[${step}]` : extend(path, step);
      at = memberAt(at, step);
      if (at === undefined) {
        this.#places.set(path, { path, text: undefined, note: "missing" });
        return;
      }
    }
    if (path === "" || (typeof at === "object" && at !== null)) return;
    this.#places.set(path, { path, text: cut(showResult(at ?? null)), note: undefined });
  }
}

interface Visit {
  readonly tree: CheckedTree;
  readonly text: string;
  /** Whether the value has been told already: of the root it is the verdict. */
  readonly quiet: boolean;
  /** Takes the names of the variables that are used. */
  readonly variables: string[];
}

function memberAt(value: CelValue | undefined, step: string | number): CelValue | undefined {
  if (typeof step === "number") return Array.isArray(value) ? (value as readonly CelValue[])[step] : undefined;
  return isPlainObject(value as Value) && Object.hasOwn(value as object, step) ? (value as Record<string, CelValue>)[step] : undefined;
}

/** Parts whose value says nothing that their own parts do not say. */
function isPlumbing(expr: Expr): boolean {
  if (expr.kind === "list" || expr.kind === "map" || expr.kind === "struct") return true;
  return expr.kind === "call" && (expr.name === OPERATORS.conditional || expr.name === OPERATORS.negate);
}

/** The name behind `variables.`, when that is all there is. */
function variableOf(expr: Expr): string | undefined {
  const isVariable = expr.kind === "select" && expr.operand.kind === "ident" && expr.operand.name === "variables";
  return isVariable ? expr.field : undefined;
}

/** The steps of a chain that begins at the object; undefined for everything else. */
function objectPathOf(expr: Expr): readonly (string | number)[] | undefined {
  if (expr.kind === "ident") return expr.name === "object" ? [] : undefined;
  if (variableOf(expr) === OBJECT_NAME) return [];
  if (expr.kind === "select") return follow(expr.operand, expr.field);
  const [operand, index] = expr.kind === "call" && expr.name === OPERATORS.index ? expr.args : [];
  if (operand === undefined || index?.kind !== "literal") return undefined;
  return typeof index.value === "string" || typeof index.value === "number" ? follow(operand, index.value) : undefined;
}

function follow(operand: Expr, step: string | number): readonly (string | number)[] | undefined {
  const path = objectPathOf(operand);
  return path === undefined ? undefined : [...path, step];
}

/** Elements of a value that are shown, and how deep. */
const [ELEMENTS, DEPTH] = [20, 4];

function showResult(value: CelResult, depth = 0): string {
  if (value instanceof CelError) return `an error: ${value.message}`;
  if (typeof value === "string") return quote(value);
  if (depth > DEPTH) return "…";
  if (Array.isArray(value)) return `[${shown(value as readonly CelValue[], (item) => showResult(item, depth + 1))}]`;
  if (!isMap(value)) return printValue(value);
  return `{${shown(mapKeys(value), (key) => `${showResult(key)}: ${showResult(mapGet(value, key) ?? null, depth + 1)}`)}}`;
}

function shown<T>(items: readonly T[], show: (item: T) => string): string {
  const texts = items.slice(0, ELEMENTS).map(show);
  return [...texts, ...(items.length > ELEMENTS ? ["…"] : [])].join(", ");
}
