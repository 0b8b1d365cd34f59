/** Random inputs and base documents in the shape of everyday ones, with odd values here and there; written as JSON text to keep digits. */
import type { Choices } from "./choices.ts";

// No spelling such as 10.0, which OPA takes for 1, and no multiple of 2^64, which is zero to its `%` (docs/differences.md).
const NUMBERS = [
  "1",
  "0",
  "2",
  "3",
  "5",
  "10",
  "42",
  "100",
  "-1",
  "1.5",
  "0.1",
  "99.99",
  "2.0",
  "1e3",
  "9007199254740993",
  "12345678901234567890",
  "-1.5",
  "1e-7",
  "1.0",
  "-0",
  "0.1e-7",
  "1E2",
  "1e21",
  "0e0",
  "100e-2",
  "-0.5",
  "1.7976931348623157e30",
  "0.30000000000000004",
  "64",
];
const STRINGS = [
  "a",
  "b",
  "app",
  "dev",
  "db",
  "alice",
  "bob",
  "",
  "nginx:1.25",
  "a.b.c",
  "x/y",
  "é😀",
  "ops",
  "10",
  "true",
  "__proto__",
  "A b",
  "10.0.0.1/8",
  "%d",
  "10.0.0.0/8",
  "2024-02-29T12:00:00Z",
  "1.2.3",
  "1Ki",
  '{"a": [1, null]}',
  "a: [b, 1.0]\n",
  "YWI=",
  "\u0000\n\t",
  "İı ß",
  "a\\b",
  "{{.a}}",
  "e\u0301",
  "a=1&b=2&a=3",
];
const KEYS = ["a", "b", "app", "dev", "env", "toString", "x-id", "é", "", "a.b", "a/b", "~1", "0", "名", "constructor", "a b", "😀", 'q"'];

/** Returns a number's text. */
export function numberLiteral(c: Choices): string {
  return c.pick(NUMBERS);
}

/** Returns a text, not quoted. */
export function stringLiteral(c: Choices): string {
  return c.pick(STRINGS);
}

/** Returns a key of an object. */
export function keyLiteral(c: Choices): string {
  return c.pick(KEYS);
}

/** Returns any JSON value. */
export function jsonValue(c: Choices, depth: number): string {
  const kind = c.below(depth > 0 ? 8 : 6);
  if (kind <= 1) return numberLiteral(c);
  if (kind <= 3) return JSON.stringify(stringLiteral(c));
  if (kind === 4) return c.pick(["true", "false"]);
  if (kind === 5) return "null";
  if (kind === 6) return `[${c.list(0, 3, () => jsonValue(c, depth - 1)).join(",")}]`;
  return object(c.list(0, 3, () => [keyLiteral(c), jsonValue(c, depth - 1)] as const));
}

function object(entries: readonly (readonly [string, string | undefined])[]): string {
  // A key once: JSON readers disagree on what a second one means.
  const known = new Map(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  return `{${[...known].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
}

// Now and then a document is long enough for look-ups and groups to pay.
const length = (c: Choices, most: number) => (c.chance(12) ? most * 8 : most);

const text = (c: Choices) => JSON.stringify(stringLiteral(c));
const texts = (c: Choices, most: number) => `[${c.list(0, most, () => text(c)).join(",")}]`;

function item(c: Choices): string {
  return object([
    ["name", text(c)],
    ["id", c.chance(15) ? undefined : String(c.below(5))],
    ["kind", text(c)],
    ["price", c.chance(15) ? undefined : c.chance(8) ? jsonValue(c, 1) : numberLiteral(c)],
    ["ports", `[${c.list(0, 2, () => c.pick(["80", "443", "22"])).join(",")}]`],
    ["labels", c.chance(20) ? undefined : object(c.list(0, 2, () => [keyLiteral(c), text(c)] as const))],
  ]);
}

/** Returns an input document. */
export function inputText(c: Choices): string {
  return object([
    ["flag", c.pick(["true", "false"])],
    [
      "user",
      object([
        ["name", text(c)],
        ["age", c.chance(10) ? jsonValue(c, 1) : numberLiteral(c)],
        ["admin", c.pick(["true", "false"])],
        ["roles", texts(c, length(c, 3))],
      ]),
    ],
    [
      "request",
      object([
        ["method", c.pick(['"GET"', '"POST"'])],
        ["path", texts(c, 3)],
        ["size", numberLiteral(c)],
      ]),
    ],
    ["items", `[${c.list(0, length(c, 4), () => item(c)).join(",")}]`],
    ["m", jsonValue(c, 2)],
  ]);
}

/** Returns base documents; some lie under packages of the program. */
export function dataText(c: Choices): string {
  return object([
    ["limits", object(c.list(0, length(c, 3), () => [keyLiteral(c), String(c.below(6))] as const))],
    [
      "users",
      object(
        c.list(
          0,
          3,
          () =>
            [
              keyLiteral(c),
              object([
                ["level", String(c.below(4))],
                ["dept", text(c)],
              ]),
            ] as const,
        ),
      ),
    ],
    ["names", texts(c, length(c, 4))],
    ["stock", `[${c.list(0, length(c, 3), () => item(c)).join(",")}]`],
    [
      "t",
      object([
        ["base", jsonValue(c, 1)],
        ["sub", c.chance(50) ? undefined : object([["deep", jsonValue(c, 1)]])],
      ]),
    ],
  ]);
}
