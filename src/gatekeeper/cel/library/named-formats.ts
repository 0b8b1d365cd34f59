/**
 * Named string formats: `format.dns1123Label().validate(name)` yields what is wrong with a text, or nothing.
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library
 */

import { costSize } from "../values/size.ts";
import { structType } from "../values/type.ts";
import { CelOpaque, CelOptional, type CelResult } from "../values/value.ts";
import { regexCost, unit } from "./costs.ts";
import { type CallCost, type FunctionDeclaration, free, func, type Library, list, method, opaque, optional, string } from "./declare.ts";
import { parseRequestUrl } from "./url.ts";

type Validate = (text: string) => readonly string[];

class NamedFormat {
  readonly name: string;
  readonly validate: Validate;
  /** The length of the regular expression that the cost is reckoned by. */
  readonly patternSize: number;

  constructor(name: string, validate: Validate, patternSize: number) {
    this.name = name;
    this.validate = validate;
    this.patternSize = patternSize;
  }

  equals(other: unknown): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }
}

const formatType = structType("kubernetes.NamedFormat");
const format = opaque<NamedFormat>(formatType);

/** A rule made of a pattern, a longest length and the words for a text that does not match. */
interface Rule {
  readonly pattern: string;
  readonly longest: number;
  readonly message: string;
  readonly examples: readonly string[];
}

const LABEL: Rule = {
  pattern: "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
  longest: 63,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ["my-name", "123-abc"],
};
const SUBDOMAIN: Rule = {
  pattern: `${LABEL.pattern}(\\.${LABEL.pattern})*`,
  longest: 253,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ["example.com"],
};
const OLD_LABEL: Rule = {
  pattern: "[a-z]([-a-z0-9]*[a-z0-9])?",
  longest: 63,
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ["my-name", "abc-123"],
};
const KEY: Rule = {
  pattern: "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]",
  longest: 63,
  message: "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ["MyName", "my.name", "123-abc"],
};
const LABEL_VALUE: Rule = {
  pattern: `(${KEY.pattern})?`,
  longest: 63,
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ["MyValue", "my_value", "12345"],
};

// These patterns match in linear time in any engine: no text can be matched in two ways.
const compiled = new Map([LABEL, SUBDOMAIN, OLD_LABEL, KEY, LABEL_VALUE].map((rule) => [rule, new RegExp(`^${rule.pattern}$`)]));

function matches(rule: Rule, text: string): boolean {
  return compiled.get(rule)?.test(text) ?? false;
}

function mismatch({ message, examples, pattern }: Rule): string {
  return `${message} (e.g. ${examples.map((example) => `'${example}'`).join(",  or ")}, regex used for validation is '${pattern}')`;
}

function tooLong(longest: number): string {
  return `must be no more than ${longest} characters`;
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

function check(rule: Rule, text: string): string[] {
  const errors = byteLength(text) > rule.longest ? [tooLong(rule.longest)] : [];
  return matches(rule, text) ? errors : [...errors, mismatch(rule)];
}

function checkLabel(text: string): string[] {
  const errors = check(LABEL, text);
  if (matches(LABEL, text) || !matches(SUBDOMAIN, text)) return errors;
  return [...errors.slice(0, -1), "must not contain dots"];
}

function checkKey(text: string): string[] {
  const parts = text.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2)
    return [`a valid label key ${mismatch(KEY)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const prefix = second === undefined ? [] : checkPrefix(first);
  const name = second ?? first;
  const errors =
    name === "" ? ["name part must be non-empty"] : byteLength(name) > KEY.longest ? [`name part ${tooLong(KEY.longest)}`] : [];
  return [...prefix, ...errors, ...(matches(KEY, name) ? [] : [`name part ${mismatch(KEY)}`])];
}

function checkPrefix(text: string): string[] {
  if (text === "") return ["prefix part must be non-empty"];
  return check(SUBDOMAIN, text).map((error) => `prefix part ${error}`);
}

// The start of a generated name may end in a dash.
function asPrefix(validate: Validate): Validate {
  return (text) => validate(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text);
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDate(text: string): boolean {
  const [year, month, day] = (DATE.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

function isDateTime(text: string): boolean {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  const match = TIME.exec(time);
  if (!isDate(date) || match === null) return false;
  return Number(match[1]) <= 23 && Number(match[2]) <= 59 && Number(match[3]) <= 59;
}

function whether(test: (text: string) => boolean, message: string): Validate {
  return (text) => (test(text) ? [] : [message]);
}

function checkUri(text: string): readonly string[] {
  const parsed = parseRequestUrl(text);
  return typeof parsed === "string" ? [parsed] : [];
}

const FORMATS: ReadonlyMap<string, NamedFormat> = new Map([
  ["dns1123Label", new NamedFormat("DNS1123Label", checkLabel, 30)],
  ["dns1123Subdomain", new NamedFormat("DNS1123Subdomain", (text) => check(SUBDOMAIN, text), 60)],
  ["dns1035Label", new NamedFormat("DNS1035Label", (text) => check(OLD_LABEL, text), 30)],
  ["qualifiedName", new NamedFormat("QualifiedName", checkKey, 60)],
  ["dns1123LabelPrefix", new NamedFormat("DNS1123LabelPrefix", asPrefix(checkLabel), 30)],
  [
    "dns1123SubdomainPrefix",
    new NamedFormat(
      "DNS1123SubdomainPrefix",
      asPrefix((text) => check(SUBDOMAIN, text)),
      60,
    ),
  ],
  [
    "dns1035LabelPrefix",
    new NamedFormat(
      "DNS1035LabelPrefix",
      asPrefix((text) => check(OLD_LABEL, text)),
      30,
    ),
  ],
  ["labelValue", new NamedFormat("LabelValue", (text) => check(LABEL_VALUE, text), 40)],
  ["uri", new NamedFormat("URI", checkUri, 1103)],
  [
    "uuid",
    new NamedFormat(
      "uuid",
      whether((text) => UUID.test(text), "does not match the UUID format"),
      70,
    ),
  ],
  [
    "byte",
    new NamedFormat(
      "byte",
      whether((text) => BASE64.test(text), "invalid base64"),
      84,
    ),
  ],
  ["date", new NamedFormat("date", whether(isDate, "invalid date"), 71)],
  ["datetime", new NamedFormat("datetime", whether(isDateTime, "invalid datetime"), 71)],
]);

const wrap = (value: NamedFormat) => new CelOpaque(formatType, value);

function validate({ value }: CelOpaque<NamedFormat>, text: string): CelResult {
  const errors = value.validate(text);
  return new CelOptional(errors.length === 0 ? undefined : errors);
}

const validateCost: CallCost = ([named, text]) => {
  const pattern = named instanceof CelOpaque && named.value instanceof NamedFormat ? named.value.patternSize : 0;
  return regexCost(costSize(text ?? null), pattern);
};

const constants: readonly FunctionDeclaration[] = Array.from(FORMATS, ([name, value]) =>
  func(`format.${name}`, [free(`format.${name}`, [], format, () => wrap(value))]),
);

/** The library. */
export const namedFormatsLibrary: Library = {
  name: "kubernetes.format",
  functions: [
    ...constants,
    func("validate", [method("format-validate", [format, string], optional(list(string)), validate)], { cost: validateCost }),
    func(
      "format.named",
      [
        free("format-named", [string], optional(format), (name) => {
          const found = FORMATS.get(name);
          return new CelOptional(found === undefined ? undefined : wrap(found));
        }),
      ],
      { cost: unit },
    ),
  ],
};
