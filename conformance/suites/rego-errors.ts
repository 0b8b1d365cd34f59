/** Broken modules and OPA's verdict on each (../shared/conformance/rego-errors): verdict, code and row of the first error, the whole text. */
import { compileModules, parseModule, positionOf, renderDiagnostics } from "../../src/rego/index.ts";
import { sameLines } from "../compare.ts";
import { allBuiltins } from "../engine.ts";
import { field, readCases, textField } from "../read/data.ts";
import type { Suite, Verdict } from "../suites.ts";

/** The suite of one dialect. */
export function regoErrorsSuite(dialect: "v0" | "v1"): Suite {
  return {
    name: `rego-errors/${dialect}`,
    columns: ["verdict", "code+row", "text"],
    goals: { verdict: 1, "code+row": 0.99, text: 0.95 },
    async *run(filter) {
      for (const test of readCases(`rego-errors/${dialect}.json`)) {
        const id = textField(test, "id") ?? "";
        if (filter(id))
          yield judge(dialect, id, textField(test, "module") ?? "", field(test, "ok") === true ? "" : (textField(test, "error") ?? ""));
      }
    },
  };
}

function judge(dialect: "v0" | "v1", id: string, text: string, want: string): Verdict {
  const { got, places } = verdictOn(dialect, text);
  const first = /test-0\.rego:(\d+): (\w+):/.exec(want);
  const group = want === "" ? "compiles" : (/(rego_\w+)/.exec(want)?.[1] ?? "other");
  const verdict = (want === "") === (got === "");
  const codeAndRow = verdict && (first === null ? want === "" || got === want : places.includes(`${first[1]}:${first[2]}`));
  const same = verdict && sameText(got, want);
  return {
    id,
    group,
    columns: { verdict, "code+row": codeAndRow, text: same },
    ...(same ? {} : { detail: `want ${want || "ok"}\ngot  ${got || "ok"}` }),
  };
}

function verdictOn(dialect: "v0" | "v1", text: string): { readonly got: string; readonly places: readonly string[] } {
  const { module, diagnostics } = parseModule({ name: "test-0.rego", text }, { dialect });
  let errors = diagnostics;
  if (module !== undefined && diagnostics.length === 0)
    errors = compileModules(new Map([["test-0.rego", module]]), { builtins: allBuiltins, dialect, print: true }).diagnostics;
  const places = errors.map((error) => `${error.span === undefined ? "" : positionOf(error.span).row}:${error.code}`);
  return { got: errors.length === 0 ? "" : renderDiagnostics(errors), places };
}

// The parser's list has no colon in its heading and the compiler's has one; both say the same.
function sameText(got: string, want: string): boolean {
  return sameLines(got.replace("errors occurred:\n", "errors occurred\n"), want.replace("errors occurred:\n", "errors occurred\n"));
}
