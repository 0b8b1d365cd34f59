/**
 * What a policy may know about itself and its host: metadata, parsed modules, the runtime's configuration.
 * https://www.openpolicyagent.org/docs/latest/policy-reference/#rego, https://www.openpolicyagent.org/docs/latest/policy-reference/#opa
 */
import { renderDiagnostic, renderDiagnostics } from "../diagnostic/render.ts";
import { moduleToOpaJson } from "../syntax/opa-json.ts";
import { parseModule } from "../syntax/parser.ts";
import { getKey, isPlainObject } from "../values/object.ts";
import type { PlainObject, Value } from "../values/value.ts";
import type { BuiltinContext } from "./context.ts";
import type { Builtin, BuiltinResult } from "./define.ts";
import { Failure } from "./failure.ts";
import { builtinError, row, string } from "./operands.ts";

const PARSE = "rego.parse_module";

// A host may bring its own parser; the usual one reads the newer dialect, as OPA does here.
function parseRego(context: BuiltinContext, name: string, text: string): BuiltinResult {
  const given = context.parseModule?.(name, text);
  if (given !== undefined) return given instanceof Error ? builtinError(PARSE, given.message) : given;
  const { module, diagnostics } = parseModule({ name, text }, { dialect: "v1" });
  const [first] = diagnostics;
  // OPA returns this complaint by itself, not as a list of one.
  if (first?.message === "empty module") return builtinError(PARSE, renderDiagnostic(first));
  if (module === undefined || first !== undefined) return builtinError(PARSE, renderDiagnostics(diagnostics));
  return moduleToOpaJson(module);
}

// The compiler replaces every call inside a rule, so a call that gets here stands in a query.
function metadata(name: string, signature: string): Builtin {
  return row(name, signature, [], () => builtinError(name, `the ${name} function must only be called within the scope of a rule`));
}

/** Returns the configuration without secrets: credentials of services, and keys. */
function withoutSecrets(runtime: Value): Value | Failure {
  const config = isPlainObject(runtime) ? getKey(runtime, "config") : undefined;
  if (!isPlainObject(runtime) || !isPlainObject(config)) return runtime;
  const services = purged(config, "services", ["credentials"], "illegal service config type");
  if (services instanceof Failure) return services;
  const keys = purged(services, "keys", ["key", "private_key"], "illegal keys config type");
  return keys instanceof Failure ? keys : { ...runtime, config: keys };
}

function purged(config: PlainObject, section: string, secrets: readonly string[], complaint: string): PlainObject | Failure {
  const entries = getKey(config, section);
  if (entries === undefined || entries === null) return config;
  const isList = Array.isArray(entries) && section === "services";
  if (!isList && !isPlainObject(entries)) return builtinError("opa.runtime", complaint);
  const purge = (entry: Value): Value => {
    if (!isPlainObject(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).filter(([key]) => !secrets.includes(key)));
  };
  const clean = isList ? entries.map(purge) : Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, purge(entry)]));
  return { ...config, [section]: clean };
}

/** The rows of this family. */
export const reflection: readonly Builtin[] = [
  row(PARSE, "(filename: string, rego: string) => output: object[string: any]", [string, firstString()], parseRego),
  metadata("rego.metadata.chain", "() => chain: array[any]"),
  metadata("rego.metadata.rule", "() => output: any"),
  row("opa.runtime", "() => output: object[string: any]", [], (context) => withoutSecrets(context.runtime), { nondeterministic: true }),
];

// OPA calls the second operand the first when it is no string.
function firstString(): typeof string {
  return (value, _position, name) => string(value, 1, name);
}
