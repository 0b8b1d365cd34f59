/** Flags that the gator commands share, and how their values are read. */
import { type Command, Option } from "commander";
import type { Effects } from "../effects.ts";

/** Flags that name inputs. */
export interface InputOptions {
  readonly filename: readonly string[];
  readonly image: readonly string[];
  readonly tempdir?: string;
  readonly plainHttp: boolean;
}

/** Adds the input flags; the short form of `--filename` differs between commands. */
export function addInputOptions(command: Command, short: string): Command {
  return command
    .option(
      `-${short}, --filename <path>`,
      "a file or directory containing Kubernetes resources.  Can be specified multiple times.",
      gather,
      [],
    )
    .option("-i, --image <url>", "a URL to an OCI image containing policies. Can be specified multiple times.", gather, [])
    .option("-d, --tempdir <path>", "accepted: images are unpacked in memory")
    .addOption(new Option("--plain-http", "pull images over plain HTTP").default(false));
}

/** Collects the values of a flag that may come several times. */
function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Reads a boolean as Go's flag library does: `--flag`, `--flag=true`, `--flag=0`. */
export function parseBoolean(value: string): boolean {
  return !["false", "FALSE", "False", "f", "F", "0"].includes(value);
}

/** Reads a failure policy. */
export function parseFailurePolicy(text: string): { readonly policy: "Fail" | "Ignore" } | { readonly error: string } {
  if (text === "Fail" || text === "Ignore") return { policy: text };
  const cause = `invalid failure policy: unrecognized failure policy: ${text}`;
  return { error: `invalid default K8sNativeValidation failure policy: ${cause}` };
}

/** Returns a line as Go's standard logger prints it, with the local date and time in front. */
export function logLine(effects: Effects, text: string): string {
  const now = new Date(effects.nowMillis());
  const two = (part: number): string => String(part).padStart(2, "0");
  const date = `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())}`;
  return `${date} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())} ${text}`;
}
