/** `rego check PATH…`: parses and compiles, prints what is wrong, exits 1; the flags and outputs of `opa check`. */
import { compileModules } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { switchFlag, wordFlag } from "../go-flags/kinds.ts";
import {
  bothDialectsFlags,
  bundleModeFlag,
  capabilitiesFlag,
  dialectFlags,
  dialectOf,
  ignoreFlag,
  maxErrorsFlag,
  schemaFlag,
} from "../rego/flags.ts";
import { loadRego, renderLoadErrors } from "../rego/load.ts";
import type { LoadError } from "../rego/loading.ts";
import { renderErrors, renderOutput } from "../rego/results.ts";
import { capabilitiesComplaint, compileGrants, type Grants, parseGrants, readGrants } from "../rego/session.ts";

const table = {
  ...bundleModeFlag,
  ...ignoreFlag,
  ...capabilitiesFlag,
  ...schemaFlag,
  ...maxErrorsFlag,
  ...dialectFlags,
  ...bothDialectsFlags("check for Rego v0 and v1 compatibility (policies must be compatible with both Rego versions)"),
  format: wordFlag("set output format", ["pretty", "json"], { short: "f", initial: "pretty" }),
  strict: switchFlag("enable compiler strict mode", { short: "S" }),
} as const;

type CheckCall = Call<typeof table>;

const command: GoCommand<typeof table> = {
  line: "rego check <path> [path [...]]",
  about: "Checks Rego files for errors of syntax, names and types; says nothing and ends with 0 when there are none.",
  variables: "opa_check",
  table,
  complaint: ({ words, flags }, effects) =>
    capabilitiesComplaint(flags, effects) ?? (words.length === 0 ? "specify at least one file" : undefined),
  run: check,
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

async function check({ words: paths, flags }: CheckCall, effects: Effects): Promise<void> {
  const dialect = dialectOf(flags);
  let grants: Grants;
  try {
    grants = await readGrants(flags, effects);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return report([error.message], flags, effects, error.message);
  }
  const bothDialects = flags["v0-v1"] || flags["rego-v1"];
  const { loaded, errors, bundleError } = loadRego(
    {
      ignore: flags.ignore,
      dialect,
      annotations: true,
      bothDialects,
      ...parseGrants(grants),
      ...(flags.bundle ? { paths: [], bundles: paths, mergeBundles: true } : { paths, bundles: [], onlyRego: true }),
    },
    effects,
  );
  if (errors.length > 0) return report(errors, flags, effects, renderLoadErrors(errors));
  if (bundleError !== undefined) return report(bundleError.errors, flags, effects, bundleError.message);
  const granted = await compileGrants(
    grants,
    [...loaded.sources.values()].map(({ text }) => text),
  );
  const { diagnostics } = compileModules(loaded.modules, {
    ...granted,
    dialect,
    strict: flags.strict,
    print: true,
    errorLimit: flags["max-errors"],
    schemaAnnotations: true,
    data: loaded.data,
  });
  if (diagnostics.length > 0) report(diagnostics, flags, effects, renderErrors(diagnostics, effects.stdoutIsTty));
}

function report(errors: readonly LoadError[], flags: CheckCall["flags"], effects: Effects, text: string): void {
  effects.stderr(flags.format === "json" ? renderOutput({ errors, results: [] }, "json", 0).stdout : `${text}\n`);
  effects.exit(EXIT.failed);
}
