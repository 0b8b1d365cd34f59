import { describe, expect, it } from "vitest";
import type { OutsideRequest } from "../../../src/rego/builtins/context.ts";
import { http } from "../../../src/rego/builtins/http.ts";
import { readHttpRequest } from "../../../src/rego/builtins/http-request.ts";
import { httpResponseValue } from "../../../src/rego/builtins/http-response.ts";
import type { PlainObject, Value } from "../../../src/rego/values/value.ts";
import { contextOf } from "../../support/call-builtin.ts";
import { callsOf } from "../../support/call-family.ts";

const { answer, answerIn } = callsOf(http);
const GET: PlainObject = { method: "get", url: "http://h.example/" };

function asking(reply: Value | Error, request: PlainObject): { readonly answer: string; readonly asked: readonly OutsideRequest[] } {
  const asked: OutsideRequest[] = [];
  const context = contextOf({
    allowedHosts: undefined,
    ask: (_, outside) => {
      asked.push(outside);
      return reply;
    },
  });
  return { answer: answerIn(context, "http.send", request), asked };
}

describe("requests", () => {
  it("are asked of the host, once checked", () => {
    const { answer: text, asked } = asking({ status_code: 200 }, GET);
    expect(text).toBe('{"status_code": 200}');
    expect(asked).toEqual([{ builtin: "http.send", operands: [GET, null] }]);
  });

  it.each([
    [{}, 'eval_type_error: http.send: operand 1 missing required request parameters(s): {"method", "url"}'],
    [{ ...GET, nope: 1 }, 'eval_type_error: http.send: operand 1 invalid request parameters(s): {"nope"}'],
    [{ ...GET, timeout: "x" }, 'eval_builtin_error: http.send: invalid timeout value "x": time: invalid duration "x"'],
    [{ ...GET, max_retry_attempts: -1 }, 'eval_builtin_error: http.send: invalid value -1 for field "max_retry_attempts"'],
    [{ ...GET, method: 1 }, 'eval_builtin_error: http.send: "method" must be a string'],
  ])("%j are refused: %s", (request, text) => {
    expect(asking(null, request).answer).toBe(text);
  });

  it("to hosts that are not allowed are refused", () => {
    expect(answer("http.send", GET)).toBe("eval_builtin_error: http.send: unallowed host: h.example");
  });

  it("are read into all they say", () => {
    const read = readHttpRequest({ ...GET, body: { b: 1 }, timeout: "2s", headers: { "X-A": "1" }, enable_redirect: true }, undefined);
    expect(read).toMatchObject({ method: "GET", body: '{"b":1}', timeoutMillis: 2000, headers: [["X-A", "1"]], followRedirects: true });
  });

  it("share an answer unless a header that counts differs", () => {
    const key = (headers: PlainObject): string => readHttpRequest({ ...GET, headers, cache_ignored_headers: ["a"] }, undefined).cacheKey;
    expect(key({ a: "1", b: "1" })).toBe(key({ a: "2", b: "1" }));
    expect(key({ a: "1", b: "1" })).not.toBe(key({ a: "1", b: "2" }));
  });
});

describe("failures", () => {
  it("are errors, or values where the request says so", () => {
    expect(asking(new Error("no route"), GET).answer).toBe("eval_builtin_error: http.send: no route");
    expect(asking(new Error("no route"), { ...GET, raise_error: false }).answer).toBe(
      '{"error": {"code": "eval_http_send_network_error", "message": "no route"}, "status_code": 0}',
    );
  });
});

describe("responses", () => {
  const body = (type: string, text: string, force = {}): unknown => {
    const response = { status: "200 OK", statusCode: 200, headers: [["Content-Type", type]] as const, body: text };
    return (httpResponseValue(response, { forceJson: false, forceYaml: false, ...force }) as PlainObject)["body"];
  };

  it("are decoded by their type", () => {
    expect(body("application/json; charset=utf-8", "[1]")).toEqual([1]);
    expect(body("application/vnd.x+json", "[1]")).toEqual([1]);
    expect(body("application/x-yaml", "- 1")).toEqual([1]);
    expect(body("text/plain", "[1]")).toBe(null);
    expect(body("text/plain", "[1]", { forceJson: true })).toEqual([1]);
    expect(body("application/json", "[1")).toBe(null);
  });
});
