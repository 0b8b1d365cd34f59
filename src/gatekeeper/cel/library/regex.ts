/** `find` and `findAll`. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-regex-library */
import { compileRegex, type Regex, RegexError } from "../../../rego/index.ts";
import type { CelInt } from "../values/number.ts";
import { CelError, type CelResult, type CelValue } from "../values/value.ts";
import { regexMatch } from "./costs.ts";
import { func, int, type Library, list, method, string } from "./declare.ts";

function withRegex(pattern: string, use: (regex: Regex) => CelResult): CelResult {
  const regex = compileRegex(pattern);
  return regex instanceof RegexError ? new CelError(`Illegal regex: ${regex.message}`) : use(regex);
}

function findAll(text: string, pattern: string, limit: CelInt): CelResult {
  return withRegex(pattern, (regex) => [...regex.findAll(text, Number(limit))]);
}

// A constant pattern is compiled with the expression.
function constantPattern(value: CelValue): string | undefined {
  const regex = typeof value === "string" ? compileRegex(value) : undefined;
  return regex instanceof RegexError ? regex.message : undefined;
}

const options = { cost: regexMatch, constantCheck: { argument: 1, message: constantPattern } } as const;

/** The library. */
export const regexLibrary: Library = {
  name: "kubernetes.regex",
  functions: [
    func(
      "find",
      [
        method("string_find_string", [string, string], string, (text, pattern) =>
          withRegex(pattern, (regex) => regex.findAll(text, 1)[0] ?? ""),
        ),
      ],
      options,
    ),
    func(
      "findAll",
      [
        method("string_find_all_string", [string, string], list(string), (text, pattern) => findAll(text, pattern, -1)),
        method("string_find_all_string_int", [string, string, int], list(string), findAll),
      ],
      options,
    ),
  ],
};
