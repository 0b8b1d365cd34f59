import { describe, expect, it } from "vitest";
import { parseUrl, resolveUrl, splitHost, type Url, UrlError, urlText } from "../../../src/rego/text/url.ts";

function parsed(text: string): Url {
  const url = parseUrl(text);
  if (url instanceof UrlError) throw new Error(url.message);
  return url;
}

describe("URLs", () => {
  it.each(["http://h/a?b#c", "mailto:x@y", "//h/p", "/a%2Fb", "http://[::1]:80/", "?q", "a/b"])("%s is written as it was", (text) => {
    expect(urlText(parsed(text))).toBe(text);
  });

  it.each([
    ["http://[::1", "parse \"http://[::1\": missing ']' in host"],
    [":a", 'parse ":a": missing protocol scheme'],
    ["http://h:x/", 'parse "http://h:x/": invalid port ":x" after host'],
    ["%", 'parse "%": invalid URL escape "%"'],
  ])("%s is refused: %s", (text, message) => {
    expect(parseUrl(text)).toMatchObject({ message });
  });

  it("resolve against each other", () => {
    const base = parsed("http://h/a/b?x");
    for (const [reference, expected] of [
      ["c", "http://h/a/c"],
      ["../c", "http://h/c"],
      ["/c?y", "http://h/c?y"],
      ["//i/j", "http://i/j"],
      ["#f", "http://h/a/b?x#f"],
    ] as const) {
      expect(urlText(resolveUrl(base, parsed(reference)))).toBe(expected);
    }
  });

  it("may have more colons in a host: what follows the last is the port, as OPA's release of Go sees it", () => {
    expect(parseUrl("http://h:x:/a")).toMatchObject({ host: "h:x:", path: "/a" });
    expect(parseUrl("http://h:1:2/a")).toMatchObject({ host: "h:1:2" });
    expect(parseUrl("http://h:1:x/a")).toBeInstanceOf(UrlError);
  });

  it("have hosts of a name and a port", () => {
    expect(splitHost("h:80")).toEqual({ name: "h", port: "80" });
    expect(splitHost("[::1]:80")).toEqual({ name: "::1", port: "80" });
    expect(splitHost("h")).toEqual({ name: "h", port: "" });
  });
});
