/**
 * Kubernetes' rules for names, label keys and label values. Each check returns the complaints about a text, none when it is fine.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/, …/labels/
 */

const LABEL_1123 = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN_1123 = `${LABEL_1123}(\\.${LABEL_1123})*`;
const LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${QUALIFIED})?`;

const SUBDOMAIN_1123_REGEX = new RegExp(`^${SUBDOMAIN_1123}$`);
const LABEL_1035_REGEX = new RegExp(`^${LABEL_1035}$`);
const QUALIFIED_REGEX = new RegExp(`^${QUALIFIED}$`);
const LABEL_VALUE_REGEX = new RegExp(`^${LABEL_VALUE}$`);

/** Longest label name, label value and DNS label. */
const LABEL_LENGTH = 63;
/** Longest DNS subdomain. */
const SUBDOMAIN_LENGTH = 253;

/** Checks a DNS subdomain, the form of most object names. */
export function checkSubdomain(text: string): readonly string[] {
  return [
    ...tooLong(text, SUBDOMAIN_LENGTH),
    ...mismatch(
      text,
      SUBDOMAIN_1123_REGEX,
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      SUBDOMAIN_1123,
      ["example.com"],
    ),
  ];
}

/** Checks a DNS label of RFC 1035, the form of resource names. */
export function checkLabel1035(text: string): readonly string[] {
  return [
    ...tooLong(text, LABEL_LENGTH),
    ...mismatch(
      text,
      LABEL_1035_REGEX,
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      LABEL_1035,
      ["my-name", "abc-123"],
    ),
  ];
}

/** Checks a label value. */
export function checkLabelValue(text: string): readonly string[] {
  return [
    ...tooLong(text, LABEL_LENGTH),
    ...mismatch(
      text,
      LABEL_VALUE_REGEX,
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      LABEL_VALUE,
      ["MyValue", "my_value", "12345"],
    ),
  ];
}

/** Checks a label key: a name with an optional DNS prefix. */
export function checkLabelKey(text: string): readonly string[] {
  const parts = text.split("/");
  const rule = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  if (parts.length > 2) {
    const advice = explain(`a valid label key ${rule}`, QUALIFIED, ["MyName", "my.name", "123-abc"]);
    return [`${advice} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? checkPrefix(parts[0] ?? "") : [];
  if (name === "")
    return [...prefix, "name part must be non-empty", ...mismatch(name, QUALIFIED_REGEX, `name part ${rule}`, QUALIFIED, NAMES)];
  return [
    ...prefix,
    ...tooLong(name, LABEL_LENGTH).map((text) => `name part ${text}`),
    ...mismatch(name, QUALIFIED_REGEX, `name part ${rule}`, QUALIFIED, NAMES),
  ];
}

const NAMES = ["MyName", "my.name", "123-abc"];

function checkPrefix(prefix: string): readonly string[] {
  return prefix === "" ? ["prefix part must be non-empty"] : checkSubdomain(prefix).map((text) => `prefix part ${text}`);
}

function tooLong(text: string, limit: number): readonly string[] {
  return text.length > limit ? [`must be no more than ${limit} bytes`] : [];
}

function mismatch(text: string, regex: RegExp, rule: string, pattern: string, examples: readonly string[]): readonly string[] {
  return regex.test(text) ? [] : [explain(rule, pattern, examples)];
}

function explain(rule: string, pattern: string, examples: readonly string[]): string {
  return `${rule} (e.g. ${examples.map((text) => `'${text}', `).join(" or ")}regex used for validation is '${pattern}')`;
}
