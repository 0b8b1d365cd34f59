/** Pieces of made-up policies: conditions and messages in Rego (of v0, most are v1 as well) and in CEL, right ones and the mistakes that people make. */

/** Lines of a rule's body. */
export const REGO_CONDITIONS: readonly string[] = [
  "true",
  "not labels.app",
  "labels[k] == input.parameters.list[_]",
  "c := input.review.object.spec.containers[_]",
  "x := input.review.object.spec.x",
  "is_string(input.review.object.metadata.name)",
  "count(labels) > input.parameters.n",
  'startswith(input.review.object.metadata.name, "a")',
  "regex.match(input.parameters.re, input.review.object.metadata.name)",
  'input.review.kind.kind == "Pod"',
  'input.review.operation == "CREATE"',
  'input.review.namespace != ""',
  'data.inventory.cluster["v1"].Namespace[n]',
  'p := data.inventory.namespace[ns][_]["Pod"][_]',
  "named(input.review.object)",
  "y := {l | labels[l]} - {p | p := input.parameters.list[_]}\n  count(y) > 0",
  'provided := object.get(input.parameters, "o", {})\n  provided != {}',
  "some i\n  input.parameters.list[i] == labels.app",
  "not input.parameters.o.k",
  "input.parameters.n / input.review.object.spec.replicas > 0",
  "to_number(labels.n) > 0",
  "units.parse(input.review.object.spec.x) > 1",
  "json.unmarshal(input.review.object.spec.x)",
  "walk(input.review.object, [path, 1.5])",
  "input.review.object.spec == input.review.oldObject",
  "input.review.namespaceObject.metadata",
  "input.review.userInfo.username",
  "endswith(input.review.object.spec.containers[_].image, input.parameters.re)",
  "glob.match(input.parameters.re, [], labels.app)",
  "input.review.object.spec.x[_] = z",
  "a := [1, 2][_]\n  a > 1",
  'any_not := [v | v := labels[_]; v != "a"]\n  count(any_not) > 0',
  "input.review.object.metadata.labels.app = input.parameters.re",
  'semver.compare(labels.app, "1.0.0") == 1',
  'trace("t")',
];

/** What a message may be; whatever is no text is told otherwise on purpose. */
export const REGO_MESSAGES: readonly string[] = [
  '"a plain message"',
  'sprintf("%v", [input.review.object.metadata.name])',
  'sprintf("%v has %v", [input.review.object.metadata.name, labels])',
  'sprintf("%v", [input.parameters])',
  'sprintf("%s and %d", [input.review.object.kind, count(labels)])',
  'sprintf("%d", ["no number"])',
  'sprintf("%v %v", [1])',
  "input.review.object.metadata.name",
  'concat(", ", sort([k | labels[k]]))',
  'sprintf("%q", [input.review.object.metadata.namespace])',
  "json.marshal(input.review.object.spec)",
  'sprintf("%v", [{1, "a", [2]}])',
  "`raw\\n`",
  '"two\\nlines"',
];

/** Expressions of validations. */
export const CEL_CONDITIONS: readonly string[] = [
  "true",
  "false",
  "has(object.spec)",
  "object.metadata.name.startsWith('a')",
  "has(object.metadata.labels) && 'app' in object.metadata.labels",
  "!has(object.metadata.labels) || object.metadata.labels.all(k, k != 'n')",
  "object.spec.containers.all(c, c.image.contains(':'))",
  "has(object.spec.containers) && object.spec.containers.exists_one(c, c.name == 'a')",
  "variables.params.n > 1",
  "has(params.spec.parameters.n) && params.spec.parameters.n > 0",
  "variables.anyObject.kind != 'Pod'",
  "size(object.metadata.name) < 5",
  "object.metadata.?labels[?'app'].orValue('a') == 'a'",
  "variables.v",
  "request.operation == ''",
  "request.namespace != 'a'",
  "namespaceObject == null",
  "oldObject == null",
  "object.spec.x",
  "object.spec.x > 1",
  "object.spec.replicas / 0 == 1",
  "object.metadata.name.matches(variables.params.re)",
  "quantity(object.spec.x).isGreaterThan(quantity('1'))",
  "object.nothing.at.all",
  "[1, 2].map(x, x * 2).sum() == 6",
  "dyn(object.spec.x) == 1",
  "object.spec.x == 1.5 || object.spec.x == 'a'",
];

/** Expressions of messages. */
export const CEL_MESSAGES: readonly string[] = [
  "'no ' + object.metadata.name",
  "object.spec.x",
  "''",
  "'  '",
  "'two\\nlines'",
  "1",
  "string(variables.params.n)",
  "object.metadata.labels.app",
  "nobody",
];

/** Expressions of variables. */
export const CEL_VARIABLES: readonly string[] = [
  "true",
  "has(object.spec) && has(object.spec.x)",
  "object.spec.replicas > 2",
  "object.metadata.labels",
  "params",
  "variables.w",
  "1 +",
];

/** Lines that do not compile, parse or fit a type. */
export const REGO_MISTAKES: readonly string[] = [
  '1 + "a" > 0',
  "re_match(input.parameters.re, input.review.object.metadata.name)",
  "data.lib.m.m(1) == 1",
  "undefined_name > 1",
  "frobnicate(input)",
  "data.foo.bar",
  "count(1) > 0",
  "x := x",
  "labels[",
];

/** Expressions that are none, or not of the right type. */
export const CEL_MISTAKES: readonly string[] = [
  "nobody.knows",
  "object.metadata.name.frobnicate()",
  "1 + 'a' == 2",
  "has(object)",
  "object.spec.containers.all(",
  "object.metadata.name.matches('(')",
  "'a'",
];
