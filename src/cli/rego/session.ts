/**
 * What the `rego` commands share: from the places of policies and data a compiled policy; and evaluation that fetches what policies ask of the outside.
 */
import { randomInt } from "node:crypto";
import {
  type BuiltinTable,
  type Capabilities,
  type CompiledPolicy,
  type CompileOptions,
  compileModules,
  type EvaluationInputs,
  evaluateQuery,
  evaluateWithAnswers,
  type Outcome,
  type ParseOptions,
  type PlainObject,
  type PreparedQuery,
  pureBuiltins,
  quote,
  readCapabilities,
} from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { findCapabilities } from "./capabilities.ts";
import { type Loaded, type LoadResult, loadRego } from "./load.ts";
import type { LoadError } from "./loading.ts";
import { readSchemas } from "./schemas.ts";

/** Where policies and data are, and how they are compiled. */
export interface PolicySources {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly ignore: readonly string[];
  readonly dialect: "v0" | "v1";
  readonly strict: boolean;
  readonly grants: Grants;
}

/** A policy, or what is wrong with it. */
export type Session =
  | { readonly kind: "ready"; readonly policy: CompiledPolicy; readonly loaded: Loaded; readonly timings: Timings }
  | { readonly kind: "failed"; readonly errors: readonly LoadError[]; readonly stage: "load" | "compile" };

/** Nanoseconds by stage; undefined where there was nothing to do. */
type Timings = LoadResult["timings"] & { readonly compile: bigint | undefined };

/** What the host grants. */
export interface Grants {
  readonly schemas: ReadonlyMap<string, unknown> | undefined;
  /** Undefined grants everything. */
  readonly capabilities: Capabilities | undefined;
}

/** The grants as options of the parser. */
export function parseGrants({ capabilities }: Grants): Pick<ParseOptions, "capabilities"> {
  return capabilities === undefined ? {} : { capabilities };
}

/** The grants as options of the compiler; `texts` are what is compiled. */
export async function compileGrants(
  { schemas, capabilities }: Grants,
  texts: readonly string[],
): Promise<Pick<CompileOptions, "builtins" | "schemas" | "features" | "allowNet">> {
  const common = schemas === undefined ? {} : { schemas };
  if (capabilities === undefined) return { builtins: await builtinsFor(texts), ...common };
  const { builtins, features, allowNet } = capabilities;
  return { builtins, features, ...(allowNet === undefined ? {} : { allowNet }), ...common };
}

/** Reads the files behind `--schema` and `--capabilities`. Throws FileError, in the words of loading. */
export async function readGrants(flags: { readonly schema: string; readonly capabilities: string }, effects: Effects): Promise<Grants> {
  const schemas = flags.schema === "" ? undefined : readSchemas(flags.schema, effects);
  if (flags.capabilities === "") return { schemas, capabilities: undefined };
  const known = await builtinsFor(["crypto graphql"]);
  const read = readCapabilities(findCapabilities(flags.capabilities, known.keys(), effects), known);
  if ("errors" in read) throw new FileError(read.errors.join("\n"));
  return { schemas, capabilities: read.capabilities };
}

/** Returns what is wrong with the value of `--capabilities`. */
export function capabilitiesComplaint({ capabilities }: { readonly capabilities: string }, effects: Effects): string | undefined {
  if (capabilities === "" || findCapabilities(capabilities, [], effects) !== undefined) return undefined;
  return `invalid argument ${quote(capabilities)} for "--capabilities" flag: no such file or capabilities version found: ${capabilities}`;
}

/** Loads and compiles what the sources name. */
export async function openSession(sources: PolicySources, effects: Effects, query = ""): Promise<Session> {
  const { dialect, strict } = sources;
  const { loaded, errors, bundleError, timings } = loadRego(
    {
      paths: sources.data,
      bundles: sources.bundle,
      ignore: sources.ignore,
      dialect,
      annotations: true,
      ...parseGrants(sources.grants),
    },
    effects,
  );
  if (errors.length > 0) return { kind: "failed", errors, stage: "load" };
  if (bundleError !== undefined)
    return {
      kind: "failed",
      errors: [bundleError.together ? bundleError.message : `loading error: ${bundleError.message}`],
      stage: "load",
    };
  const read = effects.monotonicNanos();
  const granted = await compileGrants(sources.grants, [query, ...[...loaded.sources.values()].map((source) => source.text)]);
  const { policy, diagnostics } = compileModules(loaded.modules, {
    ...granted,
    dialect,
    strict,
    print: true,
    data: loaded.data,
    schemaAnnotations: true,
  });
  if (policy === undefined) return { kind: "failed", errors: diagnostics, stage: "compile" };
  return {
    kind: "ready",
    policy,
    loaded,
    timings: { ...timings, compile: loaded.modules.size > 0 ? effects.monotonicNanos() - read : undefined },
  };
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
  if (!asksOutside(query)) return evaluateQuery(query, { ...world, printsAtOnce: true });
  // What is printed before there are answers is not what the policy says in the end.
  let printed: Parameters<NonNullable<EvaluationInputs["onPrint"]>>[] = [];
  const held: EvaluationInputs = { ...world, onPrint: (...line) => void printed.push(line) };
  const first = evaluateQuery(query, held);
  const { answerOutside } = await import("../../server/index.ts");
  const outcome = await evaluateWithAnswers(query, held, first, (request) => {
    printed = [];
    return answerOutside(request);
  });
  for (const line of printed) inputs.onPrint?.(...line);
  return outcome;
}

const OUTSIDE = /\b(?:http\.send|net\.lookup_ip_addr)\b/;

function asksOutside({ query }: PreparedQuery): boolean {
  return OUTSIDE.test(query.text) || [...query.policy.modules.values()].some(({ source }) => OUTSIDE.test(source.text));
}
