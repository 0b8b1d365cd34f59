/**
 * The most that evaluating an expression can cost: every node is visited once in the order of evaluation, with what the schema says about
 * the sizes of values, and the body of a fold counts once for each element there can be. A checked tree in, a cost out.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions
 */
import type { CheckedTree } from "../check/check.ts";
import type { Call, Comprehension, Expr, List, MapLiteral, Select } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { isLogical } from "../syntax/parser.ts";
import { KnownSizes, type SizeOfPath } from "./known-sizes.ts";
import { estimateKubernetesCall } from "./kubernetes-calls.ts";
import type { EntrySizes, Estimate, EstimatedCall, Operand } from "./operand.ts";
import { exactly, larger, MOST, plus, type Size, spanSizes, times, UNKNOWN } from "./size.ts";
import { estimateListCall, estimateStandardCall, LIST_COST } from "./standard-calls.ts";

const MAP_COST = 30n;
const STRUCT_COST = 40n;
const EMPTY: Size = { min: 0n, max: 0n };
/** Where a union of sizes starts. */
const NO_SIZE: Size = { min: MOST, max: 0n };

/** Returns what an expression costs at most. */
export function estimateCost(tree: CheckedTree, sizeOfPath: SizeOfPath): bigint {
  return new CostEstimator(tree, sizeOfPath).cost(tree.expr);
}

class CostEstimator {
  private readonly references: CheckedTree["references"];
  private readonly known: KnownSizes;

  constructor({ references, types }: CheckedTree, sizeOfPath: SizeOfPath) {
    this.references = references;
    this.known = new KnownSizes(types, sizeOfPath);
  }

  cost(expr: Expr): bigint {
    switch (expr.kind) {
      case "literal":
        return 0n;
      case "ident":
        return this.name(expr, expr.name);
      case "select":
        return this.select(expr);
      case "call":
        return this.call(expr);
      case "list":
        return this.list(expr);
      case "map":
        return this.map(expr);
      case "struct":
        return plus(this.costs(expr.fields.map((field) => field.value)), STRUCT_COST);
      case "comprehension":
        return isBinding(expr) ? this.binding(expr) : this.fold(expr);
    }
  }

  private costs(exprs: readonly Expr[]): bigint {
    return exprs.reduce((sum, expr) => plus(sum, this.cost(expr)), 0n);
  }

  private name(expr: Expr, written: string): bigint {
    const reference = this.references.get(expr);
    this.known.setName(expr, reference !== undefined && "name" in reference ? reference.name : written);
    return 1n;
  }

  private select(expr: Select): bigint {
    // A chain of fields that is the name of something is a name.
    if (this.references.has(expr)) return this.name(expr, "");
    const operand = this.cost(expr.operand);
    if (expr.test) return operand;
    this.known.setStep(expr, expr.operand, expr.field);
    const { kind } = this.known.typeOf(expr.operand);
    return kind === "map" || kind === "struct" || kind === "param" ? plus(operand, 1n) : operand;
  }

  private list(expr: List): bigint {
    let cost = LIST_COST;
    let value = expr.elements.length === 0 ? EMPTY : NO_SIZE;
    for (const element of expr.elements) {
      cost = plus(cost, this.cost(element.value));
      value = spanSizes(value, this.known.sizeOrUnknown(element.value));
    }
    this.known.setEntries(expr, { container: "list", key: exactly(1), value });
    return cost;
  }

  private map(expr: MapLiteral): bigint {
    let cost = MAP_COST;
    const start = expr.entries.length === 0 ? EMPTY : NO_SIZE;
    let entries: EntrySizes = { container: "map", key: start, value: start };
    for (const entry of expr.entries) {
      cost = plus(cost, this.costs([entry.key, entry.value]));
      const key = spanSizes(entries.key, this.known.sizeOrUnknown(entry.key));
      entries = { container: "map", key, value: spanSizes(entries.value, this.known.sizeOrUnknown(entry.value)) };
    }
    this.known.setEntries(expr, entries);
    return cost;
  }

