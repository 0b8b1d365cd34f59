import { describe, expect, test } from "vitest";
import { CelDouble, CelUint } from "../../../src/gatekeeper/cel/values/value.ts";
import { RegoNumber } from "../../../src/rego/index.ts";
import { costOf, evaluate, failureOf, issuesOf } from "../../support/cel.ts";

const pod = {
  metadata: { name: "web", labels: { app: "shop", "a.b/c": "d" } },
  spec: {
    replicas: 3,
    containers: [
      { name: "a", image: "nginx:1" },
      { name: "b", image: "repo/b" },
    ],
  },
};

describe("reading objects", () => {
  test.each([
    ["object.metadata.name", "web"],
    ["object.metadata['name']", "web"],
    ["object.metadata.labels['a.b/c']", "d"],
    ["object.spec.containers[1].name", "b"],
    ["has(object.spec.replicas)", true],
    ["has(object.spec.zone)", false],
    ["object.?spec.?zone.orValue('none')", "none"],
    ["object.spec.?containers[?9].?name.hasValue()", false],
    ["'app' in object.metadata.labels", true],
    ["object.spec.containers.map(c, c.name).join(',')", "a,b"],
    ["object.spec.containers.filter(c, c.image.contains('/')).size()", 1],
    ["object.metadata.labels.all(k, v, v != '')", true],
    ["object.spec.containers.exists_one(c, c.name == 'a')", true],
  ])("%s is %j", (text, value) => {
    expect(evaluate(text, { object: pod })).toEqual(value);
  });

  test.each([
    ["object.spec.zone", "no such key: zone"],
    ["object.metadata.name.first", "no such key: first"],
    ["object.spec.containers[7]", "index out of bounds: 7"],
    ["object.spec.containers['a']", "unsupported index type 'string' in list"],
    ["{null: false}[null]", "invalid qualifier type: types.Null"],
    ["object[?dyn(null)]", "invalid qualifier type: types.Null"],
    ["object[?object.spec.containers]", "invalid qualifier type: []interface {}"],
    ["object[?object.metadata]", "invalid qualifier type: map[string]interface {}"],
    ["object[dyn({'a': 1})]", "invalid qualifier type: *types.baseMap"],
    ["object[dyn(b'a')]", "invalid qualifier type: types.Bytes"],
    ["object[dyn(int)]", "invalid qualifier type: *types.Type"],
    ["object[?optional.of(1)]", "invalid qualifier type: *types.Optional"],
    ["object[?quantity('1')]", "invalid qualifier type: cel.Quantity"],
    ["object[?duration('1s')]", "invalid qualifier type: types.Duration"],
    ["object.spec.containers[0.5]", "unsupported index value 0.5 in list"],
    ["object.spec.replicas + 'a'", "no such overload"],
    ["size(object.spec.replicas)", "no such overload: size"],
    ["object.spec.replicas.lowerAscii()", "no such overload: lowerAscii(int)"],
    ["object.spec.replicas.all(x, true)", "got 'types.Int', expected iterable type"],
  ])("%s fails: %s", (text, message) => {
    expect(failureOf(text, { object: pod })).toBe(message);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "length"])("an inherited %s is no field", (name) => {
    expect(evaluate(`has(object.${name})`, { object: {} })).toBe(false);
    expect(evaluate(`'${name}' in object`, { object: {} })).toBe(false);
    expect(failureOf(`object.${name}`, { object: {} })).toBe(`no such key: ${name}`);
    expect(evaluate(`object.${name}`, { object: JSON.parse(`{"${name}": 1}`) })).toBe(1);
    expect(evaluate(`{'${name}': 2}.${name}`)).toBe(2);
  });

  test("evaluation leaves its input as it was, and a program keeps none of it", () => {
    const before = structuredClone(pod);
    evaluate("object.spec.containers.sortBy(c, c.image).map(c, c.name)", { object: pod });
    expect(pod).toEqual(before);
  });
});

