/**
 * Reads a Suite of tests for policies: tests with a template and a constraint, cases with an object, assertions about the violations.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator#writing-test-suites
 */
import { isPlainObject, type PlainObject, RegoNumber, textOfNumber, type Value } from "../../rego/index.ts";
import { BOOL, checkDecode, type DecodeType, TEXT, TEXTS } from "../kube/decode.ts";
import { gvkOf } from "../kube/gvk.ts";
import { fieldOf, stringAt } from "../kube/object.ts";

/** How many violations are expected: exactly so many, at least one, none, or a word nobody knows. */
export type Expected = { readonly kind: "count"; readonly count: number } | { readonly kind: "word"; readonly word: string };

/** An assertion about the violations of a case. */
export interface Assertion {
  readonly violations: Expected;
  /** A regular expression that violations must contain to be counted. */
  readonly message: string | undefined;
}

/** One object under test. */
export interface Case {
  readonly name: string;
  readonly object: string;
  readonly inventory: readonly string[];
  readonly assertions: readonly Assertion[];
  readonly skip: boolean;
}

/** A template with a constraint and the cases for them. Paths are relative to the suite's file. */
export interface Test {
  readonly name: string;
  readonly template: string;
  readonly constraint: string;
  readonly expansion: string;
  readonly cases: readonly Case[];
  /** The constraint must be refused by its schema. */
  readonly invalid: boolean;
  readonly skip: boolean;
}

/** A file of tests. */
export interface Suite {
  readonly tests: readonly Test[];
  readonly skip: boolean;
}

/** A whole number of 32 bits, or a word. */
const COUNT_OR_WORD: DecodeType = { kind: "custom", choose: (value) => (typeof value === "string" ? TEXT : { kind: "int32" }) };

const ASSERTION: DecodeType = {
  kind: "record",
  name: "Assertion",
  go: "verify.Assertion",
  fields: { violations: COUNT_OR_WORD, message: TEXT },
};

const CASE: DecodeType = {
  kind: "record",
  name: "Case",
  go: "verify.Case",
  fields: {
    name: TEXT,
    object: TEXT,
    inventory: TEXTS,
    assertions: { kind: "list", of: ASSERTION, go: "[]verify.Assertion" },
    skip: BOOL,
  },
};

const TEST: DecodeType = {
  kind: "record",
  name: "Test",
  go: "verify.Test",
  fields: {
    name: TEXT,
    template: TEXT,
    constraint: TEXT,
    expansion: TEXT,
    cases: { kind: "list", of: CASE, go: "[]*verify.Case" },
    invalid: BOOL,
    skip: BOOL,
  },
};

const SUITE: DecodeType = {
  kind: "record",
  name: "Suite",
  go: "verify.Suite",
  fields: { tests: { kind: "list", of: TEST, go: "[]verify.Test" }, skip: BOOL },
};

/** Tells whether an object is a suite. */
export function isSuite(object: PlainObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === "test.gatekeeper.sh" && kind === "Suite";
}

/** Reads a suite, or says why it is none. */
export function readSuite(object: PlainObject): { readonly suite: Suite } | { readonly error: string } {
  const error = checkDecode(object, SUITE);
  if (error !== undefined) return { error };
  return { suite: { tests: listAt(object, "tests").map(readTest), skip: fieldOf(object, "skip") === true } };
}

function readTest(test: Value): Test {
  return {
    name: stringAt(test, "name"),
    template: stringAt(test, "template"),
    constraint: stringAt(test, "constraint"),
    expansion: stringAt(test, "expansion"),
    cases: listAt(test, "cases").map(readCase),
    invalid: fieldOf(test, "invalid") === true,
    skip: fieldOf(test, "skip") === true,
  };
}

function readCase(entry: Value): Case {
  return {
    name: stringAt(entry, "name"),
    object: stringAt(entry, "object"),
    inventory: listAt(entry, "inventory").filter((path) => typeof path === "string"),
    assertions: listAt(entry, "assertions").map(readAssertion),
    skip: fieldOf(entry, "skip") === true,
  };
}

function readAssertion(entry: Value): Assertion {
  const message = fieldOf(entry, "message");
  return { violations: readExpected(fieldOf(entry, "violations") ?? null), message: typeof message === "string" ? message : undefined };
}

function readExpected(value: Value): Expected {
  if (value === null) return { kind: "word", word: "yes" };
  if (typeof value === "number") return { kind: "count", count: value };
  if (value instanceof RegoNumber) return { kind: "count", count: Number(textOfNumber(value)) };
  return { kind: "word", word: typeof value === "string" ? value : "" };
}

function listAt(value: Value, key: string): readonly Value[] {
  const list = isPlainObject(value) ? fieldOf(value, key) : undefined;
  return Array.isArray(list) ? list : [];
}
