/**
 * The tokens of Rego: their kinds, the names that error texts use for them, and the keywords of each dialect.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#grammar
 */

const table = {
  illegal: 0,
  eof: 1,
  whitespace: 2,
  ident: 3,
  package: 4,
  import: 5,
  as: 6,
  default: 7,
  else: 8,
  not: 9,
  some: 10,
  with: 11,
  null: 12,
  true: 13,
  false: 14,
  number: 15,
  string: 16,
  templatePart: 17,
  templateEnd: 18,
  rawTemplatePart: 19,
  rawTemplateEnd: 20,
  leftBracket: 21,
  rightBracket: 22,
  leftBrace: 23,
  rightBrace: 24,
  leftParen: 25,
  rightParen: 26,
  comma: 27,
  colon: 28,
  plus: 29,
  minus: 30,
  times: 31,
  divide: 32,
  remainder: 33,
  and: 34,
  or: 35,
  unify: 36,
  equal: 37,
  assign: 38,
  in: 39,
  notEqual: 40,
  greater: 41,
  less: 42,
  greaterOrEqual: 43,
  lessOrEqual: 44,
  dot: 45,
  semicolon: 46,
  every: 47,
  contains: 48,
  if: 49,
};

/** One of the kinds: a plain number, since the cursor's kind changes under every step and must not be narrowed. */
export type Kind = number;

/** Every kind of token. Keywords have kinds of their own, but the lexer reads them as words: which are keywords depends on imports. */
export const kinds: { readonly [K in keyof typeof table]: Kind } = table;

/** The name of each kind in error texts; for operators also the name of the builtin they call. */
// biome-ignore format: one row a group
const names: readonly string[] = [
  "illegal", "eof", "whitespace", "identifier",
  "package", "import", "as", "default", "else", "not", "some", "with", "null", "true", "false",
  "number", "string", "template-string-part", "template-string-end", "raw-template-string-part", "raw-template-string-end",
  "[", "]", "{", "}", "(", ")", ",", ":",
  "plus", "minus", "mul", "div", "rem", "and", "or", "eq", "equal", "assign", "in", "neq", "gt", "lt", "gte", "lte", ".", ";",
  "every", "contains", "if",
];

/** Returns the name of a kind of token, as error texts show it. */
export function nameOfKind(kind: Kind): string {
  return names[kind] ?? "unknown";
}

/** Words that are keywords in every dialect. */
export const keywordsV0 = ["not", "package", "import", "as", "default", "else", "with", "null", "true", "false", "some"] as const;

/** Words that `import rego.v1` and the v1 dialect add. */
export const keywordsAddedByV1 = ["if", "contains", "in", "every"] as const;

const plain: ReadonlyMap<string, Kind> = new Map(keywordsV0.map((word) => [word, kinds[word]]));
const future: ReadonlyMap<string, Kind> = new Map([...keywordsAddedByV1, "not" as const].map((word) => [word, kinds[word]]));

/** Returns the kind of a word that is, or by an import can become, a keyword. */
export function keywordKind(word: string): Kind | undefined {
  return plain.get(word) ?? future.get(word);
}

/** Says whether error texts call this kind a keyword. */
export function isKeywordKind(kind: Kind): boolean {
  return (kind >= kinds.package && kind <= kinds.false) || kind === kinds.in || kind >= kinds.every;
}

/** Says whether a word cannot name a rule, an import or an alias in a dialect. */
export function isKeyword(word: string, dialect: "v0" | "v1"): boolean {
  return plain.has(word) || (dialect === "v1" && (keywordsAddedByV1 as readonly string[]).includes(word));
}
