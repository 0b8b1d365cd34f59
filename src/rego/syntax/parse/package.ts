/** Parses package declarations and imports. https://www.openpolicyagent.org/docs/latest/policy-language/#modules */
import type { Import, Package, Term } from "../ast.ts";
import { isRootName, typeNameOf } from "../names.ts";
import { printTerm } from "../print.ts";
import { isKeyword, keywordsAddedByV1, kinds } from "../tokens.ts";
import type { Cursor } from "./cursor.ts";

/** Steps over `package` or `import`; false if the word is rather the head of a reference, or if no path follows. */
function scanToPath(p: Cursor): boolean {
  p.scanToBlank();
  if (p.kind === kinds.dot || p.kind === kinds.leftBracket) return false;
  if (p.kind === kinds.whitespace) p.scan();
  if (p.kind !== kinds.ident && !p.isRefKeyword) {
    p.unexpected();
    return false;
  }
  p.takeAsIdent();
  return true;
}

/** Parses a package declaration. */
export function parsePackage(p: Cursor): Package | undefined {
  if (p.kind !== kinds.package) return undefined;
  const span = p.here();
  if (!scanToPath(p)) return undefined;
  const term = p.grammar.term(p);
  if (term === undefined) return undefined;
  if (term.kind === "var") return { kind: "package", span, path: [dataAt(term), nameAt(term, term.name)] };
  if (term.kind !== "ref") return void p.unexpected();
  const [root, ...names] = term.path;
  if (root.kind !== "var") return void p.error(`unexpected ${typeNameOf(root)} token: expecting var`, root.span ?? span);
  const odd = names.find(({ kind }) => kind !== "string");
  if (odd !== undefined) return void p.error(`unexpected ${typeNameOf(odd)} token: expecting string`, odd.span ?? span);
  return { kind: "package", span, path: [dataAt(root), nameAt(root, root.name), ...names] };
}

function dataAt({ span }: Term): Term {
  return { kind: "var", span, name: "data" };
}

function nameAt({ span }: Term, value: string): Term {
  return { kind: "string", span, value };
}

/** Parses an import. */
export function parseImport(p: Cursor): Import | undefined {
  if (p.kind !== kinds.import) return undefined;
  const span = p.here();
  if (!scanToPath(p)) return undefined;
  const path = parsePath(p);
  if (path === undefined) return undefined;
  const [root] = path.path;
  if (root.kind !== "var" || !(isRootName(root.name) || root.name === "future" || root.name === "rego")) {
    p.hint("if this is unexpected, try updating OPA");
    const message = `unexpected import path, must begin with one of: {data, future, input, rego}, got: ${printTerm(root)}`;
    return void p.error(message, path.span ?? span);
  }
  if (p.kind === kinds.as) return parseAlias(p, { kind: "import", span, path, alias: undefined });
  if (path.path.length === 1 || root.name !== "future") checkLastName(p, path.path[path.path.length - 1] ?? root);
  return { kind: "import", span, path, alias: undefined };
}

/** Reads the path with the words that later dialects reserve taken for plain ones: `import future.keywords.in`. */
function parsePath(p: Cursor): Import["path"] | undefined {
  const words = new Map(p.keywords);
  for (const word of [...keywordsAddedByV1, "not"]) words.delete(word);
  const before = p.save();
  const term = p.withKeywords(words, () => p.grammar.term(p));
  if (term?.kind === "var") return { kind: "ref", span: term.span, path: [term] };
  if (term?.kind === "ref") {
    const odd = term.path.slice(1).find(({ kind }) => kind !== "string");
    if (odd === undefined) return term;
    // What was wrong with the text after it goes unsaid.
    p.restore(before);
    return void p.error(`unexpected ${typeNameOf(odd)} token: expecting string`, odd.span ?? p.here());
  }
  return void p.error("expected path", p.here());
}

function parseAlias(p: Cursor, written: Import): Import | undefined {
  p.scan();
  if (p.kind !== kinds.ident) return void p.unexpected("expected var");
  const alias = p.grammar.term(p);
  return alias?.kind === "var" ? { ...written, alias: alias.name } : void p.unexpected("expected var");
}

function checkLastName(p: Cursor, last: Term): void {
  const name = last.kind === "var" ? last.name : last.kind === "string" ? last.value : "";
  if (!isKeyword(name, p.settings.dialect)) return;
  p.hint("import a different path or use an alias");
  p.error(`unexpected import path, must not end with a keyword, got: ${name}`, last.span ?? p.here());
}

/** Switches on the keywords that an import names; notes an import of `rego` or `future` that names none. */
export function applyImport(p: Cursor, imported: Import): void {
  const [root] = imported.path.path;
  if (root.kind !== "var") return;
  const fault = root.name === "rego" ? applyRego(p, imported) : root.name === "future" ? applyFuture(p, imported) : undefined;
  if (fault !== undefined) p.error(fault, imported.path.span ?? p.here());
}

function applyRego(p: Cursor, { path, alias }: Import): string | undefined {
  const [, name, more] = path.path;
  if (!p.settings.regoV1) return "invalid import, `rego.v1` is not supported by current capabilities";
  if (name?.kind !== "string" || name.value !== "v1" || more !== undefined) {
    return `invalid import \`${printTerm(path)}\`, must be \`rego.v1\``;
  }
  if (p.settings.dialect === "v1") return undefined;
  if (alias !== undefined) return "`rego` imports cannot be aliased";
  for (const word of keywordsAddedByV1) p.addKeyword(word);
  return undefined;
}

function applyFuture(p: Cursor, { path, alias }: Import): string | undefined {
  const { importable } = p.settings;
  const [, group, word] = path.path;
  if (group?.kind !== "string" || group.value !== "keywords") return "invalid import, must be `future.keywords`";
  if (alias !== undefined) return "`future` imports cannot be aliased";
  if (path.path.length === 3 && word?.kind === "string") {
    if (!importable.includes(word.value)) return `unexpected keyword, must be one of [${importable.join(" ")}]`;
    p.addKeyword(word.value);
    return undefined;
  }
  // The blanket import leaves the negated bodies of `not` off.
  for (const each of importable) if (each !== "not") p.addKeyword(each);
  return undefined;
}
