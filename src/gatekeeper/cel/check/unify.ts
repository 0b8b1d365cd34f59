/**
 * Assignability and type parameters. A set of substitutions grows while types are compared; a comparison that fails leaves it as it was,
 * by a trail of what to undo (copying the whole set each time, as a first draft might, is quadratic on hostile input).
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#gradual-type-checking
 */
import { CelType, dynType, sameType } from "../values/type.ts";

/** Tells whether a type stands for any value. */
export function isDyn(type: CelType): boolean {
  return type.kind === "dyn" || type.kind === "any";
}

/** Tells whether a type stands for any value, or for one already found wrong. */
export function isDynOrError(type: CelType): boolean {
  return isDyn(type) || type.kind === "error";
}

/** Type parameters and what they were found to stand for. */
export class Substitutions {
  private readonly bound = new Map<string, CelType>();
  private readonly trail: (readonly [string, CelType | undefined])[] = [];
  private counter = 0;

  /** Makes a fresh type parameter. */
  fresh(): CelType {
    return new CelType("param", `_var${this.counter++}`);
  }

  /** Tells whether a value of one type can stand for the other; the substitutions are kept only when all pairs can. */
  assignable(pairs: readonly (readonly [CelType, CelType])[]): boolean {
    const mark = this.trail.length;
    if (pairs.every(([a, b]) => this.unify(a, b))) return true;
    while (this.trail.length > mark) this.undo();
    return false;
  }

  /** Replaces parameters by what they stand for; free ones become dyn on request. */
  apply(type: CelType, freeToDyn: boolean): CelType {
    const bound = this.find(type);
    if (bound !== undefined) return this.apply(bound, freeToDyn);
    if (type.kind === "param") return freeToDyn ? dynType : type;
    if (type.parameters.length === 0) return type;
    const parameters = type.parameters.map((parameter) => this.apply(parameter, freeToDyn));
    return parameters.every((parameter, i) => parameter === type.parameters[i]) ? type : new CelType(type.kind, type.name, parameters);
  }

  private undo(): void {
    const [name, before] = this.trail.pop() ?? ["", undefined];
    if (before === undefined) this.bound.delete(name);
    else this.bound.set(name, before);
  }

  private find(type: CelType): CelType | undefined {
    return type.kind === "param" ? this.bound.get(type.name) : undefined;
  }

  private bind(parameter: CelType, type: CelType): void {
    this.trail.push([parameter.name, this.bound.get(parameter.name)]);
    this.bound.set(parameter.name, type);
  }

  private unify(a: CelType, b: CelType): boolean {
    if (b.kind === "param") {
      const found = this.substitute(a, b);
      if (found !== "free") return found;
    }
    if (a.kind === "param") return this.substitute(b, a) === true;
    if (isDynOrError(a) || isDynOrError(b)) return true;
    if (a.kind === "null") return acceptsNull(b);
    if (b.kind === "null") return acceptsNull(a);
    if (a.kind === "type") return b.kind === "type";
    if (a.kind === "list" || a.kind === "map" || a.kind === "opaque") return this.unifyParameters(a, b);
    return unwrap(a).kind === unwrap(b).kind && unwrap(a).name === unwrap(b).name;
  }

  private unifyParameters(a: CelType, b: CelType): boolean {
    if (a.kind !== b.kind || a.name !== b.name || a.parameters.length !== b.parameters.length) return false;
    return a.parameters.every((parameter, i) => this.unify(parameter, b.parameters[i] ?? dynType));
  }

  // Tries `parameter := type`; "free" means it has no meaning yet and cannot take this one.
  private substitute(type: CelType, parameter: CelType): boolean | "free" {
    if (type.kind === "param" && type.name === parameter.name) return true;
    const bound = this.find(parameter);
    if (bound === undefined) {
      if (!this.absent(parameter, type)) return "free";
      this.bind(parameter, type);
      return true;
    }
    if (sameType(type, bound)) return true;
    if (!this.unify(type, bound)) return false;
    const general = mostGeneral(type, bound);
    if (this.absent(parameter, general)) this.bind(parameter, general);
    return true;
  }

  // The occurs check: a parameter must not stand for a type that contains it.
  private absent(parameter: CelType, within: CelType): boolean {
    if (sameType(parameter, within)) return false;
    if (within.kind === "param") {
      const bound = this.find(within);
      return bound === undefined || this.absent(parameter, bound);
    }
    return within.parameters.every((each) => this.absent(parameter, each));
  }
}

function unwrap(type: CelType): CelType {
  return type.kind === "wrapper" ? (type.parameters[0] ?? type) : type;
}

const NULLABLE: ReadonlySet<string> = new Set(["opaque", "struct", "any", "duration", "timestamp", "wrapper", "null"]);

function acceptsNull(type: CelType): boolean {
  return NULLABLE.has(type.kind);
}

/** Picks the more general of two types that are known to agree. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return lessSpecific(a, b) ? a : b;
}

function lessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === "param") return true;
  if (isDyn(b) || b.kind === "param") return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === "type") return true;
  if (a.name !== b.name || a.parameters.length !== b.parameters.length) return false;
  if (a.parameters.length === 0) return true;
  return a.parameters.every((parameter, i) => lessSpecific(parameter, b.parameters[i] ?? dynType));
}
