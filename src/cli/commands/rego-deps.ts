/** `rego deps QUERY`: lists the base and virtual documents that a query depends on, as `opa deps` does. */
import {
  type CompiledPolicy,
  compileModules,
  dependenciesOf,
  parseBody,
  printReference,
  renderDiagnostics,
  termToOpaJson,
} from "../../rego/index.ts";
import type { Effects } from "../effects.ts";
import { EXIT } from "../exit-codes.ts";
import { type Call, type GoCommand, runGoCommand } from "../go-flags/command.ts";
import { wordFlag } from "../go-flags/kinds.ts";
import { List, Struct, writeNode } from "../output/json.ts";
import { renderTable } from "../output/table.ts";
import { dialectFlags, ignoreFlag, sourceFlags } from "../rego/flags.ts";
import { loadRego, renderLoadErrors } from "../rego/load.ts";
import { renderErrors } from "../rego/results.ts";
import { builtinsFor } from "../rego/session.ts";

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
  const policy = await compiled(flags, effects);
  if (typeof policy === "string") return fail(policy);
  const { base, virtual } = dependenciesOf(policy, body);
  if (flags.format === "json") {
    const paths = (list: typeof base) =>
      list.length === 0 ? undefined : new List(list.map((path) => new List(path.map((term) => jsonTerm(term)))));
    effects.stdout(`${writeNode(new Struct({ base: paths(base), virtual: paths(virtual) }))}\n`);
    return;
  }
  const columns = [
    { heading: "BASE DOCUMENTS", cells: base.map(printReference) },
    { heading: "VIRTUAL DOCUMENTS", cells: virtual.map(printReference) },
  ].filter(({ cells }) => cells.length > 0);
  if (columns.length === 0) return;
  const rows = Array.from({ length: Math.max(base.length, virtual.length) }, (_, i) => columns.map(({ cells }) => cells[i] ?? ""));
  effects.stdout(
    `${renderTable(
      columns.map(({ heading }) => heading),
      rows,
    )}\n`,
  );
}

// Where there are bundles their rules are all there is; documents take no part.
async function compiled({ data, bundle, ignore }: Call<typeof table>["flags"], effects: Effects): Promise<CompiledPolicy | string> {
  const options = { ignore, dialect: "v1", annotations: false } as const;
  const files = loadRego({ ...options, paths: data, bundles: [] }, effects);
  if (files.errors.length > 0) return renderLoadErrors(files.errors);
  const bundles = loadRego({ ...options, ignore: [], paths: [], bundles: bundle }, effects);
  if (bundles.bundleError !== undefined && !bundles.bundleError.together) return bundles.bundleError.message;
  const { modules, sources } = (bundle.length > 0 ? bundles : files).loaded;
  const builtins = await builtinsFor([...sources.values()].map(({ text }) => text));
  const { policy, diagnostics } = compileModules(modules, { builtins, dialect: "v1", print: false });
  return policy ?? renderErrors(diagnostics);
}

function jsonTerm(term: Parameters<typeof termToOpaJson>[0]): Struct {
  const json = termToOpaJson(term) as { readonly type: string; readonly value: string };
  return new Struct({ type: json.type, value: json.value });
}
