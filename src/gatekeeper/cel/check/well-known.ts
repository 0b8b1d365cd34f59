/**
 * Protobuf's well-known messages, which expressions may build by name (`google.protobuf.Timestamp{seconds: 1}`) and which become CEL values
 * of their own at once. https://protobuf.dev/reference/protobuf/google.protobuf/
 */

import type { CelType } from "../values/type.ts";
import * as t from "../values/type.ts";
import type { CelValue } from "../values/value.ts";

const dynList = t.listOf(t.dynType);
const dynMap = t.mapOf(t.stringType, t.dynType);

/** What each message's name stands for as a type. */
export const wellKnownTypes: ReadonlyMap<string, CelType> = new Map([
  ["google.protobuf.Timestamp", t.timestampType],
  ["google.protobuf.Duration", t.durationType],
  ["google.protobuf.Any", t.anyType],
  ["google.protobuf.BoolValue", t.wrapperOf(t.boolType)],
  ["google.protobuf.BytesValue", t.wrapperOf(t.bytesType)],
  ["google.protobuf.DoubleValue", t.wrapperOf(t.doubleType)],
  ["google.protobuf.FloatValue", t.wrapperOf(t.doubleType)],
  ["google.protobuf.Int32Value", t.wrapperOf(t.intType)],
  ["google.protobuf.Int64Value", t.wrapperOf(t.intType)],
  ["google.protobuf.UInt32Value", t.wrapperOf(t.uintType)],
  ["google.protobuf.UInt64Value", t.wrapperOf(t.uintType)],
  ["google.protobuf.StringValue", t.wrapperOf(t.stringType)],
  ["google.protobuf.Value", t.dynType],
  ["google.protobuf.ListValue", dynList],
  ["google.protobuf.Struct", dynMap],
  ["google.protobuf.NullValue", t.nullType],
]);

const scalar = (type: CelType) => new Map([["value", type]]);

/** The members of the well-known enums. */
export const wellKnownConstants: ReadonlyMap<string, CelValue> = new Map([["google.protobuf.NullValue.NULL_VALUE", 0]]);

/** The fields each message can be built with. */
export const wellKnownStructs: ReadonlyMap<string, ReadonlyMap<string, CelType>> = new Map([
  [
    "google.protobuf.Timestamp",
    new Map([
      ["seconds", t.intType],
      ["nanos", t.intType],
    ]),
  ],
  [
    "google.protobuf.Duration",
    new Map([
      ["seconds", t.intType],
      ["nanos", t.intType],
    ]),
  ],
  ["google.protobuf.BoolValue", scalar(t.boolType)],
  ["google.protobuf.BytesValue", scalar(t.bytesType)],
  ["google.protobuf.DoubleValue", scalar(t.doubleType)],
  ["google.protobuf.FloatValue", scalar(t.doubleType)],
  ["google.protobuf.Int32Value", scalar(t.intType)],
  ["google.protobuf.Int64Value", scalar(t.intType)],
  ["google.protobuf.UInt32Value", scalar(t.uintType)],
  ["google.protobuf.UInt64Value", scalar(t.uintType)],
  ["google.protobuf.StringValue", scalar(t.stringType)],
  ["google.protobuf.ListValue", new Map([["values", dynList]])],
  ["google.protobuf.Struct", new Map([["fields", dynMap]])],
  [
    "google.protobuf.Value",
    new Map([
      // An enum with one member, and so an int.
      ["null_value", t.intType],
      ["number_value", t.doubleType],
      ["string_value", t.stringType],
      ["bool_value", t.boolType],
      ["struct_value", dynMap],
      ["list_value", dynList],
    ]),
  ],
]);
