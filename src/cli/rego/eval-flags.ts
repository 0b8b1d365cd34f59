/** The flags of `rego eval`, and what is wrong with a command line of theirs, in the order and the words of `opa eval`. */
import { parseTerm, renderDiagnostics } from "../../rego/index.ts";
import { durationFlag, integerFlag, switchFlag, textsFlag, wordFlag } from "../go-flags/kinds.ts";
import type { FlagValues } from "../go-flags/parse.ts";
import { capabilitiesFlag, dialectFlags, ignoreFlag, queryFlags, schemaFlag, sourceFlags, targetFlag } from "./flags.ts";
import { FORMATS } from "./results.ts";

const SORT = "set sort order of expression profiler results. Accepts: total_time_ns, num_eval, num_redo, num_gen_expr, file, line.";

/** The flags. */
export const evalFlags = {
  ...sourceFlags,
  ...queryFlags,
  ...ignoreFlag,
  ...schemaFlag,
  ...capabilitiesFlag,
  ...targetFlag,
  ...dialectFlags,
  count: integerFlag("number of times to repeat each benchmark", { initial: 1 }),
  coverage: switchFlag("report coverage"),
  "disable-early-exit": switchFlag("disable 'early exit' optimizations"),
  "disable-indexing": switchFlag("disable indexing optimizations"),
  "disable-inlining": textsFlag("set paths of documents to exclude from inlining", { shownAs: "stringArray" }),
  entrypoint: textsFlag("set slash separated entrypoint path", { short: "e" }),
  explain: wordFlag("enable query explanations", ["off", "full", "notes", "fails", "debug"], { initial: "off" }),
  fail: switchFlag("exits with non-zero exit code on undefined/empty result and errors"),
  "fail-defined": switchFlag("exits with non-zero exit code on defined/non-empty result and errors"),
  format: wordFlag("set output format", FORMATS, { short: "f", initial: "json" }),
  instrument: switchFlag("enable query instrumentation metrics (implies --metrics)"),
  metrics: switchFlag("report query performance metrics"),
  "nondeterminstic-builtins": switchFlag("evaluate nondeterministic builtins (if all arguments are known) during partial eval"),
  optimize: integerFlag("set optimization level", { short: "O", initial: 0 }),
  "pretty-limit": integerFlag("set limit after which pretty output gets truncated", { initial: 80, bits: 32 }),
  profile: switchFlag("perform expression profiling"),
  "profile-limit": integerFlag("set number of profiling results to show", { initial: 10, bits: 32 }),
  "profile-sort": textsFlag(`${SORT} This flag can be repeated.`),
  "shallow-inlining": switchFlag("disable inlining of rules that depend on unknowns"),
  "show-builtin-errors": switchFlag("collect and return all encountered built-in errors, built in errors are not fatal"),
  strict: switchFlag("enable compiler strict mode", { short: "S" }),
  "strict-builtin-errors": switchFlag("treat the first built-in function error encountered as fatal"),
  timeout: durationFlag("set eval timeout (default unlimited)"),
  "var-values": switchFlag("show local variable values in pretty trace output"),
} as const;

/** Values of the flags. */
export type EvalFlags = FlagValues<typeof evalFlags>;

/** What the checks look at; `rego bench` has some of these flags only. */
export interface CheckedFlags
  extends Pick<EvalFlags, "stdin" | "stdin-input" | "input" | "fail" | "partial" | "unknowns" | "data" | "bundle"> {
  readonly format: string;
  readonly "fail-defined": boolean;
  readonly optimize: number;
}

/** Returns what is wrong with a command line. */
export function queryComplaint(words: readonly string[], flags: CheckedFlags): string | undefined {
  if (words.length > 0 && flags.stdin) return "specify query argument or --stdin but not both";
  if (words.length === 0 && !flags.stdin) return "specify query argument or --stdin";
  if (words.length > 1) return "specify at most one query argument";
  if (flags.stdin && flags["stdin-input"]) return "specify --stdin or --stdin-input but not both";
  if (flags["stdin-input"] && flags.input !== "") return "specify --stdin-input or --input but not both";
  if (flags.fail && flags["fail-defined"]) return "specify --fail or --fail-defined but not both";
  if (flags.partial && !["pretty", "json", "source"].includes(flags.format)) return "invalid output format for partial evaluation";
  if (!flags.partial && flags.format === "source") return "invalid output format for evaluation";
  const unknowns = unknownsComplaint(flags.unknowns);
  if (unknowns !== undefined) return unknowns.text;
  if (flags.optimize > 0 && flags.data.length > 0 && flags.bundle.length > 0)
    return "specify either --data or --bundle flag with optimization level greater than 0";
  return undefined;
}

// The first unknown but the input decides; a reference ends the checks.
function unknownsComplaint(unknowns: readonly string[]): { readonly text: string | undefined } | undefined {
  const first = unknowns.find((path) => path !== "input");
  if (first === undefined) return undefined;
  const { term, diagnostics } = parseTerm({ name: "", text: first });
  if (term === undefined) return { text: renderDiagnostics(diagnostics) };
  return { text: term.kind === "ref" ? undefined : "illegal argument with --unknowns, specify string with one or more --unknowns" };
}

/** Returns what is not part of this program; such a command line is refused before anything is read. */
export function unsupported(flags: { readonly partial: boolean; readonly target: string }): string | undefined {
  if (flags.partial) return "partial evaluation (--partial) is not part of portcullis";
  if (flags.target !== "rego") return `target ${flags.target} is not part of portcullis: it evaluates Rego itself`;
  return undefined;
}
