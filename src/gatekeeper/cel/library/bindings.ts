/** `cel.bind(name, value, body)`. https://pkg.go.dev/github.com/google/cel-go/ext#Bindings */
import { bindNode, type Expansion, type MacroCall, refuse } from "../syntax/macro.ts";
import type { Library } from "./declare.ts";

function expandBind(call: MacroCall): Expansion {
  const [variable, value, body] = call.args;
  if (call.target?.kind !== "ident" || call.target.name !== "cel") return undefined;
  if (variable === undefined || value === undefined || body === undefined) return undefined;
  if (variable.kind !== "ident") return refuse(variable.at, "cel.bind() variable names must be simple identifiers");
  return { expr: bindNode(call.at, { name: variable.name, value }, body) };
}

/** The library. */
export const bindingsLibrary: Library = {
  name: "bindings",
  functions: [],
  macros: [{ name: "bind", argumentCount: 3, member: true, expand: expandBind }],
};
