import { describe, expect, it } from "vitest";
import { net } from "../../../src/rego/builtins/net.ts";
import { contextOf, setOf } from "../../support/call-builtin.ts";
import { boundedContext, callsOf } from "../../support/call-family.ts";

const { answer, answerIn } = callsOf(net);

describe("networks", () => {
  it.each([
    ["net.cidr_contains", ["10.0.0.0/8", "10.1.2.3"], "true"],
    ["net.cidr_contains", ["10.0.0.0/8", "10.1.0.0/16"], "true"],
    ["net.cidr_contains", ["10.1.0.0/16", "10.0.0.0/8"], "false"],
    ["net.cidr_contains", ["2001:db8::/32", "2001:db8::1"], "true"],
    ["net.cidr_intersects", ["10.0.0.0/8", "10.1.0.0/16"], "true"],
    ["net.cidr_intersects", ["10.0.0.0/8", "11.0.0.0/8"], "false"],
    ["net.cidr_expand", ["192.168.0.0/30"], '{"192.168.0.0", "192.168.0.1", "192.168.0.2", "192.168.0.3"}'],
    ["net.cidr_is_valid", ["10.0.0.0/33"], "false"],
    ["net.cidr_is_valid", ["::/0"], "true"],
    ["net.cidr_merge", [["192.0.128.0/24", "192.0.129.0/24"]], '{"192.0.128.0/23"}'],
    ["net.cidr_contains_matches", ["1.1.1.0/24", "1.1.1.128"], '{["1.1.1.0/24", "1.1.1.128"]}'],
    ["net.cidr_contains_matches", [["1.1.0.0/16", "2.2.0.0/16"], ["1.1.1.1"]], "{[0, 0]}"],
  ])("%s of %o is %s", (name, operands, expected) => {
    expect(answer(name, ...operands)).toBe(expected);
  });

  it("of sets match by member", () => {
    expect(answer("net.cidr_contains_matches", setOf("1.0.0.0/8"), setOf("1.2.3.4"))).toBe('{["1.0.0.0/8", "1.2.3.4"]}');
  });

  it("merge over families without confusion", () => {
    expect(answer("net.cidr_merge", ["10.0.0.0/8", "2001:db8::/33", "2001:db8:8000::/33"])).toBe('{"10.0.0.0/8", "2001:db8::/32"}');
  });

  it("that are none are refused", () => {
    expect(answer("net.cidr_contains", "x", "10.0.0.1")).toContain("invalid CIDR address: x");
  });

  it("too large to expand end at the budget", () => {
    expect(() => answerIn(boundedContext(10_000), "net.cidr_expand", "2001:db8::/32")).toThrow("budget");
  });
});

describe("look-ups", () => {
  it("ask the host, which answers with a set", () => {
    const asked: string[] = [];
    const context = contextOf({
      allowedHosts: undefined,
      ask: (key, { operands }) => {
        asked.push(`${key} ${String(operands[0])}`);
        return setOf("1.2.3.4");
      },
    });
    expect(answerIn(context, "net.lookup_ip_addr", "example.com")).toBe('{"1.2.3.4"}');
    expect(asked).toEqual(["net.lookup_ip_addr:example.com example.com"]);
  });

  it("of hosts that are not allowed are not asked", () => {
    expect(answer("net.lookup_ip_addr", "example.com")).toBe("eval_builtin_error: net.lookup_ip_addr: unallowed host: example.com");
  });
});
