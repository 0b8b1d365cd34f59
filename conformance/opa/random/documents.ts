/** Random inputs and base documents in the shape of everyday ones, with odd values here and there; written as JSON text to keep digits. */
import type { Choices } from "./choices.ts";

// No spelling such as 10.0, which OPA takes for 1, and nothing between -1 and 0, whose floor it gets wrong (docs/differences.md).
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
];
const KEYS = ["a", "b", "app", "dev", "env", "toString", "x-id", "é"];

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
        ["roles", texts(c, 3)],
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
    ["items", `[${c.list(0, 4, () => item(c)).join(",")}]`],
    ["m", jsonValue(c, 2)],
  ]);
}

/** Returns base documents; some lie under packages of the program. */
export function dataText(c: Choices): string {
  return object([
    ["limits", object(c.list(0, 3, () => [keyLiteral(c), String(c.below(6))] as const))],
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
    ["names", texts(c, 4)],
    ["stock", `[${c.list(0, 3, () => item(c)).join(",")}]`],
    [
      "t",
      object([
        ["base", jsonValue(c, 1)],
        ["sub", c.chance(50) ? undefined : object([["deep", jsonValue(c, 1)]])],
      ]),
    ],
  ]);
}
