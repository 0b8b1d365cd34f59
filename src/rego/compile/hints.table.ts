/** The words behind the hints: what names of other languages are called in Rego, what replaces deprecated builtins, and plain advice. */

/** Names that authors bring from other languages, and what to write. */
export const wordsOfOtherLanguages: ReadonlyMap<string, string> = new Map([
  ["len", "count(x)"],
  ["length", "count(x)"],
  ["size", "count(x)"],
  ["lowercase", "lower(x)"],
  ["tolower", "lower(x)"],
  ["toLowerCase", "lower(x)"],
  ["uppercase", "upper(x)"],
  ["toupper", "upper(x)"],
  ["toUpperCase", "upper(x)"],
  ["startsWith", "startswith(x, prefix)"],
  ["starts_with", "startswith(x, prefix)"],
  ["endsWith", "endswith(x, suffix)"],
  ["ends_with", "endswith(x, suffix)"],
  ["strings.contains", "contains(x, part)"],
  ["includes", "y in x"],
  ["join", "concat(delimiter, x)"],
  ["strings.join", "concat(delimiter, x)"],
  ["format", "sprintf(format, [x])"],
  ["str", 'sprintf("%v", [x])'],
  ["string", 'sprintf("%v", [x])'],
  ["int", "to_number(x)"],
  ["number", "to_number(x)"],
  ["typeof", "type_name(x)"],
  ["keys", "object.keys(x)"],
  ["regex", "regex.match(pattern, x)"],
  ["regex.test", "regex.match(pattern, x)"],
  ["match", "regex.match(pattern, x)"],
  ["True", "true"],
  ["False", "false"],
  ["None", "null, or not x for what is missing"],
  ["nil", "null, or not x for what is missing"],
  ["undefined", "not x: what is missing makes an expression undefined"],
  ["this", "input"],
]);

/** Deprecated builtins, and what to write instead. */
export const replacedBuiltins: ReadonlyMap<string, string> = new Map([
  ["any", "true in x"],
  ["all", "every y in x { y }"],
  ["set_diff", "x - y"],
  ["re_match", "regex.match(pattern, x)"],
  ["net.cidr_overlap", "net.cidr_contains(cidr, x)"],
  ["cast_array", "[y | some y in x]"],
  ["cast_set", "{y | some y in x}"],
  ["cast_string", "is_string(x)"],
  ["cast_boolean", "is_boolean(x)"],
  ["cast_null", "is_null(x)"],
  ["cast_object", "is_object(x)"],
]);

/** Advice that depends on the message alone. */
// biome-ignore format: table
export const commonMistakes: readonly { readonly message: RegExp; readonly hint: string }[] = [
  { message: /^var \S+ assigned above$/, hint: ":= declares a variable once in a body: compare with ==, or take another name" },
  { message: /^var \S+ referenced above$/, hint: "a variable is declared before it is used in the same body" },
  { message: /^(declared|assigned) var \S+ unused$/, hint: "remove it, or write _ for a value that does not matter" },
  { message: /^cannot assign to /, hint: "the left side of := is a variable or a pattern of variables: compare with ==" },
  { message: /is recursive: /, hint: "a rule cannot depend on itself, even through others: use walk or graph.reachable for nested data" },
  { message: /^conflicting rules \S+ found$/, hint: "all rules of one name are of one kind: a value, a set (contains), or a function of as many arguments" },
  { message: /^multiple default rules /, hint: "a name has one default: remove the others" },
  { message: /^function \S+ used as reference, not called$/, hint: "call it: write its arguments in parentheses" },
  { message: /^count: invalid argument\(s\)$/, hint: "count takes a string, an array, an object or a set" },
  { message: /^\S+ used as value$/, hint: "print gives no value: write it on a line of its own" },
];
