/** Shows why there is a violation: the rule in its file, the values it saw, the places in the object. */
import {
  isTemplate,
  kindOf,
  locateInManifest,
  type Manifest,
  nameOf,
  type ObjectResult,
  type ResultExplanation,
  showPosition,
  stringAt,
} from "../../gatekeeper/index.ts";

/** Returns the lines below a result. */
export function renderExplanation(
  explanation: ResultExplanation | undefined,
  { own }: ObjectResult,
  manifests: readonly Manifest[],
): string {
  if (explanation === undefined) return "  no explanation: the engine of this template does not give one\n";
  const template = templateOf(own.kind, manifests);
  const lines = [`decided by template ${explanation.template} for constraint ${own.kind}/${own.name}`];
  if (template !== undefined) {
    const { codePath, origin } = explanation;
    const [at = "", ...shown] = showPosition(locateInManifest(template, [...codePath, ...origin.path], origin.offset));
    lines.push(`rule at ${at}`, ...shown.slice(0, 1));
  }
  if (explanation.expression !== undefined) lines.push(`expression ${explanation.expression.trim().replace(/\s*\n\s*/g, " ")}`);
  for (const { path, text, note } of explanation.places) {
    lines.push(
      text !== undefined
        ? `object ${path} is ${text}`
        : note === "missing"
          ? `object ${path} is missing`
          : `object ${path} is ${note ?? ""}`,
    );
  }
  for (const { name, text } of explanation.values) lines.push(`with ${name} = ${text}`);
  return lines.map((line) => `  ${line}\n`).join("");
}

function templateOf(kind: string, manifests: readonly Manifest[]): Manifest | undefined {
  return manifests.findLast(({ object }) => isTemplate(object) && kindOf(object) !== "" && isNamed(object, kind));
}

function isNamed(object: Manifest["object"], kind: string): boolean {
  return stringAt(object, "spec", "crd", "spec", "names", "kind") === kind || nameOf(object).toLowerCase() === kind.toLowerCase();
}
