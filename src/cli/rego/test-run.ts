/**
 * Runs Rego tests: rules named `test_…` in any package pass when they are defined and not false, `todo_test_…` are skipped, and a test with
 * steps after its name (`test_x[case]`) is one test with a result a case. https://www.openpolicyagent.org/docs/latest/policy-testing/
 */
import {
  type ast,
  type CompiledPolicy,
  caseNamesQuery,
  type Diagnostic,
  evaluateQuery,
  isObject,
  type Outcome,
  positionOf,
  prepareQuery,
  type Span,
  type TraceEvent,
  toJson,
  type Value,
  writeJson,
} from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { type Measured, measure } from "./measure.ts";
import { evaluateOnce, runtimeOf } from "./session.ts";
import { testNameAt, wordOf } from "./test-names.ts";

/** A case of a test, perhaps with cases below. */
export interface SubResult {
  readonly name: string;
  readonly failed: boolean;
  readonly below: readonly SubResult[];
}

/** How one test ended. */
export interface TestResult {
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly package: string;
  readonly name: string;
  readonly outcome: "pass" | "fail" | "skip" | "error";
  readonly nanos: number;
  readonly error: Diagnostic | undefined;
  /** What `print` wrote. */
  readonly output: string;
  readonly cases: readonly SubResult[];
  readonly trace: readonly TraceEvent[];
  readonly covered: readonly Span[];
  /** What a benchmark measured. */
  readonly measured: Measured | undefined;
}

/** What to run and how. */
export interface TestOptions {
  readonly timeoutNanos: number;
  readonly trace: "off" | "full" | "notes" | "fails" | "notes and fails";
  /** Shows values in the trace. */
  readonly values: boolean;
  readonly coverage: boolean;
  /** Runs tests under development too. */
  readonly todo?: boolean;
}

interface Test {
  readonly rule: ast.Rule;
  readonly package: string;
  /** The steps of the head up to and with the name. */
  readonly name: string;
  readonly query: string;
  /** The steps after the name. */
  readonly caseSteps: readonly ast.Term[];
}

/** Finds the tests of a policy, in the order of files and rules. */
export function testsOf(policy: CompiledPolicy): readonly Test[] {
  const seen = new Set<string>();
  return [...policy.modules.values()].flatMap((module) => {
    const path = referenceText(module.package.path);
    return module.rules.flatMap((rule) => {
      const at = testNameAt(rule);
      if (at < 0 || rule.head.args !== undefined) return [];
      const steps = rule.head.reference.slice(0, at + 1);
      const name = referenceText(steps);
      const query = steps.reduce((before, step) => `${before}${stepText(wordOf(step))}`, path);
      if (seen.has(query)) return [];
      seen.add(query);
      return [{ rule, package: path, name, query, caseSteps: rule.head.reference.slice(at + 1) }];
    });
  });
}

function referenceText(path: readonly ast.Term[]): string {
  return path
    .map((term, i) => {
      const word = wordOf(term);
      return i === 0 ? word : stepText(word);
    })
    .join("");
}

function stepText(word: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(word) ? `.${word}` : `[${writeJson(word)}]`;
}

