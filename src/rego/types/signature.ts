/**
 * Reads the signature of a builtin: `(haystack: string, needle: string) => output: number`, `(...any) => void`,
 * `(x: any<array[any], set[any]>) => object<a: number>[string: any]`. Signatures are written by us, so a wrong one is our bug and
 * throws. Each text is read once, when a policy first calls its builtin; equal parts of all signatures are one object.
 */
import { invariant } from "../../base/invariant.ts";
import { printType } from "./print.ts";
import type { FunctionType, ObjectType, Property, Type } from "./type.ts";
import {
  anyType,
  arrayOfAny,
  arrayType,
  booleanType,
  nullType,
  numberType,
  objectOfAny,
  objectType,
  setOfAny,
  setType,
  stringType,
} from "./type.ts";
import { unionTypes } from "./union.ts";

const known = new Map<string, FunctionType>();

/** Returns the function type that a signature describes. */
export function parseSignature(text: string): FunctionType {
  const found = known.get(text);
  if (found) return found;
  const type = readSignature({ tokens: text.match(/=>|\.\.\.|[A-Za-z_0-9]+|[^\s]/g) ?? [], at: 0, text });
  known.set(text, type);
  return type;
}

interface Cursor {
  readonly tokens: readonly string[];
  readonly text: string;
  at: number;
}

function accept(cursor: Cursor, token: string): boolean {
  if (cursor.tokens[cursor.at] !== token) return false;
  cursor.at++;
  return true;
}

function expect(cursor: Cursor, token: string): void {
  invariant(accept(cursor, token), `signature "${cursor.text}": expected ${token} before ${cursor.tokens[cursor.at]}`);
}

function word(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at++];
  invariant(token !== undefined && /^\w/.test(token), `signature "${cursor.text}": expected a word before ${token}`);
  return token;
}

function readSignature(cursor: Cursor): FunctionType {
  const args: Type[] = [];
  const argNames: (string | undefined)[] = [];
  let variadic: Type | undefined;
  expect(cursor, "(");
  while (!accept(cursor, ")")) {
    if (args.length > 0) expect(cursor, ",");
    if (accept(cursor, "...")) {
      variadic = readNamed(cursor).type;
      continue;
    }
    const { name, type } = readNamed(cursor);
    args.push(type);
    argNames.push(name);
  }
  expect(cursor, "=>");
  const result = accept(cursor, "void") ? { name: undefined, type: undefined } : readNamed(cursor);
  invariant(cursor.at === cursor.tokens.length, `signature "${cursor.text}": something follows its end`);
  return { kind: "function", args, argNames, result: result.type, resultName: result.name, variadic };
}

// A name may be several words (`formatted timestamp: string`).
function readNamed(cursor: Cursor): { readonly name: string | undefined; readonly type: Type } {
  let end = cursor.at;
  while (/^\w/.test(cursor.tokens[end] ?? "")) end++;
  if (cursor.tokens[end] !== ":") return { name: undefined, type: readType(cursor) };
  const name = cursor.tokens.slice(cursor.at, end).join(" ");
  cursor.at = end + 1;
  return { name, type: readType(cursor) };
}

function readType(cursor: Cursor): Type {
  const kind = word(cursor);
  switch (kind) {
    case "null":
      return nullType;
    case "boolean":
      return booleanType;
    case "number":
      return numberType;
    case "string":
      return stringType;
    case "any":
      return readUnion(cursor);
    case "array":
      return readArray(cursor);
    case "set":
      return readSet(cursor);
    case "object":
      return readObject(cursor);
    default:
      throw new Error(`internal error: signature "${cursor.text}": no type is called ${kind}`);
  }
}

function readList<T>(cursor: Cursor, read: (cursor: Cursor) => T): readonly T[] {
  const list: T[] = [];
  if (!accept(cursor, "<")) return list;
  while (!accept(cursor, ">")) {
    if (list.length > 0) expect(cursor, ",");
    list.push(read(cursor));
  }
  return list;
}

// `any<any>` is a union of one thing and not `any`: it prints so.
function readUnion(cursor: Cursor): Type {
  const members = readList(cursor, readType);
  if (members.length === 0) return anyType;
  const [first, ...others] = members;
  if (others.length === 0 && first) return shared({ kind: "any", of: [first] });
  const union = members.reduce<Type | undefined>((sum, member) => unionTypes(sum, member), undefined);
  return shared(union ?? anyType);
}

function readArray(cursor: Cursor): Type {
  const items = readList(cursor, readType);
  if (!accept(cursor, "[")) return shared(arrayType(items, undefined));
  const rest = readType(cursor);
  expect(cursor, "]");
  return rest === anyType && items.length === 0 ? arrayOfAny : shared(arrayType(items, rest));
}

function readSet(cursor: Cursor): Type {
  expect(cursor, "[");
  const of = readType(cursor);
  expect(cursor, "]");
  return of === anyType ? setOfAny : shared(setType(of));
}

function readObject(cursor: Cursor): Type {
  const properties = readList(cursor, readProperty);
  let rest: ObjectType["rest"];
  if (accept(cursor, "[")) {
    const key = readType(cursor);
    expect(cursor, ":");
    rest = { key, value: readType(cursor) };
    expect(cursor, "]");
  }
  if (properties.length === 0 && rest?.key === anyType && rest.value === anyType) return objectOfAny;
  return shared(objectType(properties, rest));
}

function readProperty(cursor: Cursor): Property {
  const key = word(cursor);
  expect(cursor, ":");
  return { key, type: readType(cursor) };
}

const sharedTypes = new Map<string, Type>();

// The text of a type says all of it here, where keys are plain words.
function shared(type: Type): Type {
  const text = printType(type);
  const found = sharedTypes.get(text);
  if (found) return found;
  sharedTypes.set(text, type);
  return type;
}
