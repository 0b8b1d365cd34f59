import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allBuiltins } from "../../conformance/engine.ts";
import { programFrom } from "../../conformance/opa/random/program.ts";
import {
  compileModules,
  evaluateQuery,
  type Module,
  parseModule,
  prepareQuery,
  RegoNumber,
  type Value,
  writeJson,
} from "../../src/rego/index.ts";

const RUNS = { seed: 20261124, numRuns: 150 };

const numbers = (most: number) => fc.array(fc.nat(9999), { maxLength: most, size: "max" });
const programs = fc.tuple(numbers(500), numbers(150)).map(([forModules, forDocuments]) => programFrom(forModules, forDocuments));

type Program = ReturnType<typeof programFrom>;

/** The value of `data`, or the codes of what is wrong. */
function answerOf(
  program: Program,
  modules: readonly (readonly [string, Module])[],
): { readonly value?: string; readonly codes: readonly string[] } {
  const compiled = compileModules(new Map(modules), { builtins: allBuiltins, dialect: program.dialect, data: program.data ?? {} });
  if (compiled.policy === undefined) return { codes: compiled.diagnostics.map(({ code }) => code) };
  const prepared = prepareQuery(compiled.policy, "x = data", { dialect: program.dialect });
  if (prepared.query === undefined) return { codes: prepared.diagnostics.map(({ code }) => code) };
  const { results, errors } = evaluateQuery(prepared.query, {
    input: program.input ?? null,
    budget: { steps: 1_000_000, size: 1_000_000 },
  });
  return errors.length > 0
    ? { codes: errors.map(({ code }) => code) }
    : { value: writeJson((results[0]?.bindings["x"] ?? null) as Value), codes: [] };
}

function parsed(program: Program): readonly (readonly [string, Module])[] | undefined {
  const modules = program.modules.map(([name, text]) => [name, parseModule({ name, text }, { dialect: program.dialect })] as const);
  if (modules.some(([, { diagnostics }]) => diagnostics.length > 0)) return undefined;
  return modules.flatMap(([name, { module }]) => (module === undefined ? [] : [[name, module] as const]));
}

// A number keeps its decimal once it is worked out: that is no change of the document.
function deepFreeze<T>(value: T): T {
  if (value instanceof RegoNumber) return value;
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

describe("laws of evaluation", () => {
  it("the order of files and of rules changes no answer", () => {
    let defined = 0;
    fc.assert(
      fc.property(programs, (program) => {
        const modules = parsed(program);
        if (modules === undefined) return;
        // Names decide the order of files, so they are given the other way round.
        const names = modules.map(([name]) => name).reverse();
        const turned = modules.map(([, module], i) => [names[i] ?? "", { ...module, rules: [...module.rules].reverse() }] as const);
        const [straight, reversed] = [answerOf(program, modules), answerOf(program, turned)];
        // Where OPA ends a search early, the order decides whether a conflict is met.
        if ([...straight.codes, ...reversed.codes].some((code) => code.startsWith("eval_"))) return;
        expect(reversed.value).toBe(straight.value);
        if (straight.value !== undefined) defined++;
      }),
      RUNS,
    );
    expect(defined).toBeGreaterThan(RUNS.numRuns / 4);
  });

  it("the same question has the same answer, and documents are left as they were", () => {
    fc.assert(
      fc.property(programs, (program) => {
        const modules = parsed(program);
        if (modules === undefined) return;
        const before = writeJson([program.input ?? null, program.data ?? null]);
        const frozen = { ...program, input: deepFreeze(program.input), data: deepFreeze(program.data) };
        expect(answerOf(frozen, modules)).toEqual(answerOf(frozen, modules));
        expect(writeJson([frozen.input ?? null, frozen.data ?? null])).toBe(before);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it("no text of a module makes a door throw", () => {
    const broken = fc.tuple(programs, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }), fc.nat(40)).map(([program, at, put, cut]) => {
      const [[, text] = ["", ""]] = program.modules;
      const from = at % (text.length + 1);
      return `${text.slice(0, from)}${put}${text.slice(from + cut)}`;
    });
    const texts = fc.oneof({ weight: 4, arbitrary: broken }, { weight: 1, arbitrary: fc.string({ unit: "binary" }) });
    fc.assert(
      fc.property(texts, fc.constantFrom("v0", "v1"), (text, dialect) => {
        const { module, diagnostics } = parseModule({ name: "p.rego", text }, { dialect });
        for (const { message } of diagnostics) expect(message).not.toBe("");
        if (module !== undefined && diagnostics.length === 0)
          answerOf({ modules: [], dialect, query: "", input: { m: [1] }, data: {}, strictErrors: false }, [["p.rego", module]]);
      }),
      RUNS,
    );
  });
});
