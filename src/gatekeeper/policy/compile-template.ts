/**
 * Turns a template into a policy: the checks that do not look at code, the constraint definition, then the engine's own compilation. A
 * template in, everything a review needs out, or the complaint of the original with the places in the template it speaks of.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/constrainttemplates
 */
import { quote } from "../../rego/index.ts";
import { joinErrors } from "../kube/field-error.ts";
import { checkConstraintCrd } from "../manifest/constraint-crd.ts";
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
  if (complaint !== undefined || target === undefined) return refuse(complaint ?? "", "definition");
  const { schema, errors } = checkConstraintCrd(template, installation.rules);
  if (errors.length > 0) return refuse(`invalid ConstraintTemplate: ${joinErrors(errors)}`, "definition");
  const choice = chooseEngine(target, installation.engines);
  if ("error" in choice) return refuse(choice.error, "code");
  const { engine, code } = choice;
  const result = engine.compile({ kind: template.kind, target: target.target, source: code.source }, installation.options);
  if (result.kind === "refused") {
    const problems = result.problems.map((problem) => ({ ...problem, path: [...code.path, ...problem.path] }));
    return { error: result.message, stage: "code", problems };
  }
  return { compiled: { template, schema, policy: result.policy, operations: target.operations, codePath: code.path } };
}

/** Returns what the admission webhook has against a template: everything but its code. */
export function checkTemplateDefinition(template: Template, installation: Installation): string | undefined {
  const complaint = checkKind(template) ?? checkTargets(template) ?? checkTargetName(template.targets[0]);
  if (complaint !== undefined) return complaint;
  const { errors } = checkConstraintCrd(template, installation.rules);
  return errors.length > 0 ? `invalid ConstraintTemplate: ${joinErrors(errors)}` : undefined;
}

function refuse(error: string, stage: "definition" | "code"): TemplateCompilation {
  return { error, stage, problems: [] };
}

function checkTargets({ targets }: Template): string | undefined {
  if (targets.length !== 1) return "invalid ConstraintTemplate: must declare exactly one target";
  return targets[0]?.target === "" ? "invalid ConstraintTemplate: target name must not be empty" : undefined;
}

function checkKind({ name, kind }: Template): string | undefined {
  if (kind === "") return `invalid ConstraintTemplate: ConstraintTemplate ${quote(name)} does not specify CRD Kind`;
  if (name.toLowerCase() === kind.toLowerCase()) return undefined;
  const wanted = quote(kind.toLowerCase());
  return `invalid ConstraintTemplate: the ConstraintTemplate's name ${quote(name)} is not equal to the lowercase of CRD's Kind: ${wanted}`;
}

function checkTargetName(target: TemplateTarget | undefined): string | undefined {
  if (target === undefined || target.target === TARGET) return undefined;
  return `invalid ConstraintTemplate: target ${quote(target.target)} not recognized, known targets [${TARGET}]`;
}
