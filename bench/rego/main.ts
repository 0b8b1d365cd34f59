/**
 * The Rego benchmark: this engine, OPA and regorus on the same policies and inputs, in one run. Prints nanoseconds per evaluation and ratios;
 * a case whose answers differ is shown as such and not counted. All our cases run mixed in one process, as policies do in a webhook.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cryptoBuiltins } from "../../src/rego/crypto.ts";
import {
  compileModules,
  evaluateQuery,
  type PlainObject,
  type PreparedQuery,
  parseJson,
  parseModule,
  prepareQuery,
  pureBuiltins,
  tableOf,
  toJson,
  type Value,
  writeJson,
} from "../../src/rego/index.ts";
import { type Row, renderRows } from "../report.ts";
import { rival, runRival } from "../rivals.ts";
import { type BenchCase, benchCases } from "./cases.ts";

const builtins = tableOf([...pureBuiltins.values()], cryptoBuiltins);
const SAMPLES = 7;
const SAMPLE_MILLIS = 25;
// Code that runs often is optimised in a few tens of milliseconds; the rivals' is compiled ahead.
const WARM_UP_ROUNDS = 3;
const WARM_UP_MILLIS = 10;

interface Prepared {
  readonly test: BenchCase;
  readonly query: PreparedQuery;
  readonly inputs: readonly Value[];
  /** What parsing and compiling took the first time, when V8 had compiled next to nothing of the compiler. */
  readonly firstNanos: number;
}

/** Runs the benchmark; returns its rows. */
export async function benchRego(filter: string): Promise<readonly Row[]> {
  const cases = benchCases().filter(({ name }) => name.includes(filter));
  const file = join(mkdtempSync(join(tmpdir(), "portcullis-bench-")), "cases.json");
  // OPA needs 100 ms and more for a review over 10,000 objects: its time at 100,000 is not worth the wait.
  const forRivals = cases.filter(({ name }) => name !== "unique-host-100000");
  writeFileSync(
    file,
    JSON.stringify(forRivals.map((test) => ({ ...test, inputs: test.inputs.map((text) => JSON.parse(text) as unknown) }))),
  );
  const [opa, regorus] = (["opa", "regorus"] as const).map((name) => {
    const binary = rival(name);
    return binary === undefined ? new Map<string, never>() : runRival(binary, file);
  });
  const prepared = cases.map(prepare);
  const times = {
    ours: inRotation(prepared.map((each) => () => evaluateAll(each))),
    bytes: inRotation(prepared.map((each) => () => evaluateBytes(each))),
    cold: inRotation(prepared.map((each) => () => compileAnew(each))),
  };
  const rows = prepared.map((each, i): Row => {
    const theirs = opa?.get(each.test.name);
    const same = theirs?.results === undefined || sameResults(each, theirs.results);
    return {
      name: each.test.name,
      group: each.test.group,
      figures: {
        ours: times.ours[i] ?? 0,
        ...(theirs?.parsed === undefined ? {} : { opa: theirs.parsed }),
        ...(regorus?.get(each.test.name)?.parsed === undefined ? {} : { regorus: regorus.get(each.test.name)?.parsed ?? 0 }),
        bytes: times.bytes[i] ?? 0,
        ...(theirs?.bytes === undefined ? {} : { "opa bytes": theirs.bytes }),
        cold: times.cold[i] ?? 0,
        first: each.firstNanos,
        ...(theirs?.cold === undefined ? {} : { "opa cold": theirs.cold }),
        allocated: allocated(each),
        ...(theirs?.allocatedBytes === undefined ? {} : { "opa allocated": theirs.allocatedBytes }),
      },
      ...(same ? {} : { problem: "answers differ" }),
    };
  });
  process.stdout.write(
    renderRows(rows, [
      { title: "opa/ours", over: "opa", under: "ours" },
      { title: "regorus/ours", over: "regorus", under: "ours" },
      { title: "bytes: opa/ours", over: "opa bytes", under: "bytes" },
      { title: "cold: opa/ours", over: "opa cold", under: "cold" },
    ]),
  );
  if (sink < 0) throw new Error("nothing was evaluated"); // the results are used, so nothing can be optimised away
  return rows;
}

