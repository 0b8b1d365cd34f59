import { describe, expect, it } from "vitest";
import { graphqlBuiltins } from "../../../src/rego/builtins/graphql/families.ts";
import { boundedContext, callsOf } from "../../support/call-family.ts";

const { answer, answerIn, value } = callsOf(graphqlBuiltins);
const SCHEMA = `
  type Query { me(id: ID!): User search(kind: Kind = NEW, filter: Filter): [Thing] }
  type User implements Named { name: String! friends: [User!] }
  interface Named { name: String! }
  type Item { price: Float }
  union Thing = User | Item
  enum Kind { NEW OLD }
  input Filter { text: String! limit: Int }
`;

function fault(query: string, schema = SCHEMA): string {
  return answer("graphql.parse", query, schema).replace("eval_builtin_error: graphql.parse: ", "");
}

describe("parsing", () => {
  it("gives the tree of OPA's library", () => {
    expect(value("graphql.parse_query", "query Q($x: Int = 1) { a: b(c: [$x]) @d ...F }")).toEqual({
      Operations: [
        {
          Name: "Q",
          Operation: "query",
          SelectionSet: [
            {
              Alias: "a",
              Name: "b",
              Arguments: [
                {
                  Name: "c",
                  Value: {
                    Kind: 8,
                    Raw: "",
                    ExpectedTypeHasDefault: false,
                    Children: [{ Name: "", Value: { Kind: 0, Raw: "x", ExpectedTypeHasDefault: false } }],
                  },
                },
              ],
              Directives: [{ Name: "d", Location: "" }],
            },
            { Name: "F" },
          ],
          VariableDefinitions: [
            {
              Variable: "x",
              Type: { NamedType: "Int", NonNull: false },
              DefaultValue: { Kind: 1, Raw: "1", ExpectedTypeHasDefault: false },
              Used: false,
            },
          ],
        },
      ],
    });
  });

  it("keeps descriptions and comments of schemas", () => {
    expect(value("graphql.parse_schema", '# top\n"""\n  Doc\n"""\ntype A { a: Int }')).toEqual({
      Definitions: [
        {
          BeforeDescriptionComment: { List: [{ Value: "# top" }] },
          BuiltIn: false,
          Description: "  Doc".trim(),
          Fields: [{ Description: "", Name: "a", Type: { NamedType: "Int", NonNull: false } }],
          Kind: "OBJECT",
          Name: "A",
        },
      ],
    });
  });

  it.each([
    ["{ a", "Expected Name, found <EOF> in GraphQL string at location 1:4"],
    ["{ }", "expected at least one definition, found } in GraphQL string at location 1:3"],
    ["\n  nope", 'Unexpected Name "nope" in GraphQL string at location 2:3'],
  ])("refuses %j: %s", (query, text) => {
    expect(answer("graphql.parse_query", query)).toBe(`eval_builtin_error: graphql.parse_query: ${text}`);
  });
});

