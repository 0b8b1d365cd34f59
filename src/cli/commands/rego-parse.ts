/** `rego parse FILE`: prints a module's tree as `opa parse` does, as an outline or as JSON. */
import { type Command, Option } from "commander";
import { moduleToOpaJson, parseModule, prettyModule } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { orderedNode, writeNode } from "../output/json.ts";
import { renderOutput } from "../rego/results.ts";
import { decodeSource } from "../rego/text.ts";

interface ParseOptions {
  readonly format: "pretty" | "json";
  readonly jsonInclude: string;
  readonly v0Compatible: boolean;
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  program
    .command("parse <file>")
    .description("parse Rego source file and print its tree")
    .addOption(new Option("-f, --format <format>", "set output format").choices(["pretty", "json"]).default("pretty"))
    .option("--json-include <elements>", "include or exclude optional elements: locations, comments; e.g. locations,-comments", "")
    .option("--v0-compatible", "opt-in to OPA features and behaviors prior to the OPA v1.0 release", false)
    .addOption(new Option("--v1-compatible", "accepted: v1 is the default").default(false).hideHelp())
    .action((file: string, options: ParseOptions) => parse(file, options, effects));
}

function parse(file: string, options: ParseOptions, effects: Effects): void {
  let text: string;
  try {
    text = decodeSource(effects.readFile(file));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    effects.stderr(renderOutput({ errors: [error.message], results: [] }, "json", 0).stdout);
    effects.exit(EXIT.failed);
    return;
  }
  const { module, diagnostics } = parseModule({ name: file, text }, { dialect: options.v0Compatible ? "v0" : "v1", annotations: true });
  if (module === undefined || diagnostics.length > 0) {
    effects.stderr(renderOutput({ errors: diagnostics, results: [] }, "json", 0).stdout);
    effects.exit(EXIT.failed);
    return;
  }
  const wanted = options.jsonInclude.split(",");
  const json = { locations: wanted.includes("locations"), comments: !wanted.includes("-comments") };
  effects.stdout(options.format === "json" ? `${writeNode(orderedNode(moduleToOpaJson(module, json)))}\n` : prettyModule(module));
}
