/**
 * Puts the statements of a file together into a module, and says what cannot stand in one. In: statements. Out: a module or complaints.
 * https://www.openpolicyagent.org/docs/latest/policy-language/#modules
 */
import { attachAnnotations } from "../annotations/attach.ts";
import type { UnattachedAnnotations } from "../annotations/read.ts";
import type { Body, Comment, Dialect, Import, Module, Package, Rule } from "../ast.ts";
import { faultsInV1 } from "./check-v1.ts";
import type { Cursor } from "./cursor.ts";
import type { Complaint } from "./grammar.ts";
import { ruleFromBody } from "./rule-from-body.ts";

/** What a file consists of; a statement that is neither of the first three is a query. */
export type Statement = Package | Import | Rule | { readonly kind: "body"; readonly body: Body };

/** What stands beside the statements. */
export interface Notes {
  readonly comments: readonly Comment[];
  readonly annotations: readonly UnattachedAnnotations[];
}

/** A module, or why there is none. */
export type Assembled = { readonly module: Module; readonly complaints: readonly [] } | { readonly complaints: readonly Complaint[] };

/** Builds the module of a file from its statements, its comments and the annotations found in these. */
export function assembleModule(p: Cursor, statements: readonly Statement[], notes: Notes): Assembled {
  const { source } = p;
  const [first, ...rest] = statements;
  if (first === undefined) return { complaints: [plain("empty module", { source, start: -1, end: -1 })] };
  const complaints: Complaint[] = [];
  if (first.kind !== "package") complaints.push(plain("package expected", spanOf(first)));
  const imports: Import[] = [];
  const rules: Rule[] = [];
  for (const each of rest) {
    switch (each.kind) {
      case "package":
        complaints.push(plain("unexpected package", each.span));
        break;
      case "import":
        imports.push(each);
        break;
      case "rule":
        rules.push(each);
        break;
      case "body": {
        const rule = ruleFromBody(each.body);
        if (typeof rule === "string") complaints.push(plain(rule, spanOf(each)));
        else rules.push(rule);
      }
    }
  }
  const dialect = dialectOf(p.settings, imports);
  if (dialect !== "v0") complaints.push(...rules.flatMap((rule) => checkBranches(rule, p)));
  if (complaints.length > 0 || first.kind !== "package") return { complaints };
  const attachable = notes.annotations.length === 0 ? [] : [first, ...imports, ...rules].toSorted(byPlace);
  const attached = attachAnnotations(notes.annotations, { statements: attachable, rules });
  if (attached.faults.length > 0) return { complaints: attached.faults.map(({ message, span }) => plain(message, span)) };
  const module: Module = {
    kind: "module",
    span: { source, start: 0, end: source.text.length },
    source,
    dialect,
    package: first,
    imports,
    rules: attached.rules,
    comments: notes.comments,
    annotations: attached.annotations,
  };
  return { module, complaints: [] };
}

/** Returns a complaint that shows no source line. */
function plain(message: string, span: Complaint["span"]): Complaint {
  return { message, span, excerpt: false };
}

function spanOf(statement: Statement): Complaint["span"] {
  return statement.kind === "body" ? statement.body[0]?.span : statement.span;
}

function checkBranches(rule: Rule, p: Cursor): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (let each: Rule | undefined = rule; each !== undefined; each = each.else) {
    const { span } = each;
    complaints.push(...faultsInV1(each, p).map((fault) => plain(fault, span)));
  }
  return complaints;
}

function dialectOf({ dialect, bothDialects }: Cursor["settings"], imports: readonly Import[]): Dialect {
  if (dialect === "v1") return "v1";
  if (bothDialects) return "v0-as-v1";
  const importsV1 = imports.some(({ path: { path } }) => {
    const [root, name] = path;
    return path.length === 2 && root.kind === "var" && root.name === "rego" && name?.kind === "string" && name.value === "v1";
  });
  return importsV1 ? "v0-as-v1" : "v0";
}

function byPlace(a: Package | Import | Rule, b: Package | Import | Rule): number {
  return (a.span?.start ?? 0) - (b.span?.start ?? 0);
}
