/**
 * The environment of expressions in Kubernetes' admission policies: the libraries and rules of the version that Gatekeeper v3.23 builds on
 * (Kubernetes 1.36, everything it knows for stored expressions).
 * https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries
 */
import { wellKnownConstants, wellKnownTypes } from "./check/well-known.ts";
import { createEnvironment, type Environment, extendEnvironment } from "./environment.ts";
import { authorizerLibrary } from "./library/authorizer.ts";
import type { Library } from "./library/declare.ts";
import { kubernetesListsLibrary } from "./library/kubernetes-lists.ts";
import { listsLibrary } from "./library/lists.ts";
import { namedFormatsLibrary } from "./library/named-formats.ts";
import { netLibrary } from "./library/net.ts";
import { optionalLibrary } from "./library/optional.ts";
import { quantityLibrary } from "./library/quantity.ts";
import { regexLibrary } from "./library/regex.ts";
import { semverLibrary } from "./library/semver.ts";
import { setsLibrary } from "./library/sets.ts";
import { standardLibrary } from "./library/standard.ts";
import { stringsLibrary } from "./library/strings.ts";
import { twoVariableLibrary } from "./library/two-variable.ts";
import { urlLibrary } from "./library/url.ts";

/** The libraries Kubernetes enables. */
export const kubernetesLibraries: readonly Library[] = [
  standardLibrary,
  optionalLibrary,
  stringsLibrary,
  kubernetesListsLibrary,
  listsLibrary,
  setsLibrary,
  twoVariableLibrary,
  regexLibrary,
  quantityLibrary,
  semverLibrary,
  urlLibrary,
  netLibrary,
  namedFormatsLibrary,
  authorizerLibrary,
];

/** Makes Kubernetes' environment, without variables. */
export function createKubernetesEnvironment(): Environment {
  const environment = createEnvironment(kubernetesLibraries, { homogeneous: true, crossTypeComparison: true, escapedNames: false });
  return extendEnvironment(environment, { types: wellKnownTypes, constants: wellKnownConstants });
}
