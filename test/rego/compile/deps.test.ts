import { expect, test } from "vitest";
import { dependenciesOf } from "../../../src/rego/compile/deps.ts";
import { parseBody } from "../../../src/rego/syntax/parser.ts";
import { printReference } from "../../../src/rego/syntax/print.ts";
import { policyOf } from "../../support/compile-policy.ts";

function depsOf(query: string, ...lines: readonly string[]): { readonly base: readonly string[]; readonly virtual: readonly string[] } {
  const { body } = parseBody({ name: "", text: query }, {});
  const found = dependenciesOf(policyOf(`package p\n\n${lines.join("\n")}\n`), body ?? []);
  return { base: found.base.map(printReference), virtual: found.virtual.map(printReference) };
}

test("a query depends on rules and on the base documents that these read", () => {
  expect(depsOf("data.p.allow", "allow if is_admin", 'is_admin if "admin" in input.user.roles')).toEqual({
    base: ["input.user.roles"],
    virtual: ["data.p.allow", "data.p.is_admin"],
  });
});

test("a reference counts up to its first variable", () => {
  expect(depsOf("data.p.a", "a if input.xs[i].y == data.limits[i]").base).toEqual(["data.limits", "input.xs"]);
});

test("a variable that stands for a reference is looked through", () => {
  expect(depsOf("data.p.a", "a if { u := input.user; u.name == 1 }").base).toEqual(["input.user.name"]);
});

test("a package depends on all rules in it", () => {
  expect(depsOf("data.p", "a := 1", "b := input.x")).toEqual({ base: ["input.x"], virtual: ["data.p.a", "data.p.b"] });
});

test("a query without documents depends on nothing", () => {
  expect(depsOf("x := 1", "a := 1")).toEqual({ base: [], virtual: [] });
});

test("variables bound to parts of each other end", () => {
  expect(depsOf("data.p.a", "a if { x = input.o; x = y.b; y = x.c; x.d == 1 }").base[0]).toMatch(/^input.o/);
});
