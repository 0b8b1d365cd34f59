/** Checks a query against a schema with the rules of OPA's library, in its order (https://spec.graphql.org/October2021/#sec-Validation). */
import { GraphqlError, type Place, type QueryDocument } from "./document.ts";
import {
  knownArgumentNames,
  knownDirectives,
  providedRequiredArguments,
  uniqueArgumentNames,
  uniqueDirectivesPerLocation,
} from "./rules/arguments.ts";
import { fieldsOnCorrectType, maxIntrospectionDepth, scalarLeafs } from "./rules/fields.ts";
import {
  fragmentsOnCompositeTypes,
  knownFragmentNames,
  noFragmentCycles,
  noUnusedFragments,
  possibleFragmentSpreads,
  uniqueFragmentNames,
} from "./rules/fragments.ts";
import {
  knownRootType,
  knownTypeNames,
  loneAnonymousOperation,
  singleFieldSubscriptions,
  uniqueOperationNames,
} from "./rules/operations.ts";
import { overlappingFieldsCanBeMerged } from "./rules/overlapping-fields.ts";
import { uniqueInputFieldNames, valuesOfCorrectType } from "./rules/values.ts";
import {
  noUndefinedVariables,
  noUnusedVariables,
  uniqueVariableNames,
  variablesAreInputTypes,
  variablesInAllowedPosition,
} from "./rules/variables.ts";
import type { Schema } from "./schema.ts";
import { type MakeRule, Walker } from "./walk.ts";

// By the library's names of the rules.
const RULES: readonly MakeRule[] = [
  fieldsOnCorrectType,
  fragmentsOnCompositeTypes,
  knownArgumentNames,
  knownDirectives,
  knownFragmentNames,
  knownRootType,
  knownTypeNames,
  loneAnonymousOperation,
  maxIntrospectionDepth,
  noFragmentCycles,
  noUndefinedVariables,
  noUnusedFragments,
  noUnusedVariables,
  overlappingFieldsCanBeMerged,
  possibleFragmentSpreads,
  providedRequiredArguments,
  scalarLeafs,
  singleFieldSubscriptions,
  uniqueArgumentNames,
  uniqueDirectivesPerLocation,
  uniqueFragmentNames,
  uniqueInputFieldNames,
  uniqueOperationNames,
  uniqueVariableNames,
  valuesOfCorrectType,
  variablesAreInputTypes,
  variablesInAllowedPosition,
];

/** Returns all faults of a query, in the order they are met; the query's nodes learn their definitions. */
export function validateQuery(schema: Schema, document: QueryDocument, spend: (units: number) => void): GraphqlError[] {
  const faults: GraphqlError[] = [];
  const report = (message: string, place: Place): void => {
    faults.push(new GraphqlError(message, place));
  };
  const rules = RULES.map((make) => make());
  new Walker({ schema, document }, rules, { report, spend }).walk();
  return faults;
}
