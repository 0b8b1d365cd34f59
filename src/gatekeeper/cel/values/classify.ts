/** Tells the CEL type of a value, and turns numbers kept as text in parsed input into CEL numbers. */
import { RegoNumber } from "../../../rego/index.ts";
import { toDouble, toInt } from "./number.ts";
import {
  boolType,
  bytesType,
  CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  stringType,
  timestampType,
  typeType,
  uintType,
} from "./type.ts";
import { CelDouble, CelDuration, CelError, CelOpaque, CelOptional, CelTimestamp, CelUint, type CelValue } from "./value.ts";

const listType = listOf(dynType);
const mapType = mapOf(dynType, dynType);
const optionalType = optionalOf(dynType);

/** Yields the type `type(value)` shows; parameters of containers are dyn. */
export function classify(value: CelValue): CelType {
  switch (typeof value) {
    case "boolean":
      return boolType;
    case "string":
      return stringType;
    case "bigint":
      return intType;
    case "number":
      return Number.isSafeInteger(value) ? intType : doubleType;
    default:
      return value === null ? nullType : classifyObject(value);
  }
}

function classifyObject(value: object): CelType {
  if (Array.isArray(value)) return listType;
  if (value instanceof CelDouble) return doubleType;
  if (value instanceof CelUint) return uintType;
  if (value instanceof Uint8Array) return bytesType;
  if (value instanceof CelTimestamp) return timestampType;
  if (value instanceof CelDuration) return durationType;
  if (value instanceof CelType) return typeType;
  if (value instanceof CelOptional) return optionalType;
  if (value instanceof CelOpaque) return value.type;
  return mapType;
}

/** Reads a value found inside input: a number kept as text becomes int when it is a 64-bit integer literal, double otherwise. */
export function adapt(value: CelValue): CelValue {
  return value instanceof RegoNumber ? fromText(value.text) : value;
}

const INTEGER = /^-?\d+$/;

function fromText(text: string): CelValue {
  if (INTEGER.test(text) && text.length < 25) {
    const int = toInt(BigInt(text));
    if (!(int instanceof CelError)) return int;
  }
  return toDouble(Number(text));
}
