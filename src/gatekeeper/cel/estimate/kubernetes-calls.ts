/**
 * What calls of Kubernetes' functions, and of some of CEL's that it prices anew, are estimated to cost; by the function's name. Functions
 * that cost 1, as all do unless something says otherwise, are not here.
 * https://kubernetes.io/docs/reference/using-api/cel/#estimated-cost-limits
 */
import type { Estimate, EstimatedCall, Estimator, Operand } from "./operand.ts";
import { addSizes, MOST, multiplySizes, plus, REGEX_LENGTH, type Size, scale, spanSizes, TRAVERSAL, times, wrap } from "./size.ts";
import { LIST_COST, matchCost } from "./standard-calls.ts";

/** The longest expression behind a named format. */
const FORMAT_PATTERN = 128;
/** The longest name of a format. */
const FORMAT_NAME = 64;
/** Two of these are all that an expression can afford. */
const AUTHORIZATION_COST = 350_000n;
const STRUCT_COST = 40n;

function walk(size: Size, passes: number): bigint {
  return scale(size.max, passes * TRAVERSAL);
}

/** A walk over the first argument. */
const walkArgument =
  (passes: number): Estimator =>
  ({ args: [first] }) =>
    first && { cost: walk(first.size, passes) };

const sameSizeAs = ({ size }: Operand): Estimate => ({ cost: walk(size, 1), size });

/** A visit of every element of a list, or a walk over a text. */
const visitAll: Estimator = ({ target }) => {
  if (target === undefined) return undefined;
  const [element] = target.type.parameters;
  if (element === undefined) return { cost: walk(target.size, 1) };
  const isText = element.kind === "string" || element.kind === "bytes";
  return { cost: times(target.size.max, isText ? plus(1n, walk(target.elementSize(), 1)) : 1n) };
};

function replacedSize(text: Size, part: Size, by: Size): Size {
  const divide = (length: bigint, unit: bigint): bigint => {
    const quotient = Math.ceil(Number(length) / Number(unit));
    // What no longer fits becomes half of it, as the processor has it.
    return quotient >= 2 ** 64 ? 2n ** 63n : BigInt(quotient);
  };
  const between = (length: bigint): bigint => (length < MOST ? length + 1n : length);
  const longest = (): bigint => {
    // Replacing nothing puts the new text around every character.
    if (part.min === 0n) return plus(times(between(text.max), by.max), text.max);
    return by.max <= part.min ? text.max : times(divide(text.max, part.min), by.max);
  };
  const shortest = (): bigint => {
    if (part.max === 0n) return plus(times(between(text.min), by.min), text.min);
    return part.max <= by.min ? text.min : times(divide(text.min, part.max), by.min);
  };
  return { min: shortest(), max: longest() };
}

const replace: Estimator = ({ target, args: [part, by] }) =>
  target && part && by && { cost: walk(target.size, 2), size: replacedSize(target.size, part.size, by.size) };

const split: Estimator = ({ target, args: [, limit] }) => {
  if (target === undefined) return undefined;
  const value = limit?.expr.kind === "literal" ? limit.expr.value : undefined;
  const limited = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  return { cost: walk(target.size, 2), size: { min: 0n, max: limited ? wrap(BigInt(value)) : target.size.max } };
};

const join: Estimator = ({ target, args: [separator] }) => {
  if (target === undefined) return undefined;
  const { size: list, type } = target;
  const texts: Size = type.parameters.length > 0 ? multiplySizes(list, target.elementSize()) : { min: 0n, max: 0n };
  const less = (count: bigint): bigint => (count > 0n ? count - 1n : 0n);
  const gaps: Size = { min: less(list.min), max: less(list.max) };
  const size = separator === undefined ? texts : addSizes(texts, multiplySizes(separator.size, gaps));
  return { cost: walk(size, 1), size };
};

const find: Estimator = ({ target, args: [pattern] }) =>
  target && pattern && { cost: matchCost(target.size, pattern.size), size: { min: 0n, max: target.size.max } };

const selector: Estimator = ({ args }) => {
  const [first] = args;
  if (first === undefined || args.length !== 1) return undefined;
  const requirements = scale(scale(first.size.max, 0.5), Number(LIST_COST + STRUCT_COST));
  return { cost: plus(plus(LIST_COST, walk(first.size, 1)), requirements) };
};

/** Comparing two networks or addresses, `fixed`, after reading the other one when it is a text. */
const compareNetworks =
  (fixed: bigint): Estimator =>
  ({ overload, args: [other] }) =>
    other && { cost: overload.endsWith("_string") ? plus(fixed, walk(other.size, 1)) : fixed };

const validate: Estimator = ({ args: [text] }) => text && { cost: scale(walk(text.size, 1), FORMAT_PATTERN * REGEX_LENGTH) };

const CHEAP_TO_COMPARE: ReadonlySet<string> = new Set([
  "net.IP",
  "net.CIDR",
  "kubernetes.Quantity",
  "kubernetes.Semver",
  ...["Authorizer", "PathCheck", "GroupCheck", "ResourceCheck", "Decision"].map((name) => `kubernetes.authorization.${name}`),
]);

const equals: Estimator = ({ args: [a, b] }) => {
  if (a === undefined || b === undefined || a.type.name !== b.type.name) return undefined;
  const { name } = a.type;
  if (CHEAP_TO_COMPARE.has(name)) return { cost: 1n };
  if (name === "kubernetes.NamedFormat") return { cost: scale(BigInt(FORMAT_NAME), TRAVERSAL) };
  // The second one speaks for both.
  if (name === "kubernetes.URL") return { cost: b.sized ? walk(spanSizes(b.size, b.size), 1) : 1n };
  return undefined;
};

const onTarget =
  (estimate: (target: Operand) => Estimate): Estimator =>
  ({ target }) =>
    target && estimate(target);

const onOnlyArgument: Estimator = ({ args }) => {
  const [first] = args;
  return first === undefined || args.length !== 1 ? undefined : sameSizeAs(first);
};

function rows(names: readonly string[], estimator: Estimator): readonly (readonly [string, Estimator])[] {
  return names.map((name) => [name, estimator] as const);
}

const FUNCTIONS: ReadonlyMap<string, Estimator> = new Map([
  ...rows(["check"], () => ({ cost: AUTHORIZATION_COST })),
  ...rows(["fieldSelector", "labelSelector"], selector),
  ...rows(["isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"], visitAll),
  ...rows(["url"], onOnlyArgument),
  ...rows(["lowerAscii", "upperAscii", "substring", "trim"], onTarget(sameSizeAs)),
  ...rows(["replace"], replace),
  ...rows(["split"], split),
  ...rows(["join"], join),
  ...rows(["find", "findAll"], find),
  ...rows(["cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"], walkArgument(1)),
  ...rows(["ip"], (call) => (call.overload === "cidr_ip" ? { cost: 1n } : walkArgument(1)(call))),
  ...rows(["ip.isCanonical"], walkArgument(2)),
  ...rows(["containsIP"], compareNetworks(4n)),
  ...rows(["containsCIDR"], compareNetworks(7n)),
  ...rows(["validate"], validate),
  ...rows(["_==_"], equals),
]);

/** Estimates a call of one of the functions that Kubernetes prices. */
export function estimateKubernetesCall(call: EstimatedCall): Estimate | undefined {
  return FUNCTIONS.get(call.name)?.(call);
}
