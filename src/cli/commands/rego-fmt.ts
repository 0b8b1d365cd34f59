/** `rego fmt [PATH…]`: formats Rego as `opa fmt` does; prints, lists, shows differences or rewrites the files. */
import { join } from "node:path";
import { formatModule, parseModule, renderDiagnostics } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { switchFlag } from "../go-flags/kinds.ts";
import { renderDiff } from "../output/diff.ts";
import { bothDialectsFlags, capabilitiesFlag, dialectFlags } from "../rego/flags.ts";
import { filePath } from "../rego/path.ts";
import { renderParseErrors } from "../rego/results.ts";
import { capabilitiesComplaint } from "../rego/session.ts";
import { decodeSource } from "../rego/text.ts";

const table = {
  ...dialectFlags,
  ...bothDialectsFlags("format module(s) to be compatible with both Rego v0 and v1"),
  ...capabilitiesFlag,
  "check-result": switchFlag("assert that the formatted code is valid and can be successfully parsed", { initial: true }),
  diff: switchFlag("only display a diff of the changes", { short: "d" }),
  "drop-v0-imports": switchFlag("drop v0 imports from the formatted code, such as 'rego.v1' and 'future.keywords'"),
  fail: switchFlag("non zero exit code on reformat"),
  list: switchFlag("list all files who would change when formatted", { short: "l" }),
  write: switchFlag("overwrite the original source file", { short: "w" }),
} as const;

type FmtFlags = Call<typeof table>["flags"];

const command: GoCommand<typeof table> = {
  line: "rego fmt [path [...]]",
  about: "Formats Rego files, or standard input when no path is given, and prints the result.",
  variables: "opa_fmt",
  table,
  complaint: ({ flags }, effects) => capabilitiesComplaint(flags, effects),
  run: format,
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

async function format({ words: paths, flags: options }: Call<typeof table>, effects: Effects): Promise<void> {
  try {
    if (paths.length === 0) {
      const formatted = formatText("stdin", await effects.stdin(), { ...options, "drop-v0-imports": false });
      if (typeof formatted !== "string") throw new FileError(formatted.error);
      return effects.stdout(formatted);
    }
    for (const path of paths) for (const file of regoFiles(filePath(path), effects)) formatFile(file, options, effects);
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

function formatFile(file: string, options: FmtFlags, effects: Effects): void {
  const text = decodeSource(effects.readFile(file));
  const formatted = formatText(file, text, options);
  if (typeof formatted !== "string") throw new FormatError(`failed to format Rego source file: ${formatted.error}`);
  if (options["check-result"]) checkResult(file, formatted, options);
  const changed = formatted !== text;
  if (options.fail && changed && !options.list && !options.diff) throw new FormatError("unexpected diff");
  if (options.list || options.diff) {
    if (!changed) return;
    effects.stdout(options.list ? `${file}\n` : `${renderDiff(text, formatted)}\n`);
    if (options.fail) throw new FormatError("unexpected diff");
  } else if (!options.write) effects.stdout(formatted);
  else if (changed) effects.writeFile(file, formatted);
}

function formatText(name: string, text: string, options: FmtFlags): string | { readonly error: string } {
  const { module, diagnostics } = parseModule({ name, text }, { dialect: dialectsOf(options).from });
  if (module === undefined) return { error: renderParseErrors(diagnostics) };
  const formatted = formatModule(module, { target: dialectsOf(options).to, dropV0Imports: options["drop-v0-imports"] });
  return formatted.text ?? { error: renderDiagnostics(formatted.diagnostics) };
}

// Code for both dialects is read in the one that the flags choose, and in the former one when they choose none.
function dialectsOf(options: FmtFlags): { readonly from: "v0" | "v1"; readonly to: "v0" | "v1" | "v0-as-v1" } {
  const both = options["v0-v1"] || options["rego-v1"];
  const from = options["v0-compatible"] ? "v0" : options["v1-compatible"] || !both ? "v1" : "v0";
  return { from, to: both ? "v0-as-v1" : from };
}

function checkResult(file: string, formatted: string, options: FmtFlags): void {
  const { to } = dialectsOf(options);
  const { diagnostics } = parseModule({ name: "formatted", text: formatted }, { dialect: to === "v1" ? "v1" : "v0" });
  if (diagnostics.length === 0) return;
  throw new FormatError(
    `${file} was successfully formatted, but the result is invalid: ${renderDiagnostics(diagnostics)}\n\nTo inspect the formatted Rego, you can turn off this check with --check-result=false.`,
  );
}
