/** Writes types as OPA's capabilities files have them: `{"type": "array", "dynamic": {"type": "string"}}`; keys in order. */
import { textOfNumber } from "../values/number.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { Value } from "../values/value.ts";
import type { FunctionType, MaybeType, ObjectType, Type } from "./type.ts";

type Json = { readonly [key: string]: unknown };

/** Returns the plain JSON form of a type. */
export function typeToJson(type: Type): Json {
  switch (type.kind) {
    case "array":
      return {
        ...(type.rest ? { dynamic: typeToJson(type.rest) } : {}),
        ...(type.items.length > 0 ? { static: type.items.map(maybeToJson) } : {}),
        type: "array",
      };
    case "object":
      return { ...objectParts(type), type: "object" };
    case "set":
      return { ...(type.of ? { of: typeToJson(type.of) } : {}), type: "set" };
    case "any":
      return { ...(type.of.length > 0 ? { of: type.of.map(typeToJson) } : {}), type: "any" };
    case "function":
      return functionToJson(type);
    case "recursive":
      return { name: type.name };
    default:
      return { type: type.kind };
  }
}

function maybeToJson(type: MaybeType): Json | null {
  return type ? typeToJson(type) : null;
}

function objectParts({ properties, rest }: ObjectType): Json {
  return {
    ...(rest ? { dynamic: { key: maybeToJson(rest.key), value: maybeToJson(rest.value) } } : {}),
    ...(properties.length > 0 ? { static: properties.map(({ key, type }) => ({ key: plainKey(key), value: maybeToJson(type) })) } : {}),
  };
}

function plainKey(key: Value): unknown {
  return key instanceof RegoNumber ? Number(textOfNumber(key)) : key;
}

function functionToJson({ args, argNames, result, resultName, variadic }: FunctionType): Json {
  return {
    ...(args.length > 0 ? { args: args.map((arg, at) => named(argNames[at], arg)) } : {}),
    ...(result ? { result: named(resultName, result) } : {}),
    type: "function",
    ...(variadic ? { variadic: typeToJson(variadic) } : {}),
  };
}

function named(name: string | undefined, type: MaybeType): Json | null {
  if (!type || name === undefined) return maybeToJson(type);
  const fields = { ...typeToJson(type), name };
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
