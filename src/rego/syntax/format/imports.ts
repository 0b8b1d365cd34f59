/** Writes imports, sorted within the groups that blank lines make, and adds those that the output needs. */
import type { Import, RefTerm } from "../ast.ts";
import { compareTerms } from "../compare.ts";
import { printReference } from "../print.ts";
import type { PlacedComment } from "./place.ts";
import { type Comments, losingComments, type Writer } from "./writer.ts";

/** An import and the row on which it stands. */
export interface PlacedImport {
  readonly import: Import;
  readonly row: number;
  readonly col: number;
}

function namesOf({ path: { path } }: Import): readonly string[] {
  return path.map((step) => (step.kind === "var" ? step.name : step.kind === "string" ? step.value : ""));
}

/** Returns the keyword that an import switches on, `*` for all of them, or nothing if it is another import. */
export function importedKeyword(each: Import): string | undefined {
  const [root, group, word, ...more] = namesOf(each);
  if (root !== "future" || group !== "keywords" || more.length > 0) return undefined;
  return word ?? "*";
}

/** Says whether an import is of keywords to come. */
export function isFuture(each: Import): boolean {
  return namesOf(each)[0] === "future";
}

/** Says whether an import is `rego.v1`. */
export function isRegoV1(each: Import): boolean {
  return printReference(each.path.path) === "rego.v1";
}

/** Adds `future.keywords.X` if nothing imports it. */
export function withKeyword(imports: readonly PlacedImport[], word: string): readonly PlacedImport[] {
  const has = imports.some((each) => {
    const imported = importedKeyword(each.import);
    return imported === "*" || imported === word || (imported === "every" && word === "in");
  });
  return has ? imports : [...imports, addedImport(imports, ["future", "keywords", word])];
}

/** Adds `rego.v1` if nothing imports it. */
export function withRegoV1(imports: readonly PlacedImport[]): readonly PlacedImport[] {
  return imports.some((each) => isRegoV1(each.import)) ? imports : [...imports, addedImport(imports, ["rego", "v1"])];
}

/** A new import goes below the last one of its sort, else above all. */
function addedImport(imports: readonly PlacedImport[], [root, ...steps]: readonly string[]): PlacedImport {
  const rows = imports.filter((each) => isFuture(each.import) || isRegoV1(each.import)).map(({ row }) => row);
  const path: RefTerm["path"] = [
    { kind: "var", span: undefined, name: root ?? "" },
    ...steps.map((value) => ({ kind: "string", span: undefined, value }) as const),
  ];
  const made: Import = { kind: "import", span: undefined, path: { kind: "ref", span: undefined, path }, alias: undefined };
  return { import: made, row: Math.max(0, ...rows) + 1, col: 1 };
}

/** Writes imports; a comment on the line of one stays on it. */
export function writeImports(w: Writer, imports: readonly PlacedImport[], comments: Comments): Comments {
  const beside = new Map<PlacedImport, PlacedComment>();
  let left: Comments = comments.filter((comment) => {
    const at = imports.find(({ row }) => row === comment.row);
    if (at !== undefined) beside.set(at, comment);
    return at === undefined;
  });
  for (const group of groupsOf(imports)) {
    left = losingComments(() => w.insertComments(left, group[0]?.row ?? 0));
    for (const each of group.toSorted(compareImports)) {
      w.startLine();
      writeImport(w, each.import);
      const comment = beside.get(each);
      if (comment !== undefined) w.write(` ${comment.text}`);
      w.endLine();
    }
    w.blankLine();
  }
  return left;
}

function compareImports(a: PlacedImport, b: PlacedImport): number {
  return compareTerms(a.import.path, b.import.path) || ((a.import.alias ?? "") < (b.import.alias ?? "") ? -1 : 1);
}

function groupsOf(imports: readonly PlacedImport[]): readonly (readonly PlacedImport[])[] {
  const groups: PlacedImport[][] = [];
  let last: PlacedImport | undefined;
  for (const each of imports) {
    if (last === undefined || each.row - last.row > 1) groups.push([]);
    groups[groups.length - 1]?.push(each);
    last = each;
  }
  return groups;
}

function writeImport(w: Writer, each: Import): void {
  w.write("import ");
  if (importedKeyword(each) === undefined) w.layout.ref(w, each.path.path, []);
  else w.write(namesOf(each).join("."));
  if (each.alias !== undefined) w.write(` as ${each.alias}`);
}
