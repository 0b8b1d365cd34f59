/** The `io.jwt.*` builtins (https://www.openpolicyagent.org/docs/latest/policy-reference/#tokens). */
import { Buffer } from "node:buffer";
import { toUtf8Bytes } from "../../text/bytes.ts";
import { writeJson } from "../../values/json-write.ts";
import { isObject } from "../../values/object.ts";
import { typeName } from "../../values/type-name.ts";
import type { Value } from "../../values/value.ts";
import type { BuiltinContext } from "../context.ts";
import type { Builtin, BuiltinResult } from "../define.ts";
import { define } from "../define.ts";
import { operandTypeError, row, string } from "../operands.ts";
import { CryptoError, decodeUrlPart } from "./encoded.ts";
import { guarded } from "./guarded.ts";
import { signToken } from "./jwt-sign.ts";
import { decodeAndVerify } from "./jwt-verify.ts";
import { isSignedBy } from "./signature.ts";
import { decodeHeader, decodeText, readHeader, readObject, signedBytes, splitToken } from "./token.ts";
import { readVerificationKeys } from "./verification-keys.ts";

/** Decodes without verifying; a token within a token is decoded in its place. */
function decode(jwt: Value): Value {
  for (let value = jwt; ; ) {
    const token = splitToken(value);
    const header = decodeHeader(token);
    const payload = decodeText(token.payload, "JWT payload had invalid encoding");
    if (Object.hasOwn(header, "cty") && header["cty"] === "JWT") {
      value = payload.replace(/^["']+|["']+$/g, "");
      continue;
    }
    const object = readObject(payload);
    let signature: Buffer;
    try {
      signature = decodeUrlPart(token.signature);
    } catch (error) {
      throw error instanceof CryptoError ? new CryptoError(`JWT signature had invalid encoding: ${error.message}`) : error;
    }
    return [header, object, signature.toString("hex")];
  }
}

function needText(value: Value, position: number): string {
  if (typeof value !== "string") throw new CryptoError(`operand ${position} must be string but got ${typeName(value)}`, true);
  return value;
}

/** Verifies with public keys: the one that the token names, else any whose algorithm fits the token's. */
function verifyAsymmetric(alg: string, jwt: Value, keyText: Value): boolean {
  const token = splitToken(jwt);
  const keys = readVerificationKeys(needText(keyText, 2));
  const signature = decodeUrlPart(token.signature);
  const header = readHeader(decodeHeader(token));
  const message = { text: signedBytes(token), signature };
  const verifies = ({ key, isPrivate }: (typeof keys)[number]): boolean => !isPrivate && isSignedBy(alg, key, message, { exact: false });
  const named = header.kid === "" ? undefined : keys.find(({ kid }) => kid === header.kid);
  if (named !== undefined) return verifies(named);
  return keys.some((key) => (key.alg === "" || key.alg === header.alg) && verifies(key));
}

function verifySecret(alg: string, jwt: string, secret: string): boolean {
  const token = splitToken(jwt);
  const message = { text: signedBytes(token), signature: decodeUrlPart(token.signature) };
  return isSignedBy(alg, Buffer.from(toUtf8Bytes(secret)), message, { exact: false });
}

function asymmetricRow(alg: string): Builtin {
  const name = `io.jwt.verify_${alg.toLowerCase()}`;
  return define(name, "(jwt: string, certificate: string) => result: boolean", (_, jwt = null, key = null) =>
    guarded(name, () => verifyAsymmetric(alg, jwt, key)),
  );
}

function secretRow(alg: string): Builtin {
  const name = `io.jwt.verify_${alg.toLowerCase()}`;
  return row(name, "(jwt: string, secret: string) => result: boolean", [string, string], (_, jwt, secret) =>
    guarded(name, () => verifySecret(alg, jwt, secret)),
  );
}

function decodeVerify(context: BuiltinContext, ...[jwt = null, options = null]: readonly Value[]): BuiltinResult {
  const name = "io.jwt.decode_verify";
  if (!isObject(options)) return operandTypeError(name, 2, options, ["object"]);
  return guarded(name, () => decodeAndVerify(jwt, options, context.nowNanos));
}

function encodeSign(_: BuiltinContext, ...[headers = null, payload = null, key = null]: readonly Value[]): BuiltinResult {
  return guarded("io.jwt.encode_sign", () => signToken(writeJson(headers), writeJson(payload), writeJson(key)));
}

// OPA looks at the key first.
function encodeSignRaw(_: BuiltinContext, ...[headers = null, payload = null, key = null]: readonly Value[]): BuiltinResult {
  return guarded("io.jwt.encode_sign_raw", () => {
    const keyText = needText(key, 3);
    return signToken(needText(headers, 1), needText(payload, 2), keyText);
  });
}

const NONDETERMINISTIC = { nondeterministic: true } as const;

/** JSON Web Tokens. */
// biome-ignore format: table
export const jwt: readonly Builtin[] = [
  define("io.jwt.decode", "(jwt: string) => output: array<object[any: any], object[any: any], string>", (_, token = null) => guarded("io.jwt.decode", () => decode(token))),
  define("io.jwt.decode_verify", "(jwt: string, constraints: object[string: any]) => output: array<boolean, object[any: any], object[any: any]>", decodeVerify, NONDETERMINISTIC),
  define("io.jwt.encode_sign", "(headers: object[string: any], payload: object[string: any], key: object[string: any]) => output: string", encodeSign, NONDETERMINISTIC),
  define("io.jwt.encode_sign_raw", "(headers: string, payload: string, key: string) => output: string", encodeSignRaw, NONDETERMINISTIC),
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"].map(asymmetricRow),
  ...["HS256", "HS384", "HS512"].map(secretRow),
];
