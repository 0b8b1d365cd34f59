/**
 * The builtin `external_data`: a provider's name and keys in, its answers out. The call itself happens outside: evaluation stops with the
 * question and is run again with the answer.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/externaldata
 */
import { define, Failure, isPlainObject, type Value, writeJson } from "../../rego/index.ts";
import { fieldOf } from "../kube/object.ts";

/** The name of the builtin and of its outside requests. */
export const EXTERNAL_DATA = "external_data";

/** Returns the key under which the answer to a question is looked up. */
export function answerKey(question: Value): string {
  return `${EXTERNAL_DATA} ${writeJson(question)}`;
}

/** The row of the builtin. */
export const externalDataBuiltin = define(EXTERNAL_DATA, "(any) => any", (context, question) => {
  const read = question === undefined ? undefined : readQuestion(question);
  if (read === undefined)
    return new Failure("eval_builtin_error", `${EXTERNAL_DATA}: the operand must be {"provider": string, "keys": [string]}`);
  const asked = { provider: read.provider, keys: read.keys };
  const answer = context.ask(answerKey(asked), { builtin: EXTERNAL_DATA, operands: [asked] });
  return answer instanceof Error ? new Failure("eval_builtin_error", answer.message) : answer;
});

/** What a policy asks. */
export interface ExternalQuestion {
  readonly provider: string;
  readonly keys: readonly string[];
}

/** Reads a question, or nothing when it is none. */
export function readQuestion(value: Value): ExternalQuestion | undefined {
  if (!isPlainObject(value)) return undefined;
  const provider = fieldOf(value, "provider") ?? "";
  const keys = fieldOf(value, "keys") ?? [];
  if (typeof provider !== "string" || !Array.isArray(keys)) return undefined;
  const texts = keys.filter((key) => typeof key === "string");
  return texts.length === keys.length ? { provider, keys: texts } : undefined;
}
