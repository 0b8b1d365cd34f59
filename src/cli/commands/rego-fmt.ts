/** `rego fmt [PATH…]`: formats Rego as `opa fmt` does; prints, lists, shows differences or rewrites the files. */
import { join } from "node:path";
import { type Command, Option } from "commander";
import { formatModule, parseModule, renderDiagnostics } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { renderDiff } from "../output/diff.ts";
import { decodeSource } from "../rego/text.ts";

interface FmtOptions {
  readonly write: boolean;
  readonly list: boolean;
  readonly diff: boolean;
  readonly fail: boolean;
  readonly checkResult: boolean | string;
  readonly dropV0Imports: boolean;
  readonly regoV1: boolean;
  readonly v0Compatible: boolean;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  program
    .command("fmt [path...]")
    .description("format Rego source files; reads standard input when no path is given")
    .option("-w, --write", "overwrite the original source file", false)
    .option("-l, --list", "list all files who would change when formatted", false)
    .option("-d, --diff", "only display a diff of the changes", false)
    .option("--fail", "non-zero exit code on reformat", false)
    .option("--check-result [check]", "assert that the formatted code is valid and can be successfully parsed", true)
    .option("--drop-v0-imports", "drop v0 imports from the formatted code, such as 'rego.v1' and 'future.keywords'", false)
    .option("--rego-v1", "format module(s) to be compatible with both OPA v1 and current OPA version)", false)
    .option("--v0-compatible", "opt-in to OPA features and behaviors prior to the OPA v1.0 release", false)
    .addOption(new Option("--v1-compatible", "accepted: v1 is the default").default(false).hideHelp())
    .action((paths: readonly string[], options: FmtOptions) => format(paths, options, effects));
}

async function format(paths: readonly string[], options: FmtOptions, effects: Effects): Promise<void> {
  try {
    if (paths.length === 0) {
      const formatted = formatText("stdin", await effects.stdin(), options);
      if (typeof formatted !== "string") throw new FormatError(formatted.error);
      effects.stdout(formatted);
      return;
    }
    for (const file of paths.flatMap((path) => regoFiles(path, effects))) formatFile(file, options, effects);
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof FileError)) throw error;
    effects.stderr(`${error.message}\n`);
    effects.exit(error instanceof FormatError ? EXIT.error : EXIT.failed);
  }
}

class FormatError extends Error {}

function regoFiles(path: string, effects: Effects): readonly string[] {
  const kind = effects.pathKind(path);
  if (kind === undefined) throw new FileError(`lstat ${path}: no such file or directory`);
  if (kind === "file") return path.endsWith(".rego") ? [path] : [];
  return effects.readDirectory(path).flatMap((name) => regoFiles(join(path, name), effects));
}

function formatFile(file: string, options: FmtOptions, effects: Effects): void {
  const text = decodeSource(effects.readFile(file));
  const formatted = formatText(file, text, options);
  if (typeof formatted !== "string") throw new FormatError(`failed to format Rego source file: ${formatted.error}`);
  if (options.checkResult !== "false") checkResult(file, formatted, options);
  const changed = formatted !== text;
  if (options.fail && changed && !options.list && !options.diff) throw new FormatError("unexpected diff");
  if (options.list || options.diff) {
    if (!changed) return;
    effects.stdout(options.list ? `${file}\n` : `${renderDiff(text, formatted)}\n`);
    if (options.fail) throw new FormatError("unexpected diff");
  } else if (!options.write) effects.stdout(formatted);
  else if (changed) effects.writeFile(file, formatted);
}

function formatText(name: string, text: string, options: FmtOptions): string | { readonly error: string } {
  const fromV0 = options.v0Compatible || options.regoV1;
  const { module, diagnostics } = parseModule({ name, text }, { dialect: fromV0 ? "v0" : "v1" });
  if (module === undefined) return { error: renderDiagnostics(diagnostics) };
  const target = options.regoV1 ? "v0-as-v1" : options.v0Compatible ? "v0" : "v1";
  const formatted = formatModule(module, { target, dropV0Imports: options.dropV0Imports });
  return formatted.text ?? { error: renderDiagnostics(formatted.diagnostics) };
}

function checkResult(file: string, formatted: string, options: FmtOptions): void {
  const { diagnostics } = parseModule(
    { name: "formatted", text: formatted },
    { dialect: options.v0Compatible || options.regoV1 ? "v0" : "v1" },
  );
  if (diagnostics.length === 0) return;
  throw new FormatError(
    `${file} was successfully formatted, but the result is invalid: ${renderDiagnostics(diagnostics)}\n\nTo inspect the formatted Rego, you can turn off this check with --check-result=false.`,
  );
}
