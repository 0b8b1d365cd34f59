import { describe, expect, it } from "vitest";
import { disabledBuiltins, readServerConfig, type ServerConfig } from "../../src/server/config.ts";

const config = (...argv: string[]): ServerConfig => {
  const read = readServerConfig(argv, { POD_NAME: "p", POD_NAMESPACE: "ns" });
  if ("error" in read) throw new Error(read.error);
  return read.config;
};
const error = (...argv: string[]): string | undefined => {
  const read = readServerConfig(argv, {});
  return "error" in read ? read.error : undefined;
};

describe("the flags of serve", () => {
  it("are written as Go writes them: one dash or two, a value after = or after a space", () => {
    expect(config("--port=8443").number("port")).toBe(8443);
    expect(config("-port", "1").number("port")).toBe(1);
    expect(config("--log-denies").enabled("log-denies")).toBe(true);
    expect(config("--enable-external-data=false").enabled("enable-external-data")).toBe(false);
  });

  it("default to every operation, and to those named once one is named", () => {
    expect(config().operations.size).toBe(7);
    expect([...config("--operation=audit,status", "--operation=generate").operations]).toEqual(["audit", "status", "generate"]);
  });

  it("take a builtin's name with and without the braces of the original's manifests", () => {
    expect(disabledBuiltins(config("--disable-opa-builtin={http.send}", "--disable-opa-builtin=opa.runtime"))).toEqual([
      "http.send",
      "opa.runtime",
    ]);
  });

  it("read durations as Go does", () => {
    expect(config("--external-data-provider-response-cache-ttl=1m30s").duration("external-data-provider-response-cache-ttl")).toBe(90e9);
  });

  it("say which flag has no effect and why", () => {
    expect(config("--enable-pprof=true").withoutEffect).toEqual(["--enable-pprof: use node --inspect"]);
  });

  it.each([
    [["--nope"], "flag provided but not defined: -nope"],
    [["--port"], "flag needs an argument: -port"],
    [["--port=x"], 'invalid value "x" for flag -port: parse error'],
    [["--log-denies=maybe"], 'invalid value "maybe" for flag -log-denies: parse error'],
    [["--tls-min-version=1.4"], "invalid TLS version. Must be one of: 1.0, 1.1, 1.2, or 1.3"],
    [["stray"], 'unexpected argument "stray": every argument is a flag'],
  ])("refuse %j", (argv, message) => {
    expect(error(...argv)).toBe(message);
  });

  it("refuse an unknown operation and name the known ones", () => {
    expect(error("--operation=dance")).toContain("operation dance is not a valid operation: map[audit:true");
  });
});
