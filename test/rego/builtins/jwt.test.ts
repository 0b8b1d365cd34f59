import { describe, expect, it } from "vitest";
import { cryptoBuiltins } from "../../../src/rego/builtins/crypto/families.ts";
import type { PlainObject } from "../../../src/rego/values/value.ts";
import { callsOf } from "../../support/call-family.ts";
import { LEAF_CERTIFICATE, LEAF_KEY } from "../../support/certificates.ts";

const { answer, value } = callsOf(cryptoBuiltins);
// RFC 7515, A.1
const TOKEN =
  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const KEY = { kty: "oct", k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow" };
const BEFORE_EXPIRY = 1_300_819_379_000_000_000;

describe("tokens", () => {
  it("are taken apart", () => {
    expect(answer("io.jwt.decode", TOKEN)).toBe(
      '[{"alg": "HS256", "typ": "JWT"}, {"exp": 1300819380, "http://example.com/is_root": true, "iss": "joe"}, "7418dfb49799e0254ffa607dd8adbbba16d4254d69d6bff05b58055853848d79"]',
    );
  });

  it("that are none are refused", () => {
    expect(answer("io.jwt.decode", "a.b")).toBe("eval_builtin_error: io.jwt.decode: encoded JWT must have 3 sections, found 2");
  });

  it("are signed as the standard does", () => {
    const signed = value("io.jwt.encode_sign", { alg: "HS256", typ: "JWT" }, { iss: "joe" }, KEY) as string;
    expect(signed.split(".")).toHaveLength(3);
    const raw = value("io.jwt.encode_sign_raw", '{"typ":"JWT",\r\n "alg":"HS256"}', '{"iss":"joe"}', JSON.stringify(KEY)) as string;
    expect(raw.split(".")[0]).toBe(TOKEN.split(".")[0]);
  });

  it("verify with the key they were signed with, and no other", () => {
    const signed = value("io.jwt.encode_sign", { alg: "HS256" }, { a: 1 }, { kty: "oct", k: "c2VjcmV0" });
    expect(answer("io.jwt.verify_hs256", signed, "secret")).toBe("true");
    expect(answer("io.jwt.verify_hs256", signed, "other")).toBe("false");
    expect(answer("io.jwt.verify_hs512", signed, "secret")).toBe("false");
  });

  it("verify with a certificate", () => {
    const [keys] = value("crypto.parse_private_keys", LEAF_KEY) as readonly PlainObject[];
    const signed = value("io.jwt.encode_sign", { alg: "ES256" }, { a: 1 }, jwkOf(keys as PlainObject));
    expect(answer("io.jwt.verify_es256", signed, LEAF_CERTIFICATE)).toBe("true");
    expect(answer("io.jwt.verify_es256", `${String(signed).slice(0, -4)}AAAA`, LEAF_CERTIFICATE)).toBe("false");
  });
});

describe("constraints", () => {
  const verify = (constraints: PlainObject): string => answer("io.jwt.decode_verify", TOKEN, constraints);
  const secret = Buffer.from(KEY.k, "base64url").toString("latin1");
  // Bytes that are no UTF-8 are lone surrogates.
  const bytes = Buffer.from(secret, "latin1").reduce((text, byte) => text + String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte), "");

  it("are met in time and by the right issuer", () => {
    expect(verify({ secret: bytes, time: BEFORE_EXPIRY })).toContain("[true, ");
    expect(verify({ secret: bytes, time: BEFORE_EXPIRY, iss: "joe" })).toContain("[true, ");
    expect(verify({ secret: bytes, time: BEFORE_EXPIRY, iss: "jane" })).toBe("[false, {}, {}]");
    expect(verify({ secret: bytes, time: BEFORE_EXPIRY + 2e9 })).toBe("[false, {}, {}]");
    expect(verify({ secret: "x", time: BEFORE_EXPIRY })).toBe("[false, {}, {}]");
  });

  it("nobody knows are refused", () => {
    expect(verify({ secret: "x", nope: 1 })).toContain("unknown token validation constraint: nope");
  });

  it("do not let a token choose no algorithm", () => {
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from("{}").toString("base64url")}.`;
    expect(answer("io.jwt.decode_verify", none, { secret: "x" })).toBe("[false, {}, {}]");
  });
});

function jwkOf(key: PlainObject): PlainObject {
  const number = (text: unknown): string => {
    const hex = BigInt(String(text)).toString(16).padStart(64, "0");
    return Buffer.from(hex, "hex").toString("base64url");
  };
  const text = JSON.stringify(key, (_, part) => (typeof part === "object" && part !== null && "text" in part ? part.text : part));
  const { D, X, Y } = JSON.parse(text) as { D: unknown; X: unknown; Y: unknown };
  return { kty: "EC", crv: "P-256", d: number(D), x: number(X), y: number(Y) };
}
