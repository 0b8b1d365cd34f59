/**
 * From arguments to an exit code: finds the command in the table, loads its file and lets commander read the rest.
 * Installed as `portcullis` and, for pipelines that move from Gatekeeper's tool, as `gator`.
 */
import { Command, CommanderError } from "commander";
import { commanderArguments } from "./arguments.ts";
import { type CommandRow, commands } from "./commands.ts";
import { type Effects, FileError } from "./effects.ts";
import { EXIT } from "./exit-codes.ts";
import { versionLine } from "./version.ts";

const GROUPS: Readonly<Record<string, string>> = {
  rego: "work with Rego policies, as `opa` does",
  sync: "check the data that policies need synced",
};

/** Commands of gator that are not here. */
const MISSING: ReadonlySet<string> = new Set(["expand", "policy", "completion"]);

/** Runs one command line (without node and script) and returns the exit code. */
export async function main(argv: readonly string[], effects: Effects, name = "portcullis"): Promise<number> {
  let code: number = EXIT.ok;
  const watched: Effects = { ...effects, exit: (given) => (code = given) };
  const program = new Command(name)
    .description("OPA's policy language and OPA Gatekeeper, natively in TypeScript")
    .version(versionLine(name), "--version", "print the version")
    .exitOverride()
    .configureOutput({ writeOut: watched.stdout, writeErr: watched.stderr })
    .showHelpAfterError(`(run \`${name} --help\` for the commands and their options)`);

  const asked = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const own = commands.find((row) => row.words.every((word, i) => asked[i] === word));
  const file = await own?.load();
  try {
    if (own !== undefined && file !== undefined && "run" in file) {
      await file.run(asked.slice(own.words.length), watched, name);
      return code;
    }
  } catch (error) {
    return unexpected(error, watched, name);
  }
  const rewritten = commanderArguments(argv);
  if ("error" in rewritten) {
    watched.stderr(`error: ${rewritten.error}\n`);
    return EXIT.failed;
  }
  await addCommands(program, watched, rewritten.words);
  const group = argv.length === 0 ? program : program.commands.find((command) => argv.length === 1 && command.name() === argv[0]);
  // Who asks for nothing is told what there is, which is no failure.
  if (group !== undefined && group.commands.length > 0) {
    group.outputHelp();
    return EXIT.ok;
  }
  try {
    await program.parseAsync([...rewritten.words], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.code === "commander.unknownCommand" && MISSING.has(argv[0] ?? ""))
      watched.stderr(`(gator's \`${argv[0]}\` is not here; docs/differences.md says what else is not)\n`);
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
    return unexpected(error, watched, name);
  }
}

function unexpected(error: unknown, effects: Effects, name: string): number {
  effects.stderr(
    error instanceof FileError
      ? `error: ${error.message}\n`
      : `internal error: ${error instanceof Error ? error.message : String(error)}\nThis is a bug in ${name}; please report the command that led here.\n`,
  );
  return EXIT.error;
}

async function addCommands(program: Command, effects: Effects, argv: readonly string[]): Promise<void> {
  const words = argv.filter((word) => !word.startsWith("-"));
  const named = commands.find((row) => row.words.every((word, i) => words[i] === word));
  for (const row of commands) {
    const parent = parentOf(program, row, effects);
    const file = row === named ? await row.load() : undefined;
    if (file !== undefined && "register" in file) {
      file.register(parent, effects);
      const line = [program.name(), ...row.words].join(" ");
      parent.commands.at(-1)?.showHelpAfterError(`(run \`${line} --help\` for its options)`);
    } else
      parent
        .command(row.words.at(-1) ?? "")
        .description(row.summary)
        .allowUnknownOption();
  }
}

function parentOf(program: Command, row: CommandRow, effects: Effects): Command {
  const [group] = row.words;
  if (row.words.length < 2 || group === undefined) return program;
  const known = program.commands.find((command) => command.name() === group);
  if (known) return known;
  return program
    .command(group)
    .description(GROUPS[group] ?? "")
    .exitOverride()
    .configureOutput({ writeOut: effects.stdout, writeErr: effects.stderr });
}
