/** Loads the template, the constraint and the expansion templates of a test, with the original's complaints in their order. */
import { quote } from "../../rego/index.ts";
import { circularTemplates } from "../expand/expand.ts";
import { type ExpansionTemplate, readExpansionTemplate } from "../expand/template.ts";
import { nameOf } from "../kube/object.ts";
import { isConstraint } from "../manifest/constraint.ts";
import { decodeProblem, fieldProblem } from "../manifest/field-places.ts";
import type { FilePosition } from "../manifest/locate.ts";
import { isTemplate, readTemplate } from "../manifest/template.ts";
import type { SourceProblem } from "../policy/engine.ts";
import { applyConstraint, applyTemplate } from "../state/apply.ts";
import type { PolicySet } from "../state/policy-set.ts";
import { placesOf, readExpansionFile, readObjectFile } from "./files.ts";
import { joinPath } from "./path.ts";
import type { Test } from "./suite.ts";
import type { RunWorld } from "./world.ts";

/** A test's policies, loaded. */
export interface LoadedTest {
  readonly state: PolicySet;
  readonly expansions: readonly ExpansionTemplate[];
}

/** Why a test cannot run. */
export interface LoadFailure {
  readonly error: string;
  /** Whether the constraint's schema refused it. */
  readonly isSchema: boolean;
  readonly places: readonly FilePosition[];
}

/** Gives the state that holds the template at a path. */
export type LoadTemplate = (path: string) => { readonly state: PolicySet } | LoadFailure;

/** Returns a loader that compiles each template once: the tests of a suite are often about one. */
export function templateLoader(world: RunWorld): LoadTemplate {
  const known = new Map<string, ReturnType<LoadTemplate>>();
  return (path) => {
    const loaded = known.get(path) ?? loadTemplate(path, world);
    known.set(path, loaded);
    return loaded;
  };
}

/** What tests of one suite share. */
export interface TestWorld {
  readonly directory: string;
  readonly loadTemplate: LoadTemplate;
  readonly run: RunWorld;
}

/** Loads a test. */
export function loadTest(test: Test, { directory, loadTemplate, run: world }: TestWorld): LoadedTest | LoadFailure {
  const templated = test.template === "" ? fail("invalid Suite: missing template") : loadTemplate(joinPath(directory, test.template));
  if ("error" in templated) return templated;
  const constrained = loadConstraint(test, directory, { world, state: templated.state });
  if ("error" in constrained) return constrained;
  const expansions = test.invalid ? { templates: [] } : loadExpansions(test, directory, world);
  return "error" in expansions ? fail(expansions.error, expansions.places) : { state: constrained.state, expansions: expansions.templates };
}

function fail(error: string, places: readonly FilePosition[] = []): LoadFailure {
  return { error, isSchema: false, places };
}

function loadTemplate(path: string, { readFile, empty }: RunWorld): { readonly state: PolicySet } | LoadFailure {
  const read = readObjectFile(path, "ConstraintTemplate", readFile);
  if ("error" in read) {
    const isMissing = read.error.startsWith("reading ");
    const error = isMissing ? read.error : `adding template: parsing ConstraintTemplate YAML from ${quote(path)}: ${read.error}`;
    return fail(error, read.places);
  }
  const manifest = read.value;
  const about = (problems: readonly SourceProblem[]): readonly FilePosition[] => placesOf(manifest, problems);
  if (!isTemplate(manifest.object))
    return fail(`path ${quote(path)}: not a ConstraintTemplate`, about([fieldProblem(manifest.object, "kind")]));
  const decoded = readTemplate(manifest.object);
  if ("error" in decoded) {
    return fail(`path ${quote(path)}: adding template: ${decoded.error}`, about([decodeProblem(manifest.object, decoded.error)]));
  }
  const applied = applyTemplate(empty, manifest.object);
  if (!("error" in applied)) return applied;
  return fail(`adding template: ${applied.error.message}`, about(applied.error.problems));
}

interface ConstraintWorld {
  readonly world: RunWorld;
  readonly state: PolicySet;
}

function loadConstraint(
  { constraint }: Test,
  directory: string,
  { world, state }: ConstraintWorld,
): { readonly state: PolicySet } | LoadFailure {
  if (constraint === "") return fail("invalid Suite: missing constraint");
  const path = joinPath(directory, constraint);
  const read = readObjectFile(path, "Constraint", world.readFile);
  if ("error" in read) {
    const isMissing = read.error.startsWith("reading ");
    return fail(isMissing ? read.error : `adding constraint: parsing Constraint from ${quote(path)}: ${read.error}`, read.places);
  }
  const manifest = read.value;
  if (!isConstraint(manifest.object)) {
    return fail("not a Constraint", placesOf(manifest, [fieldProblem(manifest.object, "apiVersion")]));
  }
  const applied = applyConstraint(state, manifest.object, "integers");
  if (!("error" in applied)) return applied;
  const { message, kind, problems } = applied.error;
  return { error: message, isSchema: kind === "schema", places: placesOf(manifest, problems) };
}

type LoadedExpansions =
  | { readonly templates: readonly ExpansionTemplate[] }
  | { readonly error: string; readonly places: readonly FilePosition[] };

function loadExpansions(test: Test, directory: string, { readFile }: RunWorld): LoadedExpansions {
  if (test.expansion === "") return { templates: [] };
  const read = readExpansionFile(joinPath(directory, test.expansion), readFile);
  if ("error" in read) return read;
  const byName = new Map<string, ExpansionTemplate>();
  for (const manifest of read.value) {
    const found = readExpansionTemplate(manifest.object);
    if ("error" in found) return { error: `error upserting template: ${found.error}`, places: placesOf(manifest, []) };
    byName.set(found.template.name, found.template);
  }
  const templates = [...byName.values()];
  const [circular] = circularTemplates(templates);
  if (circular === undefined) return { templates };
  const manifest = read.value.find(({ object }) => nameOf(object) === circular.name);
  return {
    error: `error upserting template ${circular.name}: template forms expansion cycle`,
    places: manifest === undefined ? [] : placesOf(manifest, []),
  };
}
