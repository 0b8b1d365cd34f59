/** The type of a term where it stands: exact for constants, item by item for composites, looked up for variables and references. */
import type { Term } from "../../../syntax/ast.ts";
import { isConstant } from "../../../syntax/constant.ts";
import type { MaybeType, ObjectType, Property } from "../../../types/type.ts";
import {
  anyType,
  arrayOfAny,
  arrayType,
  booleanType,
  nullType,
  numberType,
  objectOfAny,
  objectType,
  setType,
  stringType,
} from "../../../types/type.ts";
import { unionTypes } from "../../../types/union.ts";
import { constantOf } from "./constants.ts";
import type { TypeEnvironment } from "./environment.ts";
import { currentPath, referenceType, variableType } from "./environment.ts";

/** Returns the type of a term, undefined when nothing is known. */
export function typeOfTerm(environment: TypeEnvironment, term: Term): MaybeType {
  switch (term.kind) {
    case "null":
      return nullType;
    case "boolean":
      return booleanType;
    case "number":
      return numberType;
    case "string":
    case "template":
      return stringType;
    case "var":
      return variableType(environment, term);
    case "ref":
      return referenceType(environment, currentPath(environment, term.path));
    case "array":
      return term.items.length === 0 ? arrayOfAny : arrayType(typesOfTerms(environment, term.items), undefined);
    case "object":
      return typeOfObject(environment, term.entries);
    case "set":
      return setType(term.items.reduce<MaybeType>((sum, item) => unionTypes(sum, typeOfTerm(environment, item)), undefined) ?? anyType);
    case "array-comprehension":
    case "set-comprehension":
    case "object-comprehension":
      return environment.inferComprehension(environment, term);
    default:
      return undefined;
  }
}

/** Returns the types of a list of terms. */
export function typesOfTerms(environment: TypeEnvironment, terms: readonly Term[]): readonly MaybeType[] {
  return terms.map((term) => typeOfTerm(environment, term));
}

// Constant keys are known properties; of the others only the last one counts, as in OPA.
function typeOfObject(environment: TypeEnvironment, entries: readonly (readonly [Term, Term])[]): ObjectType {
  const properties: Property[] = [];
  let rest: ObjectType["rest"];
  for (const [key, value] of entries) {
    const constant = isConstant(key) ? constantOf(key) : undefined;
    if (constant === undefined) rest = { key: typeOfTerm(environment, key), value: typeOfTerm(environment, value) };
    else properties.push({ key: constant, type: typeOfTerm(environment, value) });
  }
  return properties.length === 0 && !rest ? objectOfAny : objectType(properties, rest);
}
