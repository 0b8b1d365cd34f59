/**
 * Turns a template into a policy: the checks that do not look at code, the constraint definition, then the engine's own compilation. A
 * template in, everything a review needs out, or the complaint of the original with the places in the template it speaks of.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { quote } from "../../rego/index.ts";
import { joinErrors } from "../kube/field-error.ts";
import type { KubeObject } from "../kube/object.ts";
import { checkConstraintCrd, PARAMETERS_PATH } from "../manifest/constraint-crd.ts";
import { fieldProblem, valueAt } from "../manifest/field-places.ts";
import type { RuleCompiler } from "../manifest/schema/rules.ts";
import type { Schema } from "../manifest/schema/schema.ts";
import type { Template, TemplateTarget } from "../manifest/template.ts";
import type { Engine, EngineOptions, SourceProblem, TemplatePolicy } from "./engine.ts";
import { chooseEngine } from "./engines.ts";

/** The only target there is. */
export const TARGET = "admission.k8s.gatekeeper.sh";

/** A template that can judge. */
export interface CompiledTemplate {
  readonly template: Template;
  readonly schema: Schema;
  readonly policy: TemplatePolicy;
  /** Operations that the webhook asks this template about; none listed means all. */
  readonly operations: readonly string[];
  /** Where the code stands in the object, for explanations. */
  readonly codePath: readonly (string | number)[];
}

/** A compiled template, or the complaint; problems carry paths from the object's root. */
export type TemplateCompilation =
  | { readonly compiled: CompiledTemplate }
  | { readonly error: string; readonly stage: "definition" | "code"; readonly problems: readonly SourceProblem[] };

/** What is installed. */
export interface Installation {
  readonly engines: readonly Engine[];
  readonly options: EngineOptions;
  /** Compiles the CEL rules in schemas of parameters; without it they are left to the API server. */
  readonly rules?: RuleCompiler;
}

/** Compiles a template. */
export function compileTemplate(template: Template, installation: Installation): TemplateCompilation {
  const [target] = template.targets;
  const complaint = checkTargets(template) ?? checkKind(template) ?? checkTargetName(target);
  if (complaint !== undefined) return refuse(complaint.message, "definition", [fieldProblem(template.object, complaint.field)]);
  if (target === undefined) return refuse("", "definition");
  const { schema, errors } = checkConstraintCrd(template, installation.rules);
  if (errors.length > 0) {
    const problems = errors.map((line) => definitionProblem(template.object, line));
    return refuse(`invalid ConstraintTemplate: ${joinErrors(errors)}`, "definition", problems);
  }
  const choice = chooseEngine(target, installation.engines);
  if ("error" in choice) return refuse(choice.error, "code", [fieldProblem(template.object, "spec.targets[0].code")]);
  const { engine, code } = choice;
  const result = engine.compile({ kind: template.kind, target: target.target, source: code.source }, installation.options);
  if (result.kind === "refused") {
    const problems = result.problems.map((problem) => ({ ...problem, path: [...code.path, ...problem.path] }));
    return refuse(result.message, "code", problems.length > 0 ? problems : [{ ...NO_OFFSET, path: code.path, message: result.message }]);
  }
  return { compiled: { template, schema, policy: result.policy, operations: target.operations, codePath: code.path } };
}

/** Returns what the admission webhook has against a template: everything but its code. */
export function checkTemplateDefinition(template: Template, installation: Installation): string | undefined {
  const complaint = checkKind(template) ?? checkTargets(template) ?? checkTargetName(template.targets[0]);
  if (complaint !== undefined) return complaint.message;
  const { errors } = checkConstraintCrd(template, installation.rules);
  return errors.length > 0 ? `invalid ConstraintTemplate: ${joinErrors(errors)}` : undefined;
}

const NO_OFFSET = { start: undefined, end: undefined } as const;

function refuse(error: string, stage: "definition" | "code", problems: readonly SourceProblem[] = []): TemplateCompilation {
  return { error, stage, problems };
}

/** What is wrong, and the field of the template that is about. */
interface Complaint {
  readonly message: string;
  readonly field: string;
}

function checkTargets({ targets }: Template): Complaint | undefined {
  if (targets.length !== 1) return { message: "invalid ConstraintTemplate: must declare exactly one target", field: "spec.targets" };
  if (targets[0]?.target !== "") return undefined;
  return { message: "invalid ConstraintTemplate: target name must not be empty", field: "spec.targets[0].target" };
}

function checkKind({ name, kind }: Template): Complaint | undefined {
  if (kind === "") {
    const message = `invalid ConstraintTemplate: ConstraintTemplate ${quote(name)} does not specify CRD Kind`;
    return { message, field: "spec.crd.spec.names.kind" };
  }
  if (name.toLowerCase() === kind.toLowerCase()) return undefined;
  const wanted = quote(kind.toLowerCase());
  const message = `invalid ConstraintTemplate: the ConstraintTemplate's name ${quote(name)} is not equal to the lowercase of CRD's Kind: ${wanted}`;
  return { message, field: "metadata.name" };
}

function checkTargetName(target: TemplateTarget | undefined): Complaint | undefined {
  if (target === undefined || target.target === TARGET) return undefined;
  const message = `invalid ConstraintTemplate: target ${quote(target.target)} not recognized, known targets [${TARGET}]`;
  return { message, field: "spec.targets[0].target" };
}

/** The definition's fields by the fields of the template that they are made from. */
const SOURCES: readonly (readonly [definition: string, template: readonly string[]])[] = [
  [`${PARAMETERS_PATH}.`, ["spec", "crd", "spec", "validation", "openAPIV3Schema"]],
  [PARAMETERS_PATH, ["spec", "crd", "spec", "validation", "openAPIV3Schema"]],
  ["spec.names.shortNames", ["spec", "crd", "spec", "names", "shortNames"]],
  ["spec.names.", ["spec", "crd", "spec", "names", "kind"]],
  ["metadata.name", ["spec", "crd", "spec", "names", "kind"]],
];

/** An error in an expression says where in the expression it is. */
const EXPRESSION_ERROR = /ompilation failed: ERROR: <input>:(?<row>\d+):(?<col>\d+): /;

function definitionProblem(object: KubeObject, line: string): SourceProblem {
  const [prefix, path] = SOURCES.find(([definition]) => line.startsWith(definition)) ?? ["", []];
  const problem = fieldProblem(object, line.slice(prefix.length), path);
  const place = EXPRESSION_ERROR.exec(line)?.groups;
  const text = valueAt(object, problem.path);
  if (place === undefined || typeof text !== "string") return problem;
  const before = text.split("\n").slice(0, Number(place["row"]) - 1);
  const start = before.reduce((sum, row) => sum + row.length + 1, 0) + Number(place["col"]) - 1;
  return { ...problem, start, end: start + 1 };
}
