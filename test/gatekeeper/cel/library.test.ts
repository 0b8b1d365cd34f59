import { describe, expect, test } from "vitest";
import { CelOptional } from "../../../src/gatekeeper/cel/values/value.ts";
import { evaluate, failureOf, issuesOf } from "../../support/cel.ts";

function holds(...expressions: readonly string[]): void {
  for (const expression of expressions) expect([expression, evaluate(expression)]).toEqual([expression, true]);
}

function fails(text: string, message: string): void {
  expect(issuesOf(text) ?? failureOf(text)).toBe(message);
}

describe("conversions", () => {
  test("texts become numbers and back", () => {
    holds("int('-12') == -12", "uint('7') == 7u", "double('1.5e2') == 150.0", "string(12) == '12'", "int(3.9) == 3", "bool('t')");
    fails("int(dyn('1x'))", "type conversion error from 'string' to 'int'");
    fails("uint(dyn(-1))", "unsigned integer overflow");
    fails("int(dyn(1e30))", "integer overflow");
    fails("string(dyn(b'\\xff'))", "invalid UTF-8 in bytes, cannot convert to string");
  });
});

describe("time", () => {
  test("timestamps are read, printed and taken apart", () => {
    holds(
      "string(timestamp('2020-02-29T12:34:56.5Z')) == '2020-02-29T12:34:56.5Z'",
      "string(timestamp('2020-01-01T00:00:00+05:00')) == '2020-01-01T00:00:00+05:00'",
      "timestamp('2020-02-29T12:34:56Z').getDayOfYear() == 59",
      "timestamp('2020-02-29T12:34:56Z').getDayOfWeek() == 6",
      "timestamp('2020-02-29T23:00:00Z').getDate('+02:00') == 1",
      "timestamp('2020-07-01T12:00:00Z').getHours('America/New_York') == 8",
      "timestamp('1969-12-31T23:59:59Z').getFullYear() == 1969",
      "int(timestamp('1970-01-01T00:00:01Z')) == 1",
    );
    fails("timestamp(dyn('2021-02-29T00:00:00Z'))", "type conversion error from 'string' to 'google.protobuf.Timestamp'");
    fails("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "timestamp overflow");
    fails("timestamp('2020-01-01T00:00:00Z').getHours('Nowhere/City')", "unknown time zone Nowhere/City");
  });

  test("durations add up and print in seconds", () => {
    holds(
      "duration('1h30m') == duration('90m')",
      "string(duration('1m0.5s')) == '60.5s'",
      "timestamp('2020-01-02T00:00:00Z') - timestamp('2020-01-01T00:00:00Z') == duration('24h')",
      "duration('-1.5h').getMinutes() == -90",
    );
  });
});

describe("strings", () => {
  test("positions count code points", () => {
    holds(
      "'😀ab'.indexOf('b') == 2",
      "'😀ab'.charAt(1) == 'a'",
      "'😀ab'.substring(0, 1) == '😀'",
      "size('😀') == 1",
      "'a😀'.lastIndexOf('😀') == 1",
    );
  });

  test("texts are cut, joined and replaced as Go does", () => {
    holds(
      "'a,b,c'.split(',', 2) == ['a', 'b,c']",
      "'ab'.split('') == ['a', 'b']",
      "'aaa'.replace('a', 'b', 2) == 'bba'",
      "'ab'.replace('', '-') == '-a-b-'",
      "['a', 'b'].join('-') == 'a-b'",
      "'\\u0085 a\\u00a0'.trim() == 'a'",
      "'ÀBC'.lowerAscii() == 'Àbc'",
      "strings.quote('a\"b') == '\"a\\\\\"b\"'",
    );
    fails("'abc'.substring(2, 1)", "invalid substring range. start: 2, end: 1");
    fails("'abc'.charAt(9)", "index out of range: 9");
  });

  test("format groups digits and shows what is inside lists as literals", () => {
    holds(
      "'%s %d %x'.format(['a', 5, 255]) == 'a 5 ff'",
      "'%.2f'.format([1234.5]) == '1,234.50'",
      "'%e'.format([1234.5]) == '1.234500×10⁰³'",
      "'%s'.format([['a', 'b']]) == '[\"a\", \"b\"]'",
      "'%s'.format([{'b': 1, 'a': 2}]) == '{\"a\":2, \"b\":1}'",
      "'%b|%o|%X'.format([5, 8, 'hi']) == '101|10|6869'",
      "'100%%'.format([]) == '100%'",
    );
  });

  test("regular expressions are RE2's, and stay linear", () => {
    holds("'abc'.matches('^a.c$')", "'xabcabc'.find('(abc)+') == 'abcabc'", "'a1b22'.findAll('[0-9]+') == ['1', '22']");
    fails("'a'.matches(dyn('('))", "error parsing regexp: missing closing ): `(`");
    expect(failureOf("'a'.find(pattern)", { pattern: "(" })).toBe("Illegal regex: error parsing regexp: missing closing ): `(`");
    fails("'a'.find('(')", "error parsing regexp: missing closing ): `(`");
    holds(`!'${"a".repeat(5000)}b'.matches('^(a+)+$')`);
  });
});

describe("lists and sets", () => {
  test("lists are searched, summed and sorted", () => {
    holds(
      "[3, 1, 2].sort() == [1, 2, 3]",
      "[{'n': 2}, {'n': 1}].sortBy(e, e.n)[0].n == 1",
      "[1, 2].sum() == 3 && [].sum() == 0 && [1.5].sum() == 1.5",
      "['b', 'a'].min() == 'a' && [1, 3, 2].max() == 3",
      "[1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2 && [1].indexOf(9) == -1",
      "[1, 2, 3].isSorted() && ![2, 1].isSorted()",
      "[[1], [2, 3]].flatten() == [1, 2, 3]",
      "[1, 1, 2].distinct() == [1, 2] && [1, 2].reverse() == [2, 1] && lists.range(3) == [0, 1, 2]",
      "[1, 2, 3].slice(1, 3) == [2, 3]",
      "sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
      "[1, 2].first().value() == 1 && ![].last().hasValue()",
    );
    fails("[].max()", "max called on empty list");
    fails("[1].slice(0, 5)", "cannot slice(0, 5), list is length 1");
    fails("[dyn(1), dyn('a')].sort()", "list elements must have the same type");
  });

  test("two variables walk indexes and keys", () => {
    holds(
      "[5, 6].all(i, v, v == i + 5)",
      "{'a': 1}.exists(k, v, k == 'a' && v == 1)",
      "[5, 6].transformList(i, v, i > 0, v) == [6]",
      "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
      "['x'].transformMapEntry(i, v, {v: i}) == {'x': 0}",
    );
    fails("['x', 'x'].transformMapEntry(i, v, {v: i})", "insert failed: key x already exists");
  });
});

describe("optional values", () => {
  test("absence travels through a chain", () => {
    holds(
      "{'a': {'b': 1}}.?a.?b == optional.of(1)",
      "!{}.?a.b.c.hasValue()",
      "{}.?a.or(optional.of(2)).value() == 2",
      "optional.of(1).optMap(x, x + 1).value() == 2",
      "!optional.none().optFlatMap(x, optional.of(x)).hasValue()",
      "[?optional.none(), 1] == [1] && {?'a': optional.of(1)} == {'a': 1}",
      "!optional.ofNonZeroValue('').hasValue()",
    );
    fails("optional.none().value()", "optional.none() dereference");
    expect(evaluate("optional.none()")).toEqual(new CelOptional(undefined));
  });
});

describe("Kubernetes' libraries", () => {
  test("quantities compare exactly", () => {
    holds(
      "quantity('1Ki') == quantity('1024')",
      "quantity('50Mi').isGreaterThan(quantity('50M'))",
      "quantity('0.1').add(quantity('200m')).compareTo(quantity('300m')) == 0",
      "quantity('1e3').asInteger() == 1000 && !quantity('1500m').isInteger()",
      "sign(quantity('-1')) == -1 && isQuantity('1.5Gi') && !isQuantity('1x')",
    );
    fails("quantity('1x')", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    fails("quantity('1').asInteger() == 1 && quantity('1') == dyn(1)", "no such overload");
    fails("quantity('1e999999999') == quantity('1')", "quantity is too large");
  });

  test("addresses and networks are strict", () => {
    holds(
      "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP('::1')",
      "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
      "string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'",
      "ip('::1').isLoopback() && ip('169.254.0.1').isLinkLocalUnicast() && ip('8.8.8.8').isGlobalUnicast()",
      "!isIP('1.2.3') && !isIP('01.2.3.4') && !isIP('::ffff:1.2.3.4') && !isIP('fe80::1%eth0')",
      "ip.isCanonical('::1') && !ip.isCanonical('0:0::1')",
    );
    fails("ip('x')", `IP Address "x" parse error during conversion from string: ParseAddr("x"): unable to parse IP`);
  });

  test("URLs come apart", () => {
    holds(
      "url('https://u:p@h:8080/a%20b?x=1&x=2').getHost() == 'h:8080'",
      "url('https://[::1]:80/').getHostname() == '::1'",
      "url('https://h/?x=1&x=2').getQuery() == {'x': ['1', '2']}",
      "url('https://h/a b').getEscapedPath() == '/a%20b'",
      "!isURL('relative') && isURL('/rooted')",
    );
  });

  test("versions order by precedence", () => {
    holds(
      "semver('1.0.0-a.2').isLessThan(semver('1.0.0-a.10'))",
      "semver('1.0.0').isGreaterThan(semver('1.0.0-rc.1'))",
      "semver('v1.2', true).minor() == 2 && !isSemver('v1.2.3')",
    );
    fails("semver('1.02.3')", 'Minor number must not contain leading zeroes "02"');
  });

  test("named formats explain themselves", () => {
    holds(
      "!format.dns1123Label().validate('a-1').hasValue()",
      "format.dns1123Label().validate('a.b').value() == ['must not contain dots']",
      "format.qualifiedName().validate('/b').value() == ['prefix part must be non-empty']",
      "!format.dns1123LabelPrefix().validate('a-').hasValue()",
      "format.date().validate('2021-02-29').hasValue() && !format.date().validate('2020-02-29').hasValue()",
      "!format.named('nothing').hasValue()",
    );
  });

  test("what Kubernetes leaves out is not there, and neither is the authorizer", () => {
    expect(issuesOf("math.greatest(1, 2)")).toContain("undeclared reference");
    expect(issuesOf("base64.encode(b'a')")).toContain("undeclared reference");
    expect(issuesOf("authorizer.path('/x').check('get').allowed()")).toBe(
      "ERROR: <input>:1:1: undeclared reference to 'authorizer' (in container '')\n | authorizer.path('/x').check('get').allowed()\n | ^",
    );
  });
});
