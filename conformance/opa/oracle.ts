/**
 * Asks OPA itself: a small program around OPA's library that reads a JSON question a line and writes a JSON answer a line, in order. Where it
 * is not installed, comparisons with OPA are left out.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { CACHE } from "../../scripts/cache.ts";
import { isPlainObject, type PlainObject, parseJson, setKey, type Value, writeJson } from "../../src/rego/index.ts";
import type { Question } from "../engine.ts";

/** OPA's answer: rows, an error, or why there is none. */
export type OracleAnswer =
  // A row has `b`, the bindings, and `e`, the values of the expressions.
  | { readonly kind: "rows"; readonly rows: readonly PlainObject[]; readonly terms: readonly string[]; readonly prints: readonly string[] }
  | { readonly kind: "error"; readonly error: PlainObject; readonly prints: readonly string[] }
  | { readonly kind: "none"; readonly reason: "timeout" | "panic" | "unserializable" | "badrequest"; readonly text: string };

/** Where `.ci/run` puts the oracle. */
export const CACHED_ORACLE = join(CACHE, "bin/oracle");

/** A running oracle. */
export interface Oracle {
  readonly ask: (question: Question) => Promise<OracleAnswer>;
  /** Asks a process that was asked nothing else: OPA changes the types of its builtins while it compares them, for as long as it runs. */
  readonly askAnew: (question: Question) => Promise<OracleAnswer>;
  readonly close: () => void;
}

/** Returns the oracle's path: PORTCULLIS_ORACLE, `bin/oracle` in the cache, or on PATH; undefined where there is none. */
export function findOracle(): string | undefined {
  const places = [
    process.env["PORTCULLIS_ORACLE"],
    CACHED_ORACLE,
    ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "oracle")),
  ];
  return places.find((place) => place !== undefined && place !== "" && existsSync(place));
}

/** Starts the oracle; when it leaves over a question that will not end, it is started again for the rest. */
export function startOracle(path: string): Oracle {
  const waiting: { readonly line: string; readonly answer: (answer: OracleAnswer) => void }[] = [];
  let child: ChildProcessWithoutNullStreams | undefined;
  let closed = false;
  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn(path, [], { stdio: ["pipe", "pipe", "pipe"] });
    started.stderr.resume();
    started.stdin.on("error", () => undefined);
    createInterface({ input: started.stdout }).on("line", (line) => waiting.shift()?.answer(readAnswer(line)));
    started.on("close", () => {
      if (child === started) child = undefined;
      if (closed || waiting.length === 0) return;
      // It fell over the first question without an answer (out of memory, a fatal error of its runtime).
      waiting.shift()?.answer({ kind: "none", reason: "panic", text: "OPA ended" });
      if (waiting.length > 0) child = start();
    });
    for (const { line } of waiting) started.stdin.write(line);
    return started;
  };
  return {
    ask: (question) =>
      new Promise((resolve) => {
        const line = `${requestLine(question)}\n`;
        waiting.push({ line, answer: resolve });
        if (child === undefined) child = start();
        else child.stdin.write(line);
      }),
    askAnew: async (question) => {
      const other = startOracle(path);
      const answer = await other.ask(question);
      other.close();
      return answer;
    },
    close: () => {
      closed = true;
      child?.stdin.end();
    },
  };
}

/** Returns a question as the oracle reads it. */
export function requestLine(question: Question): string {
  const modules: { [name: string]: Value } = {};
  for (const [name, text] of question.modules) setKey(modules, name, text);
  return writeJson({
    modules,
    query: question.query,
    ...(question.input === undefined ? {} : { input: question.input, hasin: true }),
    ...(question.data === undefined ? {} : { data: question.data }),
    v0: question.dialect === "v0",
    sbe: question.strictErrors,
  });
}

function readAnswer(line: string): OracleAnswer {
  const parsed = parseJson(line);
  if (parsed.kind === "error" || !isPlainObject(parsed.value)) return { kind: "none", reason: "unserializable", text: line };
  const answer = parsed.value;
  const prints = (answer["prints"] ?? []) as readonly string[];
  if (isPlainObject(answer["error"])) return { kind: "error", error: answer["error"], prints };
  for (const reason of ["timeout", "panic", "unserializable", "badrequest"] as const)
    if (Object.hasOwn(answer, reason)) return { kind: "none", reason, text: String(answer[reason]) };
  return {
    kind: "rows",
    rows: (answer["rows"] ?? []) as readonly PlainObject[],
    terms: (answer["terms"] ?? []) as readonly string[],
    prints,
  };
}
