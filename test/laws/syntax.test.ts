import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderDiagnostics } from "../../src/rego/diagnostic/render.ts";
import type { Module, Node } from "../../src/rego/syntax/ast.ts";
import { compareTerms, sortedEntries, sortedItems } from "../../src/rego/syntax/compare.ts";
import { formatModule } from "../../src/rego/syntax/format.ts";
import { compactJson } from "../../src/rego/syntax/json-text.ts";
import { moduleToOpaJson } from "../../src/rego/syntax/opa-json.ts";
import { parseModule } from "../../src/rego/syntax/parser.ts";
import { printModule } from "../../src/rego/syntax/print.ts";
import { transformUp } from "../../src/rego/syntax/walk.ts";
import { modules, trees } from "../support/arbitraries/rego-trees.ts";
import { parseOpaJson, readOpaModule } from "../support/opa-json.ts";

// A fixed seed: a law that fails must fail again.
const runs = { numRuns: 150, seed: 20261124 };

function parsed(text: string): Module {
  const { module, diagnostics } = parseModule({ name: "p.rego", text });
  if (module === undefined) throw new Error(`${renderDiagnostics(diagnostics)}\n${text}`);
  return module;
}

/** Where things stand, and ways of writing one and the same thing. */
const ways: ReadonlySet<string> = new Set(["span", "assign", "generatedValue", "generatedBody"]);

/** A tree without its spans and with sets and objects in order: what has to survive. */
function bare(module: Module): unknown {
  const ordered = transformUp(module, (node): Node => {
    if (node.kind === "set") return { ...node, items: sortedItems(node) };
    return node.kind === "object" ? { ...node, entries: sortedEntries(node) } : node;
  });
  return JSON.parse(JSON.stringify(ordered.rules, (name, value) => (ways.has(name) ? undefined : value)));
}

describe("laws of the syntax", () => {
  it("what is printed reads as the same tree", () => {
    fc.assert(
      fc.property(modules, (module) => {
        expect(bare(parsed(printModule(module)))).toEqual(bare(module));
      }),
      runs,
    );
  });

  it("what is formatted reads as the same tree", () => {
    fc.assert(
      fc.property(modules, (module) => {
        const read = parsed(printModule(module));
        const { text } = formatModule(read);
        expect(bare(parsed(text ?? ""))).toEqual(bare(read));
      }),
      runs,
    );
  });

  it("formatting settles: what was formatted twice stays", () => {
    fc.assert(
      fc.property(modules, (module) => {
        const format = (text: string): string => formatModule(parsed(text)).text ?? "";
        const twice = format(format(printModule(module)));
        expect(format(twice)).toBe(twice);
      }),
      runs,
    );
  });

  it("OPA's JSON of a tree reads as the same tree", () => {
    fc.assert(
      fc.property(modules, (module) => {
        const json = compactJson(moduleToOpaJson(module));
        const read = readOpaModule(parseOpaJson(json), module.source, "v1");
        expect(compactJson(moduleToOpaJson(read))).toBe(json);
      }),
      runs,
    );
  });

  it("comparing is a total order that equality agrees with", () => {
    fc.assert(
      fc.property(trees.term, trees.term, trees.term, (a, b, c) => {
        expect(compareTerms(a, a)).toBe(0);
        expect(Math.sign(compareTerms(a, b))).toBe(-Math.sign(compareTerms(b, a)) + 0);
        if (compareTerms(a, b) <= 0 && compareTerms(b, c) <= 0) expect(compareTerms(a, c)).toBeLessThanOrEqual(0);
      }),
      runs,
    );
  });

  it("any text gives a module or an error, never a throw", () => {
    const piece = fc.constantFrom(
      ...'{}[]():;,.|&=+-*/"`$#!\\\n\t',
      " if ",
      " in ",
      "some ",
      "every ",
      "not ",
      "else ",
      "x",
      "1",
      '$"',
      "é",
      "\0",
      "default ",
      "import ",
      "package ",
      "with ",
      " as ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom("v0" as const, "v1" as const), (pieces, dialect) => {
        const { module, diagnostics } = parseModule(
          { name: "p.rego", text: `package p\n${pieces.join("")}` },
          { dialect, annotations: true },
        );
        expect(module === undefined).toBe(diagnostics.length > 0);
      }),
      { ...runs, numRuns: 1000 },
    );
  });
});
