/**
 * Which engines the gator commands run with. Builtins that need Node's crypto or the GraphQL library, and CEL, load only where a text
 * mentions them.
 */
import type { Engine, EngineOptions, Installation } from "../../gatekeeper/index.ts";
import { regoEngine } from "../../gatekeeper/index.ts";
import { builtinsFor } from "../rego/session.ts";

/** Choices of a command. */
export interface EngineChoices {
  readonly cel: boolean;
  readonly rego: boolean;
  readonly print: boolean;
  readonly failurePolicy: "Fail" | "Ignore";
}

const CEL = "K8sNativeValidation";
/** The member of a schema that holds rules in CEL. */
const RULES = "x-kubernetes-validations";

/** Returns what is installed for texts, which decide what is loaded. */
export async function installationFor(texts: readonly string[], choices: EngineChoices): Promise<Installation> {
  const engines: Engine[] = [];
  if (choices.cel) engines.push(await celEngine(texts));
  if (choices.rego) engines.push(regoEngine(await builtinsFor(texts)));
  const options: EngineOptions = {
    disabledBuiltins: [],
    referential: true,
    externalData: false,
    print: choices.print,
    defaultFailurePolicy: choices.failurePolicy,
  };
  if (!texts.some((text) => text.includes(RULES))) return { engines, options };
  return { engines, options, rules: (await import("../../gatekeeper/cel.ts")).compileSchemaRules };
}

async function celEngine(texts: readonly string[]): Promise<Engine> {
  if (texts.some((text) => text.includes(CEL))) return (await import("../../gatekeeper/cel.ts")).createCelEngine();
  // It has a name, for messages that list the engines, and nothing to compile.
  return { name: CEL, compile: () => ({ kind: "refused", message: "could not recognize the type", problems: [] }) };
}