describe("numbers", () => {
  test("a JSON number without fraction is an int, one with is a double, and text decides for the rest", () => {
    const object = {
      a: 3,
      b: 2.5,
      c: new RegoNumber("3.0"),
      d: new RegoNumber("9007199254740993"),
      e: new RegoNumber("1e3"),
      f: new RegoNumber("99999999999999999999"),
    };
    const types = ["int", "double", "double", "int", "double", "double"];
    for (const [i, name] of [..."abcdef"].entries()) expect(evaluate(`type(object.${name}) == ${types[i]}`, { object })).toBe(true);
    expect(evaluate("object.d + 1", { object })).toBe(9007199254740994n);
    expect(evaluate("object.c == 3 && object.a == 3.0", { object })).toBe(true);
  });

  test.each([
    ["9223372036854775807 + 1", "integer overflow"],
    ["-9223372036854775808 - 1", "integer overflow"],
    ["9223372036854775807 * 2", "integer overflow"],
    ["0u - 1u", "unsigned integer overflow"],
    ["1 / 0", "division by zero"],
    ["1 % 0", "modulus by zero"],
  ])("%s fails: %s", (text, message) => {
    expect(failureOf(text)).toBe(message);
  });

  test.each([
    ["-7 / 2", -3],
    ["-7 % 2", -1],
    ["0 * -5", 0],
    ["9007199254740992 - 1", 9007199254740991],
    ["1.0 / 0.0", Number.POSITIVE_INFINITY],
    ["1.0 + 1.0", new CelDouble(2)],
    ["7u / 2u", new CelUint(3n)],
    ["dyn(1) == 1.0 && dyn(1u) == 1", true],
    ["1 < 1.5 && 2u > 1", true],
    ["0.0 / 0.0 == 0.0 / 0.0", false],
    ["string(1000000.0)", "1e+06"],
    ["string(0.1)", "0.1"],
  ])("%s is %s", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  test("negative zero is never an int", () => {
    expect(Object.is(evaluate("0 * -1"), 0)).toBe(true);
    expect(Object.is(evaluate("0 / -1"), 0)).toBe(true);
    expect(Object.is(evaluate("-4 % 2"), 0)).toBe(true);
  });

  test("a conversion of a constant that can only fail is refused when compiled", () => {
    expect(issuesOf("int('x')")).toBe("type conversion error from 'string' to 'int'");
  });
});

describe("errors in logic", () => {
  test.each([
    ["1 / 0 > 0 || true", true],
    ["true || 1 / 0 > 0", true],
    ["1 / 0 > 0 && false", false],
    ["false && 1 / 0 > 0", false],
    ["[1, 0].exists(x, 1 / x == 1)", true],
    ["[0, 1].exists(x, 1 / x == 1)", true],
    ["[0, 2].all(x, 4 / x == 4)", false],
    ["true ? 1 : 1 / 0", 1],
  ])("%s is %s whatever fails beside it", (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  test.each([
    "1 / 0 > 0 || false",
    "1 / 0 > 0 && true",
    "[1, 0].all(x, 1 / x == 1)",
    "1 / 0 > 0 ? 1 : 2",
    "[1, 0].exists_one(x, 1 / x == 1)",
    "[0].map(x, 1 / x)",
  ])("%s fails", (text) => {
    expect(failureOf(text)).toBe("division by zero");
  });
});

describe("cost", () => {
  test.each([
    ["1 + 2", 1],
    ["object.spec.replicas", 3],
    ["has(object.spec.replicas)", 2],
    ["object.spec.containers.all(c, c.name != '')", 14],
    ["[1, 2, 3].map(x, x * 2)", 43],
    ["'abc'.contains('b')", 1],
    ["object.metadata.name == 'web'", 4],
    ["'a' in ['a', 'b']", 0],
    ["{'a': object}", 31],
  ])("%s costs %i", (text, cost) => {
    expect(costOf(text, { object: pod })).toBe(cost);
  });

  test("a hostile expression ends at the limit", () => {
    const wide = "lists.range(10000)";
    const nested = `${wide}.all(a, ${wide}.all(b, ${wide}.all(c, a + b + c >= 0)))`;
    expect(failureOf(nested)).toBe("operation cancelled: actual cost limit exceeded");
    expect(failureOf("lists.range(1000000).map(x, string(x)).join(',').size() > 0")).toContain("limit exceeded");
    expect(failureOf(`${"[1,2,3,4,5,6,7,8,9,0].map(a, ".repeat(12)}a${")".repeat(12)}.size() > 0`)).toContain("limit exceeded");
  });

  test.each([
    ["text", "'aaaaaaaaaaaaaaaa'", "string is longer than 67108864 characters"],
    ["list", "[1, 2, 3, 4]", "list is longer than 1000000 elements"],
  ])("a %s that doubles forty times is stopped before it fills memory", (_, start, message) => {
    const doubled = Array.from({ length: 40 }).reduce<string>((text) => `[${text}].map(x, dyn(x) + dyn(x))[0]`, `dyn(${start})`);
    expect(failureOf(doubled)).toBe(message);
  });

  test("a text that grows with a known type is stopped by its cost", () => {
    const doubled = Array.from({ length: 40 }).reduce<string>((text) => `[${text}].map(x, x + x)[0]`, "'aaaaaaaaaaaaaaaa'");
    expect(failureOf(doubled)).toBe("operation cancelled: actual cost limit exceeded");
  });

  test("an object nested beyond the stack yields an error, not a crash", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(failureOf("object == other", { object: deep, other: structuredCloneDeep() })).toBe("evaluation nests too deeply");
  });
});

function structuredCloneDeep(): unknown {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  return deep;
}
