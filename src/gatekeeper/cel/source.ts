/**
 * Reads the `source` of a template's K8sNativeValidation code: validations, variables, match conditions, failure policy. Yields the source
 * or the error of the original, with the path of what is wrong.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
 */
import { isPlainObject, type PlainObject, quote, RegoNumber, type Value } from "../../rego/index.ts";

/** A rule: `expression` must be true. */
interface CelValidation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression: string;
}

/** A named expression: a variable or a match condition. */
export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

/** What an error in an expression means for the request. */
export type FailurePolicy = "Fail" | "Ignore";

/** A template's CEL. */
export interface CelSource {
  readonly validations: readonly CelValidation[];
  readonly variables: readonly NamedExpression[];
  readonly matchConditions: readonly NamedExpression[];
  /** Undefined when the template does not say. */
  readonly failurePolicy: FailurePolicy | undefined;
  readonly generateVap: boolean | undefined;
}

/** What is wrong with a source, and where. */
export interface SourceError {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** Names beginning so are Gatekeeper's own. */
const RESERVED_PREFIX = "gatekeeper_internal_";
/** The variable that holds the constraint's parameters. */
export const PARAMS_NAME = "params";
/** The variable that holds the object, or the old one on DELETE. */
export const OBJECT_NAME = "anyObject";

/** Stops reading at the first mistake, as the original does; thrown and caught in this file. */
class Mistake extends Error {
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[]) {
    super(message);
    this.path = path;
  }
}

/** Reads a source of any type. */
export function readCelSource(source: Value | undefined): { readonly source: CelSource } | { readonly error: SourceError } {
  if (source === undefined || !isPlainObject(source)) return { error: { message: "could not recognize the type", path: [] } };
  try {
    return { source: readSource(source) };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { error: { message: error.message, path: error.path } };
  }
}

function readSource(source: PlainObject): CelSource {
  const validations = readList(source, "validations", (entry, path) => ({
    expression: readText(entry, "expression", path),
    message: readText(entry, "message", path),
    messageExpression: readText(entry, "messageExpression", path),
  }));
  const failurePolicy = (source["failurePolicy"] ?? null) === null ? undefined : readText(source, "failurePolicy", []);
  // The original's key is singular; the plural is ignored.
  const matchConditions = readList(source, "matchCondition", readNamed);
  const variables = readList(source, "variables", readNamed);
  const generateVap = readFlag(source["generateVAP"]);
  checkNames(matchConditions, variables);
  return { validations, variables, matchConditions, failurePolicy: readPolicy(failurePolicy), generateVap };
}

type Path = readonly (string | number)[];

function readNamed(entry: PlainObject, path: Path): NamedExpression {
  return { name: readText(entry, "name", path), expression: readText(entry, "expression", path) };
}

function readList<T>(source: PlainObject, key: string, read: (entry: PlainObject, path: Path) => T): readonly T[] {
  const value = source[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Mistake(`cannot restore slice from ${goType(value)}`, [key]);
  return value.map((entry: Value, i) => {
    // Null is an entry without anything in it.
    if (entry !== null && !isPlainObject(entry)) throw new Mistake(`cannot restore struct from: ${goType(entry)}`, [key, i]);
    return read(entry ?? {}, [key, i]);
  });
}

function readText(source: PlainObject, key: string, path: Path): string {
  const value = source[key];
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw new Mistake("unrecognized type: string", [...path, key]);
  return value;
}

function readFlag(value: Value | undefined): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw new Mistake("unrecognized type: bool", ["generateVAP"]);
  return value;
}

/** The type that Go's decoder gives a value; it reads all numbers as floats. */
function goType(value: Value): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || value instanceof RegoNumber) return "float64";
  return Array.isArray(value) ? "slice" : "map";
}

function readPolicy(text: string | undefined): FailurePolicy | undefined {
  if (text === undefined || text === "Fail" || text === "Ignore") return text;
  throw new Mistake(`invalid failure policy: unrecognized failure policy: ${text}`, ["failurePolicy"]);
}

function checkNames(matchConditions: readonly NamedExpression[], variables: readonly NamedExpression[]): void {
  const prefix = `cannot have ${quote(RESERVED_PREFIX)} as a prefix`;
  for (const [i, { name }] of matchConditions.entries()) {
    if (!name.startsWith(RESERVED_PREFIX)) continue;
    throw new Mistake(`invalid match condition: ${name} is not a valid match condition; ${prefix}`, ["matchCondition", i, "name"]);
  }
  for (const [i, { name }] of variables.entries()) {
    const path = ["variables", i, "name"];
    if (name.startsWith(RESERVED_PREFIX))
      throw new Mistake(`invalid variable definition: ${name} is not a valid variable; ${prefix}`, path);
    if (name !== PARAMS_NAME && name !== OBJECT_NAME) continue;
    throw new Mistake(`invalid variable definition: ${name} an invalid variable name, ${quote(name)} is a reserved keyword`, path);
  }
}
