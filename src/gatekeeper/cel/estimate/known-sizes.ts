/**
 * What an estimate knows about the values of expressions: how they are reached from a variable, how large they are, and how large the entries
 * of those are that are written in the expression itself.
 * https://github.com/google/cel-go/blob/master/checker/cost.go
 */
import type { CheckedTree } from "../check/check.ts";
import type { Expr } from "../syntax/ast.ts";
import { codePointCount } from "../values/size.ts";
import { type CelType, dynType } from "../values/type.ts";
import type { CelValue } from "../values/value.ts";
import type { EntrySizes } from "./operand.ts";
import { extendPath, type Path } from "./path.ts";
import { exactly, type Size, UNKNOWN } from "./size.ts";

/** Returns the size of what a path leads to, as far as it is declared. */
export type SizeOfPath = (path: readonly string[]) => Size | undefined;

interface Variable {
  readonly path: Path | undefined;
  readonly size: Size | undefined;
  readonly entries: EntrySizes | undefined;
}

/** Which part of an entry a variable of a fold takes. */
type Part = "key" | "value" | "element";

/** What is known; it grows while the expression is gone through. */
export class KnownSizes {
  private readonly types: CheckedTree["types"];
  private readonly sizeOfPath: SizeOfPath;
  private readonly paths = new Map<Expr, Path | undefined>();
  private readonly sizes = new Map<Expr, Size>();
  private readonly entries = new Map<Expr, EntrySizes>();
  private readonly variables = new Map<string, Variable[]>();

  constructor(types: CheckedTree["types"], sizeOfPath: SizeOfPath) {
    this.types = types;
    this.sizeOfPath = sizeOfPath;
  }

  typeOf(expr: Expr): CelType {
    return this.types.get(expr) ?? dynType;
  }

  pathOf(expr: Expr): Path | undefined {
    const local = expr.kind === "ident" ? this.variable(expr.name) : undefined;
    return local === undefined ? this.paths.get(expr) : local.path;
  }

  /** Notes that an expression is the variable of this name. */
  setName(expr: Expr, name: string): void {
    const local = this.variable(name);
    this.paths.set(expr, local === undefined ? extendPath(undefined, name) : local.path);
  }

  /** Notes that an expression is one step away from another. */
  setStep(expr: Expr, from: Expr, step: string): void {
    this.paths.set(expr, extendPath(this.pathOf(from), step));
  }

  setSize(expr: Expr, size: Size | undefined): void {
    if (size !== undefined) this.sizes.set(expr, size);
  }

  sizeOf(expr: Expr): Size | undefined {
    const known = this.sizes.get(expr) ?? sizeAsWritten(expr);
    if (known !== undefined) return known;
    const declared = this.declaredSize(this.pathOf(expr));
    if (declared !== undefined) {
      this.sizes.set(expr, declared);
      return declared;
    }
    if (isScalar(this.typeOf(expr))) return exactly(1);
    return expr.kind === "ident" ? this.variable(expr.name)?.size : undefined;
  }

  sizeOrUnknown(expr: Expr): Size {
    return this.sizeOf(expr) ?? UNKNOWN;
  }

  /** The size by the schema of the elements of what a path leads to. */
  elementSize(path: Path | undefined): Size {
    return (path && this.sizeOfPath([...path.steps.slice(0, path.length), "@items"])) ?? UNKNOWN;
  }

  setEntries(expr: Expr, entries: EntrySizes | undefined): void {
    if (entries !== undefined) this.entries.set(expr, entries);
  }

  entriesOf(expr: Expr): EntrySizes | undefined {
    return this.entries.get(expr) ?? (expr.kind === "ident" ? this.variable(expr.name)?.entries : undefined);
  }

  /** Gives an expression the sizes of another that is its value. */
  copySizes(to: Expr, from: Expr): void {
    this.setSize(to, this.sizeOf(from));
    this.setEntries(to, this.entriesOf(from));
  }

  /** Adds a variable that stands for a value. */
  bind(name: string, value: Expr): void {
    const path = this.pathOf(value);
    const entries = this.entriesOf(value);
    this.push(name, { path, entries, size: this.sizeOf(value) });
  }

  /** Adds a variable that goes over a part of a list or map. */
  iterate(name: string, range: Expr, part: Part): void {
    const entries = this.entriesOf(range);
    const isList = (entries?.container ?? this.typeOf(range).kind) === "list";
    const isKey = part === "key" || (part === "element" && !isList);
    const ofList = isKey ? "@indices" : "@items";
    const path = extendPath(this.pathOf(range), isList ? ofList : isKey ? "@keys" : "@values");
    this.push(name, { path, entries: undefined, size: isKey ? entries?.key : entries?.value });
  }

  /** Takes away the latest variable of a name. */
  release(name: string): void {
    this.variables.get(name)?.pop();
  }

  private push(name: string, variable: Variable): void {
    const stack = this.variables.get(name);
    if (stack === undefined) this.variables.set(name, [variable]);
    else stack.push(variable);
  }

  private variable(name: string): Variable | undefined {
    return this.variables.get(name)?.at(-1);
  }

  private declaredSize(path: Path | undefined): Size | undefined {
    return path && this.sizeOfPath(path.steps.slice(0, path.length));
  }
}

function sizeAsWritten(expr: Expr): Size | undefined {
  if (expr.kind === "list") return exactly(expr.elements.length);
  if (expr.kind === "map") return exactly(expr.entries.length);
  return expr.kind === "literal" ? literalSize(expr.value) : undefined;
}

function literalSize(value: CelValue): Size {
  if (typeof value === "string") return exactly(codePointCount(value));
  if (value instanceof Uint8Array) return exactly(value.length);
  return exactly(1);
}

function isScalar(type: CelType): boolean {
  const [parameter] = type.parameters;
  if (parameter !== undefined && (type.kind === "wrapper" || type.name === "optional_type")) return isScalar(parameter);
  return SCALARS.has(type.kind);
}

const SCALARS: ReadonlySet<string> = new Set(["bool", "double", "duration", "int", "timestamp", "uint"]);
