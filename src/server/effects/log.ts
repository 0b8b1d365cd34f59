/**
 * Structured logs with Gatekeeper's keys: `level`, `ts` (seconds since 1970), `logger`, `msg`. `WARNING` and `ERROR` keep warnings and errors,
 * `DEBUG` keeps all, anything else is info, as the original's flag behaves; each line is JSON at every level.
 */
import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** How to log. */
export interface LogOptions {
  readonly level: string;
  readonly levelKey?: string;
  /** Writes each level in capitals. */
  readonly capital?: boolean;
  /** File that lines are appended to; empty or absent = standard error. */
  readonly file?: string;
}

const LEVELS: Readonly<Record<string, string>> = { DEBUG: "debug", WARNING: "warn", ERROR: "warn" };

/** Makes the root logger; `child({ logger: name })` gives a component its own. */
export function makeLogger(options: LogOptions, destination?: DestinationStream): Logger {
  const levelKey = options.levelKey ?? "level";
  return pino(
    {
      level: LEVELS[options.level.toUpperCase()] ?? "info",
      base: null,
      messageKey: "msg",
      errorKey: "error",
      timestamp: () => `,"ts":${(Date.now() / 1000).toFixed(3)}`,
      formatters: { level: (label) => ({ [levelKey]: options.capital ? label.toUpperCase() : label }) },
      // The original writes the error's text, and a stack is nothing an operator can use.
      serializers: { error: (error: unknown) => (error instanceof Error ? error.message : error) },
    },
    destination ?? pino.destination(options.file ? { dest: options.file, append: true, sync: true, mode: 0o644 } : { fd: 2, sync: true }),
  );
}
