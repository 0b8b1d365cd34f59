/**
 * What the `rego` commands share: options to choose policies, data and input; from them a compiled policy and an input document; and
 * evaluation that fetches what policies ask of the outside.
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { type Command, Option } from "commander";
import {
  type BuiltinTable,
  type CompiledPolicy,
  type CompileOptions,
  compileModules,
  type EvaluationInputs,
  evaluateQuery,
  evaluateWithAnswers,
  type Outcome,
  type PlainObject,
  type PreparedQuery,
  pureBuiltins,
  readCapabilities,
} from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { type Loaded, loadRego } from "./load.ts";
import type { LoadError } from "./loading.ts";
import { decode } from "./text.ts";

/** Options that every command reading policies has. */
export interface PolicyOptions {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly ignore: readonly string[];
  readonly v0Compatible: boolean;
  readonly strict: boolean;
  readonly schema?: string;
  readonly capabilities?: string;
}

/** A policy, or what is wrong with it. */
export type Session =
  | { readonly kind: "ready"; readonly policy: CompiledPolicy; readonly loaded: Loaded; readonly timings: Timings }
  | { readonly kind: "failed"; readonly errors: readonly LoadError[]; readonly stage: "load" | "compile" };

/** Nanoseconds a stage took. */
interface Timings {
  readonly load: bigint;
  readonly compile: bigint;
}

/** Collects a repeated option. */
export function repeated(value: string, former: readonly string[]): readonly string[] {
  return [...former, value];
}

/** Adds the options that choose policies and data. */
export function addPolicyOptions(command: Command): Command {
  return command
    .option("-d, --data <path>", "set policy or data file(s). This flag can be repeated.", repeated, [])
    .option("-b, --bundle <path>", "set bundle file(s) or directory path(s). This flag can be repeated.", repeated, [])
    .option(
      "--ignore <pattern>",
      "set file and directory names to ignore during loading (e.g., '.*' excludes hidden files)",
      splitRepeated,
      [],
    )
    .option("-S, --strict", "enable compiler strict mode", false)
    .option("-s, --schema <path>", "set schema file path or directory path")
    .option("--capabilities <file>", "set capabilities version or capabilities.json file path")
    .option("--v0-compatible", "opt-in to OPA features and behaviors prior to the OPA v1.0 release", false)
    .addOption(new Option("--v1-compatible", "accepted: v1 is the default").default(false).hideHelp());
}

/** Collects an option whose values may also be separated by commas. */
export function splitRepeated(value: string, former: readonly string[]): readonly string[] {
  return [...former, ...value.split(",")];
}

/** What the host grants: schemas and capabilities, by file. */
export interface Grants {
  readonly schema?: string;
  readonly capabilities?: string;
}

/** Reads the files of the grants into options of the compiler; `known` are the builtins there are. */
export function compileGrants(
  { schema, capabilities }: Grants,
  known: BuiltinTable,
  effects: Effects,
): { readonly options: Pick<CompileOptions, "builtins" | "schemas" | "features" | "allowNet"> } | { readonly error: string } {
  const options: { -readonly [K in "builtins" | "schemas" | "features" | "allowNet"]?: CompileOptions[K] } = {};
  if (capabilities !== undefined) {
    const parsed = parsePlainJson(decode(effects.readFile(capabilities)), capabilities);
    const read = readCapabilities(parsed, known);
    if ("errors" in read) return { error: read.errors.join("\n") };
    options.builtins = read.capabilities.builtins;
    options.features = read.capabilities.features;
    if (read.capabilities.allowNet !== undefined) options.allowNet = read.capabilities.allowNet;
  }
  if (schema !== undefined) options.schemas = readSchemas(schema, effects);
  return { options: { builtins: known, ...options } };
}

/** Reads one schema for the input, or a folder of schemas named after their files. */
function readSchemas(path: string, effects: Effects): ReadonlyMap<string, unknown> {
  const kind = effects.pathKind(path);
  if (kind === undefined) throw new FileError(`stat ${path}: no such file or directory`);
  const schemas = new Map<string, unknown>();
  const visit = (at: string, name: string): void => {
    if (effects.pathKind(at) === "directory")
      for (const inner of effects.readDirectory(at)) visit(join(at, inner), `${name}.${inner.replace(/\.[^.]*$/, "")}`);
    else schemas.set(name, parsePlainJson(decode(effects.readFile(at)), at));
  };
  visit(path, "schema");
  return schemas;
}

function parsePlainJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FileError(`${path}: not valid JSON`);
  }
}

/** Loads and compiles what the options name. */
export async function openSession(options: PolicyOptions, effects: Effects, query = ""): Promise<Session> {
  const started = effects.monotonicNanos();
  const dialect = options.v0Compatible ? "v0" : "v1";
  const { loaded, errors } = loadRego(
    { paths: options.data, bundles: options.bundle, ignore: options.ignore, dialect, annotations: true },
    effects,
  );
  if (errors.length > 0) return { kind: "failed", errors, stage: "load" };
  const read = effects.monotonicNanos();
  const grants = compileGrants(options, await builtinsFor([query, ...[...loaded.sources.values()].map((source) => source.text)]), effects);
  if ("error" in grants) return { kind: "failed", errors: [grants.error], stage: "compile" };
  const { policy, diagnostics } = compileModules(loaded.modules, {
    ...grants.options,
    dialect,
    strict: options.strict,
    print: true,
    data: loaded.data,
    schemaAnnotations: true,
  });
  if (policy === undefined) return { kind: "failed", errors: diagnostics, stage: "compile" };
  return { kind: "ready", policy, loaded, timings: { load: read - started, compile: effects.monotonicNanos() - read } };
}

/**
 * Returns the builtins that texts may call. The families behind Node's crypto and GraphQL take milliseconds to load, so
 * they are loaded only where a text mentions them.
 */
export async function builtinsFor(texts: readonly string[]): Promise<BuiltinTable> {
  const mentions = (pattern: RegExp) => texts.some((text) => pattern.test(text));
  const table = new Map(pureBuiltins);
  if (mentions(/\b(crypto|io|providers)\b/))
    for (const row of (await import("../../rego/crypto.ts")).cryptoBuiltins) table.set(row.name, row);
  if (mentions(/\bgraphql\b/)) for (const row of (await import("../../rego/graphql.ts")).graphqlBuiltins) table.set(row.name, row);
  return table;
}

/** What `opa.runtime()` shows: the environment and our version. */
export function runtimeOf(effects: Effects): PlainObject {
  const env = Object.fromEntries(Object.entries(effects.environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { env, version: "1.19.0", commit: "" };
}

/** Evaluates once, fetching what the policy asks of the outside, and evaluating again with the answers. */
export async function evaluateOnce(query: PreparedQuery, inputs: EvaluationInputs, effects: Effects): Promise<Outcome> {
  const world: EvaluationInputs = {
    nowNanos: BigInt(effects.nowMillis()) * 1_000_000n,
    seed: randomInt(2 ** 32 - 1),
    runtime: runtimeOf(effects),
    ...inputs,
  };
  const first = evaluateQuery(query, world);
  if (first.pending.length === 0) return first;
  const { answerOutside } = await import("../../server/index.ts");
  return await evaluateWithAnswers(query, world, first, answerOutside);
}
