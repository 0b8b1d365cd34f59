/** The policies of Gatekeeper's library as plain Rego questions: each sample object against its constraint's parameters. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isPlainObject, type PlainObject, parseYaml, type Value } from "../../src/rego/index.ts";
import type { Question } from "../engine.ts";
import { DATA_ROOT, field, textField } from "../read/data.ts";

const ROOT = join(DATA_ROOT, "gatekeeper-library/library");

/** Returns questions by a name. */
export function* libraryQuestions(): Iterable<readonly [string, Question]> {
  if (!existsSync(ROOT)) return;
  for (const file of (readdirSync(ROOT, { recursive: true }) as string[]).filter((name) => name.endsWith("suite.yaml")).sort()) {
    const folder = join(ROOT, dirname(file));
    for (const test of list(readYamlFile(join(ROOT, file)), "tests")) {
      const policy = policyOf(readYamlFile(join(folder, textField(test, "template") ?? "template.yaml")));
      const constraint = readYamlFile(join(folder, textField(test, "constraint") ?? ""));
      if (policy === undefined) continue;
      for (const each of list(test, "cases")) {
        const object = readYamlFile(join(folder, textField(each, "object") ?? ""));
        const parameters = at(constraint, "spec", "parameters") ?? {};
        yield [`${dirname(file)}/${textField(test, "name")}/${textField(each, "name")}`, { ...policy, input: inputOf(object, parameters) }];
      }
    }
  }
}

function policyOf(template: Value): Omit<Question, "input"> | undefined {
  const [target] = (at(template, "spec", "targets") ?? []) as readonly PlainObject[];
  const codes = (at(target, "code") ?? []) as readonly PlainObject[];
  const source = (codes.map((code) => at(code, "source")).find((each) => isPlainObject(each) && Object.hasOwn(each, "rego")) ?? target) as
    | PlainObject
    | undefined;
  const rego = source && textField(source, "rego");
  const name = rego === undefined ? undefined : /^\s*package\s+(\S+)/m.exec(rego)?.[1];
  if (source === undefined || rego === undefined || name === undefined) return undefined;
  const libs = (field(source, "libs") ?? []) as readonly string[];
  return {
    modules: [["template.rego", rego], ...libs.map((text, i) => [`lib_${i}.rego`, text] as const)],
    dialect: textField(source, "version") === "v1" ? "v1" : "v0",
    query: `x = data.${name}.violation`,
    data: { inventory: { cluster: {}, namespace: {} } },
    strictErrors: false,
  };
}

function inputOf(object: Value, parameters: Value): Value {
  if (at(object, "kind") === "AdmissionReview") return { review: at(object, "request") ?? {}, parameters };
  const [group = "", version = ""] = String(at(object, "apiVersion") ?? "").split("/");
  const kind =
    version === "" ? { group: "", version: group, kind: at(object, "kind") ?? "" } : { group, version, kind: at(object, "kind") ?? "" };
  return { review: { object, kind, operation: "CREATE", name: at(object, "metadata", "name") ?? "", uid: "", userInfo: {} }, parameters };
}

function readYamlFile(path: string): Value {
  const parsed = existsSync(path) ? parseYaml(readFileSync(path, "utf8")) : undefined;
  return parsed?.kind === "value" ? parsed.value : null;
}

function list(value: Value, name: string): readonly PlainObject[] {
  return (at(value, name) ?? []) as readonly PlainObject[];
}

function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const step of path) found = isPlainObject(found) ? field(found, step) : undefined;
  return found ?? undefined;
}
