/** What OPA answered to builtin calls and random programs (../shared/conformance/truth): values, number texts, error places and texts. */
import { type PlainObject, positionOf, type Value, writeJson } from "../../src/rego/index.ts";
import { lossyTerms, rowToJson, sameLines, sameNumberTexts, sameRows } from "../compare.ts";
import { type Answer, type Ask, renderEvaluationError } from "../engine.ts";
import { builtinDifferences } from "../known/truth.ts";
import { field, jsonFiles, readCases, textField } from "../read/data.ts";
import type { Suite, Verdict } from "../suites.ts";

const COLUMNS = ["value", "code+row", "numbers", "text", "terms", "prints"] as const;
const GOALS = { value: 1, "code+row": 0.99, numbers: 0.95, text: 0.95, terms: 0.95, prints: 0.95 };

/** Calls of all builtins. */
export const truthBuiltinsSuite: Suite = {
  name: "truth/builtins",
  columns: COLUMNS,
  goals: GOALS,
  known: builtinDifferences,
  async *run(filter, ask) {
    for (const file of jsonFiles("truth/builtins").filter((name) => !/^(stats|dropped)\.json$/.test(name)))
      for (const test of readCases(`truth/builtins/${file}`))
        if (filter(`${file.replace(".json", "")}/${textField(test, "id") ?? ""}`))
          yield await judge(ask, "v1", file.replace(".json", ""), test);
  },
};

/** Random programs of one dialect. */
export function truthProgramsSuite(dialect: "v0" | "v1"): Suite {
  return {
    name: `truth/programs/${dialect}`,
    columns: COLUMNS,
    goals: GOALS,
    async *run(filter, ask) {
      for (const test of readCases(`truth/programs/${dialect}.json`))
        if (filter(textField(test, "id") ?? "")) yield await judge(ask, dialect, groupOf(test), test);
    },
  };
}

function groupOf(test: PlainObject): string {
  const error = field(test, "error") as PlainObject | undefined;
  return error === undefined ? "defined" : (textField(error, "code") ?? "error");
}

async function judge(ask: Ask, dialect: "v0" | "v1", group: string, test: PlainObject): Promise<Verdict> {
  const id = `${group}/${textField(test, "id") ?? ""}`;
  const modules = Object.entries((field(test, "modules") ?? {}) as { readonly [name: string]: string });
  const question = { modules, dialect, query: textField(test, "query") ?? "", input: field(test, "input"), data: field(test, "data") };
  const answer = await ask({ ...question, strictErrors: false });
  const columns: { [column: string]: boolean | undefined } = {};
  const notes: string[] = [];
  const judged = (column: (typeof COLUMNS)[number], holds: boolean, note: () => string): void => {
    columns[column] = (columns[column] ?? true) && holds;
    if (!holds) notes.push(`${column}: ${note()}`);
  };

  judgeAnswer(test, answer, judged);
  const strict = field(test, "strict") as PlainObject | undefined;
  if (strict !== undefined && field(strict, "none") !== true)
    judgeError(strict, await ask({ ...question, strictErrors: true }), judged, "strict ");
  const prints = field(test, "prints") as readonly string[] | undefined;
  if (prints !== undefined)
    judged("prints", answer.prints.join("\n") === prints.join("\n"), () => `want ${prints.join(" | ")}, got ${answer.prints.join(" | ")}`);
  return { id, group, columns, ...(notes.length === 0 ? {} : { detail: notes.join("\n") }) };
}

type Judge = (column: (typeof COLUMNS)[number], holds: boolean, note: () => string) => void;

function judgeAnswer(test: PlainObject, answer: Answer, judged: Judge): void {
  const error = field(test, "error") as PlainObject | undefined;
  if (error !== undefined) {
    judgeError(error, answer, judged, "");
    return;
  }
  const want = (field(test, "want") ?? []) as readonly Value[];
  const rows = (answer.rows ?? []).map(rowToJson);
  const same = answer.rows !== undefined && sameRows(rows, want);
  judged(
    "value",
    same,
    () => `want ${shorten(writeJson(want))}, got ${shorten(answer.rows === undefined ? answer.errorText : writeJson(rows))}`,
  );
  if (same)
    judged(
      "numbers",
      want.every((row) => rows.some((other) => sameRows([other], [row]) && sameNumberTexts(other, row))),
      () => `want ${shorten(writeJson(want))}`,
    );
  const terms = field(test, "terms") as readonly string[] | undefined;
  if (terms !== undefined && same) {
    const got = lossyTerms(answer.rows ?? []);
    judged("terms", got.join("\n") === terms.join("\n"), () => `want ${terms.join(" | ")}, got ${got.join(" | ")}`);
  }
}

function judgeError(error: PlainObject, answer: Answer, judged: Judge, prefix: string): void {
  const code = textField(error, "code");
  const row = field(error, "row");
  const places = answer.errors.map((each) => `${each.code}:${each.span === undefined ? "" : positionOf(each.span).row}`);
  if (prefix === "")
    judged(
      "value",
      answer.errors.length > 0,
      () => `want error ${textField(error, "text") ?? ""}, got ${shorten(writeJson(answer.rows?.map(rowToJson) ?? null))}`,
    );
  judged(
    "code+row",
    places.includes(`${code ?? ""}:${row === undefined ? "" : String(row)}`),
    () => `${prefix}want ${code}:${String(row)}, got ${places.join(" ") || "rows"}`,
  );
  const want = textField(error, "text") ?? "";
  const got = code?.startsWith("eval_") ? answer.errors.map(renderEvaluationError).join("\n") : answer.errorText;
  judged("text", sameLines(got, want), () => `${prefix}want ${want}\n      got ${got}`);
}

function shorten(text: string | undefined): string {
  return text === undefined ? "" : text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
