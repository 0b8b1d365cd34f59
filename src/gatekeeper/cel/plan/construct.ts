/** Lists, maps and well-known messages written in an expression. Those of constants are built once, when planned, and cost nothing. */
import type { List, MapLiteral, Struct } from "../syntax/ast.ts";
import { MapBuilder } from "../values/map.ts";
import { printValue } from "../values/print.ts";
import { CelError, CelOptional, type CelResult, type CelValue } from "../values/value.ts";
import { buildMessage } from "./message.ts";
import { charge, LIST_COST, MAP_COST, STRUCT_COST } from "./meter.ts";
import { ofConstant, ofStep, type Planned, type Planner, type Step } from "./step.ts";

interface PlannedElement {
  readonly step: Step;
  readonly optional: boolean;
}

/** Plans a list. */
export function planList(expr: List, planner: Planner): Planned {
  const planned = expr.elements.map((element) => ({ ...planner.plan(element.value), optional: element.optional }));
  if (planned.every((element) => element.constant !== undefined && !element.optional)) {
    return ofConstant(planned.map((element) => element.constant ?? null));
  }
  const { meter } = planner;
  return ofStep(() => {
    const list = buildList(planned);
    charge(meter, LIST_COST);
    return list;
  });
}

function buildList(elements: readonly PlannedElement[]): CelResult {
  const list: CelValue[] = [];
  for (const { step, optional } of elements) {
    const value = step();
    if (value instanceof CelError) return value;
    if (!optional) list.push(value);
    else if (!(value instanceof CelOptional)) return notOptional("list element", value);
    else if (value.value !== undefined) list.push(value.value);
  }
  return list;
}

function notOptional(what: string, value: CelValue): CelError {
  return new CelError(`cannot initialize optional ${what} from non-optional value ${printValue(value)}`);
}

/** Plans a map. */
export function planMap(expr: MapLiteral, planner: Planner): Planned {
  const planned = expr.entries.map((entry) => ({
    key: planner.plan(entry.key),
    value: planner.plan(entry.value),
    optional: entry.optional,
  }));
  const entries = planned.map(({ key, value, optional }) => ({ key: key.step, step: value.step, optional }));
  const { meter } = planner;
  if (planned.every(({ key, value, optional }) => key.constant !== undefined && value.constant !== undefined && !optional)) {
    const map = buildMap(entries);
    return map instanceof CelError ? ofStep(() => map) : ofConstant(map);
  }
  return ofStep(() => {
    const map = buildMap(entries);
    charge(meter, MAP_COST);
    return map;
  });
}

function buildMap(entries: readonly (PlannedElement & { readonly key: Step })[]): CelResult {
  const builder = new MapBuilder();
  for (const { key: keyStep, step, optional } of entries) {
    const key = keyStep();
    if (key instanceof CelError) return key;
    const value = step();
    if (value instanceof CelError) return value;
    const failure = addEntry(builder, key, { value, optional });
    if (failure !== undefined) return failure;
  }
  return builder.build();
}

function addEntry(
  builder: MapBuilder,
  key: CelValue,
  entry: { readonly value: CelValue; readonly optional: boolean },
): CelError | undefined {
  const { value, optional } = entry;
  if (optional && !(value instanceof CelOptional)) return notOptional(`entry '${printValue(key)}'`, value);
  const stored = optional && value instanceof CelOptional ? value.value : value;
  if (stored === undefined) return undefined;
  return builder.set(key, stored) ? undefined : new CelError("unsupported key type");
}

/** Plans a message written by name. */
export function planStruct(expr: Struct, planner: Planner): Planned {
  const reference = planner.referenceOf(expr);
  const fields = expr.fields.map((field) => ({ name: field.name, step: planner.plan(field.value).step, optional: field.optional }));
  const { meter } = planner;
  if (reference?.kind !== "type") return ofStep(() => new CelError(`unknown type: ${expr.name}`));
  return ofStep(() => {
    const values = new Map<string, CelValue>();
    for (const { name, step, optional } of fields) {
      const value = step();
      if (value instanceof CelError) return value;
      if (optional && !(value instanceof CelOptional)) return notOptional(`entry '${name}'`, value);
      const stored = optional && value instanceof CelOptional ? value.value : value;
      if (stored !== undefined) values.set(name, stored);
    }
    charge(meter, STRUCT_COST);
    return buildMessage(reference.name, values);
  });
}
