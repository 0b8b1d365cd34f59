/** Checks one rule and adds its type to the tree: its value's type, the set of its keys, a function of its arguments, an object for a computed path. */
import type { Rule, Term } from "../../../syntax/ast.ts";
import { boundDepth } from "../../../types/depth.ts";
import type { MaybeType } from "../../../types/type.ts";
import { anyType, functionType, objectType, setType } from "../../../types/type.ts";
import { groundPrefix, pathOfRule } from "../../nodes/document-paths.ts";
import type { GraphNode } from "../../rule-graph.ts";
import { ruleOfNode } from "../../rule-graph.ts";
import type { BodyChecker } from "./check-body.ts";
import { checkBody, checkClosure } from "./check-body.ts";
import { partsOf } from "./closures.ts";
import type { TypeEnvironment } from "./environment.ts";
import { ruleEnvironment } from "./environment.ts";
import { typeOfTerm } from "./infer.ts";
import { insertType } from "./insert-types.ts";
import type { TypeFault } from "./type-errors.ts";
import { putType } from "./type-tree.ts";

/** The scope that rules are added to. */
export interface RuleScope {
  readonly checker: BodyChecker;
  /** The environment whose documents are the rules checked so far. */
  readonly rules: TypeEnvironment;
  /** Adds what schema annotations say of documents while a rule is checked; gives the errors of the annotations. */
  readonly applySchemas: (environment: TypeEnvironment, node: GraphNode) => readonly TypeFault[];
}

/** Checks a rule (of an else chain, one branch) and records its type. */
export function checkRule(scope: RuleScope, node: GraphNode): readonly TypeFault[] {
  const rule = ruleOfNode(node);
  const checker: BodyChecker = { ...scope.checker, remembered: new Map() };
  const path = pathOfRule(node.address.state.module.package, rule);
  const environment = ruleEnvironment(scope.rules, (at, term) => checkClosure(checker, at, term).type);
  const schemaErrors = scope.applySchemas(environment, node);
  const body = checkBody(checker, environment, rule.body);
  const { documents } = scope.rules;
  if (!documents) return [...schemaErrors, ...body.errors];
  if (body.errors.length > 0) {
    // Whoever reads a rule with an error must not hear of it again.
    putType(documents, path, anyType);
    return [...schemaErrors, ...body.errors];
  }
  const type = typeOfRule(body.environment, rule, path);
  const bounded = boundDepth(type);
  if (bounded) insertType(documents, groundPrefix(path), bounded, (step) => typeOfTerm(scope.rules, step));
  return schemaErrors;
}

function typeOfRule(environment: TypeEnvironment, rule: Rule, path: readonly Term[]): MaybeType {
  const { head } = rule;
  if (head.args && head.args.length > 0) return typeOfFunction(environment, rule, head.args);
  const steps = path.slice(groundPrefix(path).length);
  if (head.value) return nestedObject(environment, steps, typeOfTerm(environment, head.value));
  const key = head.key && typeOfTerm(environment, head.key);
  return key && nestedObject(environment, steps, setType(key));
}

// An argument that the body says nothing about may be anything.
function typeOfFunction(environment: TypeEnvironment, rule: Rule, args: readonly Term[]): MaybeType {
  for (const name of new Set(args.flatMap(variableNames))) {
    const variable: Term = { kind: "var", name, span: undefined };
    if (!typeOfTerm(environment, variable)) environment.variables.set(name, anyType);
  }
  const types = args.map((arg) => typeOfTerm(environment, arg));
  return functionType(types, rule.head.value && typeOfTerm(environment, rule.head.value));
}

function variableNames(term: Term): readonly string[] {
  if (term.kind === "var") return [term.name];
  return partsOf(term).flatMap((part) => ("index" in part ? [] : variableNames(part)));
}

// `p[x][y] := v` makes `p` an object of objects; without the type of a step nothing is known.
function nestedObject(environment: TypeEnvironment, steps: readonly Term[], value: MaybeType): MaybeType {
  return steps.reduceRight<MaybeType>((inner, step) => {
    const key = typeOfTerm(environment, step);
    return inner && key ? objectType([], { key, value: inner }) : undefined;
  }, value);
}