  private fold(expr: Comprehension): bigint {
    const { known } = this;
    const { accumulator, initial, range, result, secondVariable, step, variable } = expr;
    const start = this.costs([range, initial]);
    known.bind(accumulator, initial);
    known.iterate(variable, range, secondVariable === undefined ? "element" : "key");
    if (secondVariable !== undefined) known.iterate(secondVariable, range, "value");
    const each = this.costs([expr.condition, step]);
    known.release(variable);
    if (secondVariable !== undefined) known.release(secondVariable);
    const end = this.cost(result);
    known.release(accumulator);
    const count = known.sizeOrUnknown(range);
    if (initial.kind === "literal") known.setSize(expr, known.sizeOf(initial));
    if (initial.kind === "list" || initial.kind === "map") {
      known.setSize(expr, count);
      known.setEntries(expr, known.entriesOf(step));
    }
    return plus(plus(start, end), times(count.max, each));
  }

  private binding(expr: Comprehension): bigint {
    const start = this.costs([expr.range, expr.initial]);
    this.known.bind(expr.accumulator, expr.initial);
    const end = this.cost(expr.result);
    this.known.release(expr.accumulator);
    this.known.copySizes(expr, expr.result);
    return plus(start, end);
  }

  private call(expr: Call): bigint {
    const reference = this.references.get(expr);
    const found = reference?.kind === "function" ? reference : undefined;
    const name = found?.name ?? expr.name;
    if (name === "dyn") return this.dyn(expr);
    const costs: bigint[] = [];
    const args = expr.args.map((arg) => {
      costs.push(this.cost(arg));
      return this.operand(arg);
    });
    const member = found?.namespaced === true ? undefined : expr.target;
    if (member !== undefined) costs.push(this.cost(member));
    const before = name === OPERATORS.conditional ? costOfBranches(costs) : costs.reduce(plus, 0n);
    // The operators of logic cost what their operands cost.
    if (isLogical(name)) return before;
    const target = member === undefined ? undefined : this.operand(member);
    const overloads = found?.overloads.map(({ id }) => id) ?? [name];
    return plus(before, this.overloads(expr, overloads, { name, target, args }));
  }

  /** Returns what the dearest of the overloads costs that a call may mean, and notes the sizes of the result. */
  private overloads(expr: Call, overloads: readonly string[], call: Omit<EstimatedCall, "overload">): bigint {
    const { known } = this;
    const [first] = expr.args;
    let cost = 0n;
    let size: Size | undefined;
    for (const overload of overloads) {
      const estimate = estimateCall({ ...call, overload });
      known.setEntries(expr, estimate.entries);
      cost = larger(cost, estimate.cost);
      if (estimate.size !== undefined) size = size === undefined ? estimate.size : spanSizes(size, estimate.size);
      const step = INDEX_STEPS.get(overload);
      if (step !== undefined && first !== undefined) {
        size = known.entriesOf(first)?.value;
        known.setStep(expr, first, step);
      }
      size ??= known.sizeOf(expr);
    }
    known.setSize(expr, size);
    return cost;
  }

  private operand(expr: Expr): Operand {
    const { known } = this;
    const size = known.sizeOf(expr);
    const path = known.pathOf(expr);
    return {
      expr,
      type: known.typeOf(expr),
      size: size ?? UNKNOWN,
      sized: size !== undefined,
      entries: known.entriesOf(expr),
      elementSize: () => known.elementSize(path),
    };
  }

  private dyn(expr: Call): bigint {
    const [arg] = expr.args;
    if (arg === undefined) return 1n;
    const cost = this.cost(arg);
    this.known.copySizes(expr, arg);
    return plus(cost, 1n);
  }
}

const INDEX_STEPS: ReadonlyMap<string, string> = new Map([
  ["index_list", "@items"],
  ["index_map", "@values"],
]);

/** Only the dearer of the two branches counts. */
function costOfBranches([condition = 0n, yes = 0n, no = 0n]: readonly bigint[]): bigint {
  return plus(condition, larger(yes, no));
}

function estimateCall(call: EstimatedCall): Estimate {
  return estimateListCall(call) ?? estimateKubernetesCall(call) ?? estimateStandardCall(call);
}

/** Tells whether a fold only gives a value a name. */
function isBinding({ range, condition }: Comprehension): boolean {
  return range.kind === "list" && range.elements.length === 0 && condition.kind === "literal" && condition.value === false;
}
