/**
 * What the CEL rules of a schema may cost: each by itself, and all together. Estimated costs in, complaints out.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions
 */
import { formatFloat } from "../../../rego/index.ts";
import { forbiddenField } from "../../kube/field-error.ts";

/** What one expression may cost. */
const EXPRESSION_LIMIT = 10_000_000n;
/** What all expressions of a schema may cost. */
const TOTAL_LIMIT = 100_000_000n;
/** The largest cost there is. */
const MOST = 2n ** 64n - 1n;
/** How many of the dearest expressions are named. */
const NAMED = 4;

/** The budget of one schema; it grows while the schema is gone through. */
export class RuleBudget {
  private total = 0n;
  private dearest: (readonly [string, bigint])[] = [];

  /** Counts an expression, and returns what is to be said of its own cost. */
  spend(path: string, estimated: bigint, name: string): readonly string[] {
    const cost = atMost(estimated);
    this.total = atMost(this.total + cost);
    // What is less than a hundredth of the limit is not to blame.
    if (cost >= TOTAL_LIMIT / 100n) this.remember(path, cost);
    return cost > EXPRESSION_LIMIT ? [forbiddenField(path, exceeds(name, cost, EXPRESSION_LIMIT))] : [];
  }

  /** Returns what is to be said of all expressions together, the schema being at `path`. */
  check(path: string): readonly string[] {
    if (this.total <= TOTAL_LIMIT) return [];
    const part = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
    const name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    const blamed = this.dearest.map(([at]) => forbiddenField(at, part));
    return [...blamed, forbiddenField(path, exceeds(name, this.total, TOTAL_LIMIT))];
  }

  private remember(path: string, cost: bigint): void {
    const cheaper = this.dearest.findIndex(([, other]) => other < cost);
    this.dearest.splice(cheaper < 0 ? this.dearest.length : cheaper, 0, [path, cost]);
    this.dearest.length = Math.min(this.dearest.length, NAMED);
  }
}

function atMost(cost: bigint): bigint {
  return cost > MOST ? MOST : cost;
}

function exceeds(name: string, cost: bigint, limit: bigint): string {
  const advice = "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared";
  return `${name} exceeds budget by factor of ${factorText(Number(cost) / Number(limit))} (${advice})`;
}

function factorText(factor: number): string {
  if (factor > 100) return "more than 100x";
  // Little more than 1 needs digits, not to read as 1.
  return `${formatFloat(factor, "f", factor < 1.5 ? 6 : 1)}x`;
}
