/**
 * Pass `CheckTypes`: infers the types of all rules, those that others read first, and reports what cannot be right: equalities of
 * things that are never equal, arguments that a function does not take, references to what is not there. The types are kept, since
 * queries are checked against them. https://www.openpolicyagent.org/docs/latest/policy-language/#schema describes the types.
 */
import { compareStrings } from "../../../base/compare-strings.ts";
import type { Builtin } from "../../builtins/define.ts";
import { renderDiagnostic } from "../../diagnostic/render.ts";
import type { Term } from "../../syntax/ast.ts";
import type { MaybeType } from "../../types/type.ts";
import type { Compilation, QueryCompilation } from "../compilation.ts";
import { compareSpans, typeError } from "../errors/errors.ts";
import { inDependencyOrder } from "../rule-graph.ts";
import type { BodyChecker } from "./check-types/check-body.ts";
import { checkBody, checkClosure } from "./check-types/check-body.ts";
import { checkRule } from "./check-types/check-rule.ts";
import type { TypeEnvironment } from "./check-types/environment.ts";
import { documentEnvironment, ruleEnvironment } from "./check-types/environment.ts";
import { createSchemaOverrides, inputSchema } from "./check-types/schema-overrides.ts";
import type { TypeFault } from "./check-types/type-errors.ts";
import { builtinTree, createNode, putType } from "./check-types/type-tree.ts";

/** What the checker learned of a policy: for its queries, and for the pass over deprecated builtins. */
export class PolicyTypes {
  readonly environment: TypeEnvironment;
  /** Deprecated builtins that a checked expression calls. */
  readonly deprecated: ReadonlySet<Builtin>;

  constructor(environment: TypeEnvironment, deprecated: ReadonlySet<Builtin>) {
    this.environment = environment;
    this.deprecated = deprecated;
  }
}

/** Checks the types of all rules. */
export function checkTypes(compilation: Compilation): void {
  const deprecated = new Set<Builtin>();
  const outermost = documentEnvironment(builtinTree(compilation.builtins));
  const input = inputSchema(compilation.options);
  if (input && "error" in input) {
    compilation.report(typeError(undefined, input.error));
    return;
  }
  const rules = documentEnvironment(createNode(undefined), input ? inputEnvironment(input.type, outermost) : outermost);
  const checker: BodyChecker = {
    builtins: compilation.builtins,
    rename: renaming([compilation.originalNames]),
    called: (builtin) => builtin.deprecated && deprecated.add(builtin),
    remembered: new Map(),
  };
  const scope = { checker, rules, applySchemas: createSchemaOverrides(compilation) };
  const errors = inDependencyOrder(compilation.graph).flatMap((node) => checkRule(scope, node));
  compilation.types = new PolicyTypes(rules, deprecated);
  compilation.report(...sortedErrors(errors));
}

function inputEnvironment(type: MaybeType, outer: TypeEnvironment): TypeEnvironment {
  const documents = createNode(undefined);
  putType(documents, [{ kind: "var", name: "input", span: undefined }], type);
  return documentEnvironment(documents, outer);
}

/** Checks the types of a query against those of its policy. */
export function checkQueryTypes(query: QueryCompilation): void {
  const known = query.policy.types;
  const outer = known instanceof PolicyTypes ? known.environment : documentEnvironment(builtinTree(query.builtins));
  const checker: BodyChecker = {
    builtins: query.builtins,
    rename: renaming([query.originalNames, query.policy.originalNames]),
    called: () => undefined,
    remembered: new Map(),
  };
  const environment = ruleEnvironment(outer, (at, term) => checkClosure(checker, at, term).type);
  const body = checkBody(checker, environment, query.body);
  query.types = body.environment;
  query.report(...body.errors.map((error) => error.diagnostic));
}

function sortedErrors(errors: readonly TypeFault[]): readonly TypeFault["diagnostic"][] {
  return errors
    .map(({ diagnostic }) => diagnostic)
    .sort((a, b) => compareSpans(a.span, b.span) || compareStrings(renderDiagnostic(a), renderDiagnostic(b)));
}

// Errors show the names that authors wrote, where there are any.
function renaming(names: readonly ReadonlyMap<string, string>[]): BodyChecker["rename"] {
  const rename = (term: Term): Term => {
    if (term.kind === "var") {
      const written = names.find((map) => map.has(term.name))?.get(term.name);
      return written === undefined ? term : { ...term, name: written };
    }
    if (term.kind === "array" || term.kind === "set") return { ...term, items: term.items.map(rename) };
    if (term.kind === "object") return { ...term, entries: term.entries.map(([key, value]) => [rename(key), rename(value)]) };
    return term.kind === "ref" ? { ...term, path: renamePath(term.path) } : term;
  };
  const renamePath: BodyChecker["rename"] = ([head, ...tail]) => [rename(head), ...tail.map(rename)];
  return renamePath;
}
