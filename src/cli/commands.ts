/**
 * The table of commands. A command is a file in `commands/` and a row here; its file is loaded only when it runs (or when its help is
 * asked for), so that a short command does not pay for the cluster client.
 */
import type { Command } from "commander";
import type { Effects } from "./effects.ts";

/** What a command file exports: it adds itself to the program, or reads its arguments itself. */
type CommandFile =
  | { register(program: Command, effects: Effects): void }
  | { run(args: readonly string[], effects: Effects, program: string): Promise<void> };

/** A row: the words that name the command, what `--help` says of it, and where it is. */
export interface CommandRow {
  readonly words: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<CommandFile>;
}

/** Every command, in the order of the help text. */
export const commands: readonly CommandRow[] = [
  { words: ["serve"], summary: "run the admission webhook and audit", load: () => import("./commands/serve.ts") },
  { words: ["test"], summary: "judge objects by templates and constraints", load: () => import("./commands/test.ts") },
  { words: ["verify"], summary: "run suites of tests for policies", load: () => import("./commands/verify.ts") },
  { words: ["sync", "test"], summary: "check that the data templates need is synced", load: () => import("./commands/sync-test.ts") },
  { words: ["bench"], summary: "measure reviews", load: () => import("./commands/bench.ts") },
  { words: ["rego", "eval"], summary: "evaluate a Rego query", load: () => import("./commands/rego-eval.ts") },
  { words: ["rego", "check"], summary: "check Rego files for errors", load: () => import("./commands/rego-check.ts") },
  { words: ["rego", "test"], summary: "run tests written in Rego", load: () => import("./commands/rego-test.ts") },
  { words: ["rego", "parse"], summary: "print the tree of a Rego file", load: () => import("./commands/rego-parse.ts") },
  { words: ["rego", "fmt"], summary: "format Rego files", load: () => import("./commands/rego-fmt.ts") },
  { words: ["rego", "deps"], summary: "list the documents a query depends on", load: () => import("./commands/rego-deps.ts") },
  { words: ["rego", "bench"], summary: "time a Rego query", load: () => import("./commands/rego-bench.ts") },
];
