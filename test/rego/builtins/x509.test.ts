import { describe, expect, it } from "vitest";
import { cryptoBuiltins } from "../../../src/rego/builtins/crypto/families.ts";
import type { PlainObject, Value } from "../../../src/rego/values/value.ts";
import { contextOf } from "../../support/call-builtin.ts";
import { callsOf } from "../../support/call-family.ts";
import { LEAF_CERTIFICATE, LEAF_KEY, LEAF_REQUEST, ROOT_CERTIFICATE } from "../../support/certificates.ts";

const { answer, answerIn, value } = callsOf(cryptoBuiltins);
const IN_2030 = 1_893_456_000_000_000_000n;
const CHAIN = ROOT_CERTIFICATE + LEAF_CERTIFICATE;

describe("certificates", () => {
  it("are read as Go shows them", () => {
    const [leaf] = value("crypto.x509.parse_certificates", LEAF_CERTIFICATE) as readonly PlainObject[];
    expect(leaf).toMatchObject({
      DNSNames: ["leaf.example"],
      IPAddresses: ["10.0.0.1"],
      ExtKeyUsage: [2],
      IsCA: false,
      Issuer: { CommonName: "root", Organization: ["Test"] },
      PublicKeyAlgorithm: 3,
      SignatureAlgorithm: 10,
      Subject: { CommonName: "leaf.example" },
      Version: 3,
    });
  });

  it("come in base64 too", () => {
    const parse = (text: string): Value => value("crypto.x509.parse_certificates", text);
    expect(parse(Buffer.from(LEAF_CERTIFICATE).toString("base64"))).toEqual(parse(LEAF_CERTIFICATE));
  });

  it("verify from the root to the leaf, in that order", () => {
    const verify = (...operands: Value[]): string =>
      answerIn(contextOf({ nowNanos: IN_2030 }), "crypto.x509.parse_and_verify_certificates_with_options", ...operands);
    expect(verify(CHAIN, { KeyUsages: ["KeyUsageClientAuth"] })).toContain("[true, ");
    expect(verify(CHAIN, { KeyUsages: ["KeyUsageServerAuth"] })).toBe("[false, []]");
    expect(verify(CHAIN, { KeyUsages: ["KeyUsageAny"], DNSName: "leaf.example" })).toContain("[true, ");
    expect(verify(CHAIN, { KeyUsages: ["KeyUsageAny"], DNSName: "other.example" })).toBe("[false, []]");
    expect(verify(CHAIN, { KeyUsages: ["KeyUsageAny"], CurrentTime: 1_700_000_000_000_000_000 })).toBe("[false, []]");
    expect(answer("crypto.x509.parse_and_verify_certificates", LEAF_CERTIFICATE + ROOT_CERTIFICATE)).toBe("[false, []]");
  });

  it("that are none are refused", () => {
    expect(answer("crypto.x509.parse_certificates", "x")).toContain("eval_builtin_error: crypto.x509.parse_certificates: ");
    const cut = Buffer.from(LEAF_CERTIFICATE.replace(/-----.*-----|\n/g, ""), "base64")
      .subarray(0, 100)
      .toString("base64");
    expect(answer("crypto.x509.parse_certificates", cut)).toContain("x509: malformed certificate");
  });
});

describe("requests and keys", () => {
  it("are read", () => {
    expect(value("crypto.x509.parse_certificate_request", LEAF_REQUEST)).toMatchObject({ Subject: { CommonName: "leaf.example" } });
    expect(answer("crypto.parse_private_keys", LEAF_KEY)).toContain('"Curve"');
    expect(answer("crypto.parse_private_keys", "")).toBe("null");
  });

  it("make a pair only when they belong together", () => {
    expect(answer("crypto.x509.parse_keypair", LEAF_CERTIFICATE, LEAF_KEY)).toContain('"PrivateKey"');
    expect(answer("crypto.x509.parse_keypair", ROOT_CERTIFICATE, LEAF_KEY)).toContain("private key does not match public key");
  });
});