describe("queries", () => {
  it("that fit are valid, as text and as trees", () => {
    const query = '{ me(id: "1") { name friends { name } } search(filter: {text: "x"}) { ... on Item { price } } }';
    expect(answer("graphql.is_valid", query, SCHEMA)).toBe("true");
    const [ok, , schema] = value("graphql.parse_and_verify", query, SCHEMA) as readonly [boolean, unknown, never];
    expect(ok).toBe(true);
    expect(answer("graphql.is_valid", query, schema)).toBe("true");
  });

  it.each([
    ['{ me(id: "1") { nam } }', 'Cannot query field "nam" on type "User". Did you mean "name"?\n in GraphQL string at location 1:17'],
    ["{ me { name } }", 'Field "me" argument "id" of type "ID!" is required, but it was not provided in GraphQL string at location 1:3'],
    [
      '{ me(id: "1") }',
      'Field "me" of type "User" must have a selection of subfields. Did you mean "me { ... }"?\n in GraphQL string at location 1:3',
    ],
    [
      "{ search(kind: OLDER) { __typename } }",
      'Value "OLDER" does not exist in "Kind" enum. Did you mean the enum value "OLD"?\n in GraphQL string at location 1:16',
    ],
    [
      "{ search(filter: {limit: 1}) { __typename } }",
      'Field "Filter.text" of required type "String!" was not provided in GraphQL string at location 1:18',
    ],
    ["query($v: Int) { search { __typename } }", 'Variable "$v" is never used in GraphQL string at location 1:7'],
    ["{ me(id: $v) { name } }", 'Variable "$v" is not defined in GraphQL string at location 1:10'],
    ["{ search { ...F } } fragment F on User { ...F }", 'Cannot spread fragment "F" within itself in GraphQL string at location 1:45'],
    ["mutation { a }", 'Schema does not support operation type "mutation"\n in GraphQL string at location 1:1'],
    [
      '{ me(id: "1") { name @skip } }',
      'Directive "@skip" argument "if" of type "Boolean!" is required, but it was not provided in GraphQL string at location 1:23',
    ],
    [
      '{ x: me(id: "1") { name } x: me(id: "2") { name } }',
      'Fields "x" conflict because they have differing arguments. Use different aliases on the fields to fetch both if this was intentional in GraphQL string at location 1:27',
    ],
  ])("%s is refused", (query, text) => {
    expect(fault(query)).toBe(text);
    expect(answer("graphql.is_valid", query, SCHEMA)).toBe("false");
    expect(answer("graphql.parse_and_verify", query, SCHEMA)).toBe("[false, {}, {}]");
  });
});

describe("schemas", () => {
  it.each([
    ["type Query { a: Nope }", "1:17: Undefined type Nope."],
    ["type Query { a: Int } type Query { b: Int }", "1:28: Cannot redeclare type Query."],
    ["type Query { a: Int a: Int }", "1:21: Field Query.a can only be defined once."],
    ["interface I { a: Int } type Query implements I { b: Int }", "1:29: For Query to implement I it must have a field called a."],
    ["type Query { a(x: Query): Int }", "1:16: cannot use Query as argument x because OBJECT is not a valid input type"],
    ["union Query = Int", '1:7: UNION type "Int" must be OBJECT.'],
  ])("%s is refused: %s", (schema, text) => {
    expect(answer("graphql.schema_is_valid", schema)).toBe("false");
    expect(fault("{ a }", schema)).toBe(`Error in gqlparser SchemaDocument to Schema conversion: input:${text}`);
  });

  it("that fit are valid, with extensions", () => {
    expect(answer("graphql.schema_is_valid", `${SCHEMA} extend type Query { more: Int }`)).toBe("true");
    expect(answer("graphql.is_valid", "{ more }", `${SCHEMA} extend type Query { more: Int }`)).toBe("true");
  });
});

describe("trees", () => {
  it("that are none are refused", () => {
    expect(answer("graphql.is_valid", { Operations: [null] }, SCHEMA)).toBe("false");
    expect(answer("graphql.parse", { Operations: 1 }, SCHEMA)).toBe(
      "eval_builtin_error: graphql.parse: json: cannot unmarshal number into Go struct field QueryDocument.Operations of type ast.OperationList",
    );
    expect(answer("graphql.schema_is_valid", { Definitions: [{ Kind: "OBJECT", Name: "Q", Fields: [{ Name: "a" }] }] })).toBe("false");
  });
});

describe("hostile documents", () => {
  it("that nest too deep are refused", () => {
    expect(answer("graphql.parse_query", "{a".repeat(20_000))).toContain("nests more than 800 levels");
    expect(answer("graphql.parse_schema", `type A { a: ${"[".repeat(20_000)}`)).toContain("nests more than 800 levels");
  });

  it("that repeat fields end at the budget", () => {
    const query = `{${"me(id: 1) { name } ".repeat(5000)}}`;
    expect(() => answerIn(boundedContext(100_000), "graphql.is_valid", query, SCHEMA)).toThrow("budget");
  });
});
