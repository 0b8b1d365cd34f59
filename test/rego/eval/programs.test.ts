/** OPA's answers to random programs (conformance/truth beside the repository): ours must be the same, also when explained. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluateQuery } from "../../../src/rego/eval/evaluate.ts";
import { positionOf } from "../../../src/rego/source/position.ts";
import { equalValues } from "../../../src/rego/values/compare.ts";
import { parseJson, toJson } from "../../../src/rego/values/json.ts";
import { RegoSet } from "../../../src/rego/values/rego-set.ts";
import type { Value } from "../../../src/rego/values/value.ts";
import { prepareText } from "../../support/evaluate.ts";

const folder = new URL("../../../../shared/conformance/truth/programs/", import.meta.url);

interface Program {
  readonly id: string;
  readonly modules: { readonly [name: string]: string };
  readonly query: string;
  readonly input?: Value;
  readonly data?: Value;
  readonly want?: readonly Value[];
  readonly undefined?: boolean;
  readonly error?: { readonly code: string; readonly row?: number };
}

// One in eight keeps this suite short; the conformance run takes all of them.
const STRIDE = 8;

function programs(dialect: string): readonly Program[] {
  const read = parseJson(readFileSync(new URL(`${dialect}.json`, folder), "utf8"));
  if (read.kind === "error") throw new Error(read.message);
  const all = read.value as unknown as readonly Program[];
  return all.filter(({ error }, i) => i % STRIDE === 0 && (!error || error.code.startsWith("eval")));
}

function isRight(program: Program, dialect: "v0" | "v1", explain: "off" | "full"): boolean {
  const { input, data = {}, want = [], error } = program;
  const prepared = prepareText(program.modules, program.query, { dialect });
  const outcome = evaluateQuery(prepared, { data, explain, nowNanos: 1n, ...(input === undefined ? {} : { input }) });
  const [first] = outcome.errors;
  if (error) return first?.code === error.code && (first.span ? positionOf(first.span).row : undefined) === error.row;
  const rows = outcome.results.map(({ bindings }) =>
    Object.fromEntries(Object.entries(bindings).map(([name, value]) => [name, toJson(value) as Value])),
  );
  return first === undefined && equalValues(RegoSet.of(rows), RegoSet.of(want));
}

describe.skipIf(!existsSync(folder))("random programs", () => {
  test.each(["v0", "v1"] as const)("%s programs give OPA's rows and errors, explained or not", (dialect) => {
    const cases = programs(dialect);
    expect(cases.length).toBeGreaterThan(150);
    expect(cases.filter((program) => !isRight(program, dialect, "off")).map(({ id }) => id)).toEqual([]);
    expect(
      cases
        .filter((_, i) => i % 4 === 0)
        .filter((program) => !isRight(program, dialect, "full"))
        .map(({ id }) => id),
    ).toEqual([]);
  });
});
