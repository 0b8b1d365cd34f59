/** The texts of type errors and the detail lines below them: what was there, what was wanted, and a caret under the wrong step of a reference. */
import type { Diagnostic } from "../../../diagnostic/diagnostic.ts";
import type { Span } from "../../../source/source.ts";
import type { RefTerm, Term } from "../../../syntax/ast.ts";
import { printTerm } from "../../../syntax/print.ts";
import { toUtf8Bytes } from "../../../text/bytes.ts";
import { printType, printTypes, printWanted } from "../../../types/print.ts";
import { isUnknownType } from "../../../types/select.ts";
import type { FunctionType, MaybeType } from "../../../types/type.ts";

/** A type error, and whether something unknown is behind it: then a better error of the same expression takes its place. */
export interface TypeFault {
  readonly diagnostic: Diagnostic;
  readonly fromUnknown: boolean;
}

type Path = readonly [Term, ...Term[]];

const GENERATED = /__local[0-9]+__/;

/** A plain type error. */
export function typeError(span: Span | undefined, message: string, notes: readonly string[] = []): TypeFault {
  return { diagnostic: { code: "rego_type_error", message, span, notes }, fromUnknown: false };
}

/** Arguments that do not fit a function. */
export function argumentError(
  span: Span | undefined,
  operator: RefTerm,
  problem: string,
  have: readonly MaybeType[],
  want: string,
): TypeFault {
  const error = typeError(span, `${printTerm(operator)}: ${problem}`, [`have: ${printTypes(have)}`, `want: ${want}`]);
  return { ...error, fromUnknown: have.some((type) => isUnknownType(type)) };
}

/** Returns what a call of a function should have, its result at the end. */
export function wantedArguments(type: FunctionType): string {
  return printWanted(type, true);
}

/** Returns the parameters of a function as an error shows them, its result left out. */
export function wantedParameters(type: FunctionType): string {
  return printWanted(type, false);
}

/** Two sides that cannot be equal. */
export function matchError(span: Span | undefined, left: MaybeType, right: MaybeType): TypeFault {
  const error = typeError(span, "match error", [`left  : ${printType(left)}`, `right : ${printType(right)}`]);
  return { ...error, fromUnknown: isUnknownType(left) || isUnknownType(right) };
}

/** A step into something that has no inside: a scalar, or a function that is not called. `position` is the last step that exists. */
export function unsupportedReference(span: Span | undefined, path: Path, position: number, have: MaybeType): TypeFault {
  const notes = [printPath(path), "^".repeat(width(printPath(upTo(path, position + 1)))), `have: ${orNil(have)}`];
  if (have?.kind !== "function") return typeError(span, `undefined ref: ${printPath(path)}`, notes);
  const last = path.at(-1);
  // A generated last step stands for an argument that was not written.
  const named = last && GENERATED.test(printTerm(last)) ? upTo(path, path.length - 1) : path;
  return typeError(span, `function ${printPath(named)} used as reference, not called`, notes);
}

/** What a wrong step is, and what would be right there. */
export interface WrongStep {
  readonly position: number;
  readonly have: MaybeType;
  readonly want: MaybeType;
  /** The keys that exist, printed. */
  readonly oneOf: readonly string[];
}

/** A step that the thing referred to does not have. */
export function invalidReference(span: Span | undefined, path: Path, step: WrongStep): TypeFault {
  const pad = " ".repeat(width(printPath(upTo(path, step.position))) + 1);
  const wrong = path[step.position];
  const have = step.have ? `have (type): ${printType(step.have)}` : `have: ${wrong ? printTerm(wrong) : ""}`;
  const want = step.oneOf.length > 0 ? `want (one of): [${step.oneOf.join(" ")}]` : `want (type): ${orNil(step.want)}`;
  return typeError(span, `undefined ref: ${printPath(path)}`, [printPath(path), `${pad}^`, pad + have, pad + want]);
}

function printPath(path: Path): string {
  return printTerm({ kind: "ref", path, span: undefined });
}

function upTo(path: Path, length: number): Path {
  const [head, ...tail] = path;
  return [head, ...tail.slice(0, Math.max(0, length - 1))];
}

// Go counts bytes under which it puts carets.
function width(text: string): number {
  return toUtf8Bytes(text).length;
}

function orNil(type: MaybeType): string {
  return type ? printType(type) : "<nil>";
}
