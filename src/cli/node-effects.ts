/** The real world for commands: files, streams and clocks of this process, with errors in the words of Go's `os` package. */
import { lstatSync, readdirSync, readFileSync, type Stats, statSync, writeFileSync } from "node:fs";
import { fromUtf8Bytes } from "../rego/index.ts";
import { type Effects, FileError } from "./effects.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  EINVAL: "invalid argument",
  EIO: "input/output error",
  EROFS: "read-only file system",
  ENOSPC: "no space left on device",
  EMFILE: "too many open files",
  EPERM: "operation not permitted",
  ENXIO: "no such device or address",
};

function asFileError(operation: string, path: string, error: unknown): FileError {
  const code = (error as { code?: string }).code ?? "";
  // Go opens a folder as it does a file, and fails when it reads.
  return new FileError(`${operation === "open" && code === "EISDIR" ? "read" : operation} ${path}: ${REASONS[code] ?? code.toLowerCase()}`);
}

function attempt<T>(operation: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asFileError(operation, path, error);
  }
}

function kindOfPath(path: string, stat: (path: string) => Stats): "directory" | "file" | undefined {
  try {
    return stat(path).isDirectory() ? "directory" : "file";
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw asFileError("stat", path, error);
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  if (stream.isTTY) return "";
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return fromUtf8Bytes(Buffer.concat(chunks));
}

/** Makes the effects of this process. */
export function nodeEffects(): Effects {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stdin: () => readAll(process.stdin),
    stdinIsTty: process.stdin.isTTY === true,
    stdoutIsTty: process.stdout.isTTY === true,
    readFile: (path) => attempt("open", path, () => readFileSync(path)),
    writeFile: (path, text) => attempt("open", path, () => writeFileSync(path, text)),
    readDirectory: (path) => attempt("open", path, () => readdirSync(path).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))),
    pathKind: (path) => kindOfPath(path, statSync),
    entryKind: (path) => kindOfPath(path, lstatSync),
    fetch: async (request) => (await import("./network.ts")).fetchOverNetwork(request),
    runProgram: async (name, args, stdin) => (await import("./network.ts")).runProgram(name, args, stdin),
    workingDirectory: process.cwd(),
    environment: process.env,
    nowMillis: () => Date.now(),
    monotonicNanos: () => process.hrtime.bigint(),
    memoryBytes: () => process.memoryUsage().rss,
    exit: (code) => {
      process.exitCode = code;
    },
  };
}
