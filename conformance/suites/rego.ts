/** OPA's own cases, v1 and v0 (../shared/conformance/rego): one verdict a case, every field of the expectation applied. */
import { define, isPlainObject, type PlainObject, pureBuiltins, type Value, writeJson } from "../../src/rego/index.ts";
import { rowToJson, sameRows, sortBindings } from "../compare.ts";
import { type Answer, type Ask, allBuiltins, renderEvaluationError } from "../engine.ts";
import { regoSuperseded } from "../known/rego.ts";
import { field, jsonFiles, readCases, readData, textField } from "../read/data.ts";
import type { Suite, Verdict } from "../suites.ts";

// Only OPA's test runner has this builtin: it waits for a Go duration. Sleeping has no effect that a case could see.
const testSleep = define("test.sleep", "(string) => null", () => null);
const builtins = new Map([...allBuiltins, [testSleep.name, testSleep]]);

/** The suite of one dialect. */
export function regoSuite(dialect: "v0" | "v1"): Suite {
  return {
    name: `rego/${dialect}`,
    columns: ["pass"],
    goals: { pass: 1 },
    async *run(filter, ask) {
      const superseded = readData("rego/superseded.json") as PlainObject;
      for (const file of jsonFiles(`rego/${dialect}`)) {
        const group = file.replace(".json", "");
        for (const written of readCases(`rego/${dialect}/${file}`)) {
          const id = textField(written, "id") ?? "";
          if (!filter(id)) continue;
          const newer = regoSuperseded.get(`${dialect}:${id}`) ?? field(superseded, `${dialect}:${id}`);
          yield await judge(ask, dialect, group, id, isPlainObject(newer) ? replaceExpectation(written, newer) : written);
        }
      }
    },
  };
}

function replaceExpectation(written: PlainObject, newer: PlainObject): PlainObject {
  const kept = Object.entries(written).filter(([name]) => !name.startsWith("want_"));
  return Object.fromEntries([...kept, ...Object.entries(newer)]);
}

async function judge(ask: Ask, dialect: "v0" | "v1", group: string, id: string, test: PlainObject): Promise<Verdict> {
  const modules = ((field(test, "modules") ?? []) as readonly string[]).map((text, i) => [`test-${i}.rego`, text] as const);
  const answer = await ask({
    modules,
    dialect,
    query: textField(test, "query") ?? "",
    queryDialect: "v1",
    input: await inputOf(ask, test),
    data: field(test, "data"),
    strictErrors: field(test, "strict_error") === true,
    dataLater: true,
    network: true,
    builtins,
  });
  const detail = mismatch(test, answer);
  return { id, group, columns: { pass: detail === undefined }, ...(detail === undefined ? {} : { detail }) };
}

async function inputOf(ask: Ask, test: PlainObject): Promise<Value | undefined> {
  const term = textField(test, "input_term");
  if (term === undefined) return field(test, "input");
  const answer = await ask({
    modules: [],
    dialect: "v1",
    query: `x = ${term}`,
    input: undefined,
    data: undefined,
    strictErrors: false,
    builtins: pureBuiltins,
  });
  return answer.rows?.[0]?.["x"];
}

function mismatch(test: PlainObject, answer: Answer): string | undefined {
  const wantCompileError = textField(test, "want_compile_error");
  if (wantCompileError !== undefined)
    return answer.errorText.includes(wantCompileError) ? undefined : `want compile error ${wantCompileError}, got ${show(answer)}`;
  const wantError = textField(test, "want_error");
  const wantCode = textField(test, "want_error_code");
  const wantResult = field(test, "want_result") as readonly PlainObject[] | undefined;
  if (wantError === undefined && wantCode === undefined && answer.errors.length > 0) return `unexpected error: ${show(answer)}`;
  const text = answer.errors.map(renderEvaluationError).join("\n");
  if (wantError !== undefined && !text.includes(wantError) && !answer.errorText.includes(wantError))
    return `want error ${wantError}, got ${show(answer)}`;
  if (wantCode !== undefined && !answer.errors.some((error) => error.code === wantCode))
    return `want code ${wantCode}, got ${show(answer)}`;
  if (wantResult === undefined || (answer.rows === undefined && (wantError ?? wantCode) !== undefined)) return undefined;
  const sort = field(test, "sort_bindings") === true;
  const rows = (answer.rows ?? []).map(rowToJson).map((row) => (sort ? sortBindings(row) : row));
  return sameRows(rows, wantResult) ? undefined : `want ${writeJson(wantResult)}, got ${show(answer)}`;
}

function show(answer: Answer): string {
  return answer.rows === undefined ? answer.errorText : writeJson(answer.rows.map(rowToJson));
}