function prepare(test: BenchCase): Prepared {
  const started = performance.now();
  const modules = new Map(
    Object.entries(test.modules).map(([name, text]) => {
      const { module, diagnostics } = parseModule({ name, text }, { dialect: test.dialect });
      if (module === undefined) throw new Error(`${test.name}: ${diagnostics[0]?.message}`);
      return [name, module] as const;
    }),
  );
  const { policy, diagnostics } = compileModules(modules, { builtins, dialect: test.dialect, data: test.data });
  if (policy === undefined) throw new Error(`${test.name}: ${diagnostics[0]?.message}`);
  const { query } = prepareQuery(policy, test.query);
  if (query === undefined) throw new Error(`${test.name}: the query does not compile`);
  const firstNanos = (performance.now() - started) * 1e6;
  return { test, query, inputs: parseInputs(test), firstNanos };
}

/** Parses the inputs; those of one constraint share their parameters, as the engine's caller does. */
function parseInputs(test: BenchCase): readonly Value[] {
  const parameters = new Map<string, Value>();
  return test.inputs.map((text) => {
    const parsed = parseJson(text);
    const input = (parsed.kind === "value" ? parsed.value : null) as PlainObject;
    if (input["parameters"] === undefined) return input;
    const key = writeJson(input["parameters"]);
    const shared = parameters.get(key) ?? input["parameters"];
    parameters.set(key, shared);
    return { ...input, parameters: shared };
  });
}

let sink = 0;

/** Evaluates every input of a case; returns how many there are. */
function evaluateAll({ query, inputs, test }: Prepared): number {
  for (const input of inputs) sink += evaluateQuery(query, { input, data: test.data, nowNanos: 1_700_000_000_000_000_000n }).results.length;
  return inputs.length;
}

function evaluateBytes({ query, test }: Prepared): number {
  for (const text of test.inputs) {
    const parsed = parseJson(text);
    if (parsed.kind === "value") sink += evaluateQuery(query, { input: parsed.value, data: test.data, nowNanos: 1n }).results.length;
  }
  return test.inputs.length;
}

function compileAnew({ test }: Prepared): number {
  sink += prepare({ ...test, inputs: [], data: {} }).inputs.length;
  return 1;
}

/** Times pieces of work in turn, as a server meets its policies; returns the median nanoseconds of each. A run returns how often it did its work. */
function inRotation(runs: readonly (() => number)[]): readonly number[] {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const run of runs) sample(run, WARM_UP_MILLIS);
  const samples = runs.map((): number[] => []);
  for (let round = 0; round < SAMPLES; round++) for (const [i, run] of runs.entries()) samples[i]?.push(sample(run, SAMPLE_MILLIS));
  return samples.map(median);
}

function sample(run: () => number, millis: number): number {
  const started = performance.now();
  let count = 0;
  let now = started;
  do {
    count += run();
    now = performance.now();
  } while (now - started < millis);
  return ((now - started) * 1e6) / count;
}

/** Bytes allocated per evaluation; needs --expose-gc. */
function allocated(each: Prepared): number {
  const rounds = 200;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < rounds; i++) evaluateAll(each);
  return Math.max(0, (process.memoryUsage().heapUsed - before) / (rounds * each.inputs.length));
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function sameResults({ query, inputs, test }: Prepared, theirs: readonly unknown[]): boolean {
  return inputs.every((input, i) => {
    const { results, errors } = evaluateQuery(query, { input, data: test.data, nowNanos: BigInt(Date.now()) * 1_000_000n });
    if (errors.length > 0) return typeof theirs[i] === "string";
    const value = results[0]?.expressions[0]?.value;
    return canonical(value === undefined ? null : JSON.parse(writeJson(toJson(value) as Value))) === canonical(theirs[i] ?? null);
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
