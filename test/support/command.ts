/** Runs a command line over files in memory: a fake world in, the exit code and what was written out. */
import { FileError, NetworkError } from "../../src/cli/effects.ts";
import { main } from "../../src/cli/main.ts";

/** The end of a command. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly written: Readonly<Record<string, string>>;
}

/** The world of a command. */
export interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: boolean;
}

/** Runs a command; paths of files are absolute, the working directory is `/w`. */
export async function run(argv: readonly string[], { files = {}, stdin = "", terminal = false }: World = {}): Promise<Ran> {
  let out = "";
  let err = "";
  let nanos = 0n;
  const written: Record<string, string> = {};
  const at = (path: string): string => (path.startsWith("/") ? path : `/w/${path}`).replace(/\/\.?(?=\/|$)/g, "").replace(/\/+$/, "");
  const children = (path: string): readonly string[] => {
    const prefix = `${at(path)}/`;
    return [
      ...new Set(
        Object.keys(files)
          .filter((file) => file.startsWith(prefix))
          .map((file) => file.slice(prefix.length).split("/")[0] ?? ""),
      ),
    ].sort();
  };
  const kindOf = (path: string) => (files[at(path)] !== undefined ? "file" : children(path).length > 0 ? "directory" : undefined);
  const code = await main(
    argv,
    {
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
      stdin: async () => stdin,
      stdinIsTty: false,
      stdoutIsTty: terminal,
      readFile: (path) => {
        const text = files[at(path)];
        if (text === undefined) throw new FileError(`open ${path}: no such file or directory`);
        return new TextEncoder().encode(text);
      },
      writeFile: (path, text) => {
        written[path] = text;
      },
      readDirectory: children,
      pathKind: kindOf,
      entryKind: kindOf,
      fetch: async () => {
        throw new NetworkError("there is no network");
      },
      runProgram: async () => ({ error: "there are no programs" }),
      workingDirectory: "/w",
      environment: {},
      nowMillis: () => 0,
      monotonicNanos: () => (nanos += 1_000_000n),
      memoryBytes: () => 1_000_000,
      exit: () => {},
    },
    "gator",
  );
  return { code, out, err, written };
}
