import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkAsn1, PKCS8, PUBLIC_KEY_INFO } from "../../../src/rego/builtins/crypto/asn1.ts";
import { readPrivateKey } from "../../../src/rego/builtins/crypto/private-keys.ts";
import { readPkixPublicKey } from "../../../src/rego/builtins/crypto/public-key.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = publicKey.export({ type: "spki", format: "der" });
const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
const withByte = (der: Buffer, at: number, byte: number): Buffer => {
  const copy = Buffer.from(der);
  copy[at] = byte;
  return copy;
};

describe("damaged keys", () => {
  it.each([
    ["cut", spki.subarray(0, 20), "asn1: syntax error: data truncated"],
    ["of indefinite length", withByte(spki, 1, 0x80), "asn1: syntax error: indefinite length found (not DER)"],
    ["with more behind", Buffer.concat([spki, Buffer.from([0])]), "x509: trailing data after ASN.1 of public-key"],
    ["on no curve", withByte(spki, spki.length - 1, (spki.at(-1) ?? 0) ^ 1), "P256 point not on curve"],
    ["of an odd curve", withByte(spki, 22, 0x01), "x509: unsupported elliptic curve"],
    ["of an unknown kind", withByte(spki, 12, 0x03), "x509: unknown public key algorithm"],
    ["with odd bits", withByte(spki, 25, 0x09), "asn1: syntax error: invalid padding bits in BIT STRING"],
    ["in another form", pkcs8.subarray(0, 1), "asn1: syntax error: truncated tag or length"],
  ])("%s are refused in Go's words", (_, der, text) => {
    expect(() => readPkixPublicKey(der)).toThrow(text);
  });

  it("name the tag that was found", () => {
    const parameters =
      "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}";
    expect(checkAsn1(withByte(pkcs8, 3, 0x04), PKCS8)).toEqual({
      fault: `asn1: structure error: tags don't match (2 vs {class:0 tag:4 length:1 isCompound:false}) ${parameters} int @2`,
    });
    expect(checkAsn1(spki, PUBLIC_KEY_INFO)).toEqual({ rest: 0 });
  });

  it("of RSA must hold numbers that belong together", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const der = rsa.export({ type: "pkcs1", format: "der" });
    expect(readPrivateKey("RSA PRIVATE KEY", der)?.node.equals(rsa)).toBe(true);
    const last = withByte(der, der.length - 1, (der.at(-1) ?? 0) ^ 2);
    expect(() => readPrivateKey("RSA PRIVATE KEY", last)).toThrow("crypto/rsa: invalid CRT coefficient");
    expect(() => readPrivateKey("EC PRIVATE KEY", der)).toThrow("use ParsePKCS1PrivateKey instead");
  });

  it("on a curve are worth what their private half says", () => {
    const damaged = withByte(pkcs8, pkcs8.length - 1, (pkcs8.at(-1) ?? 0) ^ 1);
    expect(readPrivateKey("PRIVATE KEY", damaged)?.node.equals(privateKey)).toBe(true);
  });
});
