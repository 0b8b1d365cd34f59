/** `serve`: runs the webhook and audit, in a cluster or from folders, until it is told to stop. Flags are Gatekeeper's. */
import type { Command } from "commander";
import {
  makeLogger,
  type RunningServer,
  readServerConfig,
  type ServerConfig,
  type ServerOutput,
  serveHelp,
  startCluster,
  startEmbedded,
  usesFolders,
} from "../../server/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";

/** Adds the command. Its flags have Go's form, so they are read by the server's own table. */
export function register(program: Command, effects: Effects): void {
  program
    .command("serve [flags...]")
    .description("run the admission webhook and audit")
    .allowUnknownOption()
    .helpOption("-h, --help", "display help for command")
    .addHelpText("after", () => `\n${serveHelp()}`)
    .action(async (_flags: readonly string[], _options: unknown, command: Command) => serve(command.args, effects));
}

async function serve(argv: readonly string[], effects: Effects): Promise<void> {
  const read = readServerConfig(argv, effects.environment);
  if ("error" in read) {
    effects.stderr(`error: ${read.error}\nRun \`portcullis serve --help\` for the flags.\n`);
    effects.exit(EXIT.error);
    return;
  }
  const { config } = read;
  const capital = config.text("log-level-encoder").startsWith("capital");
  const output: ServerOutput = {
    log: makeLogger({ level: config.text("log-level"), levelKey: config.text("log-level-key"), capital, file: config.text("log-file") }),
    say: (text) => effects.stdout(text),
    colour: effects.stdoutIsTty && effects.environment["NO_COLOR"] === undefined,
  };
  for (const line of config.withoutEffect) output.log.warn(`flag without effect: ${line}`);
  try {
    const server = await start(config, output, argv);
    await untilSignal(server, config, output);
  } catch (error) {
    effects.stderr(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    effects.exit(EXIT.failed);
  }
}

// Folders mean no cluster; without folders there must be one.
async function start(config: ServerConfig, output: ServerOutput, argv: readonly string[]): Promise<RunningServer> {
  if (usesFolders(config)) return await startEmbedded(config, output);
  return await startCluster(config, output, argv);
}

// The first signal drains, a second one ends the process at once, as the original does.
function untilSignal(server: RunningServer, config: ServerConfig, { log }: ServerOutput): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      log.info({ signal }, "shutting down");
      // Endpoints of a Service take a moment to forget a pod: go on serving meanwhile.
      setTimeout(() => void server.stop().then(resolve), usesFolders(config) ? 0 : config.number("shutdown-delay") * 1000);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}
