/** OPA's verdict on 3,000 randomly broken modules (conformance/rego-errors beside the repository): ours must be the same, word for word. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cryptoBuiltins } from "../../../src/rego/builtins/crypto/families.ts";
import { graphqlBuiltins } from "../../../src/rego/builtins/graphql/families.ts";
import { pureBuiltins, tableOf } from "../../../src/rego/builtins/registry.ts";
import { compileModules } from "../../../src/rego/compile/compile.ts";
import { renderDiagnostics } from "../../../src/rego/diagnostic/render.ts";
import { parseModule } from "../../../src/rego/syntax/parser.ts";

const folder = new URL("../../../../shared/conformance/rego-errors/", import.meta.url);

interface BrokenModule {
  readonly id: string;
  readonly module: string;
  readonly error?: string;
}

const builtins = tableOf([...pureBuiltins.values()], cryptoBuiltins, graphqlBuiltins);

// OPA's order of several errors changes from run to run.
function lines(text: string): readonly string[] {
  return text.split("\n").toSorted();
}

describe.skipIf(!existsSync(folder))("broken modules", () => {
  test.each(["v0", "v1"] as const)("%s: what does not compile, and why", (dialect) => {
    const cases = JSON.parse(readFileSync(new URL(`${dialect}.json`, folder), "utf8")) as readonly BrokenModule[];
    const compiling = cases.filter(({ error }) => !error?.includes("rego_parse_error"));
    expect(compiling.length).toBeGreaterThan(300);
    const wrong = compiling.filter(({ module: text, error = "no error(s)" }) => {
      const parsed = parseModule({ name: "test-0.rego", text }, { dialect });
      const { diagnostics } = parsed.module ? compileModules(new Map([["test-0.rego", parsed.module]]), { builtins, dialect }) : parsed;
      return String(lines(renderDiagnostics(diagnostics))) !== String(lines(error));
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});
