/**
 * Cases written by the regorus project (../shared/conformance/rego/regorus, YAML). Their values have encodings of their own (`set!`, `many!`,
 * …), and where regorus differs from OPA the case is listed by name with what OPA says.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  equalValues,
  isPlainObject,
  ObjectBuilder,
  type PlainObject,
  parseYaml,
  RegoSet,
  toJson,
  type Value,
  writeJson,
} from "../../src/rego/index.ts";
import type { Answer, Ask } from "../engine.ts";
import { regorusDifferences } from "../known/regorus.ts";
import { DATA_ROOT, field, textField } from "../read/data.ts";
import type { Suite, Verdict } from "../suites.ts";

const ROOT = join(DATA_ROOT, "rego/regorus");

/** The suite. */
export const regorusSuite: Suite = {
  name: "regorus",
  columns: ["pass"],
  goals: { pass: 1 },
  known: regorusDifferences,
  async *run(filter, ask) {
    for (const file of yamlFiles()) {
      const dialect = file.endsWith("binding/bindings.yaml") ? "v1" : "v0";
      // YAML 1.2: in these files a key `y` is a text.
      const parsed = parseYaml(readFileSync(join(ROOT, file), "utf8"), { version: "1.2" });
      if (parsed.kind === "error") {
        yield { id: file, group: groupOf(file), columns: { pass: false }, detail: parsed.message };
        continue;
      }
      const cases = (field(parsed.value as PlainObject, "cases") ?? []) as readonly PlainObject[];
      for (const [i, test] of cases.entries()) {
        const id = `${file}#${i}`;
        if (!filter(id)) continue;
        if (field(test, "skip") === true) yield { id, group: groupOf(file), columns: {}, skipped: "regorus itself skips it" };
        else yield await judge(ask, id, groupOf(file), dialect, test);
      }
    }
  },
};

function yamlFiles(): readonly string[] {
  return (readdirSync(ROOT, { recursive: true }) as string[]).filter((name) => name.endsWith(".yaml")).sort();
}

function groupOf(file: string): string {
  return file.includes("/") ? (file.split("/")[0] ?? file) : file.replace(".yaml", "");
}

async function judge(ask: Ask, id: string, group: string, dialect: "v0" | "v1", test: PlainObject): Promise<Verdict> {
  const note = textField(test, "note") ?? "";
  const inputs = manyOf(field(test, "input"));
  const wants = field(test, "want_result");
  const expected =
    wants === undefined
      ? []
      : isPlainObject(wants) && Object.hasOwn(wants, "many!")
        ? (wants["many!"] as readonly Value[])
        : inputs.map(() => wants);
  const details: string[] = [];
  for (const [i, input] of inputs.entries()) {
    const answer = await ask({
      modules: ((field(test, "modules") ?? []) as readonly string[]).map((text, n) => [`policy_${n}.rego`, text] as const),
      dialect,
      query: textField(test, "query") ?? "",
      input: input === undefined ? undefined : decode(input),
      data: dataOf(test),
      strictErrors: field(test, "strict") !== false,
    });
    const detail = mismatch(test, answer, expected[i], inputs.length === 1 && expected.length > 1 ? expected : undefined);
    if (detail !== undefined) details.push(detail);
  }
  return {
    id,
    group,
    columns: { pass: details.length === 0 },
    ...(details.length === 0 ? {} : { detail: `${note}: ${details.join("; ")}` }),
  };
}

function dataOf(test: PlainObject): Value | undefined {
  const data = field(test, "data");
  return data === undefined ? undefined : decode(data);
}

function manyOf(input: Value | undefined): readonly (Value | undefined)[] {
  return isPlainObject(input) && Object.hasOwn(input, "many!") ? (input["many!"] as readonly Value[]) : [input];
}

function mismatch(test: PlainObject, answer: Answer, want: Value | undefined, rows: readonly Value[] | undefined): string | undefined {
  if (textField(test, "error") !== undefined) return answer.errors.length > 0 ? undefined : `want an error, got ${shown(answer)}`;
  if (answer.errors.length > 0) return `unexpected error: ${answer.errorText}`;
  if (field(test, "no_result") === true) return undefined;
  if (rows !== undefined) {
    const same = rows.length === (answer.rows?.length ?? 0) && rows.every((row, i) => sameResult(row, answer, i));
    return same ? undefined : `want ${writeJson(rows)}, got ${shown(answer)}`;
  }
  if (want === undefined || want === "#undefined")
    return (answer.rows?.length ?? 0) === 0 || want === undefined ? undefined : `want undefined, got ${shown(answer)}`;
  return sameResult(want, answer, 0) ? undefined : `want ${writeJson(want)}, got ${shown(answer)}`;
}

function sameResult(want: Value, answer: Answer, at: number): boolean {
  const bindings = answer.rows?.[at] ?? {};
  const values = answer.values[at] ?? [];
  const decoded = decode(want);
  const candidates: readonly (Value | undefined)[] = [bindings as Value, values.length === 1 ? values[0] : undefined, [...values]];
  return candidates.some(
    (candidate) =>
      candidate !== undefined && (equalValues(candidate, decoded) || equalValues(toJson(candidate) as Value, toJson(decoded) as Value)),
  );
}

/** Turns the encodings of sets, objects and undefined into values. */
function decode(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => decode(item as Value));
  if (!isPlainObject(value)) return value;
  if (Object.hasOwn(value, "set!")) return RegoSet.of(((value["set!"] ?? []) as readonly Value[]).map(decode));
  const builder = new ObjectBuilder();
  if (Object.hasOwn(value, "object!")) {
    for (const entry of (value["object!"] ?? []) as readonly PlainObject[])
      builder.set(decode(entry["key"] as Value), decode(entry["value"] as Value));
    return builder.finish();
  }
  for (const [key, item] of Object.entries(value)) builder.set(key, decode(item as Value));
  return builder.finish();
}

function shown(answer: Answer): string {
  return answer.rows === undefined ? answer.errorText : writeJson(answer.values);
}
