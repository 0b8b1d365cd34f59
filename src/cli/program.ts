/** Runs the program in this process: the real world in, an exit code out. */
import { basename } from "node:path";
import { main } from "./main.ts";
import { nodeEffects } from "./node-effects.ts";

/** Runs the command line that the process was started with. */
export async function run(): Promise<void> {
  const startedAs = basename(process.argv[1] ?? "").replace(/\.[cm]?[jt]s$/, "");
  // A reader that closes its end early (`| head`) is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  process.exitCode = await main(process.argv.slice(2), nodeEffects(), startedAs === "gator" ? "gator" : "portcullis");
}