/** Runs one test. */
export async function runTest(policy: CompiledPolicy, test: Test, options: TestOptions, effects: Effects): Promise<TestResult> {
  const { span } = test.rule;
  const { row, col } = span === undefined ? { row: 0, col: 0 } : positionOf(span);
  const base = {
    file: span?.source.name ?? "",
    row,
    col,
    package: test.package,
    name: test.name,
    cases: [],
    trace: [],
    covered: [],
    output: "",
    error: undefined,
    nanos: 0,
    measured: undefined,
  };
  if (!options.todo && /(^|\.|")todo_test_/.test(test.name)) return { ...base, outcome: "skip" };
  const { query, diagnostics } = prepareQuery(policy, test.query);
  if (query === undefined) return { ...base, outcome: "error", error: diagnostics[0] };
  const printed: string[] = [];
  const started = effects.monotonicNanos();
  const deadlineMillis = effects.nowMillis() + options.timeoutNanos / 1e6;
  const outcome = await evaluateOnce(
    query,
    {
      budget: { deadlineMillis, clock: () => effects.nowMillis() },
      coverage: options.coverage,
      explain: options.trace,
      explainValues: options.values,
      onPrint: (text) => void printed.push(`${text}\n`),
    },
    effects,
  );
  const nanos = Number(effects.monotonicNanos() - started);
  const result = {
    ...base,
    nanos,
    output: printed.join(""),
    error: outcome.errors[0],
    trace: outcome.trace ?? [],
    covered: outcome.coverage ?? [],
  };
  if (outcome.errors.length > 0) return { ...result, outcome: "error" };
  const cases = test.caseSteps.length === 0 ? [] : await casesOf(policy, test, outcome, effects);
  const failed = cases.some((each) => each.failed) || (test.caseSteps.length === 0 && !passes(outcome));
  return { ...result, outcome: failed ? "fail" : "pass", cases };
}

/** Runs one test again and again; one that does not pass is run once only. */
export async function benchTest(policy: CompiledPolicy, test: Test, options: TestOptions, effects: Effects): Promise<TestResult> {
  const first = await runTest(policy, test, { ...options, trace: "off", todo: true }, effects);
  const { query } = prepareQuery(policy, test.query);
  if (query === undefined) return first;
  const started = effects.monotonicNanos();
  const world = { nowNanos: BigInt(effects.nowMillis()) * 1_000_000n, seed: 1, runtime: runtimeOf(effects) };
  const measured = first.outcome === "pass" ? measure(() => evaluateQuery(query, world), effects) : NOTHING_MEASURED;
  return {
    ...first,
    outcome: first.outcome === "pass" ? "pass" : "fail",
    error: undefined,
    output: "",
    nanos: Number(effects.monotonicNanos() - started),
    measured,
  };
}

const NOTHING_MEASURED: Measured = { count: 0, nanos: 0, bytes: 0, samples: [] };

function passes(outcome: Outcome): boolean {
  const value = outcome.results[0]?.expressions[0]?.value;
  return value !== undefined && value !== false;
}

/** Cases that passed are in the value; those that only were begun failed. */
async function casesOf(policy: CompiledPolicy, test: Test, outcome: Outcome, effects: Effects): Promise<readonly SubResult[]> {
  const value = outcome.results[0]?.expressions[0]?.value;
  const tree: CaseTree = new Map();
  if (value !== undefined) addPassed(tree, toJson(value) as Value, test.caseSteps.length);
  const names = caseNamesQuery(policy, test.rule, test.caseSteps);
  const begun = names === undefined ? undefined : await evaluateOnce(names.query, {}, effects);
  for (const row of begun?.results ?? []) {
    const path = row.expressions[0]?.value;
    if (Array.isArray(path)) addBegun(tree, path.map(textOf));
  }
  return subResults(tree);
}

/** Cases by name; a leaf says whether it passed. */
type CaseTree = Map<string, CaseTree | boolean>;

function textOf(value: Value): string {
  return typeof value === "string" ? value : writeJson(value);
}

function addPassed(tree: CaseTree, value: Value, depth: number): void {
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (depth === 1) tree.set(name, inner !== false);
    else {
      const below: CaseTree = new Map();
      addPassed(below, inner as Value, depth - 1);
      tree.set(name, below);
    }
  }
}

function addBegun(tree: CaseTree, [name, ...rest]: readonly string[]): void {
  if (name === undefined) return;
  const known = tree.get(name);
  if (rest.length === 0) {
    if (known === undefined) tree.set(name, false);
    return;
  }
  const below = known instanceof Map ? known : new Map();
  tree.set(name, below);
  addBegun(below, rest);
}

function subResults(tree: CaseTree): readonly SubResult[] {
  return [...tree]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => {
      if (typeof inner === "boolean") return { name, failed: !inner, below: [] };
      const below = subResults(inner);
      return { name, failed: below.some((each) => each.failed), below };
    });
}
