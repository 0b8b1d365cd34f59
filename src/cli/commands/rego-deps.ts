/** `rego deps QUERY`: lists the base and virtual documents that a query depends on, as `opa deps` does. */
import { dependenciesOf, parseBody, printReference, renderDiagnostics, termToOpaJson } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { wordFlag } from "../go-flags/kinds.ts";
import { List, Struct, writeNode } from "../output/json.ts";
import { renderTable } from "../output/table.ts";
import { dialectFlags, ignoreFlag, sourceFlags } from "../rego/flags.ts";
import { renderLoadErrors } from "../rego/load.ts";
import { renderErrors } from "../rego/results.ts";
import { openSession } from "../rego/session.ts";

const table = {
  ...sourceFlags,
  ...ignoreFlag,
  "v1-compatible": dialectFlags["v1-compatible"],
  format: wordFlag("set output format", ["pretty", "json"], { short: "f", initial: "pretty" }),
} as const;

const command: GoCommand<typeof table> = {
  line: "rego deps <query>",
  about: "Lists what a query depends on: base documents, which come from outside, and virtual documents, which rules compute.",
  variables: "opa_deps",
  table,
  complaint: ({ words }) => (words.length === 1 ? undefined : "specify exactly one query argument"),
  run: deps,
};

/** Runs the command. */
export function run(args: readonly string[], effects: Effects, program: string): Promise<void> {
  return runGoCommand(command, args, effects, program);
}

async function deps({ words, flags }: Call<typeof table>, effects: Effects): Promise<void> {
  const fail = (text: string): void => {
    effects.stderr(`${text}\n`);
    effects.exit(EXIT.failed);
  };
  const { body, diagnostics } = parseBody({ name: "", text: words[0] ?? "" }, { dialect: "v1" });
  if (body === undefined) return fail(renderDiagnostics(diagnostics));
  const grants = { schemas: undefined, capabilities: undefined };
  const session = await openSession({ ...flags, dialect: "v1", strict: false, grants }, effects);
  if (session.kind === "failed") return fail(session.stage === "load" ? renderLoadErrors(session.errors) : renderErrors(session.errors));
  const { base, virtual } = dependenciesOf(session.policy, body);
  if (flags.format === "json") {
    const paths = (list: typeof base) =>
      list.length === 0 ? undefined : new List(list.map((path) => new List(path.map((term) => jsonTerm(term)))));
    effects.stdout(`${writeNode(new Struct({ base: paths(base), virtual: paths(virtual) }))}\n`);
    return;
  }
  const rows = Array.from({ length: Math.max(base.length, virtual.length) }, (_, i) =>
    [base[i], virtual[i]].map((path) => (path === undefined ? "" : printReference(path))),
  );
  effects.stdout(`${renderTable(["BASE DOCUMENTS", "VIRTUAL DOCUMENTS"], rows)}\n`);
}

function jsonTerm(term: Parameters<typeof termToOpaJson>[0]): Struct {
  const json = termToOpaJson(term) as { readonly type: string; readonly value: string };
  return new Struct({ type: json.type, value: json.value });
}
