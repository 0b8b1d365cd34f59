/**
 * Names, selections and indexing. A chain such as `object.spec.containers[0]` is one attribute in cel-go's accounting: 1 for the attribute
 * and 1 for each part behind its root; used as an index or as a branch of `?:` the attribute itself is free.
 */
import type { Call, Expr, Ident, Select } from "../syntax/ast.ts";
import { OPERATORS } from "../syntax/ast.ts";
import { CelError, CelOptional, type CelResult } from "../values/value.ts";
import { absent, chainReader, fieldReader, index, keyProblem, optionalIndex, presenceTest } from "./access.ts";
import type { Meter } from "./meter.ts";
import { ofConstant, type Planned, type Planner, type Step } from "./step.ts";

function attribute(meter: Meter, bare: Step): Planned {
  const step = () => {
    meter.cost++;
    return bare();
  };
  return { step, constant: undefined, bare };
}

/** Plans a name. */
export function planIdent(expr: Ident | Select, planner: Planner): Planned {
  const reference = planner.referenceOf(expr);
  if (reference?.kind === "type") return ofConstant(reference.type);
  if (reference?.kind === "constant") return ofConstant(reference.value);
  const cell = planner.cellOf(reference?.kind === "variable" ? reference.name : expr.kind === "ident" ? expr.name : expr.field);
  return attribute(planner.meter, () => cell.v);
}

/** Plans `operand.field` and `has(operand.field)`. */
export function planSelect(expr: Select, planner: Planner): Planned {
  if (planner.referenceOf(expr) !== undefined) return planIdent(expr, planner);
  const member = memberStep(expr, planner);
  if (member !== undefined) return planMember(member, expr.test, planner.meter);
  const { meter } = planner;
  if (!expr.test) return attribute(meter, chainStep(expr, planner));
  const operand = operandStep(expr.operand, planner);
  const isPresent = presenceTest(expr.field);
  const test = () => {
    const value = operand();
    if (value instanceof CelError) return value;
    meter.cost++;
    return isPresent(value);
  };
  return { step: test, constant: undefined, bare: undefined };
}

// All selections down to the first operand that is none are read in one go.
function chainStep(expr: Select, planner: Planner): Step {
  const names = [expr.field];
  let { operand } = expr;
  while (isPlainSelect(operand, planner)) {
    names.unshift(operand.field);
    operand = operand.operand;
  }
  return chainReader(operandStep(operand, planner), names, planner.meter);
}

function isPlainSelect(expr: Expr, planner: Planner): expr is Select {
  if (expr.kind !== "select" || expr.test || planner.referenceOf(expr) !== undefined) return false;
  return memberStep(expr, planner) === undefined;
}

// A field that the frame has by itself, such as those of Kubernetes' `variables`.
function memberStep({ operand, field }: Select, planner: Planner): Step | undefined {
  const reference = planner.referenceOf(operand);
  return reference?.kind === "variable" && operand.kind === "ident" ? planner.memberOf(reference.name, field) : undefined;
}

function planMember(member: Step, test: boolean, meter: Meter): Planned {
  const read = () => {
    const found = member();
    if (found !== absent) meter.cost++;
    return found;
  };
  if (!test) return attribute(meter, read);
  const present = () => {
    meter.cost++;
    const found = member();
    return found instanceof CelError ? found : true;
  };
  return { step: present, constant: undefined, bare: undefined };
}

function fieldStep(operand: Step, field: string, meter: Meter): Step {
  const read = fieldReader(field);
  return () => {
    const value = operand();
    if (value instanceof CelError) return value;
    const found = read(value);
    if (found !== absent) meter.cost++;
    return found;
  };
}

// The root of a chain: the attribute's own cost is charged once, at the end of the chain.
function operandStep(expr: Expr, planner: Planner): Step {
  const planned = planner.plan(expr);
  return planned.bare ?? planned.step;
}

/** Plans `operand[key]`, `operand[?key]` and `operand.?field`. */
export function planIndex(expr: Call, planner: Planner): Planned {
  const [operandExpr, keyExpr] = expr.args;
  if (operandExpr === undefined || keyExpr === undefined) return ofConstant(null);
  const operand = operandStep(operandExpr, planner);
  const keyed = planner.plan(keyExpr);
  const key = keyed.bare ?? keyed.step;
  const plain = keyed.bare !== undefined;
  const { meter } = planner;
  const read = expr.name === OPERATORS.index ? index : optionalIndex;
  if (keyed.constant !== undefined && expr.name === OPERATORS.index && typeof keyed.constant === "string") {
    return attribute(meter, fieldStep(operand, keyed.constant, meter));
  }
  return attribute(meter, () => {
    const value = operand();
    if (value instanceof CelError) return value;
    // An absent optional ends the chain before its key is worked out.
    if (value instanceof CelOptional && value.value === undefined) return value;
    const at: CelResult = key();
    if (at instanceof CelError) return at;
    const found = keyProblem(at, plain) ?? read(value, at);
    // A part that turns out absent is not charged.
    if (found !== absent) meter.cost++;
    return found;
  });
}
