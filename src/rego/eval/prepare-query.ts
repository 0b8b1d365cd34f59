/** A query's whole way in one step: text → body → compiled against a policy → planned. */
import { compileQuery } from "../compile/compile-query.ts";
import type { CompiledPolicy } from "../compile/policy.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Import, Package } from "../syntax/ast.ts";
import { type ParseOptions, parseBody, parseModule } from "../syntax/parser.ts";
import { type PreparedQuery, planQuery } from "./evaluate.ts";

/** How to read the query. */
export interface PrepareOptions {
  readonly dialect?: "v0" | "v1";
  /** What the query's text may use; without them all that the dialect has. */
  readonly capabilities?: NonNullable<ParseOptions["capabilities"]>;
  /** Package whose rules the query may name without a path, as written after `package`. */
  readonly package?: string;
  /** Imports, as written after `import`. */
  readonly imports?: readonly string[];
}

/** A query that is ready to be evaluated, or what is wrong with it. */
export interface PrepareResult {
  readonly query: PreparedQuery | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Prepares a query against a policy.
 * @example prepareQuery(policy, "data.p.allow")
 */
export function prepareQuery(policy: CompiledPolicy, text: string, options: PrepareOptions = {}): PrepareResult {
  const dialect = options.dialect ?? (policy.dialect === "v0" ? "v0" : "v1");
  const head = readHead(options, dialect);
  if (head.diagnostics.length > 0) return { query: undefined, diagnostics: head.diagnostics };
  const { body, diagnostics } = parseBody(
    { name: "", text },
    options.capabilities === undefined ? { dialect } : { dialect, capabilities: options.capabilities },
  );
  if (body === undefined || diagnostics.length > 0) return { query: undefined, diagnostics };
  const compiled = compileQuery(policy, body, {
    text,
    // OPA asks strictness of policies only.
    strict: false,
    imports: head.imports,
    ...(head.package === undefined ? {} : { package: head.package }),
  });
  if (compiled.query === undefined) return { query: undefined, diagnostics: compiled.diagnostics };
  return { query: planQuery(compiled.query), diagnostics: [] };
}

interface QueryHead {
  readonly package: Package | undefined;
  readonly imports: readonly Import[];
  readonly diagnostics: readonly Diagnostic[];
}

// A query has no package and imports of its own; they are read as those of modules that hold nothing else.
function readHead({ package: path, imports = [] }: PrepareOptions, dialect: "v0" | "v1"): QueryHead {
  const named = path === undefined ? undefined : parseModule({ name: "", text: `package ${path}` }, { dialect });
  const read = imports.map((each) => readImport(each, dialect));
  return {
    package: named?.module?.package,
    imports: read.flatMap(({ module }) => module?.imports ?? []),
    diagnostics: [...(named?.diagnostics ?? []), ...read.flatMap(({ diagnostics }) => diagnostics)],
  };
}

const ABOVE_IMPORT = "package query\n";

/** Reads an import; errors are told as if it stood alone. */
function readImport(path: string, dialect: "v0" | "v1"): ReturnType<typeof parseModule> {
  const text = `import ${path}`;
  const { module, diagnostics } = parseModule({ name: "", text: `${ABOVE_IMPORT}${text}` }, { dialect });
  const alone = { name: "", text };
  const at = (place: number): number => Math.max(0, place - ABOVE_IMPORT.length);
  return {
    module,
    diagnostics: diagnostics.map((each) =>
      each.span === undefined ? each : { ...each, span: { source: alone, start: at(each.span.start), end: at(each.span.end) } },
    ),
  };
}
