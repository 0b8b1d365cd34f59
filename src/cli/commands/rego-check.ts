/** `rego check PATH…`: parses and compiles, prints what is wrong, exits 1; the flags and outputs of `opa check`. */
import { type Command, Option } from "commander";
import { compileModules } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type LoadOptions, loadRego, renderLoadErrors } from "../rego/load.ts";
import type { LoadError } from "../rego/loading.ts";
import { renderErrors, renderOutput } from "../rego/results.ts";
import { builtinsFor, compileGrants, type Grants, splitRepeated } from "../rego/session.ts";

interface CheckOptions extends Grants {
  readonly bundle: boolean;
  readonly strict: boolean;
  readonly maxErrors: string;
  readonly format: "pretty" | "json";
  readonly ignore: readonly string[];
  readonly v0Compatible: boolean;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  program
    .command("check <path...>")
    .description("check Rego source files for parse and compilation errors")
    .option("-b, --bundle", "load paths as bundle files or root directories", false)
    .option("-S, --strict", "enable compiler strict mode", false)
    .option("-m, --max-errors <n>", "set the number of errors to allow before compilation fails early", "10")
    .addOption(new Option("-f, --format <format>", "set output format").choices(["pretty", "json"]).default("pretty"))
    .option("--ignore <pattern>", "set file and directory names to ignore during loading", splitRepeated, [])
    .option("-s, --schema <path>", "set schema file path or directory path")
    .option("--capabilities <file>", "set capabilities.json file path")
    .option("--v0-compatible", "opt-in to OPA features and behaviors prior to the OPA v1.0 release", false)
    .addOption(new Option("--v1-compatible", "accepted: v1 is the default").default(false).hideHelp())
    .action((paths: readonly string[], options: CheckOptions) => check(paths, options, effects));
}

async function check(paths: readonly string[], options: CheckOptions, effects: Effects): Promise<void> {
  const dialect = options.v0Compatible ? "v0" : "v1";
  const common: Pick<LoadOptions, "ignore" | "dialect" | "annotations"> = { ignore: options.ignore, dialect, annotations: true };
  const { loaded, errors } = loadRego(
    options.bundle ? { ...common, paths: [], bundles: paths } : { ...common, paths, bundles: [], onlyRego: true },
    effects,
  );
  if (errors.length > 0) {
    report(errors, options, effects, options.bundle ? renderErrors(errors) : renderLoadErrors(errors));
    return;
  }
  const grants = compileGrants(options, await builtinsFor([...loaded.sources.values()].map(({ text }) => text)), effects);
  if ("error" in grants) {
    report([grants.error], options, effects, grants.error);
    return;
  }
  const { diagnostics } = compileModules(loaded.modules, {
    ...grants.options,
    dialect,
    strict: options.strict,
    print: true,
    errorLimit: Number(options.maxErrors),
    schemaAnnotations: true,
    data: loaded.data,
  });
  if (diagnostics.length > 0) report(diagnostics, options, effects, renderErrors(diagnostics, effects.stdoutIsTty));
  else if (options.format === "json") effects.stdout("{}\n");
}

function report(errors: readonly LoadError[], options: CheckOptions, effects: Effects, text: string): void {
  effects.stderr(options.format === "json" ? renderOutput({ errors, results: [] }, "json", 0).stdout : `${text}\n`);
  effects.exit(EXIT.failed);
}
