import { describe, expect, it } from "vitest";
import { compileSchemaRules } from "../../../../src/gatekeeper/cel.ts";
import { rulesOf } from "../../../../src/gatekeeper/manifest/schema/rules.ts";
import { readSchema } from "../../../../src/gatekeeper/manifest/schema/schema.ts";
import type { PlainObject } from "../../../../src/rego/index.ts";

const text = (maxLength: number): PlainObject => ({ type: "string", maxLength });

const SCHEMA: PlainObject = {
  type: "object",
  properties: {
    name: text(10),
    title: { type: "string" },
    mode: { type: "string", enum: ["on", "standby"] },
    ports: { type: "array", maxItems: 8, items: { type: "integer" } },
    hosts: { type: "array", maxItems: 5, items: text(25) },
    rules: {
      type: "array",
      maxItems: 3,
      items: { type: "object", properties: { name: text(6), hosts: { type: "array", items: text(4) } } },
    },
    labels: { type: "object", maxProperties: 4, additionalProperties: text(5) },
    open: { type: "array", items: { type: "integer" } },
    since: { type: "string", format: "date" },
    port: { "x-kubernetes-int-or-string": true, maxLength: 5 },
  },
};

function compiled(schema: PlainObject, rule: string) {
  const read = readSchema({ ...schema, "x-kubernetes-validations": [{ rule }] });
  const found = compileSchemaRules(read, rulesOf(read));
  if ("error" in found) throw new Error(found.error);
  return found;
}

describe("the estimated cost of a rule", () => {
  it.each<[string, bigint]>([
    ["true", 0n],
    ["has(self.name)", 1n],
    ["self.name == self.title", 8n],
    ["self.title == self.title", 314577n],
    ["self.mode == self.title", 5n],
    ["self.since == self.since", 6n],
    ["self.port == self.port", 6n],
    ["self.ports.all(port, port > 0)", 43n],
    ["self.open.all(port, port > 0)", 7864318n],
    ["self.hosts.all(host, host.startsWith('a'))", 28n],
    ["self.hosts.exists(a, self.hosts.exists(b, a == b))", 438n],
    ["self.rules.all(rule, rule.hosts.all(host, host != ''))", 12582921n],
    ["self.rules.all(rule, rule.hosts.all(host, host != rule.name))", 597n],
    ["self.labels.all(key, self.labels[key] != '')", 31n],
    ["self.labels.all(key, value, key != value)", 23n],
    ["self.name.matches('^[a-z]+$')", 12n],
    ["self.name.contains('abc')", 6n],
    ["self.hosts.map(host, host + host).exists(host, host == self.title)", 219n],
    ["self.hosts.filter(host, host != '').size() > 1", 85n],
    ["self.hosts.join(', ').size() > 100", 55n],
    ["self.name.split('') == self.hosts", 13n],
    ["self.name.replace('', self.name).find('a') == ''", 181n],
    ["self.ports.sum() > 1 && self.hosts.isSorted()", 68n],
    ["self.hosts.sort() == self.hosts.distinct()", 132n],
    ["self.hosts.sortBy(host, size(host))[0] == ''", 157n],
    ["sets.contains(self.hosts, ['a', 'b'])", 23n],
    ["self.name in self.hosts ? self.title.size() > 1 : true", 13n],
    ["string(bytes(self.name)) == self.title", 40n],
    ["quantity(self.name) == quantity('1Mi')", 8n],
    ["cidr(self.name).containsIP(self.title)", 314585n],
    ["self.?name.optMap(name, name + 'x').orValue('y') == self.title", 1844674407371269858n],
    ["[self.name, 'abc'][0] == self.title", 19n],
    ["{'a': self.name}['a'] == self.title", 39n],
    ["dyn(self.hosts).all(host, host == 'a')", 24n],
    ["!format.dns1123Label().validate(self.name).hasValue()", 133n],
    ["lists.range(3).all(i, self.ports[i] > 0)", 39n],
    ["self.hosts.slice(1, 3).reverse() == self.hosts", 31n],
  ])("%s is %s", (rule, cost) => {
    expect(compiled(SCHEMA, rule).rules).toEqual([expect.objectContaining({ error: undefined, cost })]);
  });

  it("stops at the largest number there is", () => {
    const all = (depth: number): string => (depth === 0 ? "true" : `self.open.all(v${depth}, ${all(depth - 1)})`);
    expect(compiled(SCHEMA, all(6)).rules[0]?.cost).toBe(2n ** 64n - 1n);
  });
});

describe("how many values of a schema a request can hold", () => {
  it.each<[string, PlainObject, bigint]>([
    ["a number", { type: "integer" }, 1_572_864n],
    ["a flag", { type: "boolean" }, 629_145n],
    ["a list", { type: "array", items: { type: "string" } }, 1_048_576n],
    ["an object without required fields", { type: "object", properties: { a: { type: "string" } } }, 1_048_576n],
    ["an object with a required field", { type: "object", properties: { a: { type: "string" } }, required: ["a"] }, 314_572n],
    [
      "a required field with a default",
      { type: "object", properties: { a: { type: "string", default: "" } }, required: ["a"] },
      1_048_576n,
    ],
  ])("depends on how short it can be: %s", (_, schema, occurrences) => {
    expect(compiled(schema, "true").occurrences).toBe(occurrences);
  });
});
