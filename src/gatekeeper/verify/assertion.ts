/**
 * Checks an assertion against messages: nothing out when it holds, the original's text when it does not.
 * https://open-policy-agent.github.io/gatekeeper/website/docs/gator#assertions
 */
import { compileRegex, quote, RegexError } from "../../rego/index.ts";
import type { Assertion } from "./suite.ts";

/** Returns why an assertion does not hold. An expression that does not parse is noticed when there is a message to try it on. */
export function checkAssertion(assertion: Assertion, messages: readonly string[]): string | undefined {
  const { message } = assertion;
  const regex = message === undefined || messages.length === 0 ? undefined : compileRegex(message);
  if (regex instanceof RegexError) return `message contains invalid regular expression: ${regex.message}`;
  const matching = messages.filter((text) => regex?.test(text) ?? true).length;
  const problem = countProblem(assertion, matching);
  return problem === undefined ? undefined : `${problem}: got messages [${messages.join(" ")}]`;
}

function countProblem({ violations, message }: Assertion, matching: number): string | undefined {
  const got = `unexpected number of violations: got ${matching} violations${message === undefined ? "" : ` containing ${quote(message)}`}`;
  if (violations.kind === "count") {
    if (violations.count < 0) return NOT_A_COUNT;
    return matching === violations.count ? undefined : `${got} but want exactly ${violations.count}`;
  }
  if (violations.word === "yes") return matching > 0 ? undefined : `${got} but want at least 1`;
  if (violations.word === "no") return matching === 0 ? undefined : `${got} but want none`;
  return NOT_A_COUNT;
}

const NOT_A_COUNT = 'invalid yaml: assertion.violation, if set, must be a nonnegative integer, "yes", or "no"';
