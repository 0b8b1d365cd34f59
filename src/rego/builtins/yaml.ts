/** The `yaml.*` builtins (https://www.openpolicyagent.org/docs/latest/policy-reference/#encoding). */
import { parseYaml, writeYaml } from "../text/yaml.ts";
import type { Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { define } from "./define.ts";
import { builtinError, row, string } from "./operands.ts";

function marshal(context: BuiltinContext, value: Value): BuiltinResult {
  const written = writeYaml(value, (characters) => context.spend(characters));
  return "text" in written ? written.text : builtinError("yaml.marshal", written.error);
}

function unmarshal(_: BuiltinContext, text: string): BuiltinResult {
  const read = parseYaml(text);
  return read.kind === "value" ? read.value : builtinError("yaml.unmarshal", read.message);
}

function isValid(_: BuiltinContext, text: Value): boolean {
  return typeof text === "string" && parseYaml(text).kind === "value";
}

/** YAML. */
// biome-ignore format: table
export const yaml: readonly Builtin[] = [
  define("yaml.is_valid", "(x: string) => result: boolean", isValid),
  define("yaml.marshal", "(x: any) => y: string", marshal),
  row("yaml.unmarshal", "(x: string) => y: any", [string], unmarshal),
];
