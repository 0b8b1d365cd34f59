/**
 * Checks what v1 forbids and formatting cannot mend: two imports of one name, rules and variables named as root documents, deprecated
 * builtins, rules named as keywords. In: a module. Out: diagnostics. https://www.openpolicyagent.org/docs/latest/v0-upgrade/
 */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Import, Module, Node, RefTerm, Rule } from "../ast.ts";
import { isRootName } from "../names.ts";
import { infixOf, printImport, printReference, printTerm } from "../print.ts";
import { isKeyword } from "../tokens.ts";
import { walkNode } from "../walk.ts";

// The builtins that v1 gave up.
const deprecated: ReadonlySet<string> = new Set([
  "all",
  "any",
  "cast_array",
  "cast_boolean",
  "cast_null",
  "cast_object",
  "cast_set",
  "cast_string",
  "net.cidr_overlap",
  "re_match",
  "set_diff",
]);

/** Returns what keeps a module from becoming v1. */
export function checkForV1(module: Module): readonly Diagnostic[] {
  return [
    ...duplicateImports(module.imports),
    ...module.rules.flatMap(shadowingRules),
    ...shadowingVariables(module),
    ...deprecatedCalls(module),
    ...module.rules.flatMap(keywordNames),
  ];
}

function fault(code: Diagnostic["code"], message: string, span: Diagnostic["span"]): Diagnostic {
  return { code, message, span, notes: [] };
}

function nameOf({ alias, path: { path } }: Import): string {
  const last = path[path.length - 1];
  return alias ?? (last?.kind === "string" ? last.value : last?.kind === "var" ? last.name : "");
}

function duplicateImports(imports: readonly Import[]): readonly Diagnostic[] {
  const first = new Map<string, Import>();
  const faults: Diagnostic[] = [];
  for (const each of imports) {
    const known = first.get(nameOf(each));
    if (known === undefined) first.set(nameOf(each), each);
    else faults.push(fault("rego_compile_error", `import must not shadow ${printImport(known)}`, each.span));
  }
  return faults;
}

function shadowingRules({ head, span }: Rule): readonly Diagnostic[] {
  const [root] = head.reference;
  const faults: Diagnostic[] = [];
  if (root.kind === "var" && isRootName(root.name)) {
    faults.push(fault("rego_compile_error", `rules must not shadow ${root.name} (use a different rule name)`, span));
  }
  for (const arg of head.args ?? []) {
    if (arg.kind !== "ref" || arg.path.length !== 1) continue;
    faults.push(fault("rego_compile_error", `args must not shadow ${printTerm(arg)} (use a different variable name)`, arg.span));
  }
  return faults;
}

function shadowingVariables(module: Module): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  walkNode(module, (node) => {
    if (node.kind !== "call-expr" || infixOf(node.operator) !== ":=") return true;
    const [left] = node.args;
    const name = left === undefined ? "" : printTerm(left);
    if (isRootName(name)) {
      faults.push(fault("rego_compile_error", `variables must not shadow ${name} (use a different variable name)`, node.span));
    }
    return true;
  });
  return faults;
}

function deprecatedCalls(module: Module): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const note = (operator: RefTerm, place: Node): void => {
    const name = printReference(operator.path);
    if (!deprecated.has(name)) return;
    faults.push(fault("rego_type_error", `deprecated built-in function calls in expression: ${name}`, place.span));
  };
  walkNode(module, (node) => {
    if (node.kind === "call-expr") note(node.operator, node);
    if (node.kind === "call") note(node.operator, node.operator);
    return true;
  });
  return faults;
}

function keywordNames({ head, span }: Rule): readonly Diagnostic[] {
  if (head.reference.length > 1 || !isKeyword(head.name, "v1")) return [];
  return [fault("rego_parse_error", `${head.name} keyword cannot be used for rule name`, span)];
}
