import { describe, expect, it } from "vitest";
import { AddressError, addressText, networkText, parseAddress, parseNetwork } from "../../../src/rego/text/ip.ts";

function shown(text: string): string {
  const address = parseAddress(text);
  return address instanceof AddressError ? address.message : addressText(address);
}

describe("addresses", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::", "::"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
  ])("%s is written %s", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each(["010.0.0.1", "1.2.3", "1.2.3.256", "1::2::3", "g::", "1.2.3.4 ", ""])("%j is none", (text) => {
    expect(parseAddress(text)).toBeInstanceOf(AddressError);
  });
});

describe("networks", () => {
  it("begin at their first address", () => {
    const network = parseNetwork("10.1.2.3/8");
    expect(network && networkText(network)).toBe("10.0.0.0/8");
    expect(parseNetwork("10.0.0.0/33")).toBeUndefined();
  });
});
