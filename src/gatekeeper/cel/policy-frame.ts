/**
 * The variables of one policy while it judges: those of the review, bound once for all expressions, and the policy's own, each worked out
 * when first asked for. What only the constraint decides is kept with the constraint and not worked out again for the next review.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#variable-composition
 */
import { variablesType } from "./admission-types.ts";
import type { CompiledExpression } from "./compiled-expression.ts";
import type { LazyFields } from "./plan/access.ts";
import type { Cell, Frame, Step } from "./plan/step.ts";
import { CelError, CelOpaque, type CelResult, type CelValue } from "./values/value.ts";

/** What a single expression may cost, and all validations of a constraint together. */
export const EXPRESSION_LIMIT = 1_000_000;

/** The variables of one review. */
export interface AdmissionInput {
  readonly object: CelValue;
  readonly oldObject: CelValue;
  readonly request: CelValue;
  /** The field of `request` that nearly every policy reads. */
  readonly operation: string;
  readonly namespaceObject: CelValue;
}

const NO_INPUT: AdmissionInput = { object: null, oldObject: null, request: null, operation: "", namespaceObject: null };

/** The variables that a constraint alone decides, as far as they are known, and what they cost together. */
export interface FixedValues {
  readonly values: Map<string, CelResult>;
  cost: number;
}

/** Makes the values of a constraint of which nothing is known yet. */
export function createFixedValues(): FixedValues {
  return { values: new Map(), cost: 0 };
}

interface Slot {
  readonly name: string;
  expression: CompiledExpression | undefined;
  /** Undefined until it is asked for. */
  v: CelResult | undefined;
  /** Whether nothing but the constraint can change it. */
  fixed: boolean;
}

/** A cell that asks for its value when it is read, for what few expressions read and costs time to make. */
class AskedCell implements Cell {
  private readonly ask: () => CelResult;

  constructor(ask: () => CelResult) {
    this.ask = ask;
  }

  get v(): CelResult {
    return this.ask();
  }
}

/** The frame that the expressions of one policy share; it serves one review at a time. */
export class PolicyFrame implements Frame, LazyFields {
  readonly cells = new Map<string, Cell>();
  private readonly slots = new Map<string, Slot>();
  /** The fields of `variables` that the constraint decides. */
  private readonly fixedMembers = new Set<string>();
  private readonly object: { v: CelResult } = { v: null };
  private readonly oldObject: { v: CelResult } = { v: null };
  private readonly params: { v: CelResult } = { v: null };
  private input = NO_INPUT;
  private fixed: FixedValues | undefined;
  private readonly known: Slot[] = [];
  private total = 0;
  private uncharged = 0;
  /** Whether a name is defined twice, so that a variable may ask for itself and its value depends on who asks first. */
  ambiguous = false;

  constructor() {
    this.cells.set("object", this.object);
    this.cells.set("oldObject", this.oldObject);
    this.cells.set("params", this.params);
    this.cells.set("request", new AskedCell(() => this.input.request));
    this.cells.set("namespaceObject", new AskedCell(() => this.input.namespaceObject));
    this.cells.set("variables", { v: new CelOpaque(variablesType, this) });
  }

  /** Defines a variable; the last definition of a name counts. */
  define(name: string, expression: CompiledExpression): void {
    const slot = this.slots.get(name);
    if (slot === undefined) {
      const fixed = this.isFixed(expression);
      this.slots.set(name, { name, expression, v: undefined, fixed });
      if (fixed) this.fixedMembers.add(`variables.${name}`);
    } else {
      slot.expression = expression;
      this.ambiguous = true;
    }
  }

  private isFixed({ outcome }: CompiledExpression): boolean {
    if ("error" in outcome) return false;
    const { variables, members } = outcome.program;
    for (const name of variables) if (name !== "params") return false;
    for (const member of members) if (!this.fixedMembers.has(member)) return false;
    return true;
  }

  member(variable: string, field: string): Step | undefined {
    if (variable === "request" && field === "operation") return () => this.input.operation;
    const slot = variable === "variables" ? this.slots.get(field) : undefined;
    if (slot === undefined) return undefined;
    return () => (slot.v === undefined ? this.work(slot) : slot.v);
  }

  field(name: string): CelResult | undefined {
    const slot = this.slots.get(name);
    return slot === undefined ? undefined : (slot.v ?? this.work(slot));
  }

  /** Binds a review and a constraint; values known of the constraint are taken, and their cost is due. */
  open(input: AdmissionInput, params: CelValue, fixed: FixedValues | undefined): void {
    this.input = input;
    this.object.v = input.object;
    this.oldObject.v = input.oldObject;
    this.params.v = params;
    this.fixed = fixed;
    this.total = 0;
    this.uncharged = 0;
    if (fixed === undefined) return;
    for (const [name, value] of fixed.values) {
      const slot = this.slots.get(name);
      if (slot === undefined) continue;
      slot.v = value;
      this.known.push(slot);
    }
    this.total = fixed.cost;
    this.uncharged = fixed.cost;
  }

  /** Forgets the variables' values. */
  forget(): void {
    for (const slot of this.known) slot.v = undefined;
    this.known.length = 0;
  }

  /** Forgets the review as well: a policy outlives its reviews and must not keep the last one. */
  close(): void {
    this.forget();
    this.input = NO_INPUT;
    this.fixed = undefined;
    this.object.v = null;
    this.oldObject.v = null;
    this.params.v = null;
  }

  /** Yields what variables have cost since this was last asked. */
  takeCost(): number {
    const cost = this.uncharged;
    this.uncharged = 0;
    return cost;
  }

  /** Makes everything that is known due again: no list of expressions can make variables cost more than all of them once. */
  chargeAgain(): void {
    this.uncharged = this.total;
  }

  private work(slot: Slot): CelResult {
    slot.v = new CelError(`composited variable "${slot.name}" refers to itself`);
    this.known.push(slot);
    slot.v = this.evaluate(slot);
    return slot.v;
  }

  private evaluate({ name, expression, fixed }: Slot): CelResult {
    if (expression === undefined) return null;
    const { outcome } = expression;
    if ("error" in outcome) return new CelError(`composited variable "${name}" fails to compile: ${outcome.error}`);
    const value = outcome.program.run(EXPRESSION_LIMIT);
    const cost = outcome.program.cost();
    this.total += cost;
    this.uncharged += cost;
    const result = value instanceof CelError ? new CelError(`composited variable "${name}" fails to evaluate: ${value.message}`) : value;
    if (fixed && this.fixed !== undefined) {
      this.fixed.values.set(name, result);
      this.fixed.cost += cost;
    }
    return result;
  }
}
