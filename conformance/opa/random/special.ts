/** Random literals of the kinds that single families of builtins read: dates, patterns, networks, sizes, formats, paths. */
import type { Choices } from "./choices.ts";
import { keyLiteral, stringLiteral } from "./documents.ts";
import type { Kind } from "./world.ts";

const LITERALS: { readonly [kind in Kind]?: readonly string[] } = {
  layout: ['"2006-01-02"', '"2006-01-02T15:04:05Z07:00"', '"RFC1123"', '"Jan _2 15:04"', '"02/01/06 3:04PM"', '"15h"', '"ANSIC"', '""'],
  date: [
    '"2024-02-29T12:00:00Z"',
    '"2024-02-29"',
    '"Thu, 29 Feb 2024 12:00:00 UTC"',
    '"2023-02-29T00:00:00Z"',
    '"1969-12-31T23:59:59.999999999+02:30"',
    '"Feb  3 04:05"',
    '"03/02/24 3:04PM"',
    '"3000-01-01T00:00:00Z"',
  ],
  duration: ['"1h30m"', '"-1.5h"', '"1us"', '"1µs"', '"0"', '"1d"', '""', '"300000h"', '".5s"'],
  ns: [
    "0",
    "1700000000000000000",
    "-1",
    '[1700000000000000000, "Europe/Vienna"]',
    '[1700000000000000000, ""]',
    '[0, "America/New_York", "Kitchen"]',
    '[0, "UTC", "2006 Mon Jan _2"]',
    "9223372036854775807",
    "1.5",
    '[0, "Nowhere"]',
    "1e18",
  ],
  version: ['"1.2.3"', '"1.2.3-alpha.1"', '"1.2.3-alpha.beta+x"', '"1.02.3"', '"v1.2.3"', '"1.2"', '"10.0.0-1"', '""'],
  size: ['"1Ki"', '"1.5MB"', '"1e3"', '"10"', '"5m"', '"1GiB"', '" 1"', '"K"', '"-1Mi"', '"0.1"', '"1E"', '"1e3Ki"', '"\\"1\\""'],
  // No text that is no JSON number, such as "5.": OPA carries it on (docs/differences.md).
  numeric: [
    '"1"',
    '"1.0"',
    '"1e3"',
    '" 1"',
    '"-0"',
    '"1e"',
    '"e1"',
    '"--1"',
    '"é"',
    '""',
    "null",
    "true",
    '"inf"',
    '"NaN"',
    '"12345678901234567890"',
  ],
  regex: [
    '"a"',
    '"^a+$"',
    '"(a|b)*"',
    '"[a-z]+"',
    '"(?i)A"',
    '"\\\\d+"',
    '"(\\\\w)(\\\\w)?"',
    '"(?P<x>a)"',
    '"["',
    '"a{2,1}"',
    '""',
    '"\\\\p{L}"',
    '"(?s:.)"',
    '".*"',
    '"[^/]+"',
    '"\\\\bx"',
    '"a**"',
    '"(?=a)"',
  ],
  glob: [
    '"*"',
    '"**"',
    '"a*"',
    '"*.b.*"',
    '"a.?.c"',
    '"[ab]"',
    '"[!a]*"',
    '"{a,b}"',
    '"x/*"',
    '"[a-"',
    '""',
    '"\\\\*"',
    '"[a-c]pp"',
    '"{a,x/*}"',
  ],
  delimiters: ["[]", "null", '["."]', '["/"]', '[".", "/"]', '["ab"]'],
  cidr: [
    '"10.0.0.0/8"',
    '"10.1.2.3/32"',
    '"10.1.2.3"',
    '"192.168.0.0/30"',
    '"::/0"',
    '"2001:db8::/126"',
    '"::ffff:10.0.0.0/104"',
    '"10.0.0.0/33"',
    '"a"',
    '"10.0.0/8"',
    '"fe80::1%eth0"',
    '"010.0.0.0/8"',
    '"0.0.0.0/0"',
  ],
  cidrs: [
    '["10.0.0.0/9", "10.128.0.0/9"]',
    '["10.0.0.0/8", "::/0"]',
    '{"10.0.0.1", "10.0.0.0/31"}',
    '"10.0.0.0/8"',
    '{"a": "10.0.0.0/8"}',
    '[["10.0.0.0/8", 1]]',
    "[]",
    "set()",
    '["x"]',
    '["192.168.0.0/25", "192.168.0.128/26", "192.168.0.192/26"]',
  ],
  objects: ['[{"a": 1}, {"a": {"b": 2}}]', "[]", '[{}, {"b": null}]', '[{"a": {"b": 1}}, {"a": {"c": 2}}, {"a": 1}]'],
};

/** Returns a literal of a kind; of one that is not special, a text. */
export function special(c: Choices, kind: Kind): string {
  if (kind === "format") return JSON.stringify(formatLiteral(c));
  if (kind === "paths") return around(c.pick(["[", "{"]), pathTexts(c));
  if (kind === "path") return c.pick(['["a"]', '["a", "b"]', "[0]", "[]", '["b", 0]', '"a"', "null", "1"]);
  const literals = LITERALS[kind];
  return literals === undefined ? JSON.stringify(stringLiteral(c)) : c.pick(literals);
}

function around(open: string, items: readonly string[]): string {
  if (open === "{") return items.length === 0 ? "set()" : `{${items.join(", ")}}`;
  return `[${items.join(", ")}]`;
}

function pathTexts(c: Choices): readonly string[] {
  return c.list(1, 3, () => {
    const steps = c.list(1, 3, () => c.pick([keyLiteral(c), keyLiteral(c), "0", "a~1b", "~0"]));
    if (c.chance(30)) return `[${steps.map((step) => (step === "0" && c.chance(50) ? "0" : JSON.stringify(step))).join(", ")}]`;
    return JSON.stringify(`${c.pick(["", "/"])}${steps.join("/")}`);
  });
}

const VERBS = ["v", "s", "d", "q", "x", "X", "t", "f", "e", "g", "o", "b", "c", "U", "T", "p", "E", "G", "F", "O", "w", "z", "%", "!"];

/** Returns a format with verbs of all sorts, not quoted. */
export function formatLiteral(c: Choices): string {
  return c
    .list(1, 3, () => {
      const flags = c.pick(["", "", "", "#", "+", "-", "0", " ", "+#", "-0"]);
      const width = c.pick(["", "", "", "5", "2", "*", "12"]);
      const precision = c.pick(["", "", "", ".2", ".0", ".", ".*"]);
      const index = c.chance(8) ? c.pick(["[1]", "[2]", "[9]", "[x]"]) : "";
      const verb = c.pick(VERBS);
      return `${c.pick(["", "-", "é "])}%${c.chance(50) ? "" : flags + width + precision}${index}${verb}`;
    })
    .join("");
}
