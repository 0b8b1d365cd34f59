import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/gatekeeper/index.ts";

const read = (text: string) => readManifests({ name: "f.yaml", text });

describe("reading manifests", () => {
  it("knows the number and the row of each document", () => {
    const { manifests } = read("kind: A\n---\n# nothing\n---\nkind: B\n");
    expect(manifests.map(({ object, place }) => [object["kind"], place.index, place.row])).toEqual([
      ["A", 1, 1],
      ["B", 3, 5],
    ]);
  });

  it("reads YAML 1.1, where yes and y are booleans", () => {
    expect(read("a: yes\ny: 1\n").manifests[0]?.object).toEqual({ a: true, true: 1 });
  });

  it("reads JSON objects one after the other, and YAML after the first", () => {
    expect(read('{"a":1}{"b":2.0}').manifests.map(({ object }) => object)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(read('{"a":1}\n---\nb: 2\n').manifests.map(({ object }) => object)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it.each([
    ["a: [1\n", "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"],
    ["foo\n", "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type map[string]interface {}"],
    ["a: .inf\n", "error converting YAML to JSON: json: unsupported value: +Inf"],
  ])("says what is wrong with %j and where it is", (text, message) => {
    const { manifests, error } = read(`kind: A\n---\n${text}`);
    expect(error?.message).toBe(message);
    expect([error?.place.index, error?.place.row]).toEqual([2, 3]);
    expect(manifests).toHaveLength(1);
  });

  it.each([
    ["{", "unexpected EOF", 1, 2],
    ['{"a":}x: [', "json: offset 6: invalid character '}' looking for beginning of value", 1, 6],
    ['{"a":1}\n{"b":2}\n{"c":}', "invalid character '}' looking for beginning of value", 1, 6],
    ['{"a":1}\n{"b":2}\n[3]', "json: cannot unmarshal array into Go value of type map[string]interface {}", 1, 1],
    ["a: 1\n--- !x\n", "invalid Yaml document separator: !x", 1, 1],
    ["a: 1\nb: *nobody\n", "error converting YAML to JSON: yaml: unknown anchor 'nobody' referenced", 2, 4],
    [
      "\n\n# list\n- a\n",
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
      4,
      1,
    ],
  ])("says of %j: %s", (text, message, row, col) => {
    expect(read(text).error).toMatchObject({ message, row, col });
  });

  it("refuses aliases that explode, and binary junk", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`).join("\n");
    expect(read(`a0: &a0 [x]\n${levels}\n`).error?.message).toContain("excessive aliasing");
    expect(read("\u0000\u0001\u0002").error?.message).toContain("yaml:");
  });

  it("keeps a key named __proto__ a key", () => {
    const object = read("__proto__: {kind: A}\nkind: B\n").manifests[0]?.object ?? {};
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.keys(object)).toEqual(["__proto__", "kind"]);
  });

  it.each([
    ["1e400", "1e400"],
    ["-1e400", "-1e400"],
    [".5e999", ".5e999"],
    ["1e-400", 0],
  ])("reads a number that no double holds as a text: %s", (written, value) => {
    const yaml = read(`a: ${written}\n`);
    expect(yaml.manifests.map(({ object }) => object)).toEqual([{ a: value }]);
    if (written.startsWith(".")) return;
    const json = read(`{"a": ${written}}`);
    expect(json.manifests.map(({ object }) => object)).toEqual([{ a: value }]);
  });

  it("refuses such a number where only JSON can follow", () => {
    const { manifests, error } = read('{"a":1}\n{"a":2}\n{"a":[1,\n1e400]}');
    expect(manifests).toHaveLength(2);
    expect(error).toMatchObject({ message: "json: cannot unmarshal number 1e400 into Go value of type float64", row: 2, col: 1 });
  });

  it("reads a list of any length only for what is wrong with it", () => {
    const list = `${"- [1, {a: &x b}]\n".repeat(3)}- *x\n`;
    expect(read(list).error).toMatchObject({
      message: "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
    });
    expect(read(`${list}- *y\n`).error).toMatchObject({
      message: "error converting YAML to JSON: yaml: unknown anchor 'y' referenced",
      row: 5,
    });
  });
});
