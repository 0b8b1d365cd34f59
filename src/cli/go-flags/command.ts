/**
 * A command whose flags are those of a Go program: reads the arguments, answers wishes for help and errors, and runs the rest. Arguments and effects
 * in, an exit code set.
 */
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type FlagTable, type FlagValues, parseFlags, withEnvironment } from "./parse.ts";
import { type Description, helpText, usageText } from "./usage.ts";

/** A command line as a command gets it. */
export interface Call<T extends FlagTable> {
  readonly flags: FlagValues<T>;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  readonly words: readonly string[];
}

/** A command: its flags, what is wrong with a command line beyond their syntax, and what it does. */
export interface GoCommand<T extends FlagTable> extends Description {
  readonly table: T;
  /** Variables of the environment that begin so stand for flags. */
  readonly variables: string;
  complaint(call: Call<T>, effects: Effects): string | undefined;
  run(call: Call<T>, effects: Effects): Promise<void>;
}

/** Runs a command. */
export async function runGoCommand<T extends FlagTable>(
  command: GoCommand<T>,
  args: readonly string[],
  effects: Effects,
  program: string,
): Promise<void> {
  const refuse = (message: string): void => {
    effects.stderr(`Error: ${message}\n${usageText(program, command, command.table)}`);
    effects.exit(EXIT.failed);
  };
  const parsed = parseFlags(command.table, args);
  if (parsed.kind === "help") return effects.stdout(helpText(program, command, command.table));
  if (parsed.kind === "error") return refuse(parsed.message);
  const complaint = command.complaint(parsed, effects);
  if (complaint !== undefined) return refuse(complaint);
  const completed = withEnvironment(command.table, parsed, command.variables, effects.environment);
  if ("error" in completed) return refuse(completed.error);
  await command.run({ ...completed, words: parsed.words }, effects);
}
