/** Which engines the gator commands run with; builtins that need Node's crypto or the GraphQL library load only where a text mentions them. */
import { type Engine, type EngineOptions, type Installation, regoEngine } from "../../gatekeeper/index.ts";
import { builtinsFor } from "../rego/session.ts";

/** Choices of a command. */
export interface EngineChoices {
  readonly cel: boolean;
  readonly rego: boolean;
  readonly print: boolean;
  readonly failurePolicy: "Fail" | "Ignore";
}

/** Returns what is installed for texts, which decide what builtins are loaded. */
export async function installationFor(texts: readonly string[], choices: EngineChoices): Promise<Installation> {
  const engines: Engine[] = [];
  if (choices.rego) engines.push(regoEngine(await builtinsFor(texts)));
  const options: EngineOptions = {
    disabledBuiltins: [],
    referential: true,
    externalData: false,
    print: choices.print,
    defaultFailurePolicy: choices.failurePolicy,
  };
  return { engines, options };
}
