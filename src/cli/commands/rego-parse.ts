/** `rego parse FILE`: prints a module's tree as `opa parse` does, as an outline or as JSON. */
import { moduleToOpaJson, parseModule, prettyModule } from "../../rego/index.ts";
import { type Effects, FileError } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { textFlag, wordFlag } from "../go-flags/kinds.ts";
import { orderedNode, writeNode } from "../output/json.ts";
import { dialectFlags, dialectOf } from "../rego/flags.ts";
import { filePath } from "../rego/path.ts";
import { renderOutput } from "../rego/results.ts";
import { decodeSource } from "../rego/text.ts";

const table = {
  ...dialectFlags,
  format: wordFlag("set output format", ["pretty", "json"], { short: "f", initial: "pretty" }),
  "json-include": textFlag(
    "include or exclude optional elements. By default comments are included. Current options: locations, comments. E.g. --json-include locations,-comments will include locations and exclude comments.",
  ),
} as const;

const command: GoCommand<typeof table> = {
  line: "rego parse <path>",
  about: "Parses a Rego file and prints its tree.",
  variables: "opa_parse",
  table,
  complaint: ({ words }) => (words.length === 0 ? "no source file specified" : undefined),
  run: parse,
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

async function parse({ words, flags }: Call<typeof table>, effects: Effects): Promise<void> {
  const [given = ""] = words;
  let file = given;
  let text: string;
  try {
    file = filePath(given);
    text = decodeSource(effects.readFile(file));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    effects.stderr(renderOutput({ errors: [error.message], results: [] }, "json", 0).stdout);
    effects.exit(EXIT.failed);
    return;
  }
  const json = includedParts(flags["json-include"]);
  const { module, diagnostics } = parseModule({ name: file, text }, { dialect: dialectOf(flags), annotations: true });
  if (module === undefined || diagnostics.length > 0) {
    effects.stderr(renderOutput({ errors: diagnostics, results: [], locationText: json.locations }, "json", 0).stdout);
    effects.exit(EXIT.failed);
    return;
  }
  effects.stdout(
    flags.format === "json"
      ? `${writeNode(orderedNode(moduleToOpaJson(module, json)))}\n`
      : prettyModule(json.comments ? module : { ...module, comments: [] }),
  );
}

// The last word about a part counts; a minus takes it away.
function includedParts(text: string): { readonly locations: boolean; readonly comments: boolean } {
  const last = (part: string) => text.split(",").findLast((word) => word.endsWith(part));
  const [locations = "-", comments = ""] = [last("locations"), last("comments")];
  return { locations: !locations.startsWith("-"), comments: !comments.startsWith("-") };
}
