/** `rego deps QUERY`: lists the base and virtual documents that a query depends on, as `opa deps` does. */
import { type Command, Option } from "commander";
import { dependenciesOf, parseBody, printReference, termToOpaJson } from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { List, Struct, writeNode } from "../output/json.ts";
import { renderTable } from "../output/table.ts";
import type { LoadError } from "../rego/loading.ts";
import { renderErrors } from "../rego/results.ts";
import { addPolicyOptions, openSession, type PolicyOptions } from "../rego/session.ts";

interface DepsOptions extends PolicyOptions {
  readonly format: "pretty" | "json";
}

/** Adds the command. */
export function register(program: Command, effects: Effects): void {
  addPolicyOptions(program.command("deps <query>").description("print the documents that a query depends on"))
    .addOption(new Option("-f, --format <format>", "set output format").choices(["pretty", "json"]).default("pretty"))
    .action((query: string, options: DepsOptions) => deps(query, options, effects));
}

async function deps(query: string, options: DepsOptions, effects: Effects): Promise<void> {
  const fail = (errors: readonly LoadError[]): void => {
    effects.stderr(`${renderErrors(errors)}\n`);
    effects.exit(EXIT.failed);
  };
  const session = await openSession(options, effects);
  if (session.kind === "failed") return fail(session.errors);
  const { body, diagnostics } = parseBody({ name: "", text: query }, { dialect: options.v0Compatible ? "v0" : "v1" });
  if (body === undefined) return fail(diagnostics);
  const { base, virtual } = dependenciesOf(session.policy, body);
  if (options.format === "json") {
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
