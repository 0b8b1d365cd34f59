/**
 * Everything a command may ask of the world, as one value: a test passes its own. The real one is made in `main.ts`; nothing below it
 * touches a file, a clock or a stream by itself.
 */

/** What a path is. */
type PathKind = "file" | "directory";

/** A failure of the file system, with the text that Go's `os` package gives for it (`open x: no such file or directory`). */
export class FileError extends Error {}

/** A failure of the network. */
export class NetworkError extends Error {}

/** A request; redirects are followed, and lose what was said to the first host in confidence. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The most bytes of an answer that are read. */
  readonly limit: number;
}

/** An answer; names of headers are in small letters, `url` is the one that answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The end of a program, or why it did not run. */
export type RanProgram = { readonly code: number; readonly stdout: string } | { readonly error: string };

/** The world as a command sees it. */
export interface Effects {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Returns all of standard input; the empty text when standard input is a terminal. */
  stdin(): Promise<string>;
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  /** Returns a file's bytes. Throws FileError. */
  readFile(path: string): Uint8Array;
  writeFile(path: string, text: string): void;
  /** Returns the names in a directory, in byte order. Throws FileError. */
  readDirectory(path: string): readonly string[];
  /** Returns what a path is, or undefined when nothing is there. Follows links. Throws FileError when it cannot be told. */
  pathKind(path: string): PathKind | undefined;
  /** As `pathKind`, but a link is a file: walks that follow links may never end. */
  entryKind(path: string): PathKind | undefined;
  /** Sends a request. Throws NetworkError. */
  fetch(request: HttpRequest): Promise<HttpAnswer>;
  /** Runs a program that is found by its name, with a text as its standard input. */
  runProgram(name: string, args: readonly string[], stdin: string): Promise<RanProgram>;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Returns milliseconds since 1970. */
  nowMillis(): number;
  /** Returns nanoseconds of a clock that never goes back, for durations. */
  monotonicNanos(): bigint;
  /** Returns bytes of memory in use by the program. */
  memoryBytes(): number;
  /** Sets the exit code that the program ends with. */
  exit(code: number): void;
}
